"""IAM policy documents as rules see them.

A document may be JSON text or an object; `Statement` one object or a list; `Action`, `Resource` and a
principal's values one text or a list; `Principal` the text `*`; actions hold `*` and `?` anywhere and ignore
case. Grammar: IAM User Guide, "Grammar of the IAM JSON policy language". Text that is not JSON, or not a
policy, reads as a document without statements: AWS refuses it by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policies.pack.conditions import LIMITING_KEYS, SOURCE_KEYS, Condition, applies, pattern as compiled
from policies.pack.values import Unknown, Value
from policies.pack.verdict import NotKnownError

__all__ = ["Condition", "Document", "Statement", "document", "matches"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `not_*` hold the inverted elements; principals are (kind, value) pairs, `*` as ("*", "*")."""

    path: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    not_principals: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]

    def covers(self, action: str) -> bool:
        """Whether the statement speaks of an action such as `iam:PassRole`."""
        if self.not_actions:
            return not _one_matches(self.not_actions, action)
        return _one_matches(self.actions, action)

    @property
    def every_action(self) -> bool:
        """`*` or `*:*`: all actions of all services."""
        return _only_wildcards(self.actions)

    @property
    def every_resource(self) -> bool:
        """`*` as the resource, `NotResource`, or an ARN of nothing but wildcards."""
        return bool(self.not_resources) or _every_arn(self.resources)

    @property
    def anyone(self) -> bool:
        """The principal is everybody: `*`, `{"AWS": "*"}`, or `NotPrincipal` in an Allow."""
        if self.not_principals:
            return self.allows
        return any(value == "*" and kind in ("*", "AWS") for kind, value in self.principals)

    def principals_of(self, kind: str) -> list[str]:
        """The principals of a kind: AWS, Service, Federated, CanonicalUser."""
        return [value for found, value in self.principals if found == kind]

    def condition_on(self, *keys: str) -> bool:
        """Whether a condition tests one of the keys (case does not matter; `key/...` counts as `key`)."""
        wanted = {key.lower() for key in keys}
        return any(condition.key.split("/")[0] in wanted for condition in self.conditions)

    def limited_by(self, *keys: str) -> bool:
        """Whether a condition keeps an Allow to few values of one of the keys (`Condition.limits`)."""
        wanted = {key.lower() for key in keys}
        return any(
            condition.key.split("/")[0] in wanted and condition.limits for condition in self.conditions
        )

    @property
    def public(self) -> bool:
        """An Allow for everybody that no condition keeps to known callers, networks or sources."""
        return self.allows and self.anyone and not self.limited_by(*LIMITING_KEYS)

    @property
    def unbounded_services(self) -> list[str]:
        """Service principals that this Allow lets in on behalf of any AWS customer (confused deputy)."""
        if not self.allows or self.limited_by(*SOURCE_KEYS, "aws:PrincipalOrgID", "sts:ExternalId"):
            return []
        return self.principals_of("Service")

    def applies_to(self, request: Mapping[str, str | Sequence[str] | None]) -> bool | None:
        """Whether the conditions are true of a request with these keys; None when other keys decide it.

        `{"aws:SecureTransport": "false"}` is a request without TLS. A statement without conditions applies.
        """
        return applies(self.conditions, request)


@dataclass(frozen=True, slots=True)
class Document:
    """The statements of a policy, in order. `version` is the policy language's, nothing when it is not given."""

    path: str
    statements: tuple[Statement, ...] = ()
    version: str = ""

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    @property
    def allowing(self) -> list[Statement]:
        """The statements with `Effect: Allow`."""
        return [statement for statement in self.statements if statement.allows]

    @property
    def denying(self) -> list[Statement]:
        """The statements with `Effect: Deny`."""
        return [statement for statement in self.statements if not statement.allows]


def document(value: Value, path: str) -> Document:
    """Read a policy. Raises NotKnownError when it, or a part of it that is sent as an object, is not known."""
    return _from_text(value, path) if isinstance(value, str) else _from_object(value, path)


@lru_cache(maxsize=256)
def _from_text(text: str, path: str) -> Document:
    # Dozens of rules read the same policy one after the other.
    try:
        return _from_object(json.loads(text), path)
    except (ValueError, RecursionError):
        return Document(path)


def _from_object(value: Value, path: str) -> Document:
    if not isinstance(value, dict):
        return Document(path)
    statements = value.get("Statement")
    _require_known(statements, f"{path}.Statement")
    if isinstance(statements, list):
        read = [_statement(item, f"{path}.Statement[{index}]") for index, item in enumerate(statements)]
    else:
        read = [_statement(statements, f"{path}.Statement")]
    version = value.get("Version")
    return Document(
        path,
        tuple(item for item in read if item is not None),
        version if isinstance(version, str) else "",
    )


def _statement(value: Value, path: str) -> Statement | None:
    if not isinstance(value, dict):
        return None
    effect = value.get("Effect")
    return Statement(
        path=path,
        allows=isinstance(effect, str) and effect == "Allow",
        actions=_texts(value.get("Action")),
        not_actions=_texts(value.get("NotAction")),
        resources=_texts(value.get("Resource")),
        not_resources=_texts(value.get("NotResource")),
        principals=_principals(value.get("Principal")),
        not_principals=_principals(value.get("NotPrincipal")),
        conditions=_conditions(value.get("Condition")),
    )


def _require_known(value: Value, path: str) -> None:
    if isinstance(value, Unknown):
        raise NotKnownError(path)
    if isinstance(value, list):
        for index, item in enumerate(value):
            _require_known(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            _require_known(item, f"{path}.{name}")


def _texts(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


def _principals(value: Value) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):
        return ((value, value),) if value == "*" else (("AWS", value),)
    if isinstance(value, dict):
        return tuple((kind, item) for kind, items in value.items() for item in _texts(items))
    return ()


def _conditions(value: Value) -> tuple[Condition, ...]:
    if not isinstance(value, dict):
        return ()
    return tuple(
        Condition(operator.lower(), key.lower(), _condition_values(found))
        for operator, keys in value.items()
        if isinstance(keys, dict)
        for key, found in keys.items()
    )


def _condition_values(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(
        str(item).lower() if isinstance(item, bool) else item if isinstance(item, str) else str(item)
        for item in items
        if isinstance(item, (str, bool, int, float))
    )


# Dozens of rules ask the same of the same statement; these remember what was said.


@lru_cache(maxsize=32768)
def _one_matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


@lru_cache(maxsize=2048)
def _only_wildcards(patterns: tuple[str, ...]) -> bool:
    return any(set(pattern) <= set("*:?") and "*" in pattern for pattern in patterns)


@lru_cache(maxsize=2048)
def _every_arn(resources: tuple[str, ...]) -> bool:
    return any(set(re.sub(r"^arn:aws[\w-]*", "", item)) <= set("*:/?") and "*" in item for item in resources)


def matches(pattern: str, text: str) -> bool:
    """Whether an IAM pattern (`s3:Get*`, `iam:*Role`) covers a text; case does not matter."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.lower() == text.lower()
    return compiled(pattern).fullmatch(text) is not None
