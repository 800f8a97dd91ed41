"""A rule: one small function with its metadata as data.

    @rule(on="aws:ebs/volume:Volume", severity=HIGH, theme=ENCRYPTION_AT_REST,
          fix={"encrypted": True}, same_as=["SecurityHub EC2.3", "CKV_AWS_3"])
    def ec2_volume_encrypted(volume: Resource) -> Verdict:
        '''A volume's encryption is chosen when it is created and can't be added later.'''
        return volume.expect("encrypted", True)

The docstring's first paragraph is the reason that users read. The id is the function's name with dashes; it
must start with the name of its file. A keyword-only parameter is an option of the rule: its name (camelCase
in the configuration), type and default come from the signature.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from policies.pack.tokens import canonical
from policies.pack.verdict import Verdict

Judge = Callable[..., Verdict]
Fix = Mapping[str, str | float | bool]


class Severity(Enum):
    """How bad a violation is; decides the level in a profile."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Theme(Enum):
    """What a rule protects."""

    ENCRYPTION_AT_REST = "encryption-at-rest"
    ENCRYPTION_IN_TRANSIT = "encryption-in-transit"
    SIGV4 = "sigv4"
    LEAST_PRIVILEGE = "least-privilege"
    NETWORK = "network"
    LOGGING = "logging"
    RESILIENCE = "resilience"


CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of a rule: its name in the configuration, its type (int, bool, str; tuple of texts) and default."""

    name: str
    argument: str
    kind: type
    default: object


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and all that is known about it. `over_stack` rules also get the stack's graph."""

    id: str
    on: tuple[str, ...]
    severity: Severity
    theme: Theme
    reason: str
    judge: Judge
    over_stack: bool
    fix: Fix
    same_as: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def service(self) -> str:
        """The file the rule stands in, with dashes."""
        return self.judge.__module__.rpartition(".")[2].replace("_", "-")


class RuleError(Exception):
    """A rule is declared wrongly; the message says which one, what is wrong and how to mend it."""


def rule(
    *,
    on: str | Sequence[str],
    severity: Severity,
    theme: Theme,
    fix: Fix | None = None,
    same_as: Sequence[str] = (),
) -> Callable[[Callable[..., Verdict]], Rule]:
    """Declare a rule on the resource types `on`.

    `fix` maps property paths to values that are safe to set for the user; `same_as` names controls of other
    sets that it equals ("SecurityHub EC2.8", "CIS 5.6", "CKV_AWS_79"). A function with two parameters judges over
    the stack: it gets the resource and the stack's graph.
    """

    def declare(judge: Callable[..., Verdict]) -> Rule:
        parameters = inspect.signature(judge).parameters.values()
        plain = [item for item in parameters if item.kind is not inspect.Parameter.KEYWORD_ONLY]
        return Rule(
            id=_identity(judge),
            on=tuple(canonical(token) for token in ((on,) if isinstance(on, str) else on)),
            severity=severity,
            theme=theme,
            reason=_reason(judge),
            judge=judge,
            over_stack=len(plain) > 1,
            fix=fix or {},
            same_as=tuple(same_as),
            options=_options(judge),
        )

    return declare


def _identity(judge: Judge) -> str:
    service = judge.__module__.rpartition(".")[2]
    name = judge.__name__
    if not name.startswith(f"{service}_"):
        raise RuleError(
            f"{judge.__module__}.{name}: a rule's name starts with its file's name; use `{service}_{name}`"
        )
    return name.replace("_", "-")


def _reason(judge: Judge) -> str:
    text = inspect.getdoc(judge)
    if not text:
        raise RuleError(
            f"{judge.__module__}.{judge.__name__}: has no docstring; write the reason in one sentence"
        )
    return " ".join(text.split("\n\n")[0].split())


def _options(judge: Judge) -> tuple[Option, ...]:
    keywords = [
        item
        for item in inspect.signature(judge).parameters.values()
        if item.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    if not keywords:
        return ()
    hints = typing.get_type_hints(judge)
    return tuple(
        Option(_camel(item.name), item.name, _kind(judge, item.name, hints[item.name]), item.default)
        for item in keywords
    )


def _kind(judge: Judge, name: str, hint: Any) -> type:
    if hint in (int, bool, str):
        return cast("type", hint)
    if hint == tuple[str, ...]:
        return tuple
    raise RuleError(
        f"{judge.__module__}.{judge.__name__}: option `{name}` has no type that a configuration can hold; "
        "use int, bool, str or tuple[str, ...]"
    )


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
