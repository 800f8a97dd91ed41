"""Checks that what has to be a JSON document is one; the real provider refuses anything else before AWS sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.emulator import values
from tools.emulator.check.failure import Failure
from tools.emulator.schema import Property, ResourceType

# Only these names, and only where the documentation speaks of JSON: `policy` is elsewhere the name of one.
_DOCUMENT = re.compile(r"policy$|policies$|policyDocument$", re.IGNORECASE)


def malformed_documents(resource: ResourceType, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """The inputs that have to be JSON objects and are not."""
    for name, value in inputs.items():
        prop = resource.properties.get(name)
        text = values.plain(value)
        if prop is None or not isinstance(text, str) or not text.strip() or not _DOCUMENT.search(name):
            continue
        reason = _why_no_document(text)
        if reason is not None and _is_document(prop):
            yield Failure(name, f"not a JSON document: {reason}")


def _why_no_document(text: str) -> str | None:
    try:
        found = json.loads(text)
    except ValueError as error:
        return str(error)
    return None if isinstance(found, dict) else "it has to be an object, { ... }"


def _is_document(prop: Property) -> bool:
    if prop.type.kind == "union":
        return any(option.kind == "object" for option in prop.type.options)
    return prop.type.kind == "string" and "JSON" in prop.doc
