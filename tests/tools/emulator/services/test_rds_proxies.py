"""Proxies of databases, what they lead to and where they listen."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.databases import aurora, postgres, subnets
from tests.tools.emulator.services.world import Live, World, lifecycle

PROXY = "aws:rds/proxy:Proxy"


def proxy(world: World, **more: Any) -> Live:
    given: dict[str, Any] = {
        "name": "front",
        "engineFamily": "POSTGRESQL",
        "roleArn": "arn:aws:iam::111111111111:role/proxy",
        "vpcSubnetIds": subnets(world),
        "requireTls": True,
        "auths": [
            {"authScheme": "SECRETS", "iamAuth": "REQUIRED", "secretArn": "arn:aws:secretsmanager:::secret:s"}
        ],
    }
    return world.create(PROXY, **{**given, **more})


def test_proxy(world: World) -> None:
    one = proxy(world, idleClientTimeout=900, debugLogging=True, tags={"a": "b"})
    assert one.outputs["arn"].startswith(f"arn:aws:rds:us-east-1:{world.place.account}:db-proxy:prx-")
    assert world.imported(PROXY, "front")[1]["auths"][0]["iamAuth"] == "REQUIRED"
    one.update(requireTls=False, idleClientTimeout=60, debugLogging=False, tags={"c": "d"})
    there = world.client("rds").describe_db_proxies(DBProxyName="front")["DBProxies"][0]
    assert (there["RequireTLS"], there["IdleClientTimeout"]) == (False, 60)
    lifecycle(one)


def test_end_to_end_iam_needs_no_secret(world: World) -> None:
    one = proxy(world, defaultAuthScheme="IAM_AUTH", auths=None)
    assert one.outputs["defaultAuthScheme"] == "IAM_AUTH"


def test_pool_and_target_of_a_cluster(world: World) -> None:
    proxy(world)
    aurora(world)
    pool = {
        "maxConnectionsPercent": 80,
        "connectionBorrowTimeout": 30,
        "sessionPinningFilters": ["EXCLUDE_VARIABLE_SETS"],
    }
    token = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
    group = world.create(token, dbProxyName="front", connectionPoolConfig=pool)
    assert group.outputs["name"] == "default"
    assert (
        group.update(connectionPoolConfig={"maxConnectionsPercent": 50})["connectionPoolConfig"][
            "maxConnectionsPercent"
        ]
        == 50
    )
    assert group.refresh() == group.inputs
    target = world.create(
        "aws:rds/proxyTarget:ProxyTarget",
        dbProxyName="front",
        targetGroupName="default",
        dbClusterIdentifier="db",
    )
    assert target.id == "front/default/TRACKED_CLUSTER/db"
    assert target.outputs["endpoint"].startswith("db.cluster-")
    lifecycle(target)


def test_a_target_of_another_engine_is_refused(world: World) -> None:
    proxy(world)
    postgres(world, "mysql", engine="mysql", engineVersion="8.0.40")
    with pytest.raises(ClientError, match="POSTGRESQL"):
        world.create(
            "aws:rds/proxyTarget:ProxyTarget",
            dbProxyName="front",
            targetGroupName="default",
            dbInstanceIdentifier="mysql",
        )


def test_reading_endpoint(world: World) -> None:
    one = proxy(world)
    token = "aws:rds/proxyEndpoint:ProxyEndpoint"
    given = {
        "dbProxyName": "front",
        "dbProxyEndpointName": "read",
        "vpcSubnetIds": one.inputs["vpcSubnetIds"],
    }
    endpoint = world.create(token, targetRole="READ_ONLY", tags={"a": "b"}, **given)
    assert endpoint.id == "front/read"
    assert world.imported(token, "front/read")[1]["targetRole"] == "READ_ONLY"
    endpoint.update(tags={"c": "d"})
    lifecycle(endpoint)
