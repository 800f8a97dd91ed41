"""Runs the rules over a deployment and keeps what they say, in a form that every output format can print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies.check.place import Frame
from policies.check.source import Deployment
from policies.pack.analyzer import Analyzer, Outcome
from policies.pack.graph import Stack
from policies.pack.profiles import Level
from policies.pack.rule import Rule
from policies.pack.verdict import Finding
from policies.pack.waivers import IN_ORDER, Waiver

STOPS = frozenset({Level.MANDATORY, Level.REMEDIATE})
_ORDER = [Level.MANDATORY, Level.REMEDIATE, Level.ADVISORY]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with one resource; `waiver` is who takes it on."""

    rule: Rule
    level: Level
    urn: str
    type: str
    finding: Finding
    frames: tuple[Frame, ...]
    waiver: Waiver | None = None

    @property
    def name(self) -> str:
        """The resource's name in the program; the rule's where it is about no resource."""
        return self.urn.rpartition("::")[2] or self.rule.id


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that could not decide about a resource, and the properties it waits for."""

    rule: Rule
    urn: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that failed by itself on a resource."""

    rule: Rule
    urn: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """All answers about a deployment, worst first."""

    kind: str
    profile: str
    resources: int
    rules: tuple[Rule, ...]
    violations: tuple[Violation, ...]
    waived: tuple[Violation, ...]
    undecided: tuple[Open, ...]
    broken: tuple[Broken, ...]

    @property
    def stops(self) -> bool:
        """Whether a violation at a mandatory level is among them."""
        return any(violation.level in STOPS for violation in self.violations)


def judge(analyzer: Analyzer, deployment: Deployment) -> Report:
    """Ask every rule about every resource, and the rules over the stack about the whole."""
    managed = [resource for resource in deployment.resources if resource.managed]
    outcomes = [outcome for resource in managed for outcome in analyzer.judge(resource.alone)]
    stack = Stack(resource.in_stack for resource in deployment.resources)
    outcomes += analyzer.judge_stack(stack)
    outcomes += analyzer.judge_waivers(stack)
    types = {resource.alone.urn: resource.alone.type for resource in deployment.resources}
    places = {resource.alone.urn: resource.frames for resource in deployment.resources}
    found = sorted(_violations(outcomes, types, places), key=_by_weight)
    return Report(
        kind=deployment.kind,
        profile=analyzer.settings.profile,
        resources=len(managed),
        rules=tuple(
            rule for rule in analyzer.rules if analyzer.settings.levels[rule.id] is not Level.DISABLED
        ),
        violations=tuple(violation for violation in found if not violation.waiver),
        waived=tuple(violation for violation in found if violation.waiver),
        undecided=tuple(
            Open(item.rule, item.urn, item.verdict.unknown) for item in outcomes if item.verdict.undecided
        ),
        broken=tuple(Broken(item.rule, item.urn, item.broken) for item in outcomes if item.broken),
    )


def _violations(
    outcomes: Iterable[Outcome], types: dict[str, str], places: dict[str, tuple[Frame, ...]]
) -> Iterable[Violation]:
    for item in outcomes:
        # A waiver that is not in order stands in its own file, not in the program.
        own = item.rule.id == IN_ORDER.id
        for finding in item.verdict.findings:
            frames = _waiver_line(finding.path) if own else places.get(item.urn, ())
            yield Violation(
                item.rule, item.level, item.urn, types.get(item.urn, ""), finding, frames, item.waiver
            )


def _waiver_line(place: str) -> tuple[Frame, ...]:
    path, _, line = place.rpartition(":")
    return (Frame(path, int(line)),) if line.isdigit() else ()


def _by_weight(violation: Violation) -> tuple[int, str, str, str]:
    return _ORDER.index(violation.level), violation.urn, violation.rule.id, violation.finding.path
