"""Web ACLs, IP sets and associations."""

from __future__ import annotations

from typing import Any

from tests.tools.emulator.services.world import World, lifecycle

ACL = "aws:wafv2/webAcl:WebAcl"


def shown(name: str) -> dict[str, Any]:
    return {"cloudwatchMetricsEnabled": True, "metricName": name, "sampledRequestsEnabled": True}


def test_web_acl_from_creation_to_deletion(world: World) -> None:
    blocked = world.create(
        "aws:wafv2/ipSet:IpSet",
        name="bad",
        scope="REGIONAL",
        ipAddressVersion="IPV4",
        addresses=["192.0.2.0/24"],
    )
    rules: list[dict[str, Any]] = [
        {
            "name": "common",
            "priority": 1,
            "overrideAction": {"none": {}},
            "statement": {
                "managedRuleGroupStatement": {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
            },
            "visibilityConfig": shown("common"),
        },
        {
            "name": "bad",
            "priority": 2,
            "action": {"block": {}},
            "statement": {"ipSetReferenceStatement": {"arn": blocked.outputs["arn"]}},
            "visibilityConfig": shown("bad"),
        },
    ]
    acl = world.create(
        ACL,
        name="app",
        scope="REGIONAL",
        defaultAction={"allow": {}},
        rules=rules,
        visibilityConfig=shown("app"),
        tags={"a": "b"},
    )
    assert acl.outputs["arn"].endswith(f":regional/webacl/app/{acl.id}")
    assert acl.refresh() == acl.inputs
    acl.update(rules=rules[:1], description="Ours", tags={"c": "d"})
    there = world.client("wafv2").get_web_acl(Name="app", Scope="REGIONAL", Id=acl.id)["WebACL"]
    assert [rule["Name"] for rule in there["Rules"]] == ["common"]
    imported, inputs = world.imported(ACL, f"{acl.id}/app/REGIONAL")
    assert (imported, inputs["scope"]) == (acl.id, "REGIONAL")
    blocked.update(addresses=["192.0.2.0/24", "198.51.100.0/24"])
    lifecycle(blocked)
    lifecycle(acl)


def test_association(world: World) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("ab")
    ]
    lb = world.create("aws:lb/loadBalancer:LoadBalancer", name="app", subnets=subnets)
    acl = world.create(
        ACL, name="app", scope="REGIONAL", defaultAction={"allow": {}}, visibilityConfig=shown("app")
    )
    token = "aws:wafv2/webAclAssociation:WebAclAssociation"
    lifecycle(world.create(token, resourceArn=lb.id, webAclArn=acl.outputs["arn"]))
