"""EBS: volumes, what they are attached to, snapshots, encryption by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import filters, first, owned, string_hash
from tools.emulator.services._tags import ec2_tags


def _volume(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "arn": owned(call, "volume")["arn"],
        "iops": item.get("Iops") or 0,
        "throughput": item.get("Throughput") or 0,
        "kmsKeyId": item.get("KmsKeyId") or call.get("kmsKeyId", ""),
        "multiAttachEnabled": bool(item.get("MultiAttachEnabled")),
        "createTime": item["CreateTime"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _delete_volume(call: Call) -> None:
    client = call.aws()
    if call.get("finalSnapshot"):
        client.create_snapshot(VolumeId=call.id, Description=f"Final snapshot of {call.id}")
    client.delete_volume(VolumeId=call.id)


VOLUME = Emulated(
    "aws:ebs/volume:Volume",
    service="ec2",
    exact=True,
    create=Create("create_volume", id="VolumeId", send={"type": "VolumeType"}),
    read=Read(
        "describe_volumes",
        by="VolumeIds[]",
        item="Volumes[0]",
        take={"type": "VolumeType"},
        absent={"snapshotId": ""},
        more=_volume,
    ),
    changes=[
        Change(
            "modify_volume",
            by="VolumeId",
            at_create=False,
            send={"size": "Size", "type": "VolumeType", "iops": "Iops", "throughput": "Throughput"},
        )
    ],
    delete=_delete_volume,
    tags=ec2_tags("volume"),
    replace_on=(
        "availabilityZone",
        "encrypted",
        "kmsKeyId",
        "multiAttachEnabled",
        "outpostArn",
        "snapshotId",
        "volumeInitializationRate",
    ),
)


def _attachment_id(device: str, volume: str, instance: str) -> str:
    return f"vai-{string_hash(f'{device}-{instance}-{volume}-')}"


def _attach(call: Call) -> str:
    device, volume, instance = _attached(call)
    call.aws().attach_volume(Device=device, VolumeId=volume, InstanceId=instance)
    return _attachment_id(device, volume, instance)


def _attached(call: Call) -> tuple[str, str, str]:
    """Device, volume and instance: from the inputs, or from an import's `DEVICE:VOLUME:INSTANCE`."""
    if ":" in call.id:
        device, volume, instance = call.id.split(":")
        return device, volume, instance
    known = {**call.state, **call.inputs}
    return str(known["deviceName"]), str(known["volumeId"]), str(known["instanceId"])


def _read_attachment(call: Call) -> dict[str, Any] | None:
    device, volume, instance = _attached(call)
    item = first(call.aws().describe_volumes(Filters=filters(volume_id=volume))["Volumes"]) or {}
    there = first(
        a for a in item.get("Attachments") or [] if a["InstanceId"] == instance and a["Device"] == device
    )
    if there is None:
        return None
    call.id = _attachment_id(device, volume, instance)
    return {"deviceName": device, "volumeId": volume, "instanceId": instance}


def _detach(call: Call) -> None:
    device, volume, instance = _attached(call)
    if not call.get("skipDestroy") and _read_attachment(call):
        call.aws().detach_volume(Device=device, VolumeId=volume, InstanceId=instance)


VOLUME_ATTACHMENT = Emulated(
    "aws:ec2/volumeAttachment:VolumeAttachment",
    service="ec2",
    exact=True,
    create=_attach,
    read=_read_attachment,
    delete=_detach,
    replace_on=("deviceName", "instanceId", "volumeId"),
)

SNAPSHOT = Emulated(
    "aws:ebs/snapshot:Snapshot",
    service="ec2",
    exact=True,
    create=Create("create_snapshot", id="SnapshotId"),
    read=Read(
        "describe_snapshots",
        by="SnapshotIds[]",
        item="Snapshots[0]",
        absent={"kmsKeyId": "", "dataEncryptionKeyId": "", "ownerAlias": "", "storageTier": "standard"},
        # A snapshot belongs to no account in its ARN.
        more=lambda call, _: {"arn": call.arn("ec2", f"snapshot/{call.id}", account="")},
    ),
    delete=Delete("delete_snapshot", by="SnapshotId"),
    tags=ec2_tags("snapshot"),
    replace_on=("volumeId", "description", "outpostArn"),
)


def _switch(call: Call) -> str:
    client = call.aws()
    if call.get("enabled", True):
        client.enable_ebs_encryption_by_default()
    else:
        client.disable_ebs_encryption_by_default()
    return "default"


ENCRYPTION_BY_DEFAULT = Emulated(
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    service="ec2",
    exact=True,
    create=_switch,
    read=lambda call: {"enabled": bool(call.aws().get_ebs_encryption_by_default()["EbsEncryptionByDefault"])},
    update=lambda call: (_switch(call), None)[1],
    # The setting is there for good; taking the resource away switches it off.
    delete=lambda call: call.aws().disable_ebs_encryption_by_default(),
)

TYPES = (VOLUME, VOLUME_ATTACHMENT, SNAPSHOT, ENCRYPTION_BY_DEFAULT)
