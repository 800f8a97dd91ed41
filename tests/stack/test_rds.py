"""The stack's single instance and its proxy: on the network's open ports, and with the roles that may log in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stack.test_database import APP, NETWORK, built, refused

OPEN: dict[str, Any] = {
    **NETWORK,
    "tiers": {
        "public": {"reachable_from": ["internet"]},
        "data": {"reachable_from": ["application", "data"], "ports": ["tcp/3306", "tcp/5432"]},
    },
}


def resources(recording: Any, start: str) -> list[str]:
    """What the policies whose names begin so are about."""
    return [
        json.loads(one.inputs["policy"])["Statement"][0]["Resource"][0]
        for name, one in recording.named("RolePolicy").items()
        if name.startswith(start)
    ]


def test_the_app_logs_in_to_the_instance_as_the_named_user() -> None:
    recording = built(network=OPEN, app=APP, mysql={"connect": {"app": ["reports"]}})
    assert resources(recording, "mysql-connect") == [
        "arn:aws:rds-db:us-east-1:111111111111:dbuser:db-RESOURCE-MYSQL/reports"
    ]


@pytest.mark.parametrize(("of", "language"), [("database", "POSTGRESQL"), ("mysql", "MYSQL")])
def test_the_app_comes_through_the_proxy_of_either_database(of: str, language: str) -> None:
    proxy = {"database": of, "users": ["orders"], "connect": {"app": ["orders"]}}
    recording = built(network=OPEN, app=APP, database={}, mysql={}, proxy=proxy)
    assert recording.only("Proxy").inputs["engineFamily"] == language
    assert resources(recording, "proxy-connect") == [
        "arn:aws:rds-db:us-east-1:111111111111:dbuser:prx-PROXY/orders"
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"mysql": {"engine": "oracle-ee"}}, "mysql.engine: 'oracle-ee' knows no IAM authentication"),
        ({"mysql": {"connect": {"app": ["rdsadmin"]}}}, "connect.app[0]: 'rdsadmin' belongs to the service"),
        ({"mysql": {"connect": {"app": ["reports"]}}}, "connect.app: is not configured"),
        ({"mysql": {"port": 3307}}, "the network does not open port 3307"),
        ({"proxy": {"users": ["orders"]}}, "proxy.database: database is not configured"),
        ({"mysql": {}, "proxy": {"users": ["orders"], "database": "sql"}}, "proxy.database"),
        (
            {"mysql": {}, "proxy": {"users": ["orders"], "database": "mysql", "connect": {"app": ["order"]}}},
            "'order' does not come through the proxy; did you mean 'orders'",
        ),
        (
            {"mysql": {}, "proxy": {"users": ["a"], "database": "mysql", "connect": {"ap": ["a"]}}},
            "connect.ap: builds nothing that could log in",
        ),
        (
            {"mysql": {}, "proxy": {"users": ["a"], "database": "mysql", "connect": {"app": ["a"]}}},
            "connect.app: is not configured",
        ),
    ],
)
def test_what_is_refused_before_anything_is_built(values: dict[str, Any], problem: str) -> None:
    assert problem in refused(network=OPEN, **values)


def test_a_proxy_needs_a_network_that_lets_it_reach_its_database() -> None:
    closed = {**OPEN, "tiers": {**OPEN["tiers"], "data": {"ports": ["tcp/3306"]}}}
    found = refused(network=closed, mysql={}, proxy={"users": ["orders"], "database": "mysql"})
    assert "proxy.tier: the network lets nobody of data reach the database there" in found
