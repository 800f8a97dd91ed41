"""The three answers of a rule: pass, violation, undecided.

A verdict holds no value of a resource, only paths of properties and words the rule's author wrote, so
printing one can't print a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class NotKnownError(Exception):
    """A decision needs a property whose value is not known before `up`; carries the property's path."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where (`path`), what (`what`), and the change that mends it (`remedy`)."""

    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"`{self.path}` " if self.path else ""
        return f"{where}{self.what}. {self.remedy}" if self.remedy else f"{where}{self.what}."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one resource.

    A violation beats an unknown: one open port is wrong whatever the other ports turn out to be.
    """

    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing is wrong and nothing had to be left open."""
        return not self.findings and not self.unknown

    @property
    def violated(self) -> bool:
        """At least one thing is wrong."""
        return bool(self.findings)

    @property
    def undecided(self) -> bool:
        """Nothing is wrong so far, but `unknown` names properties whose values are not known yet."""
        return bool(self.unknown) and not self.findings

    def __and__(self, other: Verdict) -> Verdict:
        """Both hold."""
        if self.passed:
            return other
        if other.passed:
            return self
        return Verdict(self.findings + other.findings, self.unknown + other.unknown)


PASS = Verdict()


def violation(path: str, what: str, remedy: str = "") -> Verdict:
    """Say that the property at `path` is wrong.

    `what` continues the sentence that the path starts ("is open to the internet"); `remedy` is a full
    sentence. Neither may contain a value taken from the resource: it could be a secret.
    """
    return Verdict((Finding(path, what, remedy),))


def undecided(path: str) -> Verdict:
    """Say that the answer depends on the property at `path`, which is not known before `up`."""
    return Verdict((), (path,))


def every(items: Iterable[T], judge: Callable[[T], Verdict]) -> Verdict:
    """Judge each item on its own and join the answers; an unknown in one item does not hide the next."""
    total = PASS
    for item in items:
        try:
            total &= judge(item)
        except NotKnownError as unknown:
            total &= undecided(unknown.path)
    return total


def holds_all(*tests: Callable[[], bool]) -> bool:
    """Three-valued "and": False as soon as one test fails, whatever the others can't know yet."""
    unknown: NotKnownError | None = None
    for test in tests:
        try:
            if not test():
                return False
        except NotKnownError as error:
            unknown = unknown or error
    if unknown:
        raise unknown
    return True


def holds_any(*tests: Callable[[], bool]) -> bool:
    """Three-valued "or": True as soon as one test holds, whatever the others can't know yet."""
    return not holds_all(*(partial(_fails, test) for test in tests))


def _fails(test: Callable[[], bool]) -> bool:
    return not test()
