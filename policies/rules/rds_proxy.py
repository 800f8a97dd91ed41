"""Rules on RDS Proxy beside those of `rds_auth`, which asks for TLS and IAM authentication."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

PROXY = "aws:rds/proxy:Proxy"


@rule(on=PROXY, severity=MEDIUM, theme=Theme.LOGGING, fix={"debugLogging": False})
def rds_proxy_no_debug_log(proxy: Resource) -> Verdict:
    """The debug log holds the text of every statement, customers' data included; AWS means it for a day's search."""
    return proxy.expect_not("debugLogging", value=True)
