from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.events import (
    ApiDestination,
    ApiDestinationArgs,
    ApiKey,
    EventRule,
    EventRuleArgs,
    OAuth,
    Target,
)
from components.foundation.errors import ComponentError
from tests.components.recording import Recording, Registered, run

URL = "https://api.example.com/orders"


def built(**given: Any) -> Recording:
    def program() -> None:
        secret = pulumi.Output.secret("hidden-value")
        who = given.pop("oauth", None)
        args = (
            ApiDestinationArgs(url=URL, oauth=OAuth(**who, client_secret=secret))
            if who
            else ApiDestinationArgs(url=URL, api_key=ApiKey(value=secret))
        )
        made = ApiDestination("orders", args)
        target = Target(kind="api_destination", arn=made.arn)
        EventRule("orders", EventRuleArgs(pattern={"source": ["a"]}, targets={"api": target}))

    return run(program)


def one(recording: Recording, type_: str) -> Registered:
    (found,) = [registered for registered in recording.resources if registered.type == f"aws:{type_}"]
    return found


def test_the_connection_has_the_key_and_the_rule_may_call_the_destination() -> None:
    recording = built()
    connection = one(recording, "cloudwatch/eventConnection:EventConnection")
    assert connection.inputs["authorizationType"] == "API_KEY"
    assert connection.inputs["kmsKeyIdentifier"]
    # A secret as a whole: the engine encrypts it in the state.
    assert connection.inputs["authParameters"]["value"]["apiKey"]["key"] == "x-api-key"
    destination = one(recording, "cloudwatch/eventApiDestination:EventApiDestination")
    assert destination.inputs["invocationEndpoint"] == URL
    assert destination.inputs["connectionArn"] == connection.state["arn"]
    assert "events:InvokeApiDestination" in one(recording, "iam/rolePolicy:RolePolicy").inputs["policy"]


def test_client_credentials() -> None:
    given = {"token_url": "https://login.example.com/token", "client_id": "shop", "scope": "orders"}
    connection = one(built(oauth=given), "cloudwatch/eventConnection:EventConnection")
    oauth = connection.inputs["authParameters"]["value"]["oauth"]
    assert oauth["authorizationEndpoint"] == "https://login.example.com/token"
    assert {body["key"] for body in oauth["oauthHttpParameters"]["bodies"]} == {"grant_type", "scope"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://api.example.com"}, "url"),
        ({"url": "https://user:word@api.example.com"}, "url"),
        ({"url": URL}, "exactly one of api_key and oauth"),
        ({"url": URL, "calls_per_second": 301}, "calls_per_second"),
    ],
)
def test_wrong_settings_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        ApiDestinationArgs(**given)
