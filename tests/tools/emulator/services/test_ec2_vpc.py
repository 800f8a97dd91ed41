"""VPCs, their address ranges and DHCP options, their controls, and IPAM."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator import emulated as running
from tools.emulator.gate import Gate

VPC = "aws:ec2/vpc:Vpc"


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create(VPC, cidrBlock="10.0.0.0/16", enableDnsSupport=True, tags={"Name": "main"})


def test_vpc_from_creation_to_deletion(world: World, vpc: Live) -> None:
    account = world.place.account
    assert vpc.outputs["arn"] == f"arn:aws:ec2:us-east-1:{account}:vpc/{vpc.id}"
    assert vpc.outputs["enableDnsSupport"] is True
    assert not vpc.outputs["enableDnsHostnames"]
    assert vpc.outputs["mainRouteTableId"].startswith("rtb-")
    assert vpc.outputs["defaultNetworkAclId"].startswith("acl-")
    assert vpc.outputs["defaultSecurityGroupId"].startswith("sg-")
    vpc.update(enableDnsHostnames=True, tags={"Name": "other"})
    assert vpc.outputs["enableDnsHostnames"] is True
    assert vpc.outputs["tags"] == {"Name": "other"}
    lifecycle(vpc)


def test_vpc_drift_of_an_attribute_and_of_tags(world: World, vpc: Live) -> None:
    ec2 = world.client("ec2")
    ec2.modify_vpc_attribute(VpcId=vpc.id, EnableDnsSupport={"Value": False})
    ec2.create_tags(Resources=[vpc.id], Tags=[{"Key": "by", "Value": "hand"}])
    refreshed = vpc.refresh()
    assert refreshed is not None
    assert refreshed["enableDnsSupport"] is False
    assert refreshed["tags"] == {"Name": "main", "by": "hand"}


def test_vpc_ipv6_range_comes_and_goes_in_place(vpc: Live) -> None:
    with_range = vpc.update(assignGeneratedIpv6CidrBlock=True)
    assert with_range["ipv6CidrBlock"].endswith("/56")
    assert with_range["ipv6AssociationId"].startswith("vpc-cidr-assoc-")
    assert vpc.update(assignGeneratedIpv6CidrBlock=False)["ipv6CidrBlock"] == ""


def test_vpc_tenancy_replaces_in_one_direction_only(vpc: Live) -> None:
    adapter = vpc.adapter
    assert "instanceTenancy" not in adapter.replacing(
        {"instanceTenancy": "dedicated"}, {"instanceTenancy": "default"}
    )
    assert "instanceTenancy" in adapter.replacing(
        {"instanceTenancy": "default"}, {"instanceTenancy": "dedicated"}
    )


def test_import_of_a_vpc(world: World, vpc: Live) -> None:
    assert world.imported(VPC, vpc.id) == (vpc.id, {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "main"}})


def test_a_vpc_waits_for_what_is_deleted_at_the_same_time(
    world: World, vpc: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    subnet = world.create("aws:ec2/subnet:Subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24")
    monkeypatch.setattr("tools.emulator.emulated.time.sleep", lambda _: subnet.delete())
    vpc.delete()
    assert vpc.refresh() is None


def test_a_vpc_that_others_still_use_is_refused(
    world: World, vpc: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PATIENCE", ())
    world.create("aws:ec2/subnet:Subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24")
    with pytest.raises(ClientError, match="DependencyViolation"):
        vpc.delete()


@pytest.mark.parametrize(
    ("token", "inputs", "key"),
    [
        (
            "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
            {"cidrBlock": "10.1.0.0/16"},
            "cidrBlock",
        ),
        (
            "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
            {"assignGeneratedIpv6CidrBlock": True},
            "ipv6CidrBlock",
        ),
    ],
)
def test_further_range(world: World, vpc: Live, token: str, inputs: dict[str, Any], key: str) -> None:
    there = world.create(token, vpcId=vpc.id, **inputs)
    assert there.id.startswith("vpc-cidr-assoc-")
    assert there.outputs[key]
    resource_id, imported = world.imported(token, there.id)
    assert (resource_id, imported["vpcId"]) == (there.id, vpc.id)
    lifecycle(there)


def test_dhcp_options_and_their_use(world: World, vpc: Live) -> None:
    token = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
    options = world.create(
        "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
        domainName="corp.test",
        domainNameServers=["AmazonProvidedDNS"],
        ipv6AddressPreferredLeaseTime="140",
        tags={"Name": "first"},
    )
    second = world.create("aws:ec2/vpcDhcpOptions:VpcDhcpOptions", domainName="other.test")
    used = world.create(token, vpcId=vpc.id, dhcpOptionsId=options.id)
    assert used.id == f"{options.id}-{vpc.id}"
    assert world.imported(token, vpc.id)[0] == used.id
    with pytest.raises(ClientError, match="DependencyViolation"):
        world.client("ec2").delete_dhcp_options(DhcpOptionsId=options.id)
    used.update(dhcpOptionsId=second.id)
    assert world.client("ec2").describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]["DhcpOptionsId"] == second.id
    lifecycle(options)
    assert used.refresh() == {"vpcId": vpc.id, "dhcpOptionsId": second.id}
    used.delete()
    lifecycle(second)


def test_block_public_access_is_switched_off_by_deletion(world: World) -> None:
    token = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"
    block = world.create(token, internetGatewayBlockMode="block-ingress")
    assert block.id == "us-east-1"
    assert block.outputs["awsAccountId"] == world.place.account
    block.update(internetGatewayBlockMode="block-bidirectional")
    assert block.refresh() == {"internetGatewayBlockMode": "block-bidirectional"}
    block.delete()
    assert block.refresh() == {"internetGatewayBlockMode": "off"}


def test_exclusion_of_a_vpc_from_blocking(world: World, vpc: Live) -> None:
    token = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion"
    exclusion = world.create(
        token, vpcId=vpc.id, internetGatewayExclusionMode="allow-egress", tags={"a": "b"}
    )
    assert exclusion.outputs["resourceArn"] == vpc.outputs["arn"]
    exclusion.update(internetGatewayExclusionMode="allow-bidirectional", tags={"c": "d"})
    assert exclusion.outputs["tags"] == {"c": "d"}
    assert world.imported(token, exclusion.id)[1]["vpcId"] == vpc.id
    lifecycle(exclusion)


def test_encryption_control(world: World, vpc: Live) -> None:
    control = world.create("aws:ec2/vpcEncryptionControl:VpcEncryptionControl", vpcId=vpc.id, mode="monitor")
    assert control.outputs["resourceExclusions"]["natGateway"]["state"] == "disabled"
    control.update(mode="enforce", natGatewayExclusion="enable")
    assert control.outputs["resourceExclusions"]["natGateway"]["state"] == "enabled"
    world.client("ec2").modify_vpc_encryption_control(VpcEncryptionControlId=control.id, Mode="monitor")
    refreshed = control.refresh()
    assert refreshed is not None
    assert refreshed["mode"] == "monitor"
    control.inputs = refreshed
    lifecycle(control)


def test_a_vpc_takes_its_range_from_a_pool(world: World) -> None:
    ipam = world.create("aws:ec2/vpcIpam:VpcIpam", operatingRegions=[{"regionName": "us-east-1"}])
    scope = ipam.outputs["privateDefaultScopeId"]
    pool = world.create(
        "aws:ec2/vpcIpamPool:VpcIpamPool",
        addressFamily="ipv4",
        ipamScopeId=scope,
        locale="us-east-1",
        tags={"a": "b"},
    )
    whole = world.create("aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", ipamPoolId=pool.id, cidr="10.0.0.0/8")
    assert whole.id == f"10.0.0.0/8_{pool.id}"
    taken = world.create(
        "aws:ec2/vpcIpamPoolCidrAllocation:VpcIpamPoolCidrAllocation", ipamPoolId=pool.id, netmaskLength=16
    )
    vpc = world.create(VPC, ipv4IpamPoolId=pool.id, ipv4NetmaskLength=16)
    second = world.create(VPC, ipv4IpamPoolId=pool.id, ipv4NetmaskLength=16)
    ranges = [taken.outputs["cidr"], vpc.outputs["cidrBlock"], second.outputs["cidrBlock"]]
    assert ranges == ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"]
    vpc.delete()
    again = world.create(VPC, ipv4IpamPoolId=pool.id, ipv4NetmaskLength=16)
    assert again.outputs["cidrBlock"] == "10.1.0.0/16", "a deleted VPC gives its range back"
    for live in (again, second, taken, whole, pool, ipam):
        lifecycle(live)


def test_a_child_pool_takes_from_its_parent_and_a_full_pool_says_so(world: World) -> None:
    ipam = world.create("aws:ec2/vpcIpam:VpcIpam", operatingRegions=[{"regionName": "us-east-1"}])
    scope = world.create("aws:ec2/vpcIpamScope:VpcIpamScope", ipamId=ipam.id, description="lab")
    token, given = "aws:ec2/vpcIpamPool:VpcIpamPool", {"addressFamily": "ipv4", "ipamScopeId": scope.id}
    parent = world.create(token, **given)
    world.create("aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", ipamPoolId=parent.id, cidr="10.0.0.0/23")
    child = world.create(token, **given, sourceIpamPoolId=parent.id)
    assert child.outputs["poolDepth"] == 2
    first = world.create("aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", ipamPoolId=child.id, netmaskLength=24)
    assert first.outputs["cidr"] == "10.0.0.0/24"
    with pytest.raises(Exception, match="has no free range of length /23"):
        world.create("aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", ipamPoolId=child.id, netmaskLength=23)
    preview = world.create(
        "aws:ec2/vpcIpamPreviewNextCidr:VpcIpamPreviewNextCidr", ipamPoolId=parent.id, netmaskLength=25
    )
    assert preview.outputs["cidr"] == "10.0.1.0/25"
