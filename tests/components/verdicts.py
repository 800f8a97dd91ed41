"""What the policy pack says of what a program has registered."""

from __future__ import annotations

from collections.abc import Mapping

from policies.pack.analyzer import Analyzer
from policies.pack.graph import Stack
from policies.pack.profiles import PROFILES, Entry, Level, resolve
from policies.pack.resource import Place, Resource
from policies.rules import all_rules
from tests.components.recording import Recording


def broken(
    recording: Recording, profile: str = "strict", entries: Mapping[str, Entry] | None = None
) -> set[tuple[str, str]]:
    """Name of the resource and id of the rule, for each rule that stops a deployment or can't decide.

    `entries` are options of rules, as a configuration of the pack gives them.
    """
    analyzer = Analyzer(all_rules(), resolve(all_rules(), entries))
    made = [one for one in recording.resources if one.type.startswith("aws:")]
    resources = [
        Resource(
            one.type,
            one.name,
            one.urn,
            one.state,
            Place(one.parent, one.dependencies, one.made_from),
            one.inputs,
        )
        for one in made
    ]
    outcomes = [outcome for resource in resources for outcome in analyzer.judge(resource)]
    outcomes += analyzer.judge_stack(Stack(resources))
    return {
        (outcome.urn.rsplit("::", 1)[-1], outcome.rule.id)
        for outcome in outcomes
        if PROFILES[profile][outcome.rule.severity] is Level.MANDATORY
    }
