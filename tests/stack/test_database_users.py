"""The users of the stack's database: what has to fit together with the rest of the stack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.foundation.errors import ComponentError
from stack.settings import read_settings

GRANT = {"database": "orders", "in_schema": "public", "tables": "*", "privileges": ["SELECT"]}
NETWORK: dict[str, Any] = {"cidr_block": "10.0.0.0/16", "tiers": {"data": {"ports": ["tcp/5432"]}}}


def read(users: Any, database: Any = None, network: Any = None) -> None:
    values = {
        "network": {**NETWORK, **(network or {})},
        "database": database or {},
        "database-users": {"users": users},
    }
    read_settings({f"groundplan:{key}": json.dumps(value) for key, value in values.items()}, "groundplan")


def test_users_of_the_database_are_read() -> None:
    read({"orders": {"grants": [GRANT]}})


def test_they_need_a_database() -> None:
    values = {
        "groundplan:network": json.dumps(NETWORK),
        "groundplan:database-users": json.dumps({"users": {"a": {}}}),
    }
    with pytest.raises(ComponentError, match="needs groundplan:database, which is not set"):
        read_settings(values, "groundplan")


def test_whoever_the_app_logs_in_as_is_among_them() -> None:
    balancer = {
        "certificate": {"domain_name": "a.example.com", "new_zone": "example.com"},
        "targets": [{"name": "w", "port": 80}],
    }
    app = {"groundplan:app": json.dumps({"load_balancer": balancer})}
    values = {
        "network": NETWORK,
        "database": {"connect": {"app": ["order"]}},
        "database-users": {"users": {"orders": {}}},
    }
    told = {f"groundplan:{key}": json.dumps(value) for key, value in values.items()}
    with pytest.raises(ComponentError, match="'order', as whom app logs in, is not among them") as error:
        read_settings({**told, **app}, "groundplan")
    assert "did you mean 'orders'?" in str(error.value)


@pytest.mark.parametrize(
    ("users", "database", "said"),
    [
        ({"a": {"grants": [GRANT]}}, {"engine": "aurora-mysql"}, "in_schema: mysql has none"),
        ({"a": {"grants": [{**GRANT, "in_schema": None}]}}, {}, "in_schema: is missing"),
        ({"rdsadmin": {}}, {}, "belongs to the service"),
        ({}, {}, "groundplan:database-users.users"),
    ],
)
def test_what_the_database_can_not_have_is_refused(users: Any, database: Any, said: str) -> None:
    ports = {"tiers": {"data": {"ports": ["tcp/5432", "tcp/3306"]}}}
    with pytest.raises(ComponentError, match=said):
        read(users, database, ports)


def test_the_instance_of_the_document_has_its_user() -> None:
    grant = {"database": "reports", "tables": "*", "privileges": ["SELECT"]}
    ports = {"tiers": {"data": {"ports": ["tcp/3306"]}}}
    values = {
        "network": {**NETWORK, **ports},
        "mysql": {},
        "mysql-users": {"users": {"kt_iam_user": {"grants": [grant]}}},
    }
    told = {f"groundplan:{key}": json.dumps(value) for key, value in values.items()}
    read_settings(told, "groundplan")
    wrong = json.dumps({"users": {"kt_iam_user": {"grants": [GRANT]}}})
    with pytest.raises(
        ComponentError, match=r"mysql-users\.users\.kt_iam_user\.grants\[0\]\.in_schema: mysql has none"
    ):
        read_settings({**told, "groundplan:mysql-users": wrong}, "groundplan")


def test_a_network_without_a_way_to_the_password_is_refused() -> None:
    with pytest.raises(ComponentError, match=r"add 'secretsmanager' to the network's endpoints\.interface"):
        read({"a": {}}, network={"nat": {"mode": "none"}})
