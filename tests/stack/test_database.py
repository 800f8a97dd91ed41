"""The stack's database: on the network's open port, and with the roles that may log in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime import config

import stack
from components.foundation.errors import ComponentError
from stack.settings import read_settings
from tests.components.recording import Recording, run

NETWORK: dict[str, Any] = {
    "cidr_block": "10.0.0.0/16",
    "zones": ["a", "b"],
    "tiers": {"public": {"reachable_from": ["internet"]}},
}
APP: dict[str, Any] = {"load_balancer": {"certificate": {"arn": "arn:aws:acm:::certificate/1"}}}


def texts(**values: Any) -> dict[str, str]:
    return {f"groundplan:{key}": json.dumps(value) for key, value in values.items()}


def built(**values: Any) -> Recording:
    def program() -> None:
        token = config.CONFIG.set(texts(**values))
        try:
            stack.build()
        finally:
            config.CONFIG.reset(token)

    return run(program)


def refused(**values: Any) -> str:
    with pytest.raises(ComponentError) as caught:
        read_settings(texts(**values), "groundplan")
    return str(caught.value)


def grants(recording: Recording) -> dict[str, Any]:
    policies = recording.named("RolePolicy").items()
    return {name: one.inputs for name, one in policies if name.startswith("database-connect")}


def test_the_app_s_role_may_log_in_as_the_named_users() -> None:
    recording = built(network=NETWORK, app=APP, database={"connect": {"app": ["orders", "reports"]}})
    assert len(grants(recording)) == 2
    users = {json.loads(one["policy"])["Statement"][0]["Resource"][0] for one in grants(recording).values()}
    assert {arn.rsplit("/", 1)[1] for arn in users} == {"orders", "reports"}
    assert {one["role"] for one in grants(recording).values()} == {"app-group-instance"}


def test_without_connect_nobody_may_log_in_and_no_app_is_needed() -> None:
    assert not grants(built(network=NETWORK, database={}))


@pytest.mark.parametrize(
    ("database", "problem"),
    [
        ({"connect": {"app": ["orders"]}}, "groundplan:database.connect.app: is not configured; set app"),
        (
            {"connect": {"ap": ["orders"]}},
            "groundplan:database.connect.ap: builds nothing that could log in; did",
        ),
        ({"connect": {"app": ["*"]}}, "groundplan:database.connect.app[0]: '*' does not name exactly one"),
        ({"connect": {"app": ["a", "a"]}}, "groundplan:database.connect.app[1]: 'a' stands twice"),
        (
            {"engine": "aurora-mysql"},
            "groundplan:database.port: the network does not open port 3306 of data; add 'tcp/3306'",
        ),
        (
            {"access": {"tier": "dta"}},
            "groundplan:database.access.tier: the network has no tier 'dta'; did you",
        ),
        ({"access": {"tier": "public"}}, "groundplan:database.access.tier: tier 'public' is public"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_built(
    database: dict[str, Any], problem: str
) -> None:
    assert refused(network=NETWORK, database=database).startswith(problem)
