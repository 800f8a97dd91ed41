"""Rules on file systems: NFS clients that sign in with IAM (the mount helper signs with SigV4).

EFS User Guide, "Using IAM to control file system data access": without a file system policy everybody who reaches
a mount target is let in.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
POLICY = "aws:efs/fileSystemPolicy:FileSystemPolicy"


@rule(on=FILE_SYSTEM, severity=MEDIUM, theme=Theme.SIGV4)
def efs_auth_policy_present(system: Resource, stack: Stack) -> Verdict:
    """Without a policy whoever reaches the mount target mounts the file system as root."""
    links = stack.referring(system, POLICY, "fileSystemId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.fileSystemId")
    remedy = (
        "Add `aws.efs.FileSystemPolicy(file_system_id=system.id, ...)` that names the roles that may mount."
    )
    return violation("fileSystemPolicy", "is missing", remedy)


@rule(on="aws:ecs/taskDefinition:TaskDefinition", severity=MEDIUM, theme=Theme.SIGV4)
def efs_auth_task_iam(task: Resource) -> Verdict:
    """A task that mounts without IAM is anonymous to the file system's policy."""

    def judge(volume: Part) -> Verdict:
        if not volume.has("efsVolumeConfiguration"):
            return PASS
        return volume.expect("efsVolumeConfiguration.authorizationConfig.iam", "ENABLED", absent="DISABLED")

    return every(task.each("volumes"), judge)
