"""The stack's rotated password: for a user of its database that has one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.foundation.errors import ComponentError
from stack.settings import read_settings

NETWORK: dict[str, Any] = {"cidr_block": "10.0.0.0/16", "zones": ["a", "b"]}
USERS: dict[str, Any] = {"users": {"orders": {}}}


def read(**values: Any) -> None:
    texts = {f"groundplan:{key}": json.dumps(value) for key, value in values.items()}
    read_settings(texts, "groundplan")


def test_a_client_of_the_database_may_have_a_password() -> None:
    rotation = {"user": "reports_tool"}
    read(network=NETWORK, database={}, **{"database-users": USERS, "secret-rotation": rotation})


@pytest.mark.parametrize(
    ("rotation", "message"),
    [
        ({"user": "orders"}, "'orders' logs in with IAM tokens and has no password"),
        ({"user": "a*"}, "groundplan:secret-rotation.user"),
        ({"user": "tool", "tier": "public"}, "may not open connections to 'data'"),
    ],
)
def test_what_does_not_fit_the_database_is_refused(rotation: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        read(network=NETWORK, database={}, **{"database-users": USERS, "secret-rotation": rotation})
    assert message in str(caught.value)
