"""Each component, built with nothing but what it can't do without, passes the strictest profile without a waiver.

`DEFAULTS` holds the smallest program for each class; a new component fails the test until it has one there. Where a
default breaks a rule, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.compute import (
    AppSettings,
    AutoScalingGroup,
    AutoScalingGroupArgs,
    Certificate,
    LoadBalancer,
    LoadBalancerArgs,
    LoadBalancerSettings,
    LogBucket,
    LogBucketArgs,
    ThreeTierApp,
    ThreeTierAppArgs,
)
from components.data import (
    AuroraCluster,
    AuroraClusterArgs,
    AuroraGlobalDatabase,
    AuroraGlobalDatabaseArgs,
    CacheUser,
    CrossAccountBackup,
    CrossAccountBackupArgs,
    ElastiCache,
    ElastiCacheArgs,
    GlobalRegion,
    RdsInstance,
    RdsInstanceArgs,
    RdsProxy,
    RdsProxyArgs,
    SecretAlerts,
    SecretAlertsArgs,
    SecretRotation,
    SecretRotationArgs,
    StopAutoStarted,
    StopAutoStartedArgs,
)
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs
from components.data.database_users_args import DatabaseUser
from components.delivery import CodeSigner, CodeSignerArgs, LayerPipeline, LayerPipelineArgs
from components.events import (
    ApiDestination,
    ApiDestinationArgs,
    BusDelegation,
    BusDelegationArgs,
    BusSettings,
    CrossRegionEventRouting,
    CrossRegionEventRoutingArgs,
    EventHub,
    EventRule,
    EventRuleArgs,
    ForwardingRule,
    ForwardingRuleArgs,
    GlobalEndpoint,
    GlobalEndpointArgs,
    Hub,
    HubSettings,
    OAuth,
    Spoke,
    Target,
)
from components.events.global_endpoint import RegionalBus
from components.foundation.component import Component
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from components.serverless import Function, FunctionArgs, LayerDistribution, LayerDistributionArgs
from policies.pack.profiles import Entry
from tests.components.recording import ACCOUNT, run
from tests.components.test_contract import component_classes
from tests.components.verdicts import broken

CERTIFICATE = Certificate(arn=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1")
PATTERN = {"source": ["com.example.shop"]}
OTHER = "222222222222"
SUBNETS = ("subnet-1", "subnet-2")


def network(**tiers: Any) -> ThreeTierVpc:
    return ThreeTierVpc("network", ThreeTierVpcArgs(cidr_block="10.1.0.0/16", tiers=tiers))


def app(settings: AppSettings) -> None:
    """An application for the internet needs a network that lets it in; that is the network's to say."""
    place = network(public={"reachable_from": ["internet"]})
    ThreeTierApp("shop", ThreeTierAppArgs(**dict(settings), network=place))


def load_balancer() -> None:
    LoadBalancer(
        "front",
        LoadBalancerArgs(
            certificate=CERTIFICATE, vpc_id="vpc-1", subnet_ids=SUBNETS, security_group_id="sg-1"
        ),
    )


def log_bucket() -> None:
    """The bucket with a load balancer that writes into it: for what it is, only its use tells."""
    logs = LogBucket("logs", LogBucketArgs())
    aws.lb.LoadBalancer(
        "front",
        access_logs={"bucket": logs.name_output, "enabled": True},
        subnets=SUBNETS,
        security_groups=["sg-1"],
        internal=True,
        drop_invalid_header_fields=True,
        enable_deletion_protection=True,
        tags={"Name": "front"},
    )


def group() -> None:
    args = AutoScalingGroupArgs(subnet_ids=SUBNETS, security_group_ids=("sg-1",))
    AutoScalingGroup("servers", args)


def function(folder: Path) -> None:
    (folder / "handler.py").write_text("def handler(event, context): ...\n")
    Function("orders", FunctionArgs(source=folder))


def rule() -> None:
    queue = Target(kind="sqs", arn=f"arn:aws:sqs:us-east-1:{ACCOUNT}:work", policy=False)
    EventRule("orders", EventRuleArgs(pattern=PATTERN, targets={"work": queue}))


def routing() -> None:
    hub = Hub(region="eu-west-1", bus=BusSettings(name="hub"), excluded_sources=("com.example.security",))
    spokes = {"virginia": Spoke(region="us-east-1", rules={"orders": PATTERN})}
    CrossRegionEventRouting("security", CrossRegionEventRoutingArgs(hub=hub, spokes=spokes))


def hub() -> None:
    EventHub("hub", HubSettings(bus=BusSettings(name="hub"), excluded_sources=("com.example.security",)))


def forwarding() -> None:
    central = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/hub"
    ForwardingRule("orders", ForwardingRuleArgs(destination_bus_arn=central, pattern=PATTERN))


def cache() -> None:
    users = {"sessions": CacheUser(keys=("session:*",))}
    ElastiCache("cache", ElastiCacheArgs(network=network(), users=users))


