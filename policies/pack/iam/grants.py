"""What a policy grants: its Allows, less what it denies outright, and how far each is kept in.

Only what AWS itself would take away counts as denied: a Deny without conditions on every resource. A Deny with a
condition leaves open when it applies, so it takes nothing away here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from policies.pack.document import Document, Statement
from policies.pack.iam import actions as published
from policies.pack.iam.actions import Action, Level
from policies.pack.iam.arns import is_wide

# Conditions on how, when or from where a request comes: they keep no action to fewer resources or callers' rights.
CIRCUMSTANCES = frozenset(
    {
        "aws:securetransport",
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:sourceip",
        "aws:useragent",
        "aws:referer",
        "aws:viaawsservice",
        "s3:signatureversion",
        "s3:authtype",
        "s3:signatureage",
        "s3:tlsversion",
    }
)

# AWS names a kind of resource for these, but what they are used for most has no resource that could be named.
_UNNAMED = frozenset({"cloudwatch:PutMetricData"})


@dataclass(frozen=True, slots=True)
class Grants:
    """The policies that one identity has, judged together."""

    documents: tuple[Document, ...]

    def of(self, action: str) -> Iterator[Statement]:
        """The Allows that cover an action (case does not matter) which no Deny takes away again."""
        if self._denied(action):
            return
        for document in self.documents:
            for statement in document.statements:
                if statement.allows and statement.covers(action):
                    yield statement

    @property
    def services(self) -> frozenset[str] | None:
        """The services that Allows name, in lower case; None when one speaks of all services."""
        patterns = [
            name.partition(":")[0].lower()
            for document in self.documents
            for statement in document.allowing
            for name in (statement.actions if not statement.not_actions else ("*",))
        ]
        return None if any("*" in name or "?" in name for name in patterns) else frozenset(patterns)

    def allows(self, action: str) -> bool:
        """Whether an action is allowed on anything at all."""
        return next(self.of(action), None) is not None

    def allows_widely(self, action: str) -> bool:
        """Whether an action is allowed on all resources of a kind, without a condition that keeps it in."""
        return any(reaches_widely(statement) for statement in self.of(action))

    def _denied(self, action: str) -> bool:
        return any(denies(document, action) for document in self.documents)


def denies(document: Document, action: str) -> bool:
    """Whether a policy takes an action away, whatever else allows it."""
    return any(
        not statement.allows
        and not statement.conditions
        and "*" in statement.resources
        and statement.covers(action)
        for statement in document.statements
    )


def constrained(statement: Statement) -> bool:
    """Whether a condition keeps a statement to some resources or callers, not only to circumstances."""
    return any(
        condition.limits and condition.key.split("/")[0] not in CIRCUMSTANCES
        for condition in statement.conditions
    )


def reaches_widely(statement: Statement) -> bool:
    """Whether a statement is about all resources of a kind, without a condition that keeps it in."""
    wide = statement.every_resource or any(is_wide(resource) for resource in statement.resources)
    return wide and not constrained(statement)


@lru_cache(maxsize=1024)
def unscoped(statement: Statement, levels: frozenset[Level]) -> tuple[Action, ...]:
    """The actions of a statement on every resource that could be kept to resources, of the given levels.

    `Action: "*"` and `NotAction` give none: rules of their own are about those.
    """
    if not statement.every_resource or statement.every_action or constrained(statement):
        return ()
    return tuple(
        action
        for action in published.expand_all(statement.actions)
        if action.level in levels and action.scopable and str(action) not in _UNNAMED
    )


def covered(statement: Statement, names: Iterable[str]) -> list[str]:
    """Which of the actions a statement speaks of."""
    return [name for name in names if statement.covers(name)]
