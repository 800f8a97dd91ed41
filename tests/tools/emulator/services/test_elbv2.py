"""Load balancers, target groups, listeners and rules."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, strategies as st

from tests.tools.emulator.services.world import Live, World, lifecycle
from tools.emulator.services._elbv2 import from_action, from_conditions, to_action, to_conditions


@pytest.fixture
def network(world: World) -> dict[str, Any]:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("abc")
    ]
    group = ec2.create_security_group(GroupName="lb", Description="lb", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnets": subnets, "group": group}


def balancer(world: World, network: dict[str, Any], module: str = "lb", **more: Any) -> Live:
    return world.create(
        f"aws:{module}/loadBalancer:LoadBalancer",
        name="app",
        subnets=network["subnets"][:2],
        securityGroups=[network["group"]],
        **more,
    )


def group(world: World, network: dict[str, Any], **more: Any) -> Live:
    given = {"name": "app", "port": 8080, "protocol": "HTTP", "vpcId": network["vpc"], **more}
    return world.create("aws:lb/targetGroup:TargetGroup", **given)


@pytest.mark.parametrize("module", ["lb", "alb"])
def test_load_balancer_from_creation_to_deletion(world: World, network: dict[str, Any], module: str) -> None:
    lb = balancer(
        world,
        network,
        module,
        idleTimeout=120,
        dropInvalidHeaderFields=True,
        accessLogs={"bucket": "logs", "enabled": True, "prefix": "lb"},
        tags={"a": "b"},
    )
    assert lb.outputs["zoneId"] == "Z35SXDOTRQ7X7K"
    assert lb.outputs["arnSuffix"].startswith("app/app/")
    assert lb.outputs["vpcId"] == network["vpc"]
    assert lb.outputs["loadBalancerType"] == "application"
    assert lb.refresh() == lb.inputs
    lb.update(idleTimeout=30, subnets=network["subnets"], tags={"c": "d"})
    elb = world.client("elbv2")
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=lb.id)["Attributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "30"} in attributes
    assert sorted(lb.outputs["subnets"]) == sorted(network["subnets"])
    assert world.imported(lb.token, lb.id)[1]["name"] == "app"
    lifecycle(lb)


def test_attributes_changed_by_hand_are_drift(world: World, network: dict[str, Any]) -> None:
    lb = balancer(world, network, enableDeletionProtection=True)
    assert lb.refresh() == lb.inputs
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        lb.delete()
    world.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=lb.id,
        Attributes=[
            {"Key": "deletion_protection.enabled", "Value": "false"},
            {"Key": "routing.http.preserve_host_header.enabled", "Value": "true"},
        ],
    )
    drifted = lb.refresh()
    assert drifted is not None
    assert (drifted["enableDeletionProtection"], drifted["preserveHostHeader"]) == (False, True)


def test_target_group_from_creation_to_deletion(world: World, network: dict[str, Any]) -> None:
    check = {"path": "/health", "matcher": "200-299", "interval": 15, "healthyThreshold": 2}
    sticky = {"type": "lb_cookie", "enabled": True, "cookieDuration": 600}
    targets = group(
        world, network, healthCheck=check, deregistrationDelay=30, stickiness=sticky, tags={"a": "b"}
    )
    assert targets.refresh() == targets.inputs
    targets.update(healthCheck={**check, "path": "/ready"}, deregistrationDelay=60)
    there = world.client("elbv2").describe_target_groups(TargetGroupArns=[targets.id])["TargetGroups"][0]
    assert there["HealthCheckPath"] == "/ready"
    lifecycle(targets)


def test_target_group_without_settings_does_not_drift(world: World, network: dict[str, Any]) -> None:
    lifecycle(group(world, network))


def test_targets_by_address(world: World, network: dict[str, Any]) -> None:
    targets = group(world, network, targetType="ip")
    token = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    lifecycle(world.create(token, targetGroupArn=targets.id, targetId="10.0.0.9", port=80))


def test_listener_redirects_and_forwards(world: World, network: dict[str, Any]) -> None:
    lb, one, two = balancer(world, network), group(world, network), group(world, network, name="other")
    redirect = {
        "type": "redirect",
        "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
    }
    token = "aws:lb/listener:Listener"
    listener = world.create(token, loadBalancerArn=lb.id, port=80, protocol="HTTP", defaultActions=[redirect])
    assert listener.refresh() == listener.inputs
    weighted = {"targetGroups": [{"arn": one.id, "weight": 9}, {"arn": two.id, "weight": 1}]}
    listener.update(defaultActions=[{"type": "forward", "forward": weighted}])
    there = world.client("elbv2").describe_listeners(ListenerArns=[listener.id])["Listeners"][0]
    assert [g["Weight"] for g in there["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]] == [9, 1]
    listener.update(defaultActions=[{"type": "forward", "targetGroupArn": one.id}], tags={"a": "b"})
    assert world.imported(token, listener.id)[1]["port"] == 80
    lifecycle(listener)


def test_listener_with_certificates(world: World, network: dict[str, Any]) -> None:
    lb, targets = balancer(world, network), group(world, network)
    acm = world.client("acm")
    one, two = (
        acm.request_certificate(DomainName=f"{n}.example.com")["CertificateArn"] for n in ("one", "two")
    )
    listener = world.create(
        "aws:lb/listener:Listener",
        loadBalancerArn=lb.id,
        port=443,
        protocol="HTTPS",
        sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn=one,
        defaultActions=[{"type": "forward", "targetGroupArn": targets.id}],
        routingHttpResponseServerEnabled=False,
        routingHttpResponseStrictTransportSecurityHeaderValue="max-age=31536000",
    )
    assert listener.refresh() == listener.inputs
    token = "aws:lb/listenerCertificate:ListenerCertificate"
    further = world.create(token, listenerArn=listener.id, certificateArn=two)
    assert further.id == f"{listener.id}_{two}"
    lifecycle(further)
    lifecycle(listener)


def test_rule_finds_its_place(world: World, network: dict[str, Any]) -> None:
    lb, targets = balancer(world, network), group(world, network)
    fixed = {"contentType": "text/plain", "statusCode": "404"}
    actions = [{"type": "fixed-response", "fixedResponse": fixed}]
    listener = world.create(
        "aws:lb/listener:Listener", loadBalancerArn=lb.id, port=80, defaultActions=actions
    )
    given: dict[str, Any] = {
        "listenerArn": listener.id,
        "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
        "actions": [{"type": "forward", "targetGroupArn": targets.id}],
    }
    token = "aws:lb/listenerRule:ListenerRule"
    first, second = world.create(token, **given, priority=5), world.create(token, **given)
    assert second.outputs["priority"] == 6
    second.update(priority=1, conditions=[{"hostHeader": {"values": ["a.example.com"]}}])
    assert second.outputs["priority"] == 1
    assert world.imported(token, first.id)[1]["listenerArn"] == listener.id
    lifecycle(first)
    lifecycle(second)


_ARNS = st.sampled_from(["arn:a", "arn:b"])
_ACTIONS = st.one_of(
    st.fixed_dictionaries({"type": st.just("forward"), "targetGroupArn": _ARNS}),
    st.fixed_dictionaries(
        {"type": st.just("redirect"), "redirect": st.fixed_dictionaries({"statusCode": st.just("HTTP_301")})}
    ),
)


@given(_ACTIONS, st.integers(1, 9))
def test_an_action_comes_back_as_it_was_given(action: dict[str, Any], order: int) -> None:
    back = from_action(to_action(action, order))
    assert back["order"] == order
    for name, value in action.items():
        assert back[name] == value or value.items() <= back[name].items()


@given(
    st.lists(
        st.one_of(
            st.fixed_dictionaries({"pathPattern": st.fixed_dictionaries({"values": st.just(["/a"])})}),
            st.fixed_dictionaries({"queryStrings": st.just([{"key": "a", "value": "b"}])}),
        )
    )
)
def test_conditions_come_back_as_they_were_given(conditions: list[dict[str, Any]]) -> None:
    assert from_conditions(to_conditions(conditions)) == conditions
