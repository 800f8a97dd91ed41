"""EventBridge's schema registry: registries with policies, schemas with versions, discoverers. Nothing is discovered."""

from __future__ import annotations

import json
from typing import Any

from moto.core.utils import utcnow
from moto.events.models import events_backends
from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused
from tools.emulator.additions._services import responses

API = Api("schemas")
_GONE, _TAKEN = "NotFoundException", "ConflictException"
REGISTRIES = Shelf("registries", "Registry", _GONE, _TAKEN)
POLICIES = Shelf("policies", "Policy of registry", _GONE, _TAKEN)
SCHEMAS = Shelf("schemas", "Schema", _GONE, _TAKEN)
DISCOVERERS = Shelf("discoverers", "Discoverer", _GONE, _TAKEN)

# -- registries


@API.operation
def _create_registry(asked: Asked) -> Document:
    name = asked.params["RegistryName"]
    arn = asked.arn("schemas", f"registry/{name}")
    document = {"RegistryArn": arn, **asked.given("RegistryName", "Description", "Tags")}
    return REGISTRIES.add(asked.backend, name, document)


@API.operation
def _describe_registry(asked: Asked) -> Document:
    return REGISTRIES.get(asked.backend, asked.params["RegistryName"])


@API.operation
def _update_registry(asked: Asked) -> Document:
    return REGISTRIES.change(asked.backend, asked.params["RegistryName"], asked.given("Description"))


@API.operation
def _delete_registry(asked: Asked) -> None:
    name = asked.params["RegistryName"]
    REGISTRIES.remove(asked.backend, name)
    POLICIES.all(asked.backend).pop(name, None)
    # AWS deletes the schemas of a registry with it.
    for key in [key for key in SCHEMAS.all(asked.backend) if key.startswith(f"{name}/")]:
        SCHEMAS.remove(asked.backend, key)


@API.operation
def _list_registries(asked: Asked) -> Document:
    return {"Registries": REGISTRIES.listed(asked.backend)}


@API.operation
def _put_resource_policy(asked: Asked) -> Document:
    name, policy = asked.params["RegistryName"], asked.params["Policy"]
    REGISTRIES.get(asked.backend, name)
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return POLICIES.put(asked.backend, name, {"Policy": text, "RevisionId": str(mock_random.uuid4())})


@API.operation
def _get_resource_policy(asked: Asked) -> Document:
    return POLICIES.get(asked.backend, asked.params["RegistryName"])


@API.operation
def _delete_resource_policy(asked: Asked) -> None:
    POLICIES.remove(asked.backend, asked.params["RegistryName"])


# -- schemas


def _key(asked: Asked) -> str:
    return f"{asked.params['RegistryName']}/{asked.params['SchemaName']}"


@API.operation
def _create_schema(asked: Asked) -> Document:
    REGISTRIES.get(asked.backend, asked.params["RegistryName"])
    document = {
        "SchemaArn": asked.arn("schemas", f"schema/{_key(asked)}"),
        "SchemaVersion": "1",
        "LastModified": utcnow(),
        "VersionCreatedDate": utcnow(),
        **asked.given("SchemaName", "Content", "Type", "Description", "Tags"),
    }
    return SCHEMAS.add(asked.backend, _key(asked), document)


@API.operation
def _describe_schema(asked: Asked) -> Document:
    return SCHEMAS.get(asked.backend, _key(asked))


@API.operation
def _update_schema(asked: Asked) -> Document:
    found = SCHEMAS.get(asked.backend, _key(asked))
    changed = {"LastModified": utcnow(), **asked.given("Content", "Type", "Description")}
    if asked.params.get("Content") not in (None, found["Content"]):
        changed |= {"SchemaVersion": str(int(found["SchemaVersion"]) + 1), "VersionCreatedDate": utcnow()}
    return SCHEMAS.change(asked.backend, _key(asked), changed)


@API.operation
def _delete_schema(asked: Asked) -> None:
    SCHEMAS.remove(asked.backend, _key(asked))


@API.operation
def _list_schemas(asked: Asked) -> Document:
    REGISTRIES.get(asked.backend, asked.params["RegistryName"])
    start = f"{asked.params['RegistryName']}/{asked.params.get('SchemaNamePrefix') or ''}"
    found = [value for key, value in SCHEMAS.all(asked.backend).items() if key.startswith(start)]
    return {"Schemas": [{**one, "VersionCount": int(one["SchemaVersion"])} for one in found]}


# -- discoverers


def _bus(arn: str) -> Any:
    region, account, name = arn.split(":")[3], arn.split(":")[4], arn.rpartition("/")[2]
    return events_backends[account][region].event_buses.get(name)


@API.operation
def _create_discoverer(asked: Asked) -> Document:
    source = asked.params["SourceArn"]
    if any(one["SourceArn"] == source for one in DISCOVERERS.all(asked.backend).values()):
        raise refused(_TAKEN, f"A discoverer of {source} already exists")
    bus = _bus(source)
    if bus is not None and getattr(bus, "kms_key_identifier", None):
        raise refused(
            "BadRequestException", f"Schema discovery is not supported for {source}: a customer managed key"
        )
    made = f"events-event-bus-{source.rpartition('/')[2]}"
    document = {
        "DiscovererArn": asked.arn("schemas", f"discoverer/{made}"),
        "DiscovererId": made,
        "State": "STARTED",
        "CrossAccount": asked.params.get("CrossAccount", True),
        **asked.given("SourceArn", "Description", "Tags"),
    }
    return DISCOVERERS.add(asked.backend, made, document)


@API.operation
def _describe_discoverer(asked: Asked) -> Document:
    return DISCOVERERS.get(asked.backend, asked.params["DiscovererId"])


@API.operation
def _update_discoverer(asked: Asked) -> Document:
    changed = asked.given("Description", "CrossAccount")
    return DISCOVERERS.change(asked.backend, asked.params["DiscovererId"], changed)


@API.operation
def _start_discoverer(asked: Asked) -> Document:
    return DISCOVERERS.change(asked.backend, asked.params["DiscovererId"], {"State": "STARTED"})


@API.operation
def _stop_discoverer(asked: Asked) -> Document:
    return DISCOVERERS.change(asked.backend, asked.params["DiscovererId"], {"State": "STOPPED"})


@API.operation
def _delete_discoverer(asked: Asked) -> None:
    DISCOVERERS.remove(asked.backend, asked.params["DiscovererId"])


@API.operation
def _list_discoverers(asked: Asked) -> Document:
    return {"Discoverers": DISCOVERERS.listed(asked.backend)}


# -- tags


def _tagged(asked: Asked) -> Document:
    arn = asked.params["ResourceArn"]
    for shelf, name in ((REGISTRIES, "RegistryArn"), (SCHEMAS, "SchemaArn"), (DISCOVERERS, "DiscovererArn")):
        for document in shelf.all(asked.backend).values():
            if document[name] == arn:
                return document
    raise refused(_GONE, f"Resource {arn} not found")


@API.operation
def _tag_resource(asked: Asked) -> None:
    found = _tagged(asked)
    found["Tags"] = {**found.get("Tags", {}), **asked.params["Tags"]}


@API.operation
def _untag_resource(asked: Asked) -> None:
    found = _tagged(asked)
    gone = asked.params["TagKeys"]
    found["Tags"] = {key: value for key, value in found.get("Tags", {}).items() if key not in gone}


@API.operation
def _list_tags_for_resource(asked: Asked) -> Document:
    return {"Tags": _tagged(asked).get("Tags", {})}


def install() -> None:
    """Add the operations."""
    API.install(responses("schemas"))
