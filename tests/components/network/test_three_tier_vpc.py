"""The whole network, as the engine would get it."""

from __future__ import annotations

import json
from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import ACCOUNT, Recording, run

RANGE = {"cidr_block": "10.0.0.0/16"}


def build(
    name: str = "main", region: str = "us-east-1", partition: str = "aws", **settings: Any
) -> Recording:
    """Build one network from settings."""
    settings = settings if "ipv4_ipam" in settings else {**RANGE, **settings}
    args = ThreeTierVpcArgs.read(settings, name)
    return run(lambda: (ThreeTierVpc(name, args), None)[1], region=region, partition=partition)


def keys(recording: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one.type, one.name): one.inputs for one in recording.resources}


def routes(recording: Recording) -> dict[str, dict[str, Any]]:
    return {one.name: one.inputs for one in recording.named("Route").values()}


def test_subnets_of_three_tiers_in_three_zones() -> None:
    subnets = build().named("Subnet")
    assert set(subnets) == {
        f"main-{tier}-{zone}" for tier in ("public", "application", "data") for zone in "abc"
    }
    assert subnets["main-application-b"].inputs["cidrBlock"] == "10.0.36.0/22"
    assert subnets["main-application-b"].inputs["availabilityZone"] == "us-east-1b"
    assert all(one.inputs["mapPublicIpOnLaunch"] is False for one in subnets.values())


def test_adding_a_zone_and_a_tier_changes_no_existing_subnet_route_or_group() -> None:
    before = keys(build(zones=["a", "c"]))
    tiers = {"batch": {"role": "private", "slot": 5}}
    after = keys(build(zones=["c", "b", "a"], tiers=tiers))
    shared = {"networkAcl:NetworkAcl", "subnetGroup:SubnetGroup", "vpcEndpoint:VpcEndpoint"}
    for key, inputs in before.items():
        if key[0].split("/")[-1] not in shared:
            assert after[key] == inputs, key


def test_dropping_a_zone_leaves_the_names_of_the_others() -> None:
    assert set(keys(build(zones=["a", "c"]))) < set(keys(build(zones=["a", "b", "c"])))


def test_each_tier_goes_out_its_own_way() -> None:
    found = routes(build())
    assert found["main-public-a-internet"]["gatewayId"] == "main-internet-id"
    assert found["main-application-b-internet"]["natGatewayId"] == "main-nat-b-id"
    assert not [name for name in found if "-data-" in name]


def test_one_nat_gateway_for_all_zones() -> None:
    recording = build(nat={"mode": "single", "zone": "b"})
    assert set(recording.named("NatGateway")) == {"main-nat-b"}
    targets = {
        inputs.get("natGatewayId") for name, inputs in routes(recording).items() if "-application-" in name
    }
    assert targets == {"main-nat-b-id"}
    assert set(recording.named("Eip")) == {"main-nat-b"}


def test_no_nat_gateway() -> None:
    recording = build(nat={"mode": "none"})
    assert not recording.named("NatGateway")
    assert not [name for name in routes(recording) if "-application-" in name]


def test_a_regional_nat_gateway_needs_no_public_tier() -> None:
    tiers: dict[str, Any] = {"public": None, "application": {"reachable_from": []}}
    recording = build(nat={"mode": "regional"}, tiers=tiers)
    nat = recording.only("NatGateway")
    assert nat.inputs["availabilityMode"] == "regional"
    assert nat.inputs["vpcId"] == "main-vpc-id"
    assert "subnetId" not in nat.inputs
    assert recording.named("InternetGateway")
    assert routes(recording)["main-application-c-internet"]["natGatewayId"] == "main-nat-id"


def test_own_addresses_of_a_regional_nat_gateway() -> None:
    nat = build(nat={"mode": "regional", "allocation_ids": {"a": ["eipalloc-1", "eipalloc-2"]}}).only(
        "NatGateway"
    )
    assert nat.inputs["availabilityZoneAddresses"] == [
        {"allocationIds": ["eipalloc-1", "eipalloc-2"], "availabilityZone": "us-east-1a"}
    ]


