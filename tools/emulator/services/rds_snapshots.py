"""RDS snapshots of instances and clusters, copies of them, and backups that are copied to another Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import tag_list, take
from tools.emulator.services._common import keep, same_tail, unless_gone, without_none
from tools.emulator.services.rds import rds_tags


@dataclass(frozen=True, slots=True)
class Kind:
    """What the API calls the two kinds of snapshots."""

    word: str
    """In operations: `db_snapshot`."""
    name: str
    """In parameters: `DBSnapshot`."""
    prop: str
    """The property that holds the snapshot's identifier."""
    source: str
    """The property that holds the database's identifier."""
    tag: str


ONE = Kind("db_snapshot", "DBSnapshot", "dbSnapshotIdentifier", "dbInstanceIdentifier", "snapshot")
ALL = Kind(
    "db_cluster_snapshot",
    "DBClusterSnapshot",
    "dbClusterSnapshotIdentifier",
    "dbClusterIdentifier",
    "cluster-snapshot",
)


def _share(call: Call, kind: Kind) -> None:
    """Which accounts may restore the snapshot: what was taken out of the list and what was put in."""
    if not call.changed("sharedAccounts"):
        return
    old, new = set(call.old.get("sharedAccounts") or ()), set(call.get("sharedAccounts", ()))
    modify = getattr(call.aws(), f"modify_{kind.word}_attribute")
    lists = {"ValuesToAdd": sorted(new - old), "ValuesToRemove": sorted(old - new)}
    modify(
        **{f"{kind.name}Identifier": call.id},
        AttributeName="restore",
        **{name: values for name, values in lists.items() if values},
    )


def _read(call: Call, kind: Kind) -> dict[str, Any] | None:
    named = {f"{kind.name}Identifier": call.id}
    answer = unless_gone(getattr(call.aws(), f"describe_{kind.word}s"), **named)
    if not answer or not answer[f"{kind.name}s"]:
        return None
    item = answer[f"{kind.name}s"][0]
    arn = item[f"{kind.name}Arn"]
    special = {
        "sourceDbSnapshotIdentifier": "",
        "targetDbSnapshotIdentifier": "",
        "sourceDbClusterSnapshotIdentifier": "",
        "targetDbClusterSnapshotIdentifier": "",
        "kmsKeyId": "",
        "tags": "",
        "tagsAll": "",
    }
    found = take(call.type, item, special)
    shared = getattr(call.aws(), f"describe_{kind.word}_attributes")(**named)
    attributes = shared[f"{kind.name}AttributesResult"][f"{kind.name}Attributes"]
    accounts: list[str] = next(
        (one["AttributeValues"] for one in attributes if one["AttributeName"] == "restore"), []
    )
    return {
        **found,
        f"{kind.word.replace('_', ' ').title().replace(' ', '')}Arn": arn,
        **{name: arn for name in ("dbSnapshotArn", "dbClusterSnapshotArn") if name in call.type.outputs},
        "sharedAccounts": accounts,
        "kmsKeyId": keep(call, "kmsKeyId", item.get("KmsKeyId"), same_tail) or "",
    }


def snapshot(token: str, kind: Kind) -> Emulated:
    """A snapshot that is made of a database."""

    def create(call: Call) -> str:
        name, source = str(call.inputs[kind.prop]), call.inputs[kind.source]
        upper = {"dbInstanceIdentifier": "DBInstanceIdentifier", "dbClusterIdentifier": "DBClusterIdentifier"}
        params = {f"{kind.name}Identifier": name, upper[kind.source]: source, "Tags": tag_list(call.tags)}
        getattr(call.aws(), f"create_{kind.word}")(**params)
        return name

    return Emulated(
        token,
        service="rds",
        create=create,
        read=lambda call: _read(call, kind),
        settle=lambda call: _share(call, kind),
        delete=lambda call: _delete(call, kind),
        tags=rds_tags(kind.tag),
        replace_on=(kind.prop, kind.source, "region"),
        exact=True,
        unordered=("sharedAccounts",),
    )


