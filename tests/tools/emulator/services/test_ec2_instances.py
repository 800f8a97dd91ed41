"""Instances, volumes, network interfaces, key pairs."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate

INSTANCE = "aws:ec2/instance:Instance"
INTERFACE = "aws:ec2/networkInterface:NetworkInterface"


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")


@pytest.fixture
def subnet(world: World, vpc: Live) -> Live:
    return world.create(
        "aws:ec2/subnet:Subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone="us-east-1a"
    )


@pytest.fixture
def groups(world: World, vpc: Live) -> list[Live]:
    token = "aws:ec2/securityGroup:SecurityGroup"
    return [world.create(token, name=name, description=name, vpcId=vpc.id) for name in ("one", "two")]


@pytest.fixture(scope="module")
def image(world: World) -> str:
    wanted = [{"Name": "name", "Values": ["al2023-ami-2023.*-x86_64"]}]
    found = world.client("ec2").describe_images(Owners=["amazon"], Filters=wanted)["Images"]
    return str(found[0]["ImageId"])


def test_instance_from_creation_to_deletion(
    world: World, subnet: Live, groups: list[Live], image: str
) -> None:
    world.client("iam").create_instance_profile(InstanceProfileName="web")
    instance = world.create(
        INSTANCE,
        ami=image,
        instanceType="t3.micro",
        subnetId=subnet.id,
        vpcSecurityGroupIds=[groups[0].id],
        iamInstanceProfile="web",
        userData="#!/bin/sh\n",
        metadataOptions={"httpTokens": "required", "httpEndpoint": "enabled"},
        rootBlockDevice={"volumeSize": 20, "volumeType": "gp3", "encrypted": True},
        ebsBlockDevices=[{"deviceName": "/dev/sdf", "volumeSize": 10}],
        volumeTags={"of": "web"},
        monitoring=True,
        tags={"Name": "web"},
    )
    outputs = instance.outputs
    assert outputs["instanceState"] == "running"
    assert outputs["privateIp"].startswith("10.0.1.")
    assert outputs["privateDns"] == f"ip-{outputs['privateIp'].replace('.', '-')}.ec2.internal"
    assert (outputs["rootBlockDevice"]["deviceName"], outputs["rootBlockDevice"]["volumeSize"]) == (
        "/dev/xvda",
        20,
    )
    assert [block["deviceName"] for block in outputs["ebsBlockDevices"]] == ["/dev/sdf"]
    assert instance.refresh() == instance.inputs
    attribute = world.client("ec2").describe_instance_attribute(InstanceId=instance.id, Attribute="userData")
    assert base64.b64decode(attribute["UserData"]["Value"]) == b"#!/bin/sh\n"
    instance.update(
        instanceType="t3.small",
        vpcSecurityGroupIds=[groups[1].id],
        iamInstanceProfile=None,
        monitoring=False,
        metadataOptions={"httpTokens": "optional", "httpEndpoint": "enabled"},
        rootBlockDevice={"volumeSize": 30, "volumeType": "gp3", "encrypted": True},
        volumeTags={"of": "app"},
        tags={"Name": "app"},
    )
    assert (instance.outputs["instanceType"], instance.outputs["iamInstanceProfile"]) == ("t3.small", "")
    assert instance.outputs["rootBlockDevice"]["volumeSize"] == 30
    assert instance.outputs["rootBlockDevice"]["tags"] == {"of": "app"}
    assert world.imported(INSTANCE, instance.id)[1]["vpcSecurityGroupIds"] == [groups[1].id]
    lifecycle(instance)


def test_instance_drift_and_termination_by_hand(world: World, subnet: Live, image: str) -> None:
    instance = world.create(INSTANCE, ami=image, instanceType="t3.micro", subnetId=subnet.id)
    ec2 = world.client("ec2")
    ec2.modify_instance_attribute(InstanceId=instance.id, InstanceType={"Value": "m5.large"})
    assert instance.refresh() == {**instance.inputs, "instanceType": "m5.large"}
    ec2.terminate_instances(InstanceIds=[instance.id])
    assert instance.refresh() is None


def test_instance_with_a_public_address_and_one_from_a_template(
    world: World, subnet: Live, image: str
) -> None:
    public = world.create(
        INSTANCE, ami=image, instanceType="t3.micro", subnetId=subnet.id, associatePublicIpAddress=True
    )
    assert public.outputs["publicDns"].startswith("ec2-")
    template = world.create(
        "aws:ec2/launchTemplate:LaunchTemplate", name="i", imageId=image, instanceType="t3.nano"
    )
    made = world.create(
        INSTANCE, launchTemplate={"id": template.id, "version": "$Latest"}, subnetId=subnet.id
    )
    assert (made.outputs["ami"], made.outputs["instanceType"]) == (image, "t3.nano")
    assert made.outputs["tags"] == {}, "the tags that AWS puts there itself are nobody's to manage"
    for live in (public, made):
        lifecycle(live)


def test_what_replaces_an_instance(world: World, subnet: Live, image: str) -> None:
    instance = world.create(INSTANCE, ami=image, instanceType="t3.micro", subnetId=subnet.id)
    replacing = instance.adapter.replacing
    root, bigger = {"encrypted": True, "volumeSize": 8}, {"encrypted": True, "volumeSize": 9}
    assert "rootBlockDevice" not in replacing({"rootBlockDevice": root}, {"rootBlockDevice": bigger})
    assert "rootBlockDevice" in replacing(
        {"rootBlockDevice": root}, {"rootBlockDevice": {"encrypted": False}}
    )
    assert "userData" not in replacing({}, {"userData": "x"})
    assert "userData" in replacing({}, {"userData": "x", "userDataReplaceOnChange": True})
    assert "instanceType" not in replacing({}, {})


def test_volume_and_what_it_is_attached_to(world: World, subnet: Live, image: str) -> None:
    volume = world.create(
        "aws:ebs/volume:Volume", availabilityZone="us-east-1a", size=10, type="gp3", tags={"a": "b"}
    )
    assert volume.update(size=20, throughput=200)["size"] == 20
    instance = world.create(INSTANCE, ami=image, instanceType="t3.micro", subnetId=subnet.id)
    token = "aws:ec2/volumeAttachment:VolumeAttachment"
    attached = world.create(token, deviceName="/dev/sdh", volumeId=volume.id, instanceId=instance.id)
    assert world.imported(token, f"/dev/sdh:{volume.id}:{instance.id}")[0] == attached.id
    snapshot = world.create(
        "aws:ebs/snapshot:Snapshot", volumeId=volume.id, description="before", tags={"a": "b"}
    )
    assert snapshot.outputs["volumeSize"] == 20
    for live in (snapshot, attached, volume):
        lifecycle(live)


def test_encryption_by_default_is_switched_off_by_deletion(world: World) -> None:
    setting = world.create("aws:ebs/encryptionByDefault:EncryptionByDefault", enabled=True)
    assert setting.refresh() == {"enabled": True}
    setting.delete()
    assert setting.refresh() == {"enabled": False}


def test_network_interface_and_what_it_hangs_on(
    world: World, subnet: Live, groups: list[Live], image: str
) -> None:
    interface = world.create(
        INTERFACE,
        subnetId=subnet.id,
        privateIps=["10.0.1.50"],
        securityGroups=[groups[0].id],
        description="one",
        sourceDestCheck=False,
        tags={"a": "b"},
    )
    assert interface.outputs["privateDnsName"] == "ip-10-0-1-50.ec2.internal"
    interface.update(privateIps=["10.0.1.50", "10.0.1.51"], securityGroups=[groups[1].id], description="two")
    assert interface.outputs["privateIps"] == ["10.0.1.50", "10.0.1.51"]
    instance = world.create(INSTANCE, ami=image, instanceType="t3.micro", subnetId=subnet.id)
    attached = world.create(
        "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        networkInterfaceId=interface.id,
        instanceId=instance.id,
        deviceIndex=1,
    )
    token = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
    member = world.create(token, networkInterfaceId=interface.id, securityGroupId=groups[0].id)
    assert world.imported(token, f"{interface.id}_{groups[0].id}")[0] == member.id
    for live in (member, attached, interface):
        lifecycle(live)


def test_key_pair_whose_comment_means_nothing(world: World) -> None:
    form = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    public = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(*form).decode()
    pair = world.create(
        "aws:ec2/keyPair:KeyPair", keyName="ann", publicKey=f"{public} ann@home\n", tags={"a": "b"}
    )
    assert (pair.id, pair.outputs["keyType"]) == ("ann", "ed25519")
    assert pair.update(tags={"c": "d"})["tags"] == {"c": "d"}
    lifecycle(pair)


def test_placement_group(world: World) -> None:
    token = "aws:ec2/placementGroup:PlacementGroup"
    group = world.create(token, name="near", strategy="cluster", tags={"a": "b"})
    assert (group.id, group.outputs["placementGroupId"][:3]) == ("near", "pg-")
    assert group.update(tags={"c": "d"})["tags"] == {"c": "d"}
    assert world.imported(token, "near")[1]["strategy"] == "cluster"
    lifecycle(group)


def test_single_tag_of_any_resource(world: World, vpc: Live) -> None:
    tag = world.create("aws:ec2/tag:Tag", resourceId=vpc.id, key="owner", value="ann")
    assert tag.id == f"{vpc.id},owner"
    assert tag.update(value="bob")["value"] == "bob"
    assert world.imported("aws:ec2/tag:Tag", tag.id)[1] == tag.inputs
    lifecycle(tag)
