"""Rules on EFS: file systems, access points, mount targets, policies and replication."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key
from policies.rules._subnets import private_subnets

SYSTEM = "aws:efs/fileSystem:FileSystem"
POINT = "aws:efs/accessPoint:AccessPoint"
TARGET = "aws:efs/mountTarget:MountTarget"
POLICY = "aws:efs/fileSystemPolicy:FileSystemPolicy"
BACKUP = "aws:efs/backupPolicy:BackupPolicy"
TASK = "aws:ecs/taskDefinition:TaskDefinition"


@rule(
    on=SYSTEM,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encrypted": True},
    same_as=["SecurityHub EFS.1", "SecurityHub EFS.8", "CIS v3 2.4.1", "CKV_AWS_42"],
)
def efs_encrypted(system: Resource) -> Verdict:
    """A file system is encrypted when it is created; it can't be switched on later."""
    return system.expect("encrypted", value=True)


@rule(on=SYSTEM, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_184"])
def efs_customer_key(system: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(system, "kmsKeyId")


@rule(
    on="aws:efs/replicationConfiguration:ReplicationConfiguration",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
)
def efs_replica_customer_key(replication: Resource) -> Verdict:
    """A replica uses a key of its own Region; unless one is named it is AWS's."""
    if replication.has("destination.fileSystemId"):
        return PASS  # An existing file system keeps its key.
    return customer_key(replication, "destination.kmsKeyId")


@rule(on=POINT, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub EFS.3", "CKV_AWS_329"])
def efs_access_point_directory(point: Resource) -> Verdict:
    """An access point that starts at the root shows its clients everybody's files."""
    remedy = 'Set `root_directory={"path": "/app", ...}`.'
    if point.text("rootDirectory.path", absent="/") in ("", "/"):
        return violation("rootDirectory.path", "is the root", remedy)
    return PASS


@rule(on=POINT, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub EFS.4", "CKV_AWS_330"])
def efs_access_point_user(point: Resource) -> Verdict:
    """Unless the access point says who its clients are they may call themselves any user, root too."""
    if not point.has("posixUser"):
        return violation("posixUser", "is not set", 'Set `posix_user={"uid": 1000, "gid": 1000}`.')
    if point.number("posixUser.uid") == 0:
        return violation("posixUser.uid", "is root", 'Set `posix_user={"uid": 1000, "gid": 1000}`.')
    return PASS


@rule(on=TARGET, severity=HIGH, theme=Theme.NETWORK)
def efs_mount_target_group(target: Resource) -> Verdict:
    """Without a group of its own the file system shares the VPC's default one with whatever was forgotten there."""
    return target.expect_set("securityGroups", "Set `security_groups` to a group that lets port 2049 in.")


@rule(on=TARGET, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub EFS.6"])
def efs_mount_target_private(target: Resource, stack: Stack) -> Verdict:
    """A file system needs no way to or from the internet."""
    return private_subnets(target, stack, "subnetId")


@rule(on=SYSTEM, severity=LOW, theme=Theme.RESILIENCE)
def efs_lifecycle(system: Resource) -> Verdict:
    """Most files are not read again after a month; moved to infrequent access they cost a tenth."""
    for item in system.each("lifecyclePolicies"):
        if item.has("transitionToIa") or item.has("transitionToArchive"):
            return PASS
    remedy = 'Set `lifecycle_policies=[{"transition_to_ia": "AFTER_30_DAYS"}]`.'
    return violation("lifecyclePolicies", "moves nothing to infrequent access", remedy)


@rule(on=SYSTEM, severity=LOW, theme=Theme.RESILIENCE)
def efs_throughput_elastic(system: Resource) -> Verdict:
    """Provisioned throughput is paid for day and night, and the default stalls once its credits are used."""
    return system.expect("throughputMode", "elastic")


@rule(on=SYSTEM, severity=MEDIUM, theme=Theme.RESILIENCE)
def efs_several_zones(system: Resource) -> Verdict:
    """A One Zone file system is gone while its zone is, and lost if the zone is lost."""
    return system.expect_absent("availabilityZoneName", "Leave `availability_zone_name` out.")


@rule(
    on=SYSTEM,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub EFS.2", "CKV2_AWS_18"],
)
def efs_backed_up(system: Resource, stack: Stack) -> Verdict:
    """EFS keeps no earlier versions; without backups a deletion is final."""
    links = stack.referring(system, BACKUP, "fileSystemId")
    if any(item.text("backupPolicy.status") == "ENABLED" for item in links.sure):
        return PASS
    plan = in_backup_plan(system, stack, "elasticfilesystem:file-system/")
    if plan.passed or not links.possible:
        return plan
    return undecided(f"{links.possible[0].name}.fileSystemId")


@rule(on=BACKUP, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"backupPolicy.status": "ENABLED"})
def efs_backup_policy_enabled(policy: Resource) -> Verdict:
    """A backup policy that is switched off takes the file system out of automatic backups."""
    return policy.expect("backupPolicy.status", "ENABLED")


@rule(on=POLICY, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def efs_policy_tls(policy: Resource) -> Verdict:
    """NFS goes through the network in the clear unless the policy denies mounts without TLS."""
    plain = {"aws:SecureTransport": "false"}
    for statement in policy.document("policy").denying:
        everyone = any(value == "*" for _, value in statement.principals)
        if everyone and statement.covers("elasticfilesystem:ClientMount") and statement.applies_to(plain):
            return PASS
    remedy = 'Deny `*` to `*` where `{"Bool": {"aws:SecureTransport": "false"}}`.'
    return violation("policy", "does not deny clients without TLS", remedy)


@rule(on=POLICY, severity=HIGH, theme=Theme.RESILIENCE, fix={"bypassPolicyLockoutSafetyCheck": False})
def efs_policy_lockout_check(policy: Resource) -> Verdict:
    """Without the safety check a policy can shut out everyone, and only AWS support can mend that."""
    return policy.expect_not("bypassPolicyLockoutSafetyCheck", value=True)


@rule(
    on=TASK,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_97"],
)
def efs_task_mounts_tls(task: Resource) -> Verdict:
    """A task's file system goes through the network in the clear unless the volume asks for TLS."""
    total = PASS
    for volume in task.each("volumes"):
        if volume.has("efsVolumeConfiguration"):
            total &= volume.expect("efsVolumeConfiguration.transitEncryption", "ENABLED")
    return total


@rule(on=SYSTEM, severity=MEDIUM, theme=Theme.RESILIENCE)
def efs_replica_protected(system: Resource) -> Verdict:
    """With overwrite protection off the next replication may replace every file."""
    return system.expect_not("protection.replicationOverwrite", "DISABLED")
