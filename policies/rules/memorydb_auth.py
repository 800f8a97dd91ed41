"""Rules on MemoryDB: users of the kind `iam` in an access control list of one's own, inside TLS.

MemoryDB Developer Guide, "Authenticating with IAM": engine version 7.0 and newer, TLS on.
"""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

CLUSTER = "aws:memorydb/cluster:Cluster"


@rule(on="aws:memorydb/user:User", severity=HIGH, theme=Theme.SIGV4)
def memorydb_auth_user_iam(user: Resource) -> Verdict:
    """A token that is signed with SigV4 lives 15 minutes; a password lives until somebody changes it."""
    return user.expect("authenticationMode.type", "iam")


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.SIGV4)
def memorydb_auth_no_open_access(cluster: Resource) -> Verdict:
    """The list `open-access` lets everybody in who reaches the cluster, without a password."""
    return cluster.expect_not("aclName", "open-access")


@rule(on=CLUSTER, severity=HIGH, theme=Theme.SIGV4)
def memorydb_auth_tls(cluster: Resource) -> Verdict:
    """IAM authentication needs TLS; without it only the open list can be used at all."""
    return cluster.expect("tlsEnabled", value=True, absent=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.SIGV4)
def memorydb_auth_iam_version(cluster: Resource) -> Verdict:
    """Before version 7.0 a cluster can only be asked with passwords."""
    found = re.match(r"\d+", cluster.text("engineVersion"))
    if not found or int(found[0]) >= 7:
        return PASS
    return violation(
        "engineVersion", "knows no IAM authentication", 'Use `engine="valkey"`, or version 7.0 or newer.'
    )
