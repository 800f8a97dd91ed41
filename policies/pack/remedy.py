"""Remediation: applies a rule's fix to the properties as the engine sent them.

Only the properties that the fix names change; everything else, secrets and the provider's own marks
included, goes back as it came.
"""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from policies.pack import paths
from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.pack.tokens import canonical
from policies.pack.values import SIGNATURE, decode
from policies.pack.verdict import NotKnownError


class _NoWayError(Exception):
    """A fix leads through something that is not a plain object; carries the path."""


def remediate(
    rules: Sequence[Rule],
    request: analyzer_pb2.AnalyzeRequest,
    response: analyzer_pb2.RemediateResponse,
    pack: str,
    version: str,
) -> None:
    """Add to `response` the properties after each fix in turn; a rule without one is not applicable."""
    current = struct_pb2.Struct()
    current.CopyFrom(request.properties)
    for rule in rules:
        if not rule.fix:
            response.not_applicable.append(
                analyzer_pb2.PolicyNotApplicable(
                    policy_name=rule.id, reason="The rule has no safe change to make."
                )
            )
            continue
        resource = Resource(canonical(request.type), request.name, request.urn, decode(current))
        try:
            if not rule.judge(resource).violated:
                continue
            fixed = _apply(rule, current)
        except NotKnownError:
            continue
        except _NoWayError as blocked:
            _add(
                response, rule, pack, version
            ).diagnostic = f"`{blocked}` can't be changed here; change the program."
            continue
        except Exception:  # noqa: BLE001, S112  Analyze reports the broken rule; a fix must not end the others
            continue
        _add(response, rule, pack, version).properties.CopyFrom(fixed)
        current = fixed


def _add(
    response: analyzer_pb2.RemediateResponse, rule: Rule, pack: str, version: str
) -> analyzer_pb2.Remediation:
    return response.remediations.add(
        policyName=rule.id, policyPackName=pack, policyPackVersion=version, description=rule.reason
    )


def _apply(rule: Rule, properties: struct_pb2.Struct) -> struct_pb2.Struct:
    fixed = struct_pb2.Struct()
    fixed.CopyFrom(properties)
    for path, value in rule.fix.items():
        _set(fixed, path, value)
    return fixed


def _set(properties: struct_pb2.Struct, path: str, value: str | float | bool | None) -> None:
    *way, last = paths.steps(path)
    at = properties
    for step in way:
        field = at.fields[str(step)]
        if field.WhichOneof("kind") in (None, "null_value"):
            field.struct_value.Clear()
            field.struct_value.SetInParent()
        if field.WhichOneof("kind") != "struct_value" or SIGNATURE in field.struct_value.fields:
            raise _NoWayError(path)
        at = field.struct_value
    at[str(last)] = value
