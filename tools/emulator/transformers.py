"""What the target of an EventBridge rule gets: the event, a part of it, a constant text, or a template filled in.

`InputPathsMap` names parts of the event, `<name>` in the template stands for them. Outside quotes a part is put in as
JSON, inside quotes as text. What is not there is `null` outside quotes and nothing inside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_STEP = re.compile(r"\.(?P<name>[A-Za-z0-9_-]+)|\[(?P<index>\d+)\]|\[['\"](?P<quoted>[^'\"]+)['\"]\]")
_PART = re.compile(r"<(?P<name>[A-Za-z0-9_.-]+)>")
MISSING: Any = object()


def part(event: Any, path: str) -> Any:
    """The part of an event that a path (`$.detail.items[0]`) leads to, or `MISSING`."""
    value = event
    for kind, key in _steps(path):
        if kind == "index" and isinstance(value, list) and int(key) < len(value):
            value = value[int(key)]
        elif kind != "index" and isinstance(value, Mapping) and key in value:
            value = value[key]
        else:
            return MISSING
    return value


def _steps(path: str) -> Iterator[tuple[str, str]]:
    for found in _STEP.finditer(path.removeprefix("$")):
        kind = str(found.lastgroup)
        yield kind, found[kind]


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, ingested: str) -> str:
    """The text that a target gets for an event."""
    if target.get("Input") is not None:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if transformer:
        return _filled(transformer, event, rule_arn, ingested)
    if target.get("InputPath"):
        found = part(event, target["InputPath"])
        return json.dumps({} if found is MISSING else found)
    return json.dumps(event)


def _filled(transformer: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, ingested: str) -> str:
    known = {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event.ingestion-time": ingested,
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
        **{name: part(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()},
    }
    template = str(transformer["InputTemplate"])
    text = []
    end = 0
    quoted = False
    for found in _PART.finditer(template):
        between = template[end : found.start()]
        quoted = _quoted_after(between, quoted)
        text.append(between)
        text.append(_put_in(known[found["name"]], quoted) if found["name"] in known else found[0])
        end = found.end()
    return "".join([*text, template[end:]])


def _quoted_after(text: str, quoted: bool) -> bool:
    """Whether the end of a piece of JSON lies inside quotes."""
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            next(letters, "")
        elif letter == '"':
            quoted = not quoted
    return quoted


def _put_in(value: Any, quoted: bool) -> str:
    if not quoted:
        return "null" if value is MISSING else json.dumps(value)
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]
