"""What a proxy registers: IAM and TLS on both sides, a role for exactly its users; and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.data import (
    AuroraCluster,
    AuroraClusterArgs,
    Pool,
    ProxySecret,
    RdsInstance,
    RdsInstanceArgs,
    RdsProxy,
    RdsProxyArgs,
)
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import Recording, run
from tests.components.verdicts import broken

PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}
PROXY_PLACE: dict[str, Any] = {"subnet_ids": ("subnet-a", "subnet-b"), "security_group_ids": ("sg-2",)}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
SECRET = ProxySecret(
    arn="arn:aws:secretsmanager:us-east-1:111111111111:secret:orders-AbCdEf",
    key_arn="arn:aws:kms:us-east-1:111111111111:key/1",
)


def aurora(**settings: Any) -> AuroraCluster:
    return AuroraCluster("db", AuroraClusterArgs(**{**PLACE, "engine": "aurora-postgresql", **settings}))


def single(**settings: Any) -> RdsInstance:
    return RdsInstance("db", RdsInstanceArgs(**{**PLACE, **settings}))


def proxied(make: Any = aurora, /, place: dict[str, str] | None = None, **settings: Any) -> Recording:
    def program() -> None:
        args = {"users": ("orders",), **PROXY_PLACE, **settings}
        made = RdsProxy("proxy", RdsProxyArgs(database=make(), **args))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "orders")

    return run(program, **(place or {}))


def statement(recording: Recording, policy: str) -> dict[str, Any]:
    (found,) = json.loads(recording.named("RolePolicy")[policy].inputs["policy"])["Statement"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("make", [aurora, single])
def test_the_defaults_pass_the_strictest_profile(make: Any) -> None:
    assert not {(name, rule) for name, rule in broken(proxied(make)) if name.startswith("proxy")}


@pytest.mark.parametrize(
    ("make", "family", "resource"),
    [(aurora, "POSTGRESQL", "cluster-DB"), (single, "MYSQL", "db-RESOURCE-DB")],
)
def test_iam_and_tls_from_end_to_end(make: Any, family: str, resource: str) -> None:
    recording = proxied(make)
    made = recording.only("Proxy").inputs
    assert (made["defaultAuthScheme"], made["requireTls"], made["debugLogging"]) == ("IAM_AUTH", True, False)
    assert made["engineFamily"] == family
    assert "auths" not in made
    own = statement(recording, "proxy-proxy")
    assert own["Action"] == ["rds-db:connect"]
    assert own["Resource"] == [f"arn:aws:rds-db:us-east-1:111111111111:dbuser:{resource}/orders"]


def test_a_role_comes_through_by_the_proxy_s_own_id() -> None:
    granted = statement(proxied(), "proxy-connect-worker-as-orders")
    assert granted["Resource"] == ["arn:aws:rds-db:us-east-1:111111111111:dbuser:prx-PROXY/orders"]


def test_its_role_may_log_in_as_every_user_that_comes_through_and_no_other() -> None:
    own = statement(proxied(users=("orders", "reports")), "proxy-proxy")
    assert [arn.rpartition("/")[2] for arn in own["Resource"]] == ["orders", "reports"]


def test_with_secrets_the_role_reads_exactly_them() -> None:
    recording = proxied(secrets=(SECRET,))
    made = recording.only("Proxy").inputs
    assert made["defaultAuthScheme"] == "NONE"
    assert made["auths"] == [{"authScheme": "SECRETS", "iamAuth": "REQUIRED", "secretArn": SECRET.arn}]
    policy = json.loads(recording.named("RolePolicy")["proxy-proxy"].inputs["policy"])
    read, decrypt = policy["Statement"]
    assert (read["Action"], read["Resource"]) == (["secretsmanager:GetSecretValue"], [SECRET.arn])
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [SECRET.key_arn])
    assert decrypt["Condition"]["StringEquals"]["kms:ViaService"] == "secretsmanager.us-east-1.amazonaws.com"


def test_its_log_group_is_owned_before_it_writes() -> None:
    recording = proxied()
    group = next(
        one for one in recording.named("LogGroup").values() if one.inputs["name"].startswith("/aws/rds/proxy")
    )
    assert group.inputs["name"] == "/aws/rds/proxy/groundplan-test-proxy"
    assert group.inputs["kmsKeyId"] == recording.named("Key")["proxy-logs"].state["arn"]
    proxy = recording.only("Proxy")
    assert group.urn in proxy.dependencies
    assert proxy.inputs["name"] == "groundplan-test-proxy"


@pytest.mark.parametrize(
    ("make", "kind", "identifier"),
    [(aurora, "dbClusterIdentifier", "db-id"), (single, "dbInstanceIdentifier", "groundplan-test-db")],
)
def test_it_leads_to_the_database(make: Any, kind: str, identifier: str) -> None:
    recording = proxied(make, pool=Pool(max_connections_percent=60, init_query="SET x=1"))
    target = recording.only("ProxyTarget")
    assert target.inputs[kind] == identifier
    pool = recording.only("ProxyDefaultTargetGroup").inputs["connectionPoolConfig"]
    assert pool == {
        "maxConnectionsPercent": 60,
        "maxIdleConnectionsPercent": 30,
        "connectionBorrowTimeout": 120,
        "initQuery": "SET x=1",
    }


def test_readers_have_an_endpoint_when_asked_for() -> None:
    endpoint = proxied(reader=True).only("ProxyEndpoint").inputs
    assert (endpoint["targetRole"], endpoint["dbProxyEndpointName"]) == (
        "READ_ONLY",
        "groundplan-test-proxy-reader",
    )
    assert not proxied().named("ProxyEndpoint")


def test_alarms_can_be_left_out() -> None:
    assert {name for name in proxied().named("MetricAlarm") if name.startswith("proxy")} == {
        "proxy-alarm-refused",
        "proxy-alarm-wait",
    }
    names = proxied(alarms=None).named("MetricAlarm")
    assert not any(name.startswith("proxy") for name in names)


def test_in_china_no_arn_is_of_another_partition() -> None:
    recording = proxied(place={"partition": "aws-cn", "region": "cn-north-1"}, secrets=(SECRET,))
    for one in recording.resources:
        if one.name.startswith("proxy") and one.type != "aws:rds/proxy:Proxy":
            given = (str(SECRET.arn), str(SECRET.key_arn))
            text = json.dumps(one.inputs, default=str).replace(given[0], "").replace(given[1], "")
            assert "arn:aws:" not in text, one.name


NETWORK = {"cidr_block": "10.0.0.0/16"}


def in_network(tiers: dict[str, Any], make: Any, **settings: Any) -> Recording:
    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs.read({**NETWORK, "tiers": tiers}, "network"))
        database = make(network=network, subnet_group_name=None, security_group_ids=())
        RdsProxy("proxy", RdsProxyArgs(database=database, network=network, users=("orders",), **settings))

    return run(program)


def test_in_a_network_it_stands_beside_the_database() -> None:
    recording = in_network({"data": {"reachable_from": ["application", "data"]}}, aurora)
    made = recording.only("Proxy").inputs
    assert made["vpcSecurityGroupIds"] == ["net-data-id"]
    assert made["vpcSubnetIds"] == [f"net-data-{zone}-id" for zone in "abc"]


def test_only_users_that_come_through_can_be_granted() -> None:
    def program() -> None:
        made = RdsProxy("proxy", RdsProxyArgs(database=aurora(), users=("orders",), **PROXY_PLACE))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "order")

    with pytest.raises(ComponentError, match="does not know the user 'order'; did you mean 'orders'"):
        run(program)
