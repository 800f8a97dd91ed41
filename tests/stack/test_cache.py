"""The stack's cache: on the network's open port, and with the roles that may log in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stack.test_database import APP, NETWORK, built, refused

USERS: dict[str, Any] = {"sessions": {"keys": ["session:*"]}, "pages": {}}


def test_the_app_s_role_may_log_in_as_the_named_user_only() -> None:
    recording = built(network=NETWORK, app=APP, cache={"users": USERS, "connect": {"app": ["sessions"]}})
    (policy,) = [
        one.inputs for name, one in recording.named("RolePolicy").items() if name.startswith("cache-connect")
    ]
    assert policy["role"] == "app-group-instance"
    (statement,) = json.loads(policy["policy"])["Statement"]
    assert recording.named("User")["cache-user-sessions"].state["arn"] in statement["Resource"]
    assert recording.named("User")["cache-user-pages"].state["arn"] not in statement["Resource"]


@pytest.mark.parametrize(
    ("cache", "problem"),
    [
        ({"connect": {"ap": ["app"]}}, "connect.ap: builds nothing that could log in; did you mean 'app'"),
        (
            {"connect": {"app": ["session"]}, "users": USERS},
            "the cache has no user 'session'; did you mean 'sessions'",
        ),
        ({"connect": {"app": ["app", "app"]}}, "connect.app[1]: 'app' stands twice"),
        ({"connect": {"app": ["app"]}}, "connect.app: is not configured"),
        ({"port": 6380}, "the network does not open port 6380 of data"),
    ],
)
def test_what_is_refused_before_anything_is_built(cache: dict[str, Any], problem: str) -> None:
    assert problem in refused(network=NETWORK, cache=cache)
