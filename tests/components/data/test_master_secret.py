"""A password of one's own: made by the program once, kept in one secret, rotated with the smallest rights there are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.data.master_secret import MasterSecret, Target, create_master_secret, password_in, rotate
from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.component import Component
from tests.components.recording import Recording, run

RDS_REFUSES = set('/@" ')
CLUSTER = "arn:aws:rds:us-east-1:111111111111:cluster:orders"


class Owner(Component):
    """Something that has a master user."""

    master: MasterSecret

    def __init__(self, target: Target, copies: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__("groundplan:data:Owner", "db", Args())
        key = self.key("password", users=[key_ring.through("secretsmanager")])
        self.master = create_master_secret(self, key=key, username="steward", engine="mysql", copies=copies)
        rotate(
            self,
            self.master,
            key=key,
            target=target,
            databases=[CLUSTER],
            days=30,
            after=[self.master.secret],
        )
        self.outputs({"arn": self.master.arn, "password": self.master.password})


ORDERS = Target("instance", "orders")


def made(target: Target = ORDERS, **more: Any) -> Recording:
    def program() -> None:
        Owner(target, **more)

    return run(program)


def rights(recording: Recording) -> dict[str, dict[str, Any]]:
    policy = json.loads(recording.named("RolePolicy")["db-rotation-work"].inputs["policy"])
    return {one["Sid"]: one for one in policy["Statement"]}


def first_password(recording: Recording) -> str:
    text = recording.only("SecretVersion").inputs["secretString"]
    return str(json.loads(text["value"])["password"])


def test_the_first_password_is_long_new_and_one_that_rds_takes() -> None:
    passwords = {first_password(made()) for _ in range(3)}
    assert len(passwords) == 3
    for password in passwords:
        assert len(password) == 32
        assert not RDS_REFUSES & set(password)


def test_it_is_a_secret_wherever_it_goes_and_only_the_first_one_counts() -> None:
    recording = made()
    (owner,) = [urn for urn in recording.outputs if urn.endswith("Owner::db")]
    password = recording.outputs[owner]["password"]
    assert password["value"] == first_password(recording), "it is no secret any more"
    assert recording.only("SecretVersion").ignore_changes == ("secretString",)


@given(st.text(min_size=1), st.dictionaries(st.sampled_from(["username", "engine"]), st.text()))
def test_a_password_is_read_back_whatever_is_in_it(password: str, others: dict[str, str]) -> None:
    assert password_in(json.dumps({**others, "password": password})) == password


@pytest.mark.parametrize("nothing", [None, "", "{}"])
def test_where_there_is_none_there_is_none(nothing: str | None) -> None:
    assert password_in(nothing) == ""


def test_copies_are_under_keys_of_their_regions() -> None:
    secret = made(copies=(("eu-west-1", "arn:there"),)).only("Secret").inputs
    assert secret["replicas"] == [{"region": "eu-west-1", "kmsKeyId": "arn:there"}]


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("instance", ["rds:ModifyDBInstance", "rds:DescribeDBInstances"]),
        ("global", ["rds:ModifyDBCluster", "rds:DescribeDBClusters"]),
    ],
)
def test_the_function_may_change_one_secret_and_one_database(kind: Any, actions: list[str]) -> None:
    recording = made(Target(kind, "orders"))
    found = rights(recording)
    assert found["SetThePassword"]["Action"] == actions
    assert found["SetThePassword"]["Resource"] == [CLUSTER]
    assert found["RotateTheSecret"]["Resource"] == [recording.only("Secret").state["arn"]]
    assert found["UseItsKey"]["Resource"] == [recording.named("Key")["db-password"].state["arn"]]
    assert ("FindTheWriter" in found) is (kind == "global")
    assert [sid for sid, one in found.items() if one["Resource"] == ["*"]] == ["MakePasswords"]


def test_secrets_manager_may_call_it_for_this_secret_before_the_rotation_begins() -> None:
    recording = made()
    permission = recording.only("Permission")
    assert permission.inputs["principal"] == "secretsmanager.amazonaws.com"
    assert permission.inputs["sourceArn"] == recording.only("Secret").state["arn"]
    rotation = recording.only("SecretRotation")
    assert permission.urn in rotation.dependencies
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 30}