def test_own_addresses_by_zone() -> None:
    recording = build(nat={"allocation_ids": {"a": "eipalloc-1", "b": ["eipalloc-2", "eipalloc-3"]}})
    gateways = {name: one.inputs for name, one in recording.named("NatGateway").items()}
    assert gateways["main-nat-a"]["allocationId"] == "eipalloc-1"
    assert gateways["main-nat-b"]["secondaryAllocationIds"] == ["eipalloc-3"]
    assert gateways["main-nat-c"]["allocationId"] == "main-nat-c-id"
    assert set(recording.named("Eip")) == {"main-nat-c"}


def test_private_nat_gateways_have_no_address_and_take_only_their_destinations() -> None:
    tiers = {"transit": {"role": "private", "slot": 3}}
    nat = {"connectivity": "private", "tier": "transit", "destinations": ["10.8.0.0/16"]}
    recording = build(tiers=tiers, nat=nat)
    gateway = recording.named("NatGateway")["main-nat-a"].inputs
    assert gateway["connectivityType"] == "private"
    assert gateway["subnetId"] == "main-transit-a-id"
    assert "allocationId" not in gateway
    found = routes(recording)
    assert found["main-application-a-10.8.0.0_16"]["natGatewayId"] == "main-nat-a-id"
    assert not [name for name in found if "-transit-" in name]


def test_dual_stack() -> None:
    recording = build(ipv6="amazon", zones=["a", "b"])
    assert recording.only("Vpc").inputs["assignGeneratedIpv6CidrBlock"] is True
    subnets = recording.named("Subnet")
    assert subnets["main-application-b"].inputs["ipv6CidrBlock"] == "2001:db8:1200:9::/64"
    found = routes(recording)
    assert found["main-public-a-internet6"]["gatewayId"] == "main-internet-id"
    assert found["main-application-a-internet6"]["egressOnlyGatewayId"] == "main-egressonly-id"
    assert not [name for name in found if "-data-" in name]
    acl = recording.named("NetworkAcl")["main-data"].inputs
    blocks = {rule.get("ipv6CidrBlock") or rule["cidrBlock"] for rule in acl["ingress"] + acl["egress"]}
    assert blocks == {"10.0.32.0/19", "2001:db8:1200:8::/61"}


def test_ipv6_only_subnets_with_dns64() -> None:
    recording = build(ipv6="amazon", tiers={"application": {"ipv6_only": True, "dns64": True}})
    subnet = recording.named("Subnet")["main-application-a"].inputs
    assert "cidrBlock" not in subnet
    assert subnet["ipv6Native"] is True
    assert subnet["enableDns64"] is True
    assert subnet["privateDnsHostnameTypeOnLaunch"] == "resource-name"
    found = routes(recording)
    assert found["main-application-a-nat64"]["natGatewayId"] == "main-nat-a-id"
    assert "main-application-a-internet" not in found


def test_a_pool_chooses_the_range_and_subnets_follow_it() -> None:
    recording = build(ipv4_ipam={"pool_id": "ipam-pool-1", "netmask_length": 16})
    vpc = recording.only("Vpc").inputs
    assert (vpc["ipv4IpamPoolId"], vpc["ipv4NetmaskLength"]) == ("ipam-pool-1", 16)
    assert "cidrBlock" not in vpc
    assert recording.named("Subnet")["main-data-a"].inputs["cidrBlock"] == "10.77.64.0/22"


def test_secondary_ranges() -> None:
    tiers = {"pods": {"role": "private", "slot": 0, "mask": 19, "range": "pods"}}
    recording = build(secondary_cidr_blocks={"pods": "100.64.0.0/16"}, tiers=tiers)
    assert recording.only("VpcIpv4CidrBlockAssociation").inputs["cidrBlock"] == "100.64.0.0/16"
    subnet = recording.named("Subnet")["main-pods-b"]
    assert subnet.inputs["cidrBlock"] == "100.64.32.0/19"
    assert any("VpcIpv4CidrBlockAssociation" in urn for urn in subnet.dependencies)


def test_no_two_subnets_overlap() -> None:
    networks = [
        ip_network(one.inputs["cidrBlock"]) for one in build(zones=list("abcdef")).named("Subnet").values()
    ]
    assert not [pair for pair in combinations(networks, 2) if pair[0].overlaps(pair[1])]


