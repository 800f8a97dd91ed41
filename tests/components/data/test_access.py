"""Who may log in: the ARN names one user of one database, and a name can't stand for more."""

from __future__ import annotations

import json
from typing import Any

import pulumi_aws as aws
import pytest
from hypothesis import given, strategies as st

from components.data.access import MAX_POLICY_NAME, MAX_USER_NAME, Language, check_db_user, grant_connect
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from tests.components.recording import ACCOUNT, Registered, run


class Database(Component):
    def __init__(self, name: str, region: str | None = None) -> None:
        super().__init__("groundplan:test:Database", name, Args(), region=region)


def granted(user: str, role_name: str = "app", region: str | None = None, **place: Any) -> Registered:
    def program() -> None:
        role = aws.iam.Role(role_name, assume_role_policy="{}")
        grant_connect(Database("db", region), role, user, language="postgresql", resource_id="cluster-ABC")

    return run(program, **place).only("RolePolicy")


def statement_of(policy: Registered) -> dict[str, Any]:
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    return dict(statement)


def test_the_policy_names_one_user_of_one_database() -> None:
    assert statement_of(granted("orders")) == {
        "Sid": "Connect",
        "Effect": "Allow",
        "Action": ["rds-db:connect"],
        "Resource": [f"arn:aws:rds-db:us-east-1:{ACCOUNT}:dbuser:cluster-ABC/orders"],
    }


@pytest.mark.parametrize(
    ("partition", "region", "start"),
    [
        ("aws-cn", "cn-north-1", "arn:aws-cn:rds-db:cn-north-1:"),
        ("aws-us-gov", "us-gov-west-1", "arn:aws-us-gov:rds-db:us-gov-west-1:"),
    ],
)
def test_other_partitions_have_their_own_arns(partition: str, region: str, start: str) -> None:
    policy = granted("orders", partition=partition, region=None)
    assert statement_of(policy)["Resource"][0].startswith(f"arn:{partition}:")
    policy = granted("orders", partition=partition, region=region)
    assert statement_of(policy)["Resource"][0].startswith(start)


def test_the_database_s_region_counts_not_the_provider_s() -> None:
    assert ":eu-west-1:" in statement_of(granted("orders", region="eu-west-1"))["Resource"][0]


def test_a_policy_s_name_fits_and_stays_apart() -> None:
    names = {granted("u" * 63, role_name="r" * length).name for length in (30, 90, 91)}
    assert len(names) == 3
    assert max(map(len, names)) <= MAX_POLICY_NAME


@pytest.mark.parametrize(
    "user", ["", "*", "a*", "a?", "${aws:username}", "a/b", "a:b", "a b", "-a", ".a", "a\n", "ä", "$x"]
)
def test_what_could_stand_for_several_users_is_refused(user: str) -> None:
    with pytest.raises(ComponentError, match=r"^db_user: .* does not name exactly one database user; use"):
        check_db_user("postgresql", user)


@pytest.mark.parametrize(
    "user", ["rdsadmin", "RDSADMIN", "rds_superuser", "rds_iam", "pg_monitor", "mysql.sys", "rdsproxyadmin"]
)
def test_users_of_the_service_are_nobody_s(user: str) -> None:
    with pytest.raises(ComponentError, match="belongs to the service or the engine"):
        check_db_user("postgresql", user)


@pytest.mark.parametrize(("language", "limit"), MAX_USER_NAME.items())
def test_the_longest_name_is_the_engine_s(language: Language, limit: int) -> None:
    check_db_user(language, "u" * limit)
    with pytest.raises(
        ComponentError, match=rf"^x: the name has {limit + 1} characters; {language} allows {limit}"
    ):
        check_db_user(language, "u" * (limit + 1), "x")


@given(st.text(max_size=40))
def test_an_accepted_name_is_literal_in_an_arn(user: str) -> None:
    try:
        check_db_user("mysql", user)
    except ComponentError:
        return
    assert user
    assert not set(user) & set("*?$:/{} \t\n\"'\\,")
    assert user.isascii()
