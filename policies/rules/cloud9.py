"""Rules on Cloud9, the IDE on a server."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict


@rule(on="aws:cloud9/environmentEC2:EnvironmentEC2", severity=MEDIUM, theme=Theme.NETWORK)
def cloud9_environment_no_ssh(environment: Resource) -> Verdict:
    """Over Session Manager the server needs no open port and no public address; the default is SSH."""
    return environment.expect("connectionType", "CONNECT_SSM", absent="CONNECT_SSH")
