"""EventBridge's schema registry: registries, their policies, schemas, discoverers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.mapping import take
from tools.emulator.services._common import Parts, as_text, unless_gone, void, without_none
from tools.emulator.services._tags import mapped_tags

_DESCRIBED: dict[str, str | Callable[[Any], Any]] = {
    "description": lambda item: item.get("Description") or None
}

# -- registries

REGISTRY = Emulated(
    "aws:schemas/registry:Registry",
    service="schemas",
    create=Create("create_registry", id="RegistryName", send={"name": "RegistryName"}),
    read=Read(
        "describe_registry",
        by="RegistryName",
        take={"name": "RegistryName", "arn": "RegistryArn", "tags": "Tags", **_DESCRIBED},
    ),
    update=lambda call: void(
        call.aws().update_registry(RegistryName=call.id, Description=call.get("description", ""))
    ),
    delete=Delete("delete_registry", by="RegistryName"),
    tags=mapped_tags(
        lambda call: {"ResourceArn": call.arn("schemas", f"registry/{call.id}")}, tags="Tags", keys="TagKeys"
    ),
    replace_on=("name", "region"),
    exact=True,
)


def _put_policy(call: Call) -> str:
    name = str(call.inputs["registryName"])
    call.aws().put_resource_policy(RegistryName=name, Policy=as_text(call.inputs["policy"]))
    return name


def _read_policy(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_resource_policy, RegistryName=call.id)
    return None if item is None else {"registryName": call.id, "policy": as_text(item["Policy"])}


REGISTRY_POLICY = Emulated(
    "aws:schemas/registryPolicy:RegistryPolicy",
    service="schemas",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=Delete("delete_resource_policy", by="RegistryName"),
    replace_on=("registryName", "region"),
    exact=True,
)

# -- schemas

_SCHEMA = Parts(("name", "registryName"), by="/")


def _schema(call: Call) -> dict[str, str]:
    known = _SCHEMA.of(call)
    return {"SchemaName": known["name"], "RegistryName": known["registryName"]}


def _schema_arn(call: Call) -> str:
    known = _SCHEMA.of(call)
    return call.arn("schemas", f"schema/{known['registryName']}/{known['name']}")


def _create_schema(call: Call) -> str:
    params = without_none(
        Type=call.inputs["type"],
        Content=call.inputs["content"],
        Description=call.get("description"),
        Tags=call.tags or None,
    )
    call.aws().create_schema(**_schema(call), **params)
    return _SCHEMA.join(call)


def _read_schema(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_schema, **_schema(call))
    if item is None:
        return None
    names: dict[str, str | Callable[[Any], Any]] = {
        "name": "SchemaName",
        "arn": "SchemaArn",
        "version": "SchemaVersion",
        "tags": "Tags",
        **_DESCRIBED,
    }
    return {**take(call.type, item, names), "registryName": _SCHEMA.of(call)["registryName"]}


SCHEMA = Emulated(
    "aws:schemas/schema:Schema",
    service="schemas",
    create=_create_schema,
    read=_read_schema,
    update=lambda call: void(
        call.aws().update_schema(
            **_schema(call),
            Type=call.inputs["type"],
            Content=call.inputs["content"],
            Description=call.get("description", ""),
        )
    ),
    delete=lambda call: void(call.aws().delete_schema(**_schema(call))),
    tags=mapped_tags(lambda call: {"ResourceArn": _schema_arn(call)}, tags="Tags", keys="TagKeys"),
    replace_on=("name", "registryName", "region"),
    exact=True,
)

# -- discoverers

DISCOVERER = Emulated(
    "aws:schemas/discoverer:Discoverer",
    service="schemas",
    create=Create("create_discoverer", id="DiscovererId"),
    read=Read(
        "describe_discoverer",
        by="DiscovererId",
        take={"arn": "DiscovererArn", "tags": "Tags", **_DESCRIBED},
    ),
    update=lambda call: void(
        call.aws().update_discoverer(DiscovererId=call.id, Description=call.get("description", ""))
    ),
    delete=Delete("delete_discoverer", by="DiscovererId"),
    tags=mapped_tags(
        lambda call: {"ResourceArn": call.arn("schemas", f"discoverer/{call.id}")},
        tags="Tags",
        keys="TagKeys",
    ),
    replace_on=("sourceArn", "region"),
    exact=True,
)

TYPES = (REGISTRY, REGISTRY_POLICY, SCHEMA, DISCOVERER)
