"""Asks the server about random resources, twice, and looks at what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from google.protobuf.message import Message

from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tools.fuzz.generate import MARK, Generator

STACK_SIZE = 100
"""Resources of a stack: enough for rules over the stack to find each other's."""


@dataclass
class Result:
    """What was asked and found; `problems` has one line for each kind of trouble and rule."""

    resources: int = 0
    violations: int = 0
    undecided: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def fuzz(count: int, seed: int, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Send `count` random resources one by one, and in stacks of STACK_SIZE."""
    generator, result = Generator(seed), Result()
    ours, again = AnalyzerService(all_rules()), AnalyzerService(all_rules())
    for start in range(0, count, STACK_SIZE):
        requests = [generator.request(start + at) for at in range(min(STACK_SIZE, count - start))]
        for request in requests:
            _look(ours.Analyze(request, None), again.Analyze(request, None), request, result)  # type: ignore[arg-type]  # no call to abort
        stack = generator.stack(requests)
        _look(ours.AnalyzeStack(stack, None), again.AnalyzeStack(stack, None), stack, result)  # type: ignore[arg-type]  # as above
        ours.ConfigureStack(None, None)  # type: ignore[arg-type]  # a new operation; nothing of it is read
        again.ConfigureStack(None, None)  # type: ignore[arg-type]  # as above
        result.resources += len(requests)
        progress(result.resources)
    return result


def _look(answer: Message, again: Message, question: Message, result: Result) -> None:
    about = getattr(question, "urn", "a stack")
    if answer != again:
        result.problems.setdefault(f"two answers: {about}", about)
    for diagnostic in answer.diagnostics:  # type: ignore[attr-defined]  # both answers have them
        result.violations += 1
        if "The rule itself failed" in diagnostic.message:
            what = diagnostic.message.partition("failed (")[2].partition(")")[0]
            result.problems.setdefault(f"{diagnostic.policyName} failed: {what}", diagnostic.urn)
        if MARK in diagnostic.message:
            result.problems.setdefault(f"{diagnostic.policyName} prints a value", diagnostic.urn)
    for left in answer.not_applicable:  # type: ignore[attr-defined]  # as above
        result.undecided += 1
        if MARK in left.reason:
            result.problems.setdefault(f"{left.policy_name} prints a value in its reason", left.policy_name)
