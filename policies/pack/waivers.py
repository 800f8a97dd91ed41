"""Waivers: violations that somebody has looked at and takes on, for a while, with a reason.

    waivers:
      - rule: s3-bucket-logged
        resource: "*-access-logs"       # the name in the program, or a URN; `*` and `?` are wildcards
        stack: prod                     # optional; a waiver for another stack counts for nothing here
        reason: The bucket takes access logs itself; logging it would write about its own writing.
        owner: platform@example.com
        expires: 2026-12-31             # the last day on which it holds (UTC)

A waiver that is past its day, that nothing needs any more, or that is so wide that nobody can have looked at
what it covers is itself a finding, of the rule `waivers-in-order`; a waiver that is past or too wide waives nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.pack.conditions import pattern
from policies.pack.profiles import nearest
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Rule, Theme
from policies.pack.verdict import PASS, Verdict, violation

FIELDS = ("rule", "resource", "stack", "reason", "owner", "expires")
_REQUIRED = {
    "rule": "name the rule, one for each waiver",
    "resource": "name the resource as in the program, or its URN",
    "reason": "say in a sentence why this is acceptable",
    "owner": "name who answers for it",
    "expires": "give the last day on which it holds, such as 2026-12-31; it can be prolonged then",
}
# A reason of fewer letters says nothing ("ok", "false positive").
_SHORTEST_REASON = 20
# A pattern with fewer fixed letters than this in a name covers resources that nobody has thought of yet.
_FEWEST_LETTERS = 3


class WaiverError(Exception):
    """A waiver file is wrong; the message says the file and line, what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver; `place` is its file and line."""

    rule: str
    resource: str
    stack: str
    reason: str
    owner: str
    expires: dt.date
    place: str

    @property
    def too_broad(self) -> bool:
        """Whether it covers more than anybody can have looked at: all rules, or next to all resources."""
        head, _, name = self.resource.rpartition("::")
        if self.resource.startswith("urn:") and not head:
            name = ""
        wild = any(char in self.resource for char in "*?")
        return self.rule == "*" or (wild and len(re.sub(r"[\W_]", "", name)) < _FEWEST_LETTERS)

    def expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.expires

    def covers(self, urn: str) -> bool:
        """Whether it speaks of a resource; a pattern without `urn:` means the name."""
        subject = urn if self.resource.startswith("urn:") else urn.rpartition("::")[2]
        return self.concerns(urn) and pattern(self.resource, fold=False).fullmatch(subject) is not None

    def concerns(self, urn: str) -> bool:
        """Whether it is about the stack of this URN."""
        if not self.stack:
            return True
        return (
            pattern(self.stack, fold=False).fullmatch(urn.split("::", maxsplit=1)[0].rpartition(":")[2])
            is not None
        )


class Waivers:
    """The waivers of a file, and which of them were needed. Calls may come in parallel."""

    def __init__(self, waivers: Iterable[Waiver] = (), today: dt.date | None = None) -> None:
        self.all = tuple(waivers)
        self._today = today or dt.datetime.now(tz=dt.UTC).date()
        self._by_rule: dict[str, list[Waiver]] = defaultdict(list)
        self._needed: set[Waiver] = set()
        for waiver in self.all:
            if not waiver.too_broad and not waiver.expired(self._today):
                self._by_rule[waiver.rule].append(waiver)

    def find(self, rule: str, urn: str) -> Waiver | None:
        """The waiver that covers a violation, or that would cover one where a rule is undecided."""
        for waiver in self._by_rule.get(rule, ()):
            if waiver.covers(urn):
                self._needed.add(waiver)
                return waiver
        return None

    def findings(self, urns: Iterable[str]) -> Iterator[tuple[Waiver, str, str]]:
        """Waivers that are not in order, after all resources (`urns`) were judged: waiver, what is wrong, remedy."""
        urns = list(urns)
        for waiver in self.all:
            if waiver.too_broad:
                yield (
                    waiver,
                    "is too broad and waives nothing",
                    "Name one rule, and resources by most of their name.",
                )
            elif waiver.expired(self._today):
                yield (
                    waiver,
                    f"expired on {waiver.expires}",
                    "Mend what it waived, or look again and prolong it.",
                )
            elif waiver not in self._needed and any(waiver.concerns(urn) for urn in urns):
                yield waiver, "waives nothing that is there", "Take it out, or mend its `resource`."

    def new_operation(self) -> None:
        """Forget what was needed before."""
        self._needed.clear()


def waivers_in_order(_: Resource) -> Verdict:
    """A waiver that nobody needs, knows or renews hides the next real violation."""
    return PASS


IN_ORDER = Rule(
    id="waivers-in-order",
    on=(),
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    reason=waivers_in_order.__doc__ or "",
    judge=waivers_in_order,
    over_stack=True,
    fix={},
    same_as=(),
    options=(),
)


def finding(waiver: Waiver, what: str, remedy: str) -> Verdict:
    """A waiver that is not in order, as a verdict. What stands in a waiver file is no secret, so it may be named."""
    return violation(waiver.place, f"(`{waiver.rule}` on `{waiver.resource}`, {waiver.owner}) {what}", remedy)


def load(path: Path, rules: Iterable[str]) -> Waivers:
    """Read a waiver file. Raises WaiverError for anything in it that is wrong, `rules` being the ids there are."""
    import yaml  # noqa: PLC0415  most packs have no waivers; starting up should not pay for the parser

    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except OSError as error:
        raise WaiverError(
            f"{path}: can't be read ({error.strerror}); mend the path of the waiver file"
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise WaiverError(
            f"{where}: is not YAML ({getattr(error, 'problem', None) or 'no document'})"
        ) from None
    if root is None:
        return Waivers()
    known = set(rules)
    loader = yaml.SafeLoader("")
    return Waivers(_waiver(loader, node, path, known) for node in _entries(root, path))


def _entries(root: Any, path: Path) -> list[Any]:
    fields = _fields(root, path)
    unknown = [name for name in fields if name != "waivers"]
    if unknown or "waivers" not in fields:
        line = root.start_mark.line + 1
        raise WaiverError(f"{path}:{line}: the file holds one list, `waivers:`; move everything below it")
    node = fields["waivers"]
    if getattr(node, "value", None) in ("", "null", "~"):
        return []
    if node.id != "sequence":
        raise WaiverError(
            f"{path}:{node.start_mark.line + 1}: `waivers` must be a list; begin each one with `-`"
        )
    return list(node.value)


def _waiver(loader: Any, node: Any, path: Path, known: set[str]) -> Waiver:
    place = f"{path}:{node.start_mark.line + 1}"
    fields = _fields(node, path)
    for name, value in fields.items():
        if name not in FIELDS:
            line = value.start_mark.line + 1
            raise WaiverError(f"{path}:{line}: a waiver has no `{name}`; {nearest(name, FIELDS)}")
    texts = {name: _text(loader, value) for name, value in fields.items()}
    for name, remedy in _REQUIRED.items():
        if not texts.get(name):
            raise WaiverError(f"{place}: the waiver has no `{name}`; {remedy}")
    if len(texts["reason"]) < _SHORTEST_REASON:
        raise WaiverError(f"{place}: the reason is too short; {_REQUIRED['reason']}")
    if texts["rule"] not in known and texts["rule"] != "*":
        raise WaiverError(f"{place}: there is no rule `{texts['rule']}`; {nearest(texts['rule'], known)}")
    try:
        expires = dt.date.fromisoformat(texts["expires"])
    except ValueError:
        raise WaiverError(f"{place}: `expires` is not a date; {_REQUIRED['expires']}") from None
    plain = {name: texts.get(name, "") for name in ("rule", "resource", "stack", "reason", "owner")}
    return Waiver(**plain, expires=expires, place=place)


def _fields(node: Any, path: Path) -> dict[str, Any]:
    if node.id != "mapping":
        raise WaiverError(
            f"{path}:{node.start_mark.line + 1}: must be names and values (`rule: ...`); see docs/policies.md"
        )
    return {str(name.value): value for name, value in node.value}


def _text(loader: Any, node: Any) -> str:
    if node.id != "scalar":
        return ""
    value = loader.construct_object(node)
    return "" if value is None else str(value).strip()
