"""The same rules as policies of the stock SDK, for packs that are served by `pulumi_policy`.

    from pulumi_policy import PolicyPack
    from policies.pack.stock import policies
    from policies.rules import all_rules

    PolicyPack("company", [*policies(all_rules(), profile="production"), *our_own])

Each rule keeps its name, severity, options and messages. What the stock server cannot carry: one decode for all
rules (it decodes a resource for every policy), the difference between what a program gave and what AWS chose, and
waivers. Undecided is reported as *not applicable* with the property that is waited for, as here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.pack.announcement import schema
from policies.pack.graph import Stack
from policies.pack.profiles import DEFAULT_PROFILE, arguments, default_level
from policies.pack.resource import Place, Resource
from policies.pack.rule import Rule
from policies.pack.tokens import canonical
from policies.pack.values import UNKNOWN, Asset, Value
from policies.pack.verdict import NotKnownError, Verdict, undecided

Configured = Mapping[str, Any]


def policies(rules: Iterable[Rule], profile: str = DEFAULT_PROFILE) -> list[Policy]:
    """The rules as stock policies, at the levels of a profile."""
    return [_policy(rule, profile) for rule in rules]


def _policy(rule: Rule, profile: str) -> Policy:
    common: dict[str, Any] = {
        "name": rule.id,
        "description": rule.reason,
        "enforcement_level": EnforcementLevel(default_level(rule, profile).value),
        "severity": Severity(rule.severity.value),
        "tags": [f"theme:{rule.theme.value}", f"service:{rule.service}", *rule.same_as],
    }
    if rule.options:
        properties = {option.name: schema(option) for option in rule.options}
        common["config_schema"] = PolicyConfigSchema(properties)
    if rule.over_stack:
        return StackValidationPolicy(validate=_over_stack(rule), **common)
    if rule.fix:
        common["remediate"] = _remediate(rule)
    return ResourceValidationPolicy(validate=_on_resource(rule), **common)


def _on_resource(rule: Rule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        token = canonical(args.resource_type)
        if token not in rule.on:
            return
        verdict = _judge(
            rule, args.get_config(), Resource(token, args.name, args.urn, _properties(args.props))
        )
        _say(args, report, verdict, args.urn)

    return validate


def _over_stack(rule: Rule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(_placed(resource) for resource in args.resources)
        waiting: list[str] = []
        for resource in stack.resources:
            if resource.type in rule.on:
                verdict = _judge(rule, args.get_config(), resource, stack)
                for finding in verdict.findings:
                    report(str(finding), resource.urn)
                waiting += verdict.unknown if verdict.undecided else ()
        if waiting:
            args.not_applicable(f"undecided until `up`: {', '.join(waiting)}")

    return validate


def _say(args: ResourceValidationArgs, report: ReportViolation, verdict: Verdict, urn: str) -> None:
    for finding in verdict.findings:
        report(str(finding), urn)
    if verdict.undecided:
        args.not_applicable(f"undecided until `up`: {', '.join(verdict.unknown)}")


def _judge(rule: Rule, configured: Configured, resource: Resource, *rest: Stack) -> Verdict:
    try:
        return rule.judge(resource, *rest, **arguments(rule, configured))
    except NotKnownError as unknown:
        return undecided(unknown.path)


def _remediate(rule: Rule) -> Callable[[ResourceValidationArgs], Mapping[str, Any] | None]:
    """Sets the fix's properties on what the stock server gave, so that secrets stay secrets."""

    def remediate(args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        token = canonical(args.resource_type)
        if token not in rule.on:
            return None
        resource = Resource(token, args.name, args.urn, _properties(args.props))
        if not _judge(rule, args.get_config(), resource).violated:
            return None
        for path, wanted in rule.fix.items():
            *way, last = path.split(".")
            at: Any = args.props
            for step in way:
                if step not in at or at[step] is None:
                    at[step] = {}
                at = at[step]
            at[last] = wanted
        fixed: Mapping[str, Any] = args.props
        return fixed

    return remediate


def _placed(resource: PolicyResource) -> Resource:
    place = Place(
        resource.parent.urn if resource.parent else "",
        tuple(other.urn for other in resource.dependencies),
        {
            path: tuple(other.urn for other in others)
            for path, others in resource.property_dependencies.items()
        },
    )
    token = canonical(resource.resource_type)
    return Resource(token, resource.name, resource.urn, _properties(resource.props), place)


def _properties(properties: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _known(properties, name) for name in properties}


def _known(container: Any, key: Any) -> Value:
    """A value behind the stock SDK's proxies, which raise where one is not known yet."""
    try:
        found = container[key]
    except UnknownValueError:
        return UNKNOWN
    if isinstance(found, (str, bool)) or found is None:
        return found
    if isinstance(found, (int, float)):
        return int(found) if float(found).is_integer() else found
    if isinstance(found, Mapping):
        return _properties(found)
    if isinstance(found, Sequence):
        return [_known(found, index) for index in range(len(found))]
    return _file(found)


def _file(found: Any) -> Asset:
    """A file or archive, which the stock SDK gives as the SDK's own object."""
    fields = {name: getattr(found, name) for name in ("path", "text", "uri") if hasattr(found, name)}
    if isinstance(found, pulumi.AssetArchive):
        fields["assets"] = {name: _file(inner) for name, inner in found.assets.items()}
    return Asset(fields, is_archive=isinstance(found, pulumi.Archive))