def _delete(call: Call, kind: Kind) -> None:
    unless_gone(getattr(call.aws(), f"delete_{kind.word}"), **{f"{kind.name}Identifier": call.id})


def copied(token: str, kind: Kind) -> Emulated:
    """A copy of a snapshot, maybe of another Region and with another key."""
    middle = "Cluster" if kind is ALL else ""
    source, target = f"sourceDb{middle}SnapshotIdentifier", f"targetDb{middle}SnapshotIdentifier"

    def create(call: Call) -> str:
        name = str(call.inputs[target])
        params = without_none(
            KmsKeyId=call.get("kmsKeyId"), CopyTags=call.get("copyTags"), Tags=tag_list(call.tags) or None
        )
        params |= {f"SourceDB{middle}SnapshotIdentifier": call.inputs[source]}
        getattr(call.aws(), f"copy_{kind.word}")(**params, **{f"TargetDB{middle}SnapshotIdentifier": name})
        return name

    def read(call: Call) -> dict[str, Any] | None:
        found = _read(call, kind)
        if found is None:
            return None
        given: Mapping[str, Any] = {source: call.inputs[source]} if call.inputs.get(source) else {}
        return {**found, target: call.id, **given}

    return Emulated(
        token,
        service="rds",
        create=create,
        read=read,
        settle=lambda call: _share(call, kind),
        delete=lambda call: _delete(call, kind),
        tags=rds_tags(kind.tag),
        replace_on=(
            source,
            target,
            "copyTags",
            "destinationRegion",
            "kmsKeyId",
            "presignedUrl",
            "optionGroupName",
            "targetCustomAvailabilityZone",
            "region",
        )
        if kind is ONE
        else (source, target, "copyTags", "destinationRegion", "kmsKeyId", "presignedUrl", "region"),
        exact=True,
        unordered=("sharedAccounts",),
    )


# -- automated backups in another Region


def _start(call: Call) -> str:
    params = without_none(
        SourceDBInstanceArn=call.inputs["sourceDbInstanceArn"],
        BackupRetentionPeriod=call.get("retentionPeriod"),
        KmsKeyId=call.get("kmsKeyId"),
    )
    answer = call.aws().start_db_instance_automated_backups_replication(**params)
    return str(answer["DBInstanceAutomatedBackup"]["DBInstanceAutomatedBackupsArn"])


def _read_replication(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(
        call.aws().describe_db_instance_automated_backups, DBInstanceAutomatedBackupsArn=call.id
    )
    if not answer or not answer["DBInstanceAutomatedBackups"]:
        return None
    item = answer["DBInstanceAutomatedBackups"][0]
    return {
        "sourceDbInstanceArn": item["DBInstanceArn"],
        "retentionPeriod": item["BackupRetentionPeriod"],
        "kmsKeyId": keep(call, "kmsKeyId", item.get("KmsKeyId"), same_tail) or "",
    }


def _stop(call: Call) -> None:
    source = call.inputs.get("sourceDbInstanceArn") or call.state.get("sourceDbInstanceArn")
    unless_gone(call.aws().stop_db_instance_automated_backups_replication, SourceDBInstanceArn=source)


BACKUPS_REPLICATION = Emulated(
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    service="rds",
    create=_start,
    read=_read_replication,
    delete=_stop,
    replace_on=("kmsKeyId", "preSignedUrl", "retentionPeriod", "sourceDbInstanceArn", "region"),
    exact=True,
)

TYPES = (
    snapshot("aws:rds/snapshot:Snapshot", ONE),
    snapshot("aws:rds/clusterSnapshot:ClusterSnapshot", ALL),
    copied("aws:rds/snapshotCopy:SnapshotCopy", ONE),
    copied("aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy", ALL),
    BACKUPS_REPLICATION,
)