def test_flow_logs_are_encrypted_and_kept() -> None:
    recording = build()
    group = recording.only("LogGroup").inputs
    assert group["retentionInDays"] == 365
    assert group["kmsKeyId"].endswith("key") or "kms" in group["kmsKeyId"]
    log = recording.only("FlowLog").inputs
    assert (log["trafficType"], log["vpcId"]) == ("ALL", "main-vpc-id")
    trust = json.loads(recording.only("Role").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": ["vpc-flow-logs.amazonaws.com"]}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    policy = json.loads(recording.only("RolePolicy").inputs["policy"])
    everywhere = [
        action for item in policy["Statement"] if "*" in item["Resource"] for action in item["Action"]
    ]
    assert everywhere == ["logs:DescribeLogGroups"]  # AWS takes no resource for it
    key_policy = json.loads(recording.only("Key").inputs["policy"])
    context = key_policy["Statement"][1]["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert context == f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group['name']}"


def test_flow_logs_to_a_bucket_need_neither_role_nor_key() -> None:
    recording = build(flow_logs={"destination": "s3", "destination_arn": "arn:aws:s3:::logs"})
    log = recording.only("FlowLog").inputs
    assert (log["logDestinationType"], log["logDestination"]) == ("s3", "arn:aws:s3:::logs")
    assert log["destinationOptions"]["fileFormat"] == "parquet"
    assert not recording.named("Role")
    assert not recording.named("Key")


def test_flow_logs_with_a_key_of_ones_own() -> None:
    recording = build(flow_logs={"key_arn": "arn:aws:kms:us-east-1:111111111111:key/1"})
    assert recording.only("LogGroup").inputs["kmsKeyId"] == "arn:aws:kms:us-east-1:111111111111:key/1"
    assert not recording.named("Key")


def test_flow_logs_can_be_left_out() -> None:
    assert not build(flow_logs={"destination": "none"}).named("FlowLog")


def test_what_aws_puts_into_a_vpc_is_locked() -> None:
    recording = build()
    group = recording.only("DefaultSecurityGroup").inputs
    assert not group.get("ingress")
    assert not group.get("egress")
    acl = recording.only("DefaultNetworkAcl")
    assert (acl.inputs["defaultNetworkAclId"], acl.ignore_changes) == ("acl-default", ("subnetIds",))
    assert recording.only("DefaultRouteTable").inputs["routes"] == []


def test_groups_refer_to_groups() -> None:
    recording = build(tiers={"public": {"reachable_from": ["internet"]}}, endpoints={"interface": ["ssm"]})
    ingress = {name: one.inputs for name, one in recording.named("SecurityGroupIngressRule").items()}
    data = ingress["main-data-from-application-tcp5432"]
    assert (data["securityGroupId"], data["referencedSecurityGroupId"]) == (
        "main-data-id",
        "main-application-id",
    )
    assert ingress["main-public-from-internet-tcp443"]["cidrIpv4"] == "0.0.0.0/0"
    by_address = [name for name, rule in ingress.items() if "cidrIpv4" in rule or "cidrIpv6" in rule]
    assert sorted(by_address) == ["main-public-from-internet-tcp443", "main-public-from-internet-tcp80"]
    egress = {name: one.inputs for name, one in recording.named("SecurityGroupEgressRule").items()}
    assert egress["main-application-to-s3-tcp443"]["prefixListId"] == "pl-main-endpoint-s3"
    assert not [name for name in egress if name.startswith("main-data-")]


def test_gateway_endpoints_belong_to_this_account() -> None:
    recording = build()
    s3 = recording.named("VpcEndpoint")["main-endpoint-s3"].inputs
    assert s3["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert s3["routeTableIds"] == [f"main-application-{zone}-id" for zone in "abc"]
    own, old_signatures, aws_owned = json.loads(s3["policy"])["Statement"]
    assert own["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:ResourceAccount": ACCOUNT,
    }
    assert (old_signatures["Effect"], old_signatures["Principal"]) == ("Deny", "*")
    assert old_signatures["Condition"] == {"StringEquals": {"s3:signatureversion": "AWS"}}
    assert aws_owned["Action"] == ["s3:GetObject"]
    assert "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*" in aws_owned["Resource"]


def test_interface_endpoints_of_an_organization() -> None:
    endpoints = {
        "interface": ["ssm", "ecr.api", "kms"],
        "trust": "organization",
        "organization_id": "o-example",
        "policies": {"ssm": "{}"},
    }
    recording = build(endpoints=endpoints)
    found = {name: one.inputs for name, one in recording.named("VpcEndpoint").items()}
    assert found["main-endpoint-ecrapi"]["serviceName"] == "com.amazonaws.us-east-1.ecr.api"
    assert found["main-endpoint-ecrapi"]["securityGroupIds"] == ["main-endpoints-id"]
    assert found["main-endpoint-ecrapi"]["privateDnsEnabled"] is True
    assert found["main-endpoint-ssm"]["policy"] == "{}"
    conditions = json.loads(found["main-endpoint-kms"]["policy"])["Statement"][0]["Condition"]["StringEquals"]
    assert conditions == {"aws:PrincipalOrgID": "o-example", "aws:ResourceOrgID": "o-example"}


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, "ipv4"),
        ({"ipv6": "amazon"}, "ipv4"),
        (
            {"ipv6": "amazon", "endpoints": {"interface": ["ssm"], "ip_address_type": "dualstack"}},
            "dualstack",
        ),
        ({"ipv6": "amazon", "tiers": {"application": {"ipv6_only": True}}}, "ipv6"),
    ],
)
def test_interface_endpoints_have_the_addresses_of_their_tier(settings: dict[str, Any], kind: str) -> None:
    recording = build(**{"endpoints": {"interface": ["ssm"]}, **settings})
    assert recording.named("VpcEndpoint")["main-endpoint-ssm"].inputs["ipAddressType"] == kind


