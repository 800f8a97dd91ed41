"""Shows resources as the Pulumi Python program that declares them."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from typing import Any

from policies.pack.paths import snake
from policies.pack.tokens import canonical
from policies.pack.values import ARCHIVE, SIGNATURE
from tests.policies.support import UNKNOWN, Ref, Secret

WIDTH = 100
# What stands for a value that is only known during `up`.
LATER = "other.output"
# Maps whose keys are the user's or AWS's own words, not properties that Python renames.
_FREE_KEYS = frozenset(
    {"tags", "tagsAll", "variables", "conditions", "parameters", "labels", "options", "requestParameters"}
)


def program(token: str, content: Any) -> str:
    """The program of an example: one resource's properties, or the resources of a stack."""
    if isinstance(content, list):
        return "\n".join(_resource(item["type"], item["name"], item.get("props", {})) for item in content)
    return _resource(token, "example", content)


def class_of(token: str) -> str:
    """The Python class of a type: `aws:s3/bucket:Bucket` is `aws.s3.Bucket`."""
    package, module, name = canonical(token).split(":")
    folder = module.split("/")[0].lower().replace("-", "_")
    return f"{package}.{folder}{'_' if keyword.iskeyword(folder) else ''}.{name}"


def _resource(token: str, name: str, properties: Mapping[str, Any]) -> str:
    variable = re.sub(r"\W", "_", name)
    variable = f"{variable}_" if keyword.iskeyword(variable) else variable
    arguments = [repr(name).replace("'", '"')]
    arguments += [f"{_name(key)}={_value(value, key, 1)}" for key, value in properties.items()]
    line = f"{variable} = {class_of(token)}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return f"{variable} = {class_of(token)}(\n{inner})"


def _name(key: str) -> str:
    name = snake(key)
    return f"{name}_" if keyword.iskeyword(name) else name


def _value(value: Any, key: str, depth: int) -> str:
    if isinstance(value, Ref):
        return f"{re.sub(r'[^0-9A-Za-z_]', '_', value.name)}.{snake(value.output)}"
    if value is UNKNOWN:
        return LATER
    if isinstance(value, Secret):
        return f"pulumi.Output.secret({_value(value.value, key, depth)})"
    if isinstance(value, str):
        document = _document(value)
        return _text(value) if document is None else f"json.dumps({_value(document, '', depth)})"
    if isinstance(value, dict) and SIGNATURE in value:
        return _asset(value, depth)
    if isinstance(value, dict):
        renames = key not in _FREE_KEYS and key != "" and not _is_document(value)
        below = key if renames else ""
        items = [
            f"{_text(snake(name) if renames else str(name))}: {_value(inner, name if renames else below, depth + 1)}"
            for name, inner in value.items()
        ]
        return _wrapped("{", items, "}", depth)
    if isinstance(value, list):
        return _wrapped("[", [_value(item, key, depth + 1) for item in value], "]", depth)
    whole = isinstance(value, float) and value.is_integer()  # the engine sends every number as a float
    return repr(int(value) if whole else value)


def _asset(fields: Mapping[str, Any], depth: int) -> str:
    """A file or an archive of the program: inline text, a path, an address, or parts by name."""
    kind = "Archive" if fields[SIGNATURE] == ARCHIVE else "Asset"
    if "assets" in fields:
        parts = [f"{_text(name)}: {_value(part, '', depth + 1)}" for name, part in fields["assets"].items()]
        return f"pulumi.AssetArchive({_wrapped('{', parts, '}', depth)})"
    for field, prefix in (("text", "String"), ("path", "File"), ("uri", "Remote")):
        if field in fields:
            return f"pulumi.{prefix}{kind}({_text(fields[field])})"
    return f"pulumi.{kind}()"


def _wrapped(start: str, items: list[str], end: str, depth: int) -> str:
    line = f"{start}{', '.join(items)}{end}"
    if len(line) + 4 * depth <= WIDTH - 20 and "\n" not in line:
        return line
    indent = "    " * (depth + 1)
    return f"{start}\n" + "".join(f"{indent}{item},\n" for item in items) + "    " * depth + end


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _document(text: str) -> Any:
    """JSON text as what it says; None for other text."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_document(value: Mapping[str, Any]) -> bool:
    """Whether an object's keys are AWS's: IAM and the like write them with capitals."""
    return any(str(name)[:1].isupper() for name in value)
