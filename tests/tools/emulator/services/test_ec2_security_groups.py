"""Security groups and their rules, in all the forms that a program may write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate
from tools.emulator.services._ec2_rules import as_blocks, normal_rules, rules_of

GROUP = "aws:ec2/securityGroup:SecurityGroup"
BLOCK = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
HTTPS = {
    "protocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrBlocks": ["0.0.0.0/0"],
    "description": "https",
}


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")


@pytest.fixture
def group(world: World, vpc: Live) -> Live:
    return world.create(GROUP, name="web", description="Web", vpcId=vpc.id)


def test_a_new_group_lets_nothing_out(world: World, group: Live) -> None:
    there = world.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert there["IpPermissionsEgress"] == []
    assert group.outputs["egress"] == []
    lifecycle(group)


def test_group_with_inline_rules(world: World, vpc: Live, group: Live) -> None:
    rules = [
        {**HTTPS, "cidrBlocks": ["0.0.0.0/0", "10.0.0.0/8"], "ipv6CidrBlocks": ["::/0"]},
        {"protocol": "6", "fromPort": 80, "toPort": 80, "securityGroups": [group.id], "self": True},
    ]
    every = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]
    other = world.create(
        GROUP, name="app", description="App", vpcId=vpc.id, ingress=rules, egress=every, tags={"a": "b"}
    )
    assert [block["protocol"] for block in other.outputs["ingress"]] == ["tcp", "tcp"]
    assert other.refresh() == other.inputs
    other.update(ingress=[{**HTTPS, "description": "changed"}])
    assert [block["description"] for block in other.outputs["ingress"]] == ["changed"]
    assert [block["cidrBlocks"] for block in other.outputs["egress"]] == [["0.0.0.0/0"]], (
        "egress is left alone"
    )
    assert world.imported(GROUP, other.id)[1]["ingress"] == other.outputs["ingress"]
    lifecycle(other)


def test_drift_of_inline_rules(world: World, vpc: Live) -> None:
    group = world.create(GROUP, name="web", description="Web", vpcId=vpc.id, ingress=[HTTPS])
    world.client("ec2").authorize_security_group_ingress(
        GroupId=group.id, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    refreshed = group.refresh()
    assert refreshed is not None
    assert sorted(block["fromPort"] for block in refreshed["ingress"]) == [22, 443]


@pytest.mark.parametrize("token", [INGRESS, EGRESS])
@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"cidrIpv4": "10.0.0.0/8"}, {"cidrIpv4": "10.1.0.0/16"}),
        ({"cidrIpv6": "::/0"}, {"cidrIpv6": "2001:db8::/32"}),
        ({"prefixListId": "pl-1"}, {"prefixListId": "pl-2"}),
        ({"cidrIpv4": "10.0.0.0/8"}, {"cidrIpv4": None, "cidrIpv6": "::/0"}),
    ],
)
def test_rule_of_its_own(
    world: World, group: Live, token: str, given: dict[str, Any], changed: dict[str, Any]
) -> None:
    common: dict[str, Any] = {
        "securityGroupId": group.id,
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
    }
    rule = world.create(token, **common, **given, description="web", tags={"a": "b"})
    assert rule.id.startswith("sgr-")
    assert rule.outputs["arn"].endswith(f":security-group-rule/{rule.id}")
    before = rule.id
    rule.update(**changed, toPort=444, description="more", tags={"c": "d"})
    assert rule.id == before, "it changes in place"
    assert (rule.outputs["toPort"], rule.outputs["description"], rule.outputs["tags"]) == (
        444,
        "more",
        {"c": "d"},
    )
    assert world.imported(token, rule.id)[1] == rule.inputs
    lifecycle(rule)


def test_rule_for_a_group_and_for_every_protocol(world: World, vpc: Live, group: Live) -> None:
    other = world.create(GROUP, name="app", description="App", vpcId=vpc.id)
    rule = world.create(
        INGRESS,
        securityGroupId=group.id,
        ipProtocol="-1",
        referencedSecurityGroupId=other.id,
        description="from app",
    )
    assert rule.outputs["referencedSecurityGroupId"] == other.id
    own = world.create(EGRESS, securityGroupId=group.id, ipProtocol="all", referencedSecurityGroupId=group.id)
    assert own.outputs["ipProtocol"] == "-1"
    for live in (rule, own):
        lifecycle(live)


def test_rule_drift(world: World, group: Live) -> None:
    rule = world.create(
        INGRESS, securityGroupId=group.id, ipProtocol="tcp", fromPort=443, toPort=443, cidrIpv4="10.0.0.0/8"
    )
    ec2 = world.client("ec2")
    wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"}
    ec2.modify_security_group_rules(
        GroupId=group.id, SecurityGroupRules=[{"SecurityGroupRuleId": rule.id, "SecurityGroupRule": wanted}]
    )
    refreshed = rule.refresh()
    assert refreshed is not None
    assert refreshed["cidrIpv4"] == "0.0.0.0/0"
    ec2.revoke_security_group_ingress(GroupId=group.id, SecurityGroupRuleIds=[rule.id])
    assert rule.refresh() is None


@pytest.mark.parametrize(
    ("source", "imported_as"),
    [
        ({"cidrBlocks": ["10.0.0.0/8", "172.16.0.0/12"]}, "10.0.0.0/8_172.16.0.0/12"),
        ({"ipv6CidrBlocks": ["::/0"]}, "::/0"),
        ({"self": True}, "self"),
    ],
)
def test_rule_as_a_block(world: World, group: Live, source: dict[str, Any], imported_as: str) -> None:
    common = {"securityGroupId": group.id, "type": "ingress", "protocol": "tcp", "fromPort": 22, "toPort": 22}
    rule = Live(world, BLOCK, world.place, {**common, "description": "ssh", **source}).create()
    assert rule.id.startswith("sgrule-")
    assert rule.update(description="admin")["description"] == "admin"
    resource_id, inputs = world.imported(BLOCK, f"{group.id}_ingress_tcp_22_22_{imported_as}")
    assert resource_id == rule.id
    assert {name: inputs[name] for name in source} == source
    lifecycle(rule)


def test_a_block_shows_what_is_left_of_it(world: World, group: Live) -> None:
    rule = world.create(
        BLOCK,
        securityGroupId=group.id,
        type="egress",
        protocol="tcp",
        fromPort=22,
        toPort=22,
        cidrBlocks=["10.0.0.0/8", "172.16.0.0/12"],
    )
    world.client("ec2").revoke_security_group_egress(
        GroupId=group.id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
    )
    refreshed = rule.refresh()
    assert refreshed is not None
    assert refreshed["cidrBlocks"] == ["172.16.0.0/12"]


def test_rules_of_strangers_are_taken_out(world: World, group: Live) -> None:
    common = {"securityGroupId": group.id, "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}
    ours = world.create(INGRESS, fromPort=1, toPort=1, **common)
    theirs = world.create(INGRESS, fromPort=2, toPort=2, **common)
    token = "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive"
    exclusive = world.create(token, securityGroupId=group.id, ingressRuleIds=[ours.id], egressRuleIds=[])
    assert (ours.refresh(), theirs.refresh()) == (ours.inputs, None)
    assert exclusive.refresh() == exclusive.inputs


def test_default_group_is_adopted_without_its_rules(world: World, vpc: Live) -> None:
    token = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    default = world.create(token, vpcId=vpc.id, tags={"Name": "closed"})
    assert default.id == vpc.outputs["defaultSecurityGroupId"]
    assert (default.outputs["ingress"], default.outputs["egress"]) == ([], [])
    assert default.refresh() == default.inputs
    assert world.imported(token, default.id)[1] == {"vpcId": vpc.id, "tags": {"Name": "closed"}}
    default.delete()
    assert default.refresh() is not None, "AWS's own group stays"


def test_aws_refuses_the_same_rule_with_another_description(world: World, group: Live) -> None:
    ec2 = world.client("ec2")
    for text in ("one", "two"):
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 1,
            "ToPort": 1,
            "UserIdGroupPairs": [{"GroupId": group.id, "Description": text}],
        }
        if text == "one":
            ec2.authorize_security_group_ingress(GroupId=group.id, IpPermissions=[rule])
        else:
            with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidPermission\.Duplicate"):
                ec2.authorize_security_group_ingress(GroupId=group.id, IpPermissions=[rule])


_PORTS = st.sampled_from([22, 80, 443])
_RULES = st.lists(
    st.fixed_dictionaries(
        {
            "protocol": st.sampled_from(["tcp", "6", "udp"]),
            "fromPort": _PORTS,
            "toPort": _PORTS,
            "cidrBlocks": st.lists(
                st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "0.0.0.0/0"]), unique=True
            ),
            "ipv6CidrBlocks": st.lists(st.just("::/0"), max_size=1),
            "self": st.booleans(),
            "description": st.sampled_from(["", "why"]),
        }
    ),
    max_size=4,
)


@given(_RULES, _RULES)
def test_blocks_are_the_rules_they_stand_for(
    blocks: list[dict[str, Any]], there: list[dict[str, Any]]
) -> None:
    """However the rules that are there are grouped for the program, they are exactly those rules."""
    single = list(dict.fromkeys(rule for block in there for rule in rules_of(block)))
    shown = as_blocks(single, blocks)
    assert {rule for block in shown for rule in rules_of(block)} == set(single)


@given(_RULES)
def test_splitting_a_block_changes_nothing(blocks: list[dict[str, Any]]) -> None:
    split = [
        {**block, "cidrBlocks": [cidr], "ipv6CidrBlocks": [], "self": False}
        for block in blocks
        for cidr in block["cidrBlocks"]
    ]
    rest = [{**block, "cidrBlocks": []} for block in blocks]
    assert normal_rules([*rest, *split]) == normal_rules(blocks)
