"""Rules on RDS snapshots, replicated backups, exports and integrations: copies of data outside the database."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._stores import customer_key
from policies.rules.rds import CLUSTER, INSTANCE

_COPIES = ("aws:rds/snapshotCopy:SnapshotCopy", "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy")
_SNAPSHOTS = ("aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot")


@rule(
    on=(*_SNAPSHOTS, *_COPIES),
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub RDS.1", "CKV_AWS_302"],
)
def rds_snapshot_not_public(snapshot: Resource) -> Verdict:
    """A public snapshot hands every AWS account a copy of the database."""
    if not any(part.value == "all" for part in snapshot.each("sharedAccounts")):
        snapshot.known_each("sharedAccounts")  # Undecided while one account is not known.
        return PASS
    return violation("sharedAccounts", 'holds "all", which is everyone', "Name the accounts.")


@rule(on=_COPIES, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_266"])
def rds_snapshot_copy_customer_key(copy: Resource) -> Verdict:
    """A copy with a key of its own is encrypted even where its source is not, and can go to another account."""
    return customer_key(copy, "kmsKeyId")


@rule(
    on=_SNAPSHOTS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub RDS.4", "CKV_AWS_146"],
)
def rds_snapshot_of_encrypted(snapshot: Resource, stack: Stack) -> Verdict:
    """A snapshot is encrypted only if the database is; in the clear it can be shared and restored by anyone."""
    path, kind = (
        ("dbInstanceIdentifier", INSTANCE)
        if snapshot.type == _SNAPSHOTS[0]
        else ("dbClusterIdentifier", CLUSTER)
    )
    sources = stack.targets(snapshot, path, kind)
    for source in sources.sure:
        if not source.given.flag("storageEncrypted"):
            return violation(path, "is a database without encryption", "Encrypt the database first.")
    return undecided(path) if sources.possible and not sources.sure else PASS


@rule(
    on="aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_245"],
)
def rds_snapshot_replicated_backups_key(replication: Resource) -> Verdict:
    """Backups in another Region need a key there; one of your own decides who restores them."""
    return customer_key(replication, "kmsKeyId")


@rule(
    on=("aws:rds/exportTask:ExportTask", "aws:rds/integration:Integration"),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
)
def rds_snapshot_export_key(task: Resource) -> Verdict:
    """Exported data leaves the database's own protection; the key decides who reads it afterwards."""
    return customer_key(task, "kmsKeyId")
