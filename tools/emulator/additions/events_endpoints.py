"""EventBridge: global endpoints, which moto does not know, and connections, whose secrets moto does not change.

An endpoint is kept; events that are put to it are not led to its buses, and nothing fails over.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.utils import unix_time, utcnow
from moto.events.models import Connection, EventsBackend
from moto.events.responses import EventsHandler
from moto.moto_api._internal import mock_random
from moto.secretsmanager.models import secretsmanager_backends

from tools.emulator.accounts import partition_of
from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("events")
ENDPOINTS = Shelf("endpoints", "Endpoint", "ResourceNotFoundException")
_GIVEN = ("Description", "RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn")


def _check(asked: Asked) -> None:
    buses = asked.params.get("EventBuses") or []
    if buses and len(buses) != 2:
        raise refused("ValidationException", "An endpoint has two event buses, in two Regions")
    names = {one["EventBusArn"].rsplit("/", 1)[-1] for one in buses}
    regions = {one["EventBusArn"].split(":")[3] for one in buses}
    if buses and (len(names) != 1 or len(regions) != 2):
        raise refused("ValidationException", "The buses of an endpoint have one name and are in two Regions")


@API.operation
def _create_endpoint(asked: Asked) -> Document:
    _check(asked)
    name = asked.params["Name"]
    made = f"{mock_random.get_random_hex(10)}.veo"
    document = {
        "Name": name,
        "ReplicationConfig": {"State": "ENABLED"},
        **asked.given(*_GIVEN),
        "Arn": asked.arn("events", f"endpoint/{name}"),
        "EndpointId": made,
        "EndpointUrl": f"https://{made}.endpoint.events.{partition_of(asked.region)[1]}",
        "State": "ACTIVE",
        "CreationTime": utcnow(),
        "LastModifiedTime": utcnow(),
    }
    return {**ENDPOINTS.add(asked.backend, name, document), "State": "CREATING"}


@API.operation
def _describe_endpoint(asked: Asked) -> Document:
    return ENDPOINTS.get(asked.backend, asked.params["Name"])


@API.operation
def _list_endpoints(asked: Asked) -> Document:
    return {"Endpoints": ENDPOINTS.listed(asked.backend)}


@API.operation
def _update_endpoint(asked: Asked) -> Document:
    _check(asked)
    fields = {**asked.given(*_GIVEN), "LastModifiedTime": utcnow()}
    return {**ENDPOINTS.change(asked.backend, asked.params["Name"], fields), "State": "UPDATING"}


@API.operation
def _delete_endpoint(asked: Asked) -> None:
    ENDPOINTS.remove(asked.backend, asked.params["Name"])


def _connections() -> None:
    change = EventsBackend.update_connection

    @method(EventsBackend)
    def update_connection(self: Any, name: str, **fields: Any) -> Any:
        answer = change(self, name, **fields)
        given = fields.get("auth_parameters")
        connection = self.connections.get(name)
        if given and connection is not None:
            secrets = secretsmanager_backends[self.account_id][self.region_name]
            values: Document = {}
            for key, value in given.items():
                values.update({key: value} if key == "InvocationHttpParameters" else value)
            secrets.put_secret_value(connection.secret_arn, json.dumps(values), "", "", ["AWSCURRENT"])
            connection.last_modified = unix_time()
        return answer

    show = Connection.describe

    @method(Connection)
    def describe(self: Any) -> Document:
        return {**show(self), "LastModifiedTime": getattr(self, "last_modified", self.creation_time)}


def install() -> None:
    """Keep endpoints, and let a changed connection change its secret."""
    API.install(EventsHandler)
    _connections()
