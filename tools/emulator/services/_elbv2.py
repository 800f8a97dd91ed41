"""What the types of Elastic Load Balancing share: attributes (`key` -> text), actions and conditions, tags."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.emulator.emulated import Call, Tagging
from tools.emulator.mapping import from_api, tag_list
from tools.emulator.schema import ResourceType

Paths = Mapping[str, str]
"""Property, or `block.property` of a block, -> the attribute's key."""


def both(token: str) -> tuple[str, str]:
    """The two tokens of a type: `loadBalancer:LoadBalancer` is in the modules `lb` and `alb`."""
    return f"aws:lb/{token}", f"aws:alb/{token}"


def _block_value(values: Mapping[str, Any], path: str) -> Any:
    value: Any = values
    for step in path.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def attributes(call: Call, paths: Paths) -> list[dict[str, str]]:
    """The attributes that changed (in a create: that are not the default), as the API takes them."""
    wanted = []
    for path, key in paths.items():
        if path.split(".")[0] not in call.type.properties:
            continue
        given, before = _block_value(call.inputs, path), _block_value(call.old, path)
        if given is not None and given != before and not _is_default(call, path, given):
            wanted.append(
                {"Key": key, "Value": str(given).lower() if isinstance(given, bool) else str(given)}
            )
    return wanted


def _is_default(call: Call, path: str, given: Any) -> bool:
    """Whether a create may leave an attribute as it is."""
    return not call.old and "." not in path and given == call.type.properties[path].default


def read_attributes(resource: ResourceType, there: list[Mapping[str, str]], paths: Paths) -> dict[str, Any]:
    """The properties that attributes say."""
    texts = {item["Key"]: item["Value"] for item in there}
    found: dict[str, Any] = {}
    for path, key in paths.items():
        name, _, inner = path.partition(".")
        if key not in texts or name not in resource.properties:
            continue
        kind = resource.properties[name].type
        if not inner:
            found[name] = from_api(kind, texts[key])
            continue
        block = kind.element if kind.kind == "list" else kind
        if block is not None and block.object is not None and "." not in inner:
            value = from_api(block.object.properties[inner].type, texts[key])
            holder = found.setdefault(name, [{}] if kind.kind == "list" else {})
            (holder[0] if isinstance(holder, list) else holder)[inner] = value
    return found


def snake(name: str) -> str:
    """`XContentTypeOptions` -> `x_content_type_options`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def elb_tags() -> Tagging:
    """Tags of everything that load balancing has, by ARN."""
    return Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().add_tags(ResourceArns=[call.id], Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().remove_tags(ResourceArns=[call.id], TagKeys=keys),
        read=read_tags,
    )


def read_tags(call: Call) -> dict[str, str]:
    """The tags of one resource."""
    found = call.aws().describe_tags(ResourceArns=[call.id])["TagDescriptions"]
    return {tag["Key"]: tag["Value"] for tag in found[0]["Tags"]} if found else {}


# -- actions

_CONFIGS = {
    "fixedResponse": "FixedResponseConfig",
    "authenticateCognito": "AuthenticateCognitoConfig",
    "authenticateOidc": "AuthenticateOidcConfig",
    "jwtValidation": "JwtValidationConfig",
}
_REDIRECT = {
    "host": "#{host}",
    "path": "/#{path}",
    "port": "#{port}",
    "protocol": "#{protocol}",
    "query": "#{query}",
}


def _capital(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name[0].upper() + name[1:]: value for name, value in fields.items() if value is not None}


def _small(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name[0].lower() + name[1:]: value for name, value in fields.items()}


def to_action(action: Mapping[str, Any], order: int) -> dict[str, Any]:
    """An action as the API takes it. `order` is its place where it does not say so itself."""
    wanted: dict[str, Any] = {"Type": action["type"], "Order": action.get("order") or order}
    if action.get("targetGroupArn"):
        wanted["TargetGroupArn"] = action["targetGroupArn"]
    forward, redirect = action.get("forward"), action.get("redirect")
    if forward:
        groups = [
            {"TargetGroupArn": group["arn"], "Weight": group.get("weight", 1)}
            for group in forward["targetGroups"]
        ]
        wanted["ForwardConfig"] = {"TargetGroups": groups}
        sticky = forward.get("stickiness")
        if sticky:
            config = {"Enabled": bool(sticky.get("enabled")), "DurationSeconds": sticky["duration"]}
            wanted["ForwardConfig"]["TargetGroupStickinessConfig"] = config
    if redirect:
        given = {name: value for name, value in redirect.items() if value is not None}
        wanted["RedirectConfig"] = _capital({**_REDIRECT, **given})
    for name, api in _CONFIGS.items():
        if action.get(name):
            wanted[api] = _capital(action[name])
    return wanted


def to_actions(actions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The actions of a listener or rule."""
    return [to_action(action, place) for place, action in enumerate(actions, 1)]


def from_action(action: Mapping[str, Any]) -> dict[str, Any]:
    """An action of the API as a block."""
    found: dict[str, Any] = {"type": action["Type"], "order": action.get("Order", 1)}
    if action.get("TargetGroupArn"):
        found["targetGroupArn"] = action["TargetGroupArn"]
    forward = action.get("ForwardConfig")
    if forward:
        groups = forward.get("TargetGroups", [])
        block: dict[str, Any] = {
            "targetGroups": [{"arn": g["TargetGroupArn"], "weight": int(g.get("Weight", 1))} for g in groups]
        }
        sticky = forward.get("TargetGroupStickinessConfig", {})
        if sticky.get("DurationSeconds"):
            block["stickiness"] = {
                "enabled": sticky.get("Enabled", False),
                "duration": sticky["DurationSeconds"],
            }
        found["forward"] = block
    if action.get("RedirectConfig"):
        found["redirect"] = {**_REDIRECT, **_small(action["RedirectConfig"])}
    for name, api in _CONFIGS.items():
        if action.get(api):
            found[name] = _small(action[api])
    return found


# -- conditions

_FIELDS = {
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "queryStrings": ("query-string", "QueryStringConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}


def to_conditions(conditions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conditions as the API takes them: one for each field."""
    wanted = []
    for condition in conditions:
        for name, (field, config) in _FIELDS.items():
            block = condition.get(name)
            if not block:
                continue
            values = {"values": [_capital(item) for item in block]} if isinstance(block, list) else block
            wanted.append({"Field": field, config: _capital(values)})
    return wanted


def from_conditions(conditions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conditions of the API as blocks."""
    names = {field: (name, config) for name, (field, config) in _FIELDS.items()}
    found = []
    for condition in conditions:
        name, config = names[condition["Field"]]
        values = _small(condition.get(config) or {"Values": condition.get("Values", [])})
        values = {key: value for key, value in values.items() if value not in ([], None)}
        found.append(
            {name: [_small(item) for item in values["values"]] if name == "queryStrings" else values}
        )
    return found
