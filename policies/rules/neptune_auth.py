"""Rules on Neptune: every request to the database is signed with SigV4.

Neptune User Guide, "Enabling IAM authentication in Neptune": without it whoever reaches the port reads and writes
the graph; there are no database passwords.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, Theme, rule
from policies.pack.verdict import Verdict

_IAM = "iamDatabaseAuthenticationEnabled"


@rule(
    on="aws:neptune/cluster:Cluster",
    severity=CRITICAL,
    theme=Theme.SIGV4,
    fix={_IAM: True},
    same_as=["SecurityHub Neptune.7", "CKV_AWS_359"],
)
def neptune_auth_iam(cluster: Resource) -> Verdict:
    """Neptune has no passwords: without IAM authentication everybody who reaches the port is let in."""
    return cluster.expect(_IAM, value=True)
