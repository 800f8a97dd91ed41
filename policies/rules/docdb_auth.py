"""Rules on DocumentDB: clients can sign in with IAM, and the primary user's password is nobody's to know.

DocumentDB Developer Guide, "Authentication using IAM identity": only instance-based clusters of version 5.0 or
newer know it (mechanism MONGODB-AWS, signed by STS), it needs no switch, and the primary user keeps a password.
Elastic clusters know passwords only.
"""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

CLUSTER = "aws:docdb/cluster:Cluster"


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.SIGV4)
def docdb_auth_iam_version(cluster: Resource) -> Verdict:
    """Before version 5.0 a client can only sign in with a password."""
    version = cluster.text("engineVersion")
    found = re.match(r"\d+", version)
    # Not named: AWS takes the newest, or that of the snapshot.
    if not version or (found and int(found[0]) >= 5):
        return PASS
    return violation("engineVersion", "knows no IAM authentication", 'Set `engine_version="5.0.0"` or newer.')


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.SIGV4)
def docdb_auth_managed_password(cluster: Resource) -> Verdict:
    """The primary user can't sign in with IAM; Secrets Manager can at least make and change its password."""
    restored = ("snapshotIdentifier", "globalClusterIdentifier", "restoreToPointInTime")
    if any(not cluster.known(path) or cluster.has(path) for path in restored):
        return PASS  # It comes with its password.
    return cluster.expect("manageMasterUserPassword", value=True)


@rule(on="aws:docdb/elasticCluster:ElasticCluster", severity=HIGH, theme=Theme.SIGV4)
def docdb_auth_elastic_secret(cluster: Resource) -> Verdict:
    """An elastic cluster knows no IAM authentication; its password belongs into Secrets Manager."""
    return cluster.expect("authType", "SECRET_ARN")
