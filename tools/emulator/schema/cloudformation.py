"""Finds the CloudFormation resource type behind a type of the SDK, in the schemas that cfn-lint ships.

AWS's own schemas say which properties are `createOnlyProperties`: a change of one of them replaces the
resource.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tools.emulator.schema.matching import likeness, plain
from tools.emulator.schema.operations import LEAST_COVERAGE, coverage
from tools.emulator.schema.services import entity_of, services_of

# CloudFormation's name of a service where it is neither botocore's nor the SDK's.
_SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "acm": "certificatemanager",
        "amp": "aps",
        "bedrock-agent": "bedrock",
        "bedrock-agentcore-control": "bedrockagentcore",
        "cognito-identity": "cognito",
        "cognito-idp": "cognito",
        "ds": "directoryservice",
        "elb": "elasticloadbalancing",
        "elbv2": "elasticloadbalancingv2",
        "es": "elasticsearch",
        "firehose": "kinesisfirehose",
        "inspector2": "inspectorv2",
        "kafka": "msk",
        "lexv2-models": "lex",
        "macie2": "macie",
        "mq": "amazonmq",
        "opensearch": "opensearchservice",
        "sso-admin": "sso",
        "timestream-write": "timestream",
    }
)
_PART_OF = 1
_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")


@dataclass(frozen=True, slots=True)
class Schema:
    """A CloudFormation resource schema: its name, its JSON, and the plain names of its properties by role.

    `settable` can be given; `create_only` replace the resource when changed; `document` is the whole schema.
    """

    name: str
    settable: frozenset[str]
    create_only: frozenset[str]
    document: Mapping[str, Any]


def schema_of(token: str, inputs: frozenset[str]) -> Schema | None:
    """The CloudFormation type that is the same thing as a type of the SDK; None when there is none.

    `inputs` are the plain names of the type's inputs.
    """
    module, member = plain(token.split(":")[1].partition("/")[0]), entity_of(token)
    names = {module, *(plain(_SERVICES.get(name, name)) for name in services_of(token))}
    best: tuple[float, float, Schema] | None = None
    for service, resource, name in _index():
        alike = likeness(resource, member, module) if service in names else 0
        # A type that only begins with the name of another is part of it, not the same thing.
        if alike <= _PART_OF:
            continue
        schema = _read(name)
        covered = coverage(inputs, schema.settable, (member, resource))
        score = alike + 2.5 * covered
        if best is None or score > best[0]:
            best = (score, covered, schema)
    return best[2] if best is not None and best[1] >= LEAST_COVERAGE else None


@functools.cache
def _folder() -> Path:
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed; run `make setup`")
    return Path(spec.origin).parent / "data" / "schemas"


@functools.cache
def _files() -> Mapping[str, str]:
    """The file of each CloudFormation type."""
    files: dict[str, str] = {}
    for region in reversed(_REGIONS):
        files.update(json.loads((_folder() / "providers" / f"{region}.json").read_text(encoding="utf-8")))
    return files


@functools.cache
def _index() -> tuple[tuple[str, str, str], ...]:
    """Service, resource (both plain) and name of each type: `ec2`, `subnet`, `AWS::EC2::Subnet`."""
    parts = ((name, name.split("::")) for name in _files())
    return tuple((plain(part[1]), plain(part[2]), name) for name, part in parts if len(part) == 3)


@functools.lru_cache(maxsize=64)
def _read(name: str) -> Schema:
    path = _folder() / "resources" / f"{_files()[name]}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    settable = frozenset(map(plain, document.get("properties", ()))) - _top(document, "readOnlyProperties")
    return Schema(name, settable, _top(document, "createOnlyProperties"), document)


def _top(document: Mapping[str, Any], key: str) -> frozenset[str]:
    """The plain names of the top-level properties that a list of JSON pointers names."""
    pointers = (pointer.split("/") for pointer in document.get(key, ()))
    return frozenset(plain(parts[2]) for parts in pointers if len(parts) == 3)
