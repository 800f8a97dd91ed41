"""Rules on EBS volumes and snapshots, beside `ec2`, which asks for encryption, and `management` on their lifecycles."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key

VOLUME = "aws:ebs/volume:Volume"
ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment"
SNAPSHOT_COPY = "aws:ebs/snapshotCopy:SnapshotCopy"
SNAPSHOT_IMPORT = "aws:ebs/snapshotImport:SnapshotImport"
DLM = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"

_SLOW = ("st1", "sc1", "standard")


@rule(on=VOLUME, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_189"])
def ebs_volume_customer_key(volume: Resource) -> Verdict:
    """Snapshots under AWS's own key can't be shared with another account, where a backup should be."""
    return customer_key(volume, "kmsKeyId")


@rule(
    on=(SNAPSHOT_COPY, SNAPSHOT_IMPORT),
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encrypted": True},
)
def ebs_snapshot_encrypted(snapshot: Resource) -> Verdict:
    """A copy can be encrypted whatever its source is; one that is not can be shared by one click."""
    return snapshot.expect("encrypted", value=True)


@rule(
    on=(SNAPSHOT_COPY, SNAPSHOT_IMPORT),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_183"],
)
def ebs_snapshot_customer_key(snapshot: Resource) -> Verdict:
    """Only a key of one's own lets one decide who restores the copy, in this account or another."""
    return customer_key(snapshot, "kmsKeyId")


@rule(
    on="aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"state": "block-all-sharing"},
    same_as=["SecurityHub EC2.182"],
)
def ebs_snapshots_blocked_from_public(setting: Resource) -> Verdict:
    """A public snapshot hands every AWS account a copy of the disk; the block makes that impossible."""
    return setting.expect_one_of("state", ("block-all-sharing", "block-new-sharing"))


@rule(on="aws:ebs/defaultKmsKey:DefaultKmsKey", severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def ebs_default_customer_key(setting: Resource) -> Verdict:
    """The account's default key protects every volume that names none; it should be one of your own."""
    return customer_key(setting, "keyArn")


@rule(on=VOLUME, severity=LOW, theme=Theme.RESILIENCE, fix={"type": "gp3"})
def ebs_volume_current_type(volume: Resource) -> Verdict:
    """gp3 costs a fifth less than gp2 and keeps its speed whatever the size; gp2 is what AWS takes unasked."""
    return volume.expect_not("type", "gp2", absent="gp2") & volume.expect_not("type", "standard")


@rule(on=VOLUME, severity=MEDIUM, theme=Theme.RESILIENCE)
def ebs_volume_shared_type(volume: Resource) -> Verdict:
    """Only io1 and io2 can be attached to several instances; others are refused."""
    if not volume.flag("multiAttachEnabled") or volume.text("type") in ("io1", "io2"):
        return PASS
    return violation("type", "can't be attached to several instances", 'Set `type="io2"`.')


@rule(on=(INSTANCE, TEMPLATE), severity=HIGH, theme=Theme.RESILIENCE)
def ebs_root_not_magnetic(instance: Resource) -> Verdict:
    """st1 and sc1 can't boot an instance, and `standard` makes it wait for a magnetic disk."""
    if instance.type == TEMPLATE:
        return every(instance.each("blockDeviceMappings"), lambda item: _bootable(item, "ebs.volumeType"))
    return _bootable(instance, "rootBlockDevice.volumeType")


def _bootable(part: Part, path: str) -> Verdict:
    # A template doesn't tell which of several devices is the root; the first names are.
    name = part.text("deviceName") if path.startswith("ebs.") else "/dev/xvda"
    if name not in ("/dev/xvda", "/dev/sda1") or part.text(path) not in _SLOW:
        return PASS
    return violation(part.at(path), "is a magnetic disk", 'Set `"volume_type": "gp3"`.')


@rule(on=ATTACHMENT, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV2_AWS_2"])
def ebs_attached_volume_encrypted(attachment: Resource, stack: Stack) -> Verdict:
    """What an instance writes to a volume that is not encrypted stands in its snapshots in the clear."""
    volumes = stack.targets(attachment, "volumeId", VOLUME)
    for volume in volumes.sure:
        if not volume.given.flag("encrypted"):
            return violation("volumeId", "is a volume without encryption", "Set `encrypted=True` on it.")
    return undecided("volumeId") if volumes.possible and not volumes.sure else PASS


@rule(
    on=VOLUME,
    severity=LOW,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub EC2.28", "CKV2_AWS_9"],
)
def ebs_volume_in_backup_plan(volume: Resource, stack: Stack) -> Verdict:
    """A volume lives in one zone and has no copy unless somebody takes snapshots."""
    for policy in stack.by_type(DLM):
        if _takes_snapshots(policy, volume):
            return PASS
    return in_backup_plan(volume, stack, "ec2:volume/")


def _takes_snapshots(policy: Resource, volume: Resource) -> bool:
    """Whether a lifecycle policy selects the volume by one of its tags."""
    wanted = policy.get("policyDetails.targetTags")
    tags = volume.get("tagsAll") or volume.get("tags")
    if not isinstance(wanted, dict) or not isinstance(tags, dict):
        return False
    return any(tags.get(name) == value for name, value in wanted.items())