def proxy() -> None:
    """A proxy stands beside its database, so the tier lets itself in."""
    place = network(data={"reachable_from": ["application", "data"]})
    database = AuroraCluster("orders", AuroraClusterArgs(network=place))
    RdsProxy("proxy", RdsProxyArgs(database=database, network=place, users=("orders",)))


def database_users() -> None:
    database = AuroraCluster("orders", AuroraClusterArgs(network=network()))
    DatabaseUsers("users", DatabaseUsersArgs(database=database, users={"orders": DatabaseUser()}))


def backup() -> None:
    args = CrossAccountBackupArgs(backup_account=OTHER, organization_id="o-a1b2c3d4e5")
    CrossAccountBackup("safe", args)


def layer(folder: Path) -> None:
    (folder / "greeting.py").write_text("HELLO = 1\n")
    regions = ("us-east-1", "eu-central-1")
    LayerDistribution("runtime", LayerDistributionArgs(source=folder, layer_name="runtime", regions=regions))


def global_database() -> None:
    here = ThreeTierVpc("here", ThreeTierVpcArgs(cidr_block="10.1.0.0/16", region="eu-central-1"))
    there = ThreeTierVpc("there", ThreeTierVpcArgs(cidr_block="10.2.0.0/16", region="eu-west-1"))
    regions = {"eu-central-1": GlobalRegion(network=here), "eu-west-1": GlobalRegion(network=there)}
    AuroraGlobalDatabase("orders", AuroraGlobalDatabaseArgs(primary="eu-central-1", regions=regions))


def rotation() -> None:
    database = AuroraCluster("orders", AuroraClusterArgs(network=network()))
    SecretRotation("reports", SecretRotationArgs(database=database, user="reports_tool"))


def pipeline() -> None:
    regions = ("us-east-1", "eu-central-1")
    LayerPipeline("tools", LayerPipelineArgs(layer_name="tools", regions=regions))


def api_destination() -> None:
    """OAuth: a key that never ends is the other way, and what the strictest profile refuses."""
    login = OAuth(
        client_id="shop",
        client_secret=pulumi.Output.secret("made-up"),
        token_url="https://login.example.com/token",
    )
    ApiDestination("partner", ApiDestinationArgs(url="https://api.example.com/orders", oauth=login))


def endpoint() -> None:
    bus = BusSettings(name="orders")
    args = GlobalEndpointArgs(bus=bus, primary="eu-central-1", secondary="eu-west-1")
    GlobalEndpoint("orders", args)


def regional_bus() -> None:
    RegionalBus("orders", BusSettings(name="orders"), "eu-west-1", {}, pulumi.ResourceOptions())


DEFAULTS: dict[type[Component], Callable[[Path], object]] = {
    ApiDestination: lambda _: api_destination(),
    AuroraCluster: lambda _: AuroraCluster("orders", AuroraClusterArgs(network=network())),
    AuroraGlobalDatabase: lambda _: global_database(),
    AutoScalingGroup: lambda _: group(),
    BusDelegation: lambda _: BusDelegation("shared", BusDelegationArgs(delegate_account_id=OTHER)),
    CodeSigner: lambda _: CodeSigner("code", CodeSignerArgs()),
    CrossAccountBackup: lambda _: backup(),
    CrossRegionEventRouting: lambda _: routing(),
    DatabaseUsers: lambda _: database_users(),
    ElastiCache: lambda _: cache(),
    EventHub: lambda _: hub(),
    EventRule: lambda _: rule(),
    ForwardingRule: lambda _: forwarding(),
    Function: function,
    GlobalEndpoint: lambda _: endpoint(),
    LayerDistribution: layer,
    LayerPipeline: lambda _: pipeline(),
    LoadBalancer: lambda _: load_balancer(),
    LogBucket: lambda _: log_bucket(),
    RdsInstance: lambda _: RdsInstance(
        "orders", RdsInstanceArgs(network=network(data={"ports": ["tcp/3306"]}))
    ),
    RdsProxy: lambda _: proxy(),
    RegionalBus: lambda _: regional_bus(),
    SecretAlerts: lambda _: SecretAlerts("secrets", SecretAlertsArgs()),
    SecretRotation: lambda _: rotation(),
    StopAutoStarted: lambda _: StopAutoStarted("stop", StopAutoStartedArgs()),
    ThreeTierApp: lambda _: app(AppSettings(load_balancer=LoadBalancerSettings(certificate=CERTIFICATE))),
    ThreeTierVpc: lambda _: network(),
}
"""The smallest program for each component; it may use the folder for a function's code."""


OPTIONS: dict[type[Component], dict[str, Entry]] = {
    BusDelegation: {"resource-policy-other-account": Entry(options={"trustedAccounts": OTHER})},
}
"""What the pack has to be told: letting another account in is all that a delegation is for."""


def test_every_component_has_a_default() -> None:
    assert {found.__name__ for found in component_classes()} == {one.__name__ for one in DEFAULTS}


@pytest.mark.parametrize("component", DEFAULTS, ids=lambda one: one.__name__)
def test_a_default_passes_the_strictest_profile(component: type[Component], tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    assert broken(run(lambda: DEFAULTS[component](folder)), entries=OPTIONS.get(component)) == set()
