"""The application on a real network component: where things stand, who reaches whom, what is refused."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from components.compute import (
    DOCUMENTED_BANDS,
    Alarms,
    AppSettings,
    Certificate,
    FixedResponse,
    GroupSettings,
    HealthCheck,
    LifecycleHook,
    LoadBalancerSettings,
    Route,
    Scaling,
    StepScaling,
    TargetGroup,
    TargetTracking,
    ThreeTierApp,
    ThreeTierAppArgs,
    weekly_peak,
)
from components.compute.three_tier_app import check_flows
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.network import ThreeTierVpc, ThreeTierVpcArgs

CERTIFICATE = Certificate(arn="arn:aws:acm:us-east-1:111111111111:certificate/1")
SETTINGS: dict[str, Any] = {"load_balancer": LoadBalancerSettings(certificate=CERTIFICATE)}


def network_args(**more: Any) -> ThreeTierVpcArgs:
    tiers = {"public": {"reachable_from": ("internet",)}, **more.pop("tiers", {})}
    return ThreeTierVpcArgs(cidr_block="10.0.0.0/16", zones=("a", "b"), tiers=tiers, **more)


def app(deploy: Any, network: ThreeTierVpcArgs | None = None, **settings: Any) -> Any:
    def program() -> None:
        built = ThreeTierVpc("net", network or network_args())
        made = ThreeTierApp("shop", ThreeTierAppArgs(network=built, **{**SETTINGS, **settings}))
        made.grant("orders", Statement("Send", actions=["sqs:SendMessage"], resources=["arn:queue"]))

    return deploy(program)


def test_the_load_balancer_is_public_and_instances_are_not(deploy: Any) -> None:
    recording = app(deploy)
    balancer = recording.one("lb/loadBalancer:LoadBalancer").inputs
    group = recording.one("autoscaling/group:Group").inputs
    assert [subnet.split("-")[1] for subnet in balancer["subnets"]] == ["public"] * 2
    assert [subnet.split("-")[1] for subnet in group["vpcZoneIdentifiers"]] == ["application"] * 2


def test_each_part_wears_its_tier_s_security_group(deploy: Any) -> None:
    recording = app(deploy)
    (balancer_group,) = recording.one("lb/loadBalancer:LoadBalancer").inputs["securityGroups"]
    (interface,) = recording.one("LaunchTemplate").inputs["networkInterfaces"]
    assert "public" in balancer_group
    assert "application" in interface["securityGroups"][0]


def test_the_app_adds_no_security_group_rule_of_its_own(deploy: Any) -> None:
    def rules(recording: Any) -> set[str]:
        return {one.name for one in recording.of("GressRule") + recording.of("gressRule")}

    def only_network() -> None:
        ThreeTierVpc("net", network_args())

    assert rules(app(deploy)) == rules(deploy(only_network))


def test_instances_join_every_target_group_for_instances(deploy: Any) -> None:
    targets = (
        TargetGroup(name="web"),
        TargetGroup(name="api", port=8080),
        TargetGroup(name="ips", kind="ip"),
    )
    recording = app(deploy, load_balancer=LoadBalancerSettings(certificate=CERTIFICATE, targets=targets))
    joined = recording.one("autoscaling/group:Group").inputs["targetGroupArns"]
    assert [arn.rsplit("-", 1)[1] for arn in joined] == ["web", "api"]


def test_instances_start_after_the_listener(deploy: Any) -> None:
    recording = app(deploy)
    component = recording.one("compute:AutoScalingGroup")
    assert any("lb/listener:Listener" in urn and urn.endswith("https") for urn in component.dependencies)


def test_requests_are_counted_for_the_app_s_own_target_group(deploy: Any) -> None:
    scaling = Scaling(target_tracking=(TargetTracking(metric="requests_per_target", target=300),))
    recording = app(deploy, group=GroupSettings(scaling=scaling))
    policy = recording.one("autoscaling/policy:Policy").inputs["targetTrackingConfiguration"]
    label = policy["predefinedMetricSpecification"]["resourceLabel"]
    assert label == "app/shop-lb/targetgroup/shop-lb-web"


def test_alarms_tell_the_topic(deploy: Any) -> None:
    recording = app(deploy, alarms=Alarms(topic_arns=("arn:topic",), latency=0.5))
    alarms = {one.name.removeprefix("shop-alarm-"): one.inputs for one in recording.of("MetricAlarm")}
    assert set(alarms) == {"load-balancer-5xx", "target-5xx", "rejected", "unhealthy-hosts", "latency"}
    assert all(alarm["alarmActions"] == ["arn:topic"] for alarm in alarms.values())
    assert alarms["latency"]["extendedStatistic"] == "p95"
    assert alarms["unhealthy-hosts"]["dimensions"]["TargetGroup"].endswith("web")
    assert app(deploy, alarms=None).of("MetricAlarm") == []


def test_httpd_listens_where_the_load_balancer_asks(deploy: Any) -> None:
    network = network_args(tiers={"application": {"ports": ("tcp/9000",)}})
    target = TargetGroup(name="web", port=9000, health_check=HealthCheck(path="/ready"))
    settings = LoadBalancerSettings(certificate=CERTIFICATE, targets=(target,))
    recording = app(deploy, network, load_balancer=settings)
    assert recording.one("lb/targetGroup:TargetGroup").inputs["port"] == 9000


def test_everything_of_the_app_is_tagged_with_it(deploy: Any) -> None:
    recording = app(deploy, tags={"team": "shop"})
    tagged = [
        one.inputs["tags"]
        for one in recording.resources
        if one.name.startswith("shop") and isinstance(one.inputs.get("tags"), dict)
    ]
    assert len(tagged) > 10
    assert all(tags["team"] == "shop" and tags["groundplan:name"].startswith("shop") for tags in tagged)


@pytest.mark.parametrize(
    ("settings", "network", "problem"),
    [
        (
            {"data_ports": {"mysql": 3306}},
            {},
            r"^data_ports\.mysql: the network does not open port 3306 of data; add",
        ),
        (
            {"load_balancer": {"certificate": CERTIFICATE, "targets": ({"name": "web", "port": 9000},)}},
            {},
            r"^load_balancer\.targets\[0\]\.port: the network does not open port 9000",
        ),
        (
            {"tiers": {"application": "aplication"}},
            {},
            r"^tiers\.application: the network has no tier 'aplication'; did you mean",
        ),
        (
            {"tiers": {"load_balancer": "application"}},
            {},
            r"^load_balancer\.internal: tier 'application' has no way",
        ),
        (
            {"load_balancer": {"certificate": CERTIFICATE, "dual_stack": True}},
            {},
            r"^load_balancer\.dual_stack: the network has no IPv6 range",
        ),
        (
            {},
            {"tiers": {"application": {"reachable_from": ()}}},
            r"the network lets no connection from public to application",
        ),
    ],
)
def test_what_the_network_must_allow(settings: dict[str, Any], network: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        check_flows(AppSettings(**{**SETTINGS, **settings}), network_args(**network))


def test_ports_that_the_network_opens_are_fine() -> None:
    network = network_args(tiers={"data": {"ports": ("tcp/3306", "tcp/6379-6380")}})
    check_flows(AppSettings(**SETTINGS, data_ports={"mysql": 3306, "valkey": 6380}), network)


def test_only_targets_with_addresses_need_a_port() -> None:
    targets = (
        TargetGroup(name="web", health_check=HealthCheck(port=9090)),
        TargetGroup(name="api", kind="lambda", function_arn="arn:function"),
    )
    settings = AppSettings(load_balancer=LoadBalancerSettings(certificate=CERTIFICATE, targets=targets))
    with pytest.raises(
        ComponentError, match=r"^load_balancer\.targets\[0\]\.health_check\.port: .* port 9090"
    ):
        check_flows(settings, network_args())


def test_the_first_target_group_is_the_app_s() -> None:
    balancer = {"certificate": CERTIFICATE, "targets": ({"name": "ips", "kind": "ip"},)}
    with pytest.raises(ComponentError, match=r"targets\[0\]\.kind: the first target group is of kind 'ip'"):
        AppSettings(load_balancer=balancer)  # type: ignore[arg-type]  # plain values, as a stack's configuration has


def test_an_error_names_the_app(deploy: Any) -> None:
    with pytest.raises(ComponentError, match=r"^shop\.data_ports\.mysql: "):
        app(deploy, data_ports={"mysql": 3306})


def test_everything_goes_to_the_network_s_region(deploy: Any) -> None:
    certificate = Certificate(domain_name="shop.example.com", new_zone="example.com")
    scaling = Scaling(
        steps=(StepScaling(bands=DOCUMENTED_BANDS, metric="network_in"),),
        schedules=weekly_peak(quiet=2, busy=3),
    )
    settings = LoadBalancerSettings(
        certificate=certificate, routes=(Route(name="up", paths=("/up",), respond=FixedResponse()),)
    )
    group = GroupSettings(scaling=scaling, hooks=(LifecycleHook(name="warm", when="launching"),))
    recording = app(deploy, network_args(region="eu-west-1"), load_balancer=settings, group=group)
    regional = [one for one in recording.resources if one.name.startswith("shop") and has_region(one.type)]
    assert len(regional) > 20
    assert {one.name for one in regional if one.inputs.get("region") != "eu-west-1"} == set()


def has_region(token: str) -> bool:
    """Whether resources of this type can be put into a Region of their own."""
    if not token.startswith("aws:"):
        return False
    module, _, _ = token.split(":")[1].partition("/")
    sdk = importlib.import_module(f"pulumi_aws.{module}")
    return hasattr(getattr(sdk, token.split(":")[2]), "region")
