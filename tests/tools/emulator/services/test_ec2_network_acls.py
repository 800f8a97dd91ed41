"""Network ACLs and their rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate
from tools.emulator.services.ec2_network_acls import normal_rules, protocol_number

ACL = "aws:ec2/networkAcl:NetworkAcl"
RULE = "aws:ec2/networkAclRule:NetworkAclRule"
HTTPS = {
    "ruleNo": 100,
    "action": "allow",
    "protocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrBlock": "0.0.0.0/0",
}
NONE6 = {
    "ruleNo": 200,
    "action": "deny",
    "protocol": "-1",
    "fromPort": 0,
    "toPort": 0,
    "ipv6CidrBlock": "::/0",
}


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


def test_acl_with_its_rules_and_subnets(world: World, vpc: Live, subnet: Live) -> None:
    acl = world.create(
        ACL, vpcId=vpc.id, ingress=[HTTPS, NONE6], egress=[NONE6], subnetIds=[subnet.id], tags={"a": "b"}
    )
    assert [rule["protocol"] for rule in acl.outputs["ingress"]] == ["6", "-1"], (
        "AWS speaks of protocols by number"
    )
    assert acl.refresh() == acl.inputs, "the program's spelling of a protocol is no drift"
    acl.update(ingress=[{**HTTPS, "action": "deny"}], egress=[])
    assert [(rule["ruleNo"], rule["action"]) for rule in acl.outputs["ingress"]] == [(100, "deny")]
    assert acl.outputs["egress"] == []
    assert world.imported(ACL, acl.id)[1]["subnetIds"] == [subnet.id]
    lifecycle(acl)


def test_acl_drift(world: World, vpc: Live) -> None:
    acl = world.create(ACL, vpcId=vpc.id, ingress=[HTTPS])
    world.client("ec2").create_network_acl_entry(
        NetworkAclId=acl.id,
        RuleNumber=50,
        Egress=False,
        Protocol="-1",
        RuleAction="allow",
        CidrBlock="0.0.0.0/0",
    )
    refreshed = acl.refresh()
    assert refreshed is not None
    assert sorted(rule["ruleNo"] for rule in refreshed["ingress"]) == [50, 100]


def test_a_deleted_acl_leaves_its_subnets_to_the_default(world: World, vpc: Live, subnet: Live) -> None:
    acl = world.create(ACL, vpcId=vpc.id, subnetIds=[subnet.id])
    acl.delete()
    found = world.client("ec2").describe_network_acls(NetworkAclIds=[vpc.outputs["defaultNetworkAclId"]])
    assert [there["SubnetId"] for there in found["NetworkAcls"][0]["Associations"]] == [subnet.id]


def test_default_acl_is_adopted_without_its_rules(world: World, vpc: Live) -> None:
    default = world.create(
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", defaultNetworkAclId=vpc.outputs["defaultNetworkAclId"]
    )
    assert (default.outputs["ingress"], default.outputs["egress"]) == ([], [])
    default.update(ingress=[HTTPS])
    assert [rule["ruleNo"] for rule in default.outputs["ingress"]] == [100]
    assert default.refresh() == default.inputs
    default.delete()
    assert default.refresh() is not None


@pytest.mark.parametrize(
    "inputs",
    [
        {"ruleNumber": 100, "protocol": "udp", "fromPort": 53, "toPort": 53, "cidrBlock": "10.0.0.0/8"},
        {"ruleNumber": 110, "protocol": "-1", "cidrBlock": "10.0.0.0/8", "egress": True},
        {"ruleNumber": 120, "protocol": "icmp", "icmpType": -1, "icmpCode": -1, "cidrBlock": "10.0.0.0/8"},
        {"ruleNumber": 130, "protocol": "6", "fromPort": 0, "toPort": 65535, "ipv6CidrBlock": "::/0"},
    ],
)
def test_rule_of_its_own(world: World, vpc: Live, inputs: dict[str, Any]) -> None:
    acl = world.create(ACL, vpcId=vpc.id)
    rule = world.create(RULE, networkAclId=acl.id, ruleAction="allow", **inputs)
    assert rule.id.startswith("nacl-")
    egress = str(inputs.get("egress", False)).lower()
    resource_id, imported = world.imported(
        RULE, f"{acl.id}:{inputs['ruleNumber']}:{inputs['protocol']}:{egress}"
    )
    assert resource_id == rule.id
    assert imported["ruleNumber"] == inputs["ruleNumber"]
    lifecycle(rule)


def test_association_of_its_own(world: World, vpc: Live, subnet: Live) -> None:
    acl = world.create(ACL, vpcId=vpc.id)
    joined = world.create(
        "aws:ec2/networkAclAssociation:NetworkAclAssociation", networkAclId=acl.id, subnetId=subnet.id
    )
    assert joined.id.startswith("aclassoc-")
    assert acl.refresh() == acl.inputs
    lifecycle(joined)


_BLOCKS = st.lists(
    st.fixed_dictionaries(
        {
            "ruleNo": st.integers(1, 32766),
            "action": st.sampled_from(["allow", "deny", "ALLOW"]),
            "protocol": st.sampled_from(["tcp", "6", "udp", "-1", "all", "icmp"]),
            "fromPort": st.integers(0, 65535),
            "toPort": st.integers(0, 65535),
            "cidrBlock": st.sampled_from(["10.0.0.0/8", ""]),
        }
    ),
    unique_by=lambda block: block["ruleNo"],
)


@given(_BLOCKS, st.randoms())
def test_the_normal_form_knows_no_order_and_no_spelling(blocks: list[dict[str, Any]], random: Any) -> None:
    other = [
        {**block, "protocol": protocol_number(block["protocol"]), "ipv6CidrBlock": ""} for block in blocks
    ]
    random.shuffle(other)
    assert normal_rules(other) == normal_rules(blocks) == normal_rules(normal_rules(blocks))