def test_no_endpoints() -> None:
    recording = build(endpoints={"gateway": []})
    assert not recording.named("VpcEndpoint")


def test_block_public_access_lets_the_public_tier_through() -> None:
    recording = build(block_public_access={"mode": "block-bidirectional", "exclusion": "allow-bidirectional"})
    assert (
        recording.only("VpcBlockPublicAccessOptions").inputs["internetGatewayBlockMode"]
        == "block-bidirectional"
    )
    exclusions = recording.named("VpcBlockPublicAccessExclusion")
    assert {one.inputs["subnetId"] for one in exclusions.values()} == {
        f"main-public-{zone}-id" for zone in "abc"
    }


def test_encryption_is_watched_or_enforced_with_exclusions_for_what_is_there() -> None:
    assert build(encryption_control="monitor").only("VpcEncryptionControl").inputs["mode"] == "monitor"
    enforced = build(encryption_control="enforce", ipv6="amazon").only("VpcEncryptionControl").inputs
    assert enforced["internetGatewayExclusion"] == "enable"
    assert enforced["natGatewayExclusion"] == "enable"
    assert enforced["egressOnlyInternetGatewayExclusion"] == "enable"
    assert not build().named("VpcEncryptionControl")


def test_dhcp_options() -> None:
    recording = build(dhcp={"domain_name": "corp.example.com"})
    assert recording.only("VpcDhcpOptions").inputs["domainNameServers"] == ["AmazonProvidedDNS"]
    assert recording.only("VpcDhcpOptionsAssociation").inputs["vpcId"] == "main-vpc-id"


def test_transit_gateway_and_routes_of_ones_own() -> None:
    tiers = {"data": {"routes": [{"destination": "10.9.0.0/16", "vpc_peering_connection_id": "pcx-1"}]}}
    recording = build(transit_gateway={"id": "tgw-1", "destinations": ["10.8.0.0/16", "pl-1"]}, tiers=tiers)
    assert recording.only("VpcAttachment").inputs["subnetIds"] == [f"main-application-{z}-id" for z in "abc"]
    found = recording.named("Route")
    assert found["main-application-a-10.8.0.0_16"].inputs["transitGatewayId"] == "tgw-1"
    assert found["main-application-a-pl1"].inputs["destinationPrefixListId"] == "pl-1"
    assert any("VpcAttachment" in urn for urn in found["main-application-a-pl1"].dependencies)
    assert found["main-data-a-10.9.0.0_16"].inputs["vpcPeeringConnectionId"] == "pcx-1"


