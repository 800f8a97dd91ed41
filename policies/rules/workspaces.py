"""Rules on WorkSpaces."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

WORKSPACE = "aws:workspaces/workspace:Workspace"


@rule(
    on=WORKSPACE,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub WorkSpaces.1", "CKV_AWS_155"],
)
def workspaces_user_volume_encrypted(workspace: Resource) -> Verdict:
    """A desktop's user volume holds what people save; its encryption is chosen when it is created."""
    return workspace.expect("userVolumeEncryptionEnabled", value=True)


@rule(
    on=WORKSPACE,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub WorkSpaces.2", "CKV_AWS_156"],
)
def workspaces_root_volume_encrypted(workspace: Resource) -> Verdict:
    """Programs leave caches and credentials on the root volume."""
    return workspace.expect("rootVolumeEncryptionEnabled", value=True)
