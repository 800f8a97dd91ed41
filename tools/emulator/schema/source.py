"""Reads the source text of the installed `pulumi_aws` package without importing it.

Importing the package takes seconds and hundreds of megabytes; its files are generated, so their text is as
good as their objects. Three things are read here: where a type's file is, the text of one class in it, and
the property getters of that class (wire name, annotation, documentation).
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PROVIDER = "pulumi:providers:aws"

# `securityGroup` -> `security_group`, `mLTransform` -> `ml_transform`: how the SDK names its files.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FILE_NAMES = {"mLTransform": "ml_transform", "iPSet": "ip_set"}

_TOP_LEVEL = re.compile(r"^[^\s#)]", re.MULTILINE)
_GETTER = re.compile(
    r"    @pulumi\.getter(?:\(name=\"(?P<wire>\w+)\"\))?\n"
    r"(?:    @_utilities\.deprecated\(\"\"\"(?P<deprecated>.*?)\"\"\"\)\n)?"
    r"    def (?P<name>\w+)\(self\) -> (?P<annotation>[^\n]+):\n"
    r"(?:        \"\"\"\n(?P<doc>.*?)\n        \"\"\"\n)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Getter:
    """One property of a class as its source text gives it; `annotation` is the text after `->`."""

    wire: str
    name: str
    annotation: str
    deprecated: str | None
    doc: str


@functools.cache
def package_folder() -> Path:
    """The folder of the installed `pulumi_aws`; raises ModuleNotFoundError when there is none."""
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pulumi_aws is not installed; run `make setup`")
    return Path(spec.origin).parent


@functools.cache
def package_version() -> str:
    """The version of the installed SDK, from the plugin file that it ships."""
    plugin = json.loads((package_folder() / "pulumi-plugin.json").read_text(encoding="utf-8"))
    return str(plugin["version"])


# Few and short-lived on purpose: the biggest of these files has 3.5 MB and a program touches its types once.
@functools.lru_cache(maxsize=6)
def text(path: str) -> str:
    """The text of a file of the package (`ec2/vpc.py`); empty when there is no such file."""
    file = package_folder() / path.lstrip("/")
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def snake(name: str) -> str:
    """The Python name that the SDK gives a camelCase name."""
    return _FILE_NAMES.get(name) or _WORD.sub("_", name).lower()


def file_of(token: str) -> str:
    """Path in the package of the file that a token's class or function stands in.

    `aws:ec2/getVpc:getVpc` -> `ec2/get_vpc.py`; modules whose Python name differs (`lambda`) are known.
    """
    if token == PROVIDER:
        return "provider.py"
    module, _, member = token.split(":")[1].partition("/")
    return f"{python_folder(module)}/{snake(member)}.py".lstrip("/")


def python_folder(module: str) -> str:
    """Folder of a module of the SDK: `lambda` -> `lambda_`; the root module has the empty folder."""
    return "" if module == "index" else _folders().get(module, module)


@functools.cache
def _folders() -> Mapping[str, str]:
    """Python folder of each module whose name is not the folder's (`lambda` -> `lambda_`)."""
    names = {"lambda": "lambda_"}
    for entry in _registered():
        module = str(entry["mod"]).partition("/")[0]
        folder = str(entry["fqn"]).partition(".")[2]
        if folder and folder != module:
            names[module] = folder.replace(".", "/")
    return names


def _registered() -> list[dict[str, object]]:
    """The table of resource classes that the package registers with the Pulumi runtime."""
    whole = (package_folder() / "__init__.py").read_text(encoding="utf-8")
    start = whole.index('resource_modules="""') + len('resource_modules="""')
    table: list[dict[str, object]] = json.loads(whole[start : whole.index('"""', start)])
    return table


@functools.cache
def classes() -> Mapping[str, str]:
    """Token of every resource type -> name of its Python class, in the SDK's order."""
    table: dict[str, str] = {}
    for entry in _registered():
        found = entry["classes"]
        if isinstance(found, dict):
            table.update(found)
    return table


def class_text(path: str, name: str) -> str | None:
    """The text of one class of a file, from its `class` line to the next top-level statement."""
    whole = text(path)
    start = max(whole.find(f"\nclass {name}:"), whole.find(f"\nclass {name}(")) + 1
    if start == 0:
        return None
    end = _TOP_LEVEL.search(whole, start + 1)
    return whole[start : end.start() if end else len(whole)]


def getters(body: str) -> Iterator[Getter]:
    """The properties of a class, in the order of the SDK."""
    for match in _GETTER.finditer(body):
        name = match["name"]
        doc = match["doc"] or ""
        yield Getter(match["wire"] or name, name, match["annotation"], match["deprecated"], doc)