def test_subnet_groups_of_the_data_tier() -> None:
    recording = build()
    groups = [one for one in recording.resources if one.type.endswith("subnetGroup:SubnetGroup")]
    assert sorted(one.type.split(":")[1].split("/")[0] for one in groups) == ["elasticache", "rds"]
    assert all(one.inputs["subnetIds"] == [f"main-data-{zone}-id" for zone in "abc"] for one in groups)


def test_region_of_the_component_reaches_every_child() -> None:
    recording = build(region="eu-west-1")
    assert "region" not in recording.only("Vpc").inputs
    args = ThreeTierVpcArgs.read({**RANGE, "region": "eu-central-1", "ipv6": "amazon"}, "main")
    elsewhere = run(lambda: (ThreeTierVpc("main", args), None)[1])
    regional = [one for one in elsewhere.resources if one.custom and ":iam/" not in one.type]
    assert {one.inputs.get("region") for one in regional} == {"eu-central-1"}
    assert elsewhere.named("Subnet")["main-data-a"].inputs["availabilityZone"] == "eu-central-1a"
    assert (
        elsewhere.named("VpcEndpoint")["main-endpoint-s3"].inputs["serviceName"].split(".")[2]
        == "eu-central-1"
    )


def test_china() -> None:
    recording = build(region="cn-north-1", partition="aws-cn", endpoints={"interface": ["logs", "ec2"]})
    texts = json.dumps([one.inputs for one in recording.resources])
    assert "arn:aws:" not in texts
    endpoints = {name: one.inputs["serviceName"] for name, one in recording.named("VpcEndpoint").items()}
    assert endpoints["main-endpoint-ec2"] == "cn.com.amazonaws.cn-north-1.ec2"
    assert endpoints["main-endpoint-logs"] == "com.amazonaws.cn-north-1.logs"
    assert "logs.cn-north-1.amazonaws.com.cn" in texts


def test_zones_by_id() -> None:
    recording = build(zones=["use1-az1", "use1-az4"])
    subnet = recording.named("Subnet")["main-public-az4"].inputs
    assert subnet["availabilityZoneId"] == "use1-az4"
    assert "availabilityZone" not in subnet
    assert subnet["cidrBlock"] == "10.0.12.0/22"


def test_a_zone_that_the_region_does_not_have() -> None:
    args = ThreeTierVpcArgs.read({**RANGE, "zones": ["a", "b"]}, "main")
    message = r"^main\.zones: this account has no zone 'us-west-1b' in us-west-1; zones there: us-west-1a, us-west-1c$"
    with pytest.raises(pulumi.RunError, match=message):
        run(lambda: (ThreeTierVpc("main", args), None)[1], region="us-west-1", letters="ac")


def test_several_networks_in_one_stack_share_no_urn() -> None:
    settings = {**RANGE, "ipv6": "amazon", "endpoints": {"interface": ["ssm"]}}
    args = ThreeTierVpcArgs.read(settings, "net")

    def program() -> None:
        for name in ("a", "a-b", "a-b-c", "a-public", "public"):
            ThreeTierVpc(name, args)

    urns = [one.urn for one in run(program).resources]
    assert len(urns) == len(set(urns))


def test_the_provider_of_the_component_is_that_of_its_children() -> None:
    args = ThreeTierVpcArgs.read(RANGE, "main")

    def program() -> None:
        other = aws.Provider("other", region="eu-west-1")
        ThreeTierVpc("main", args, pulumi.ResourceOptions(providers=[other]))

    children = [one for one in run(program).resources if one.type.startswith("aws:")]
    assert children
    assert all("::other::" in one.provider for one in children)


def test_tiers_of_the_object() -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        args = ThreeTierVpcArgs.read({**RANGE, "tiers": {"data": {"subnet_groups": False}}}, "main")
        network = ThreeTierVpc("main", args)
        seen["zones"] = network.zones, network.data.zones
        seen["ports"] = str(network.application.ports[0])
        with pytest.raises(ComponentError, match="there is no tier 'dta'; did you mean 'data'"):
            network.tier("dta")
        with pytest.raises(ComponentError, match="has no subnet groups"):
            _ = network.db_subnet_group
        with pytest.raises(ComponentError, match="has no subnet groups"):
            _ = network.cache_subnet_group
        assert network.ready

    run(program)
    assert seen == {"zones": (["a", "b", "c"], ["a", "b", "c"]), "ports": "tcp/8080"}
