"""Policy documents as statements that can be asked whether they speak of a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.evaluate.conditions import Context, holds, split, texts
from tools.emulator.evaluate.wildcards import arn_matches, filled, marked, matches

WITH_VARIABLES = "2012-10-17"
EFFECTS = ("Allow", "Deny")
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))


class MalformedPolicy(ValueError):  # noqa: N818 -- AWS's name of the error
    """A document that is no policy; the message says where."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy."""

    fields: Mapping[str, Any]
    variables: bool
    """Whether `${...}` are variables: in policies of version 2012-10-17."""

    @property
    def sid(self) -> str:
        """The statement's id, empty where it has none."""
        return str(self.fields.get("Sid", ""))

    @property
    def allows(self) -> bool:
        """Whether it allows; otherwise it denies."""
        return bool(self.fields["Effect"] == "Allow")

    def speaks_of(self, action: str, resource: str, context: Context) -> bool:
        """Whether action, resource and condition fit. The principal is looked at apart."""
        return (
            self._names_action(action)
            and self._names_resource(resource, context)
            and holds(self.fields.get("Condition") or {}, context, variables=self.variables)
        )

    def _names_action(self, action: str) -> bool:
        key, negated = _given(self.fields, "Action")
        found = any(matches(marked(text.lower()), action.lower()) for text in texts(self.fields[key]))
        return found != negated

    def _names_resource(self, resource: str, context: Context) -> bool:
        if "Resource" not in self.fields and "NotResource" not in self.fields:
            # A role's trust policy: it is about the role itself.
            return True
        key, negated = _given(self.fields, "Resource")
        return any(self._is(text, resource, context) for text in texts(self.fields[key])) != negated

    def _is(self, text: str, resource: str, context: Context) -> bool:
        pattern = filled(text, context.single) if self.variables else marked(text)
        return pattern is not None and arn_matches(pattern, resource)

    def named_principals(self) -> tuple[Mapping[str, tuple[str, ...]], bool]:
        """Whom a resource policy's statement names, by kind (`AWS`, `Service`, ...), and whether it means all others."""
        key, negated = _given(self.fields, "Principal")
        named = self.fields.get(key)
        if isinstance(named, Mapping):
            return {kind: texts(values) for kind, values in named.items()}, negated
        return ({"AWS": texts(named)} if named is not None else {}), negated


def _given(fields: Mapping[str, Any], name: str) -> tuple[str, bool]:
    """The key under which something stands, and whether that is the one that means everything else."""
    negated = f"Not{name}" in fields
    return (f"Not{name}" if negated else name), negated


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document with the name that the simulator's answers call it by."""

    statements: tuple[Statement, ...]
    id: str = "PolicyInputList.1"
    kind: str = field(default="none")
    """What it is attached to, in the words of the IAM API: `role`, `user`, `group`, `user-managed`, `resource`, ..."""


def parse(
    document: str | Mapping[str, Any], policy_id: str = "PolicyInputList.1", kind: str = "none"
) -> Policy:
    """A policy from its JSON text or its fields. Raises MalformedPolicy."""
    fields = _fields(document)
    version = fields.get("Version")
    listed = fields.get("Statement")
    statements = [listed] if isinstance(listed, Mapping) else listed
    if not isinstance(statements, list) or not statements:
        raise MalformedPolicy("Statement: a policy has at least one")
    return Policy(
        tuple(
            Statement(_checked(statement, f"Statement[{index}]"), version == WITH_VARIABLES)
            for index, statement in enumerate(statements)
        ),
        policy_id,
        kind,
    )


def _fields(document: str | Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        fields = json.loads(document) if isinstance(document, str) else document
    except ValueError as error:
        raise MalformedPolicy(f"not JSON: {error}") from error
    if not isinstance(fields, Mapping):
        raise MalformedPolicy("a policy is an object")
    return fields


def _checked(statement: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(statement, Mapping):
        raise MalformedPolicy(f"{path}: a statement is an object")
    if statement.get("Effect") not in EFFECTS:
        raise MalformedPolicy(f"{path}.Effect: Allow or Deny")
    if "Action" not in statement and "NotAction" not in statement:
        raise MalformedPolicy(f"{path}: Action or NotAction is needed")
    for one, other in _PAIRS:
        if one in statement and other in statement:
            raise MalformedPolicy(f"{path}: {one} and {other} exclude each other")
    _check_condition(statement.get("Condition", {}), f"{path}.Condition")
    return statement


def _check_condition(condition: Any, path: str) -> None:
    if not isinstance(condition, Mapping):
        raise MalformedPolicy(f"{path}: an object is needed")
    for name, keys in condition.items():
        try:
            split(name)
        except ValueError as error:
            raise MalformedPolicy(f"{path}: {error}") from error
        if not isinstance(keys, Mapping):
            raise MalformedPolicy(f"{path}.{name}: an object of condition keys is needed")


def parsed(documents: Iterable[str | Mapping[str, Any]], name: str) -> tuple[Policy, ...]:
    """Several policies of one list, called `NAME.1`, `NAME.2` and so on, as the simulator calls them."""
    return tuple(parse(document, f"{name}.{number}") for number, document in enumerate(documents, 1))
