"""EFS: file systems, mount targets and access points. Nothing is mounted."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read, Tagging
from tools.emulator.mapping import tag_list
from tools.emulator.services._common import keep, same_tail, unless_gone

TAGS = Tagging(
    at_create=lambda tags: {"Tags": tag_list(tags)},
    put=lambda call, tags: call.aws().tag_resource(ResourceId=call.id, Tags=tag_list(tags)),
    remove=lambda call, keys: call.aws().untag_resource(ResourceId=call.id, TagKeys=keys),
)


def _lifecycle(call: Call) -> None:
    if call.changed("lifecyclePolicies") and (
        call.get("lifecyclePolicies") or call.old.get("lifecyclePolicies")
    ):
        policies = [
            {name[0].upper() + name[1:].replace("Ia", "IA"): rule for name, rule in policy.items() if rule}
            for policy in call.get("lifecyclePolicies", [])
        ]
        call.aws().put_lifecycle_configuration(FileSystemId=call.id, LifecyclePolicies=policies)


def _more(call: Call, item: Any) -> dict[str, Any]:
    answer = unless_gone(call.aws().describe_lifecycle_configuration, FileSystemId=call.id) or {}
    policies = [
        {name[0].lower() + name[1:].replace("IA", "Ia"): rule for name, rule in policy.items()}
        for policy in answer.get("LifecyclePolicies", [])
    ]
    key = item.get("KmsKeyId")
    return {
        "dnsName": f"{call.id}.efs.{call.place.region}.{call.place.dns_suffix}",
        "lifecyclePolicies": policies,
        **({"kmsKeyId": keep(call, "kmsKeyId", key, same_tail)} if key else {}),
    }


FILE_SYSTEM = Emulated(
    "aws:efs/fileSystem:FileSystem",
    service="efs",
    create=Create("create_file_system", id="FileSystemId"),
    read=Read(
        "describe_file_systems",
        by="FileSystemId",
        item="FileSystems[0]",
        take={"arn": "FileSystemArn"},
        more=_more,
    ),
    settle=_lifecycle,
    # moto can't change how fast a file system is, so that is taken as the program gives it.
    delete=Delete("delete_file_system", by="FileSystemId"),
    tags=TAGS,
    replace_on=("availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"),
    update_on=("throughputMode", "provisionedThroughputInMibps", "lifecyclePolicies"),
    unordered=("lifecyclePolicies",),
)


def _mount_names(call: Call, item: Any) -> dict[str, Any]:
    system = item["FileSystemId"]
    dns = f"{system}.efs.{call.place.region}.{call.place.dns_suffix}"
    answer = unless_gone(call.aws().describe_mount_target_security_groups, MountTargetId=call.id) or {}
    return {
        "dnsName": dns,
        "mountTargetDnsName": f"{item.get('AvailabilityZoneName', '')}.{dns}",
        "fileSystemArn": call.arn("elasticfilesystem", f"file-system/{system}"),
        "securityGroups": answer.get("SecurityGroups") or [],
    }


MOUNT_TARGET = Emulated(
    "aws:efs/mountTarget:MountTarget",
    service="efs",
    create=Create(
        "create_mount_target",
        id="MountTargetId",
        only=("fileSystemId", "subnetId", "ipAddress", "securityGroups"),
    ),
    read=Read("describe_mount_targets", by="MountTargetId", item="MountTargets[0]", more=_mount_names),
    changes=[
        Change(
            "modify_mount_target_security_groups",
            by="MountTargetId",
            send={"securityGroups": "SecurityGroups"},
            at_create=False,
        )
    ],
    delete=Delete("delete_mount_target", by="MountTargetId"),
    replace_on=("fileSystemId", "subnetId", "ipAddress", "ipAddressType"),
    update_on=("securityGroups",),
    unordered=("securityGroups",),
)


def _root(item: Any) -> dict[str, Any] | None:
    """The root directory, whose block is named otherwise."""
    found = item.get("RootDirectory")
    if not found:
        return None
    made = found.get("CreationInfo")
    block: dict[str, Any] = {"path": found.get("Path", "/")}
    if made:
        names = ("OwnerUid", "OwnerGid", "Permissions")
        block["creationInfo"] = {name[0].lower() + name[1:]: made[name] for name in names if name in made}
    return block


ACCESS_POINT = Emulated(
    "aws:efs/accessPoint:AccessPoint",
    service="efs",
    # Without a token of its own each call is taken for a new access point.
    create=Create("create_access_point", id="AccessPointId", also=lambda call: {"ClientToken": call.name}),
    read=Read(
        "describe_access_points",
        by="AccessPointId",
        item="AccessPoints[0]",
        take={"arn": "AccessPointArn", "rootDirectory": _root},
        more=lambda call, item: {
            "fileSystemArn": call.arn("elasticfilesystem", f"file-system/{item['FileSystemId']}")
        },
    ),
    delete=Delete("delete_access_point", by="AccessPointId"),
    tags=TAGS,
    replace_on=("fileSystemId", "posixUser", "rootDirectory"),
)

TYPES = (FILE_SYSTEM, MOUNT_TARGET, ACCESS_POINT)
