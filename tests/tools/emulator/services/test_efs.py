"""File systems, mount targets and access points."""

from __future__ import annotations

from tests.tools.emulator.services.world import World, lifecycle

SYSTEM = "aws:efs/fileSystem:FileSystem"


def test_file_system_from_creation_to_deletion(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    system = world.create(
        SYSTEM,
        creationToken="t",
        encrypted=True,
        kmsKeyId=key,
        lifecyclePolicies=[{"transitionToIa": "AFTER_30_DAYS"}],
        tags={"a": "b"},
    )
    assert system.id.startswith("fs-")
    assert system.outputs["dnsName"] == f"{system.id}.efs.us-east-1.amazonaws.com"
    assert system.refresh() == system.inputs
    system.update(lifecyclePolicies=[{"transitionToIa": "AFTER_60_DAYS"}], tags={"c": "d"})
    there = world.client("efs").describe_lifecycle_configuration(FileSystemId=system.id)["LifecyclePolicies"]
    assert there == [{"TransitionToIA": "AFTER_60_DAYS"}]
    assert world.imported(SYSTEM, system.id)[1]["creationToken"] == "t"
    lifecycle(system)


def test_mount_target_and_access_point(world: World) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1a")["Subnet"][
        "SubnetId"
    ]
    groups = [
        ec2.create_security_group(GroupName=name, Description="x", VpcId=vpc)["GroupId"]
        for name in ("one", "two")
    ]
    system = world.create(SYSTEM, creationToken="t")
    target = world.create(
        "aws:efs/mountTarget:MountTarget", fileSystemId=system.id, subnetId=subnet, securityGroups=groups[:1]
    )
    assert target.outputs["mountTargetDnsName"].startswith("us-east-1a.fs-")
    target.update(securityGroups=groups[1:])
    assert target.outputs["securityGroups"] == groups[1:]
    lifecycle(target)
    root = {"path": "/app", "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "755"}}
    point = world.create(
        "aws:efs/accessPoint:AccessPoint",
        fileSystemId=system.id,
        posixUser={"uid": 1000, "gid": 1000},
        rootDirectory=root,
        tags={"a": "b"},
    )
    assert point.id.startswith("fsap-")
    lifecycle(point)
