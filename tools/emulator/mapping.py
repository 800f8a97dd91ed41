"""Property names and values to API parameters and back, guided by the API's model in botocore and by the type's schema."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import jmespath
from botocore import xform_name
from botocore.model import ListShape, MapShape, Shape, StructureShape

from tools.emulator.schema import FunctionType, Property, ResourceType, TypeRef


def same_name(name: str) -> str:
    """A name without case and separators: `cidrBlock`, `CidrBlock` and `cidr_block` are one."""
    return name.replace("_", "").replace("-", "").replace(".", "").lower()


@functools.cache
def _operation(service_model: Any, action: str) -> Any:
    for name in service_model.operation_names:
        if xform_name(name) == action:
            return service_model.operation_model(name)
    raise ValueError(f"{service_model.service_name} has no operation {action}")


@functools.cache
def _members(shape: StructureShape) -> dict[str, str]:
    names = {same_name(member): member for member in shape.members}
    # Pulumi names a list in the plural; some APIs name the same list in the singular.
    for short, member in list(names.items()):
        if isinstance(shape.members[member], ListShape) and not short.endswith("s"):
            names.setdefault(short + "s", member)
    return names


def parameters(
    client: Any, action: str, inputs: Mapping[str, Any], send: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The parameters of `action` that `inputs` hold. `send` names those that differ; "" keeps a property out."""
    shape = _operation(client.meta.service_model, action).input_shape
    params: dict[str, Any] = {}
    renamed = send or {}
    for name, value in inputs.items():
        if value is None:
            continue
        if name in renamed:
            if renamed[name]:
                put_path(params, renamed[name], value, client, action)
            continue
        member = _members(shape).get(same_name(name)) if shape is not None else None
        if member is not None:
            params[member] = to_api(shape.members[member], value)
    return params


def put_path(params: dict[str, Any], path: str, value: Any, client: Any, action: str) -> None:
    """Set `EnableDnsSupport.Value` and the like, in the form that the API's model asks for."""
    shape: Any = _operation(client.meta.service_model, action).input_shape
    *parents, last = path.split(".")
    target = params
    for parent in parents:
        shape = shape.members[parent]
        target = target.setdefault(parent, {})
    target[last] = to_api(shape.members[last], value)


def to_api(shape: Shape, value: Any) -> Any:
    """A property value in the form of an API shape."""
    if isinstance(shape, StructureShape):
        # A block that may appear once is a list of one in some property types.
        item = value[0] if isinstance(value, list) and value else value
        return _structure(shape, item) if isinstance(item, Mapping) else item
    if isinstance(shape, ListShape) and isinstance(value, Mapping) and _is_tag(shape.member):
        return tag_list({str(key): str(text) for key, text in value.items()})
    if isinstance(shape, ListShape):
        items = value if isinstance(value, list) else [value]
        return [to_api(shape.member, item) for item in items if item is not None]
    if isinstance(shape, MapShape):
        return (
            {str(k): to_api(shape.value, v) for k, v in value.items()}
            if isinstance(value, Mapping)
            else value
        )
    return _scalar(shape.type_name, value)


def _is_tag(shape: Shape) -> bool:
    """Whether an API names and values things as tags (`[{"Key": ..., "Value": ...}]`), where properties have a map."""
    return isinstance(shape, StructureShape) and set(shape.members) == {"Key", "Value"}


def _structure(shape: StructureShape, value: Mapping[str, Any]) -> dict[str, Any]:
    names = _members(shape)
    found: dict[str, Any] = {}
    for name, item in value.items():
        member = names.get(same_name(name))
        if member is not None and item is not None:
            found[member] = to_api(shape.members[member], item)
    return found


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value) if isinstance(value, (dict, list)) else _text(value)
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def take(
    resource: ResourceType | FunctionType,
    item: Mapping[str, Any],
    names: Mapping[str, str | Callable[[Any], Any]] | None = None,
) -> dict[str, Any]:
    """The output properties that an API item holds. `names` says where those are that are named differently."""
    found: dict[str, Any] = {}
    by_name = {same_name(key): value for key, value in item.items()}
    special = names or {}
    for name, prop in resource.outputs.items():
        if name in special:
            where = special[name]
            if where == "":
                continue
            value = where(item) if callable(where) else jmespath.search(where, item)
        elif name in ("tags", "tagsAll"):
            value = tags_of(item)
        else:
            value = by_name.get(same_name(name))
        if value is not None:
            found[name] = from_api(prop.type, value)
    return found


def from_api(kind: TypeRef, value: Any) -> Any:
    """An API value in the form of a property type."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode("ascii")
    if kind.kind == "list":
        items = value if isinstance(value, list) else [value]
        return [from_api(kind.element, item) if kind.element else item for item in items]
    if kind.kind == "object" and kind.object is not None:
        single = value[0] if isinstance(value, list) and value else value
        return _object(kind.object.properties, single) if isinstance(single, Mapping) else {}
    if kind.kind == "map" and isinstance(value, Mapping):
        return {str(k): from_api(kind.element, v) if kind.element else v for k, v in value.items()}
    if kind.kind == "map" and isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return {_first(item, "Key", "key"): _first(item, "Value", "value") for item in value}
    return _property_scalar(kind.kind, value)


def _object(properties: Mapping[str, Property], value: Mapping[str, Any]) -> dict[str, Any]:
    by_name = {same_name(key): item for key, item in value.items()}
    found = {name: by_name.get(same_name(name)) for name in properties}
    return {name: from_api(properties[name].type, item) for name, item in found.items() if item is not None}


def _property_scalar(kind: str, value: Any) -> Any:
    if kind in ("string", "union") and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list)) else _text(value)
    if kind == "integer" and isinstance(value, (str, float)):
        return int(value)
    if kind == "boolean" and isinstance(value, str):
        return value.lower() in ("true", "enabled", "enable")
    return value


def tags_of(item: Mapping[str, Any]) -> dict[str, str] | None:
    """The tags of an API item, whichever of the usual forms they have; None where it has none.

    Tags that AWS puts there itself (`aws:...`) are nobody's to manage and are left out, as the real provider does.
    """
    for name in ("Tags", "TagSet", "TagList", "tags"):
        tags = item.get(name)
        if isinstance(tags, Mapping):
            return {str(k): str(v) for k, v in tags.items() if not str(k).startswith("aws:")}
        if isinstance(tags, list):
            named = (
                (_first(t, "Key", "TagKey", "key"), _first(t, "Value", "TagValue", "value")) for t in tags
            )
            return {key: value for key, value in named if not key.startswith("aws:")}
    return None


def _first(tag: Mapping[str, Any], *names: str) -> str:
    return next((str(tag[name]) for name in names if name in tag), "")


def tag_list(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags in the form most APIs want: `[{"Key": ..., "Value": ...}]`."""
    return [{key: name, value: text} for name, text in tags.items()]
