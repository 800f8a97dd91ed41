"""EventBridge: connections to other systems, API destinations and global endpoints. Nothing is called over the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import keep, same_tail, unless_gone, void, without_none

# -- connections

_HTTP = {"bodies": "BodyParameters", "headers": "HeaderParameters", "queryStrings": "QueryStringParameters"}


def _http(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is sent with every request, under the API's names; None where there is nothing."""
    found = {}
    for name, api in _HTTP.items():
        pairs = [
            without_none(Key=one.get("key"), Value=one.get("value"), IsValueSecret=one.get("isValueSecret"))
            for one in (given or {}).get(name) or []
        ]
        if pairs:
            found[api] = pairs
    return found or None


def _oauth(given: Mapping[str, Any]) -> dict[str, Any]:
    client = given.get("clientParameters") or {}
    return without_none(
        AuthorizationEndpoint=given["authorizationEndpoint"],
        HttpMethod=given["httpMethod"],
        ClientParameters=without_none(
            ClientID=client.get("clientId"), ClientSecret=client.get("clientSecret")
        ),
        OAuthHttpParameters=_http(given.get("oauthHttpParameters")),
    )


def _authorization(call: Call) -> dict[str, Any]:
    given = call.inputs["authParameters"]
    key, basic, oauth = given.get("apiKey"), given.get("basic"), given.get("oauth")
    return without_none(
        ApiKeyAuthParameters={"ApiKeyName": key["key"], "ApiKeyValue": key["value"]} if key else None,
        BasicAuthParameters={"Username": basic["username"], "Password": basic["password"]} if basic else None,
        OAuthParameters=_oauth(oauth) if oauth else None,
        InvocationHttpParameters=_http(given.get("invocationHttpParameters")),
    )


def _shown_http(there: Mapping[str, Any] | None) -> dict[str, Any] | None:
    found = {}
    for name, api in _HTTP.items():
        pairs = [
            without_none(key=one.get("Key"), isValueSecret=one.get("IsValueSecret"), value=one.get("Value"))
            for one in (there or {}).get(api) or []
        ]
        if pairs:
            found[name] = pairs
    return found or None


def _shown(there: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS shows of the authorization: everything but the secrets."""
    key, basic = there.get("ApiKeyAuthParameters"), there.get("BasicAuthParameters")
    oauth = there.get("OAuthParameters")
    client = (oauth or {}).get("ClientParameters") or {}
    shown_oauth = without_none(
        authorizationEndpoint=(oauth or {}).get("AuthorizationEndpoint"),
        httpMethod=(oauth or {}).get("HttpMethod"),
        clientParameters={"clientId": client["ClientID"]} if client else None,
        oauthHttpParameters=_shown_http((oauth or {}).get("OAuthHttpParameters")),
    )
    return without_none(
        apiKey={"key": key["ApiKeyName"]} if key else None,
        basic={"username": basic["Username"]} if basic else None,
        oauth=shown_oauth or None,
        invocationHttpParameters=_shown_http(there.get("InvocationHttpParameters")),
    )


def _params(call: Call) -> dict[str, Any]:
    return without_none(
        Name=call.inputs["name"],
        AuthorizationType=call.inputs["authorizationType"],
        AuthParameters=_authorization(call),
        Description=call.get("description"),
        KmsKeyIdentifier=call.get("kmsKeyIdentifier"),
    )


def _connect(call: Call) -> str:
    call.aws().create_connection(**_params(call))
    return str(call.inputs["name"])


def _read_connection(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_connection, Name=call.id)
    if item is None:
        return None
    key = keep(call, "kmsKeyIdentifier", item.get("KmsKeyIdentifier"), same_tail)
    return {
        "name": item["Name"],
        "arn": item["ConnectionArn"],
        "secretArn": item.get("SecretArn", ""),
        "description": item.get("Description") or "",
        "authorizationType": item["AuthorizationType"],
        "authParameters": _shown(item["AuthParameters"]),
        **({"kmsKeyIdentifier": key} if key else {}),
    }


CONNECTION = Emulated(
    "aws:cloudwatch/eventConnection:EventConnection",
    service="events",
    create=_connect,
    read=_read_connection,
    update=lambda call: void(call.aws().update_connection(**_params(call))),
    delete=Delete("delete_connection", by="Name"),
    replace_on=("name", "region"),
    exact=True,
)


# -- API destinations


def _read_destination(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_api_destination, Name=call.id)
    return (
        None if item is None else {"description": "", **take(call.type, item, {"arn": "ApiDestinationArn"})}
    )


def _update_destination(call: Call) -> None:
    call.aws().update_api_destination(**parameters(call.aws(), "update_api_destination", call.inputs))


API_DESTINATION = Emulated(
    "aws:cloudwatch/eventApiDestination:EventApiDestination",
    service="events",
    create=Create("create_api_destination", id=lambda call, _: str(call.inputs["name"])),
    read=_read_destination,
    update=_update_destination,
    delete=Delete("delete_api_destination", by="Name"),
    replace_on=("name", "region"),
    exact=True,
)


# -- global endpoints


def _read_endpoint(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_endpoint, Name=call.id)
    if item is None:
        return None
    routing = item["RoutingConfig"]["FailoverConfig"]
    return {
        **take(call.type, item, {"routingConfig": ""}),
        "routingConfig": {
            "failoverConfig": {
                "primary": {"healthCheck": routing["Primary"]["HealthCheck"]},
                "secondary": {"route": routing["Secondary"]["Route"]},
            }
        },
    }


ENDPOINT = Emulated(
    "aws:cloudwatch/eventEndpoint:EventEndpoint",
    service="events",
    create=Create("create_endpoint", id=lambda call, _: str(call.inputs["name"])),
    read=_read_endpoint,
    update=lambda call: void(
        call.aws().update_endpoint(**parameters(call.aws(), "update_endpoint", call.inputs))
    ),
    delete=Delete("delete_endpoint", by="Name"),
    replace_on=("name", "region"),
    exact=True,
)

TYPES = (CONNECTION, API_DESTINATION, ENDPOINT)
