"""Runs rules: looks them up by type, judges a resource or a stack, never lets a rule's exception out.

    Resource ──> rules of its type ──> Verdict ──> Outcome (violation, undecided or broken rule)

Nothing here knows gRPC; `service.py` translates.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

from policies.pack.graph import Stack
from policies.pack.profiles import Level, Settings, resolve
from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.pack.verdict import NotKnownError, Verdict, undecided
from policies.pack.waivers import IN_ORDER, Waiver, Waivers, finding

ANY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's answer that is not a plain pass. `broken` says where a rule failed by itself; `waiver` who takes it on."""

    rule: Rule
    level: Level
    urn: str
    verdict: Verdict
    broken: str = ""
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    rule: Rule
    level: Level
    judge: Callable[..., Verdict]


class Analyzer:
    """The rules at their levels, indexed by resource type."""

    def __init__(
        self, rules: Iterable[Rule], settings: Settings | None = None, waivers: Waivers | None = None
    ) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.settings = settings or resolve(self.rules)
        self.waivers = waivers or Waivers()
        on_resource: dict[str, list[_Ready]] = defaultdict(list)
        on_stack: dict[str, list[_Ready]] = defaultdict(list)
        fixing: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            level = self.settings.levels[rule.id]
            if level is Level.DISABLED:
                continue
            ready = _Ready(rule, level, _with_options(rule, self.settings))
            for token in rule.on:
                (on_stack if rule.over_stack else on_resource)[token].append(ready)
                if level is Level.REMEDIATE:
                    fixing[token].append(rule)
        self._on_resource, self._on_stack, self._fixing = dict(on_resource), dict(on_stack), dict(fixing)

    def judges(self, token: str) -> bool:
        """Whether any rule looks at resources of this type one by one; if not, they need no decoding."""
        return token in self._on_resource or ANY_TYPE in self._on_resource

    def remembers(self, token: str) -> bool:
        """Whether a rule over the stack looks at this type, and so may ask what the program gave."""
        return token in self._on_stack or ANY_TYPE in self._on_stack

    def fixing(self, token: str) -> Sequence[Rule]:
        """The rules of this type whose level is `remediate`."""
        return self._fixing.get(token, ())

    def judge(self, resource: Resource) -> list[Outcome]:
        """What the rules for one resource say, passes left out."""
        found = []
        for ready in self._ready(self._on_resource, resource.type):
            outcome = _run(ready, resource)
            if outcome is not None:
                found.append(self._with_waiver(outcome))
        return found

    def judge_stack(self, stack: Stack) -> list[Outcome]:
        """What the rules over the stack say, passes left out."""
        found = []
        for resource in stack.resources:
            for ready in self._ready(self._on_stack, resource.type):
                outcome = _run(ready, resource, stack)
                if outcome is not None:
                    found.append(self._with_waiver(outcome))
        return found

    def judge_waivers(self, stack: Stack) -> list[Outcome]:
        """Waivers that are not in order. Only right after everything else of the stack was judged."""
        level = self.settings.levels.get(IN_ORDER.id, Level.DISABLED)
        if level is Level.DISABLED or not self.waivers.all or not stack.resources:
            return []
        urn = stack.root
        return [
            Outcome(IN_ORDER, level, urn, finding(waiver, what, remedy))
            for waiver, what, remedy in self.waivers.findings(resource.urn for resource in stack.resources)
        ]

    def _with_waiver(self, outcome: Outcome) -> Outcome:
        if outcome.broken or not self.waivers.all:
            return outcome
        waiver = self.waivers.find(outcome.rule.id, outcome.urn)
        return replace(outcome, waiver=waiver) if waiver else outcome

    @staticmethod
    def _ready(index: dict[str, list[_Ready]], token: str) -> Sequence[_Ready]:
        if ANY_TYPE in index:
            return [*index.get(token, ()), *index[ANY_TYPE]]
        return index.get(token, ())


def _with_options(rule: Rule, settings: Settings) -> Callable[..., Verdict]:
    arguments = settings.arguments.get(rule.id)
    return partial(rule.judge, **arguments) if arguments else rule.judge


def _run(ready: _Ready, resource: Resource, *rest: Stack) -> Outcome | None:
    try:
        verdict = ready.judge(resource, *rest)
    except NotKnownError as unknown:
        verdict = undecided(unknown.path)
    except Exception as error:  # noqa: BLE001  one broken rule must not silence the others
        return Outcome(ready.rule, Level.ADVISORY, resource.urn, Verdict(), broken=_where(error))
    return None if verdict.passed else Outcome(ready.rule, ready.level, resource.urn, verdict)


def _where(error: Exception) -> str:
    """The kind of an error and its line. Not its message: that may hold a property's value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {PurePath(last.filename).name} line {last.lineno}"
