"""Rules on FSx: Windows, Lustre, NetApp ONTAP, OpenZFS and file caches.

Scratch file systems of Lustre have neither keys nor backups; only Windows has audit logs.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key, not_printed_password

WINDOWS = "aws:fsx/windowsFileSystem:WindowsFileSystem"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
ONTAP = "aws:fsx/ontapFileSystem:OntapFileSystem"
OPENZFS = "aws:fsx/openZfsFileSystem:OpenZfsFileSystem"
CACHE = "aws:fsx/fileCache:FileCache"
SYSTEMS = (WINDOWS, LUSTRE, ONTAP, OPENZFS)

# Retention of automatic backups that the provider or FSx takes when none is given.
_DEFAULT_DAYS = {WINDOWS: 7, LUSTRE: 0, ONTAP: 0, OPENZFS: 0}


def _scratch(system: Resource) -> bool:
    return system.type == LUSTRE and system.text("deploymentType", absent="SCRATCH_1").startswith("SCRATCH")


@rule(
    on=(*SYSTEMS, CACHE),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_178", "CKV_AWS_179", "CKV_AWS_190", "CKV_AWS_203"],
)
def fsx_customer_key(system: Resource) -> Verdict:
    """File systems are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return PASS if _scratch(system) else customer_key(system, "kmsKeyId")


@rule(on=SYSTEMS, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"automaticBackupRetentionDays": 7})
def fsx_backups(system: Resource, *, minimum_days: int = 7) -> Verdict:
    """Without automatic backups a deletion or a damaged file is final."""
    if _scratch(system):
        return PASS
    return system.expect_at_least(
        "automaticBackupRetentionDays", minimum_days, absent=_DEFAULT_DAYS[system.type]
    )


@rule(on=(WINDOWS, OPENZFS, LUSTRE), severity=LOW, theme=Theme.RESILIENCE, fix={"copyTagsToBackups": True})
def fsx_copies_tags(system: Resource) -> Verdict:
    """Tags decide who may restore and what is kept; a backup without them falls out of both."""
    return PASS if _scratch(system) else system.expect("copyTagsToBackups", value=True)


@rule(on=(WINDOWS, ONTAP, OPENZFS), severity=MEDIUM, theme=Theme.RESILIENCE)
def fsx_several_zones(system: Resource) -> Verdict:
    """A file system in one zone is gone while its zone is."""
    if system.text("deploymentType", absent="SINGLE_AZ_1").startswith("MULTI_AZ"):
        return PASS
    return violation(
        "deploymentType", "keeps the file system in one zone", 'Set `deployment_type="MULTI_AZ_1"`.'
    )


@rule(on=(WINDOWS, OPENZFS, LUSTRE), severity=MEDIUM, theme=Theme.RESILIENCE, fix={"skipFinalBackup": False})
def fsx_final_backup(system: Resource) -> Verdict:
    """The last backup is what is left after a deletion that nobody meant."""
    return PASS if _scratch(system) else system.expect_not("skipFinalBackup", value=True)


@rule(on=WINDOWS, severity=MEDIUM, theme=Theme.LOGGING)
def fsx_windows_audited(system: Resource) -> Verdict:
    """The audit log is the record of who opened which file; it is off unless it is asked for."""
    return system.expect_one_of(
        "auditLogConfiguration.fileAccessAuditLogLevel",
        ("SUCCESS_AND_FAILURE", "FAILURE_ONLY", "SUCCESS_ONLY"),
    )


@rule(on=(*SYSTEMS, CACHE), severity=HIGH, theme=Theme.NETWORK)
def fsx_own_security_group(system: Resource) -> Verdict:
    """Without a group of its own the file system shares the VPC's default one with whatever was forgotten there."""
    return system.expect_set("securityGroupIds", "Set `security_group_ids` to a group for the file system.")


@rule(on=(WINDOWS, ONTAP), severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def fsx_password_not_printed(system: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    path = "fsxAdminPassword" if system.type == ONTAP else "selfManagedActiveDirectory.password"
    return not_printed_password(system, path)


@rule(on=LUSTRE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def fsx_lustre_root_squashed(system: Resource) -> Verdict:
    """Without root squash the root user of every client is root on the file system."""
    if system.text("rootSquashConfiguration.rootSquash") not in ("", "0:0"):
        return PASS
    remedy = 'Set `root_squash_configuration={"root_squash": "65534:65534"}`.'
    return violation("rootSquashConfiguration.rootSquash", "is not set, or keeps root", remedy)
