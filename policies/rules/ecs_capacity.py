"""Rules on where ECS finds servers for its tasks: capacity providers, their Auto Scaling groups, and strategies.

Amazon ECS Developer Guide, "Capacity providers", "Managed scaling", "Managed termination protection"; follows
`sources/000...` (a provider has a group of its own, which starts empty, protects its servers and is scaled by ECS).
"""

from __future__ import annotations

from collections.abc import Callable

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
ASSOCIATION = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
CLUSTER = "aws:ecs/cluster:Cluster"
SERVICE = "aws:ecs/service:Service"
GROUP = "aws:autoscaling/group:Group"

_SERVERS = "autoScalingGroupProvider"
_GROUP_ARN = f"{_SERVERS}.autoScalingGroupArn"
_SCALING = f"{_SERVERS}.managedScaling"
_STRATEGY = {ASSOCIATION: "defaultCapacityProviderStrategies", SERVICE: "capacityProviderStrategies"}
_FARGATE = frozenset({"FARGATE", "FARGATE_SPOT"})
# ECS API Reference, "CreateCapacityProvider": a name can't begin with these.
_RESERVED = ("aws", "ecs", "fargate")


@rule(on=PROVIDER, severity=MEDIUM, theme=Theme.RESILIENCE, fix={f"{_SCALING}.status": "ENABLED"})
def ecs_capacity_managed_scaling(provider: Resource) -> Verdict:
    """Without managed scaling tasks that find no room wait until somebody adds servers by hand."""
    if not provider.has(_SERVERS):
        return PASS  # Managed instances are scaled by ECS alone.
    return provider.expect(f"{_SCALING}.status", "ENABLED")


@rule(on=PROVIDER, severity=LOW, theme=Theme.RESILIENCE)
def ecs_capacity_target(provider: Resource, *, minimum_percent: int = 70) -> Verdict:
    """The target says how full servers are kept: 100 costs least, 70 keeps room for tasks that must start at once."""
    if not provider.has(_SCALING):
        return PASS
    path = f"{_SCALING}.targetCapacity"
    percent = provider.number(path)
    if percent is None or minimum_percent <= percent <= 100:
        return PASS  # ECS takes 100 by itself.
    what = f"is not between {minimum_percent} and 100"
    return violation(path, what, 'Set `"target_capacity": 100` in `managed_scaling`.')


@rule(on=PROVIDER, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_capacity_protection_agrees(provider: Resource, stack: Stack) -> Verdict:
    """Termination protection keeps servers with tasks only where ECS scales and the group protects its servers."""
    path = f"{_SERVERS}.managedTerminationProtection"
    if provider.text(path) != "ENABLED":
        return PASS
    if provider.text(f"{_SCALING}.status") != "ENABLED":
        return violation(
            path, "is on without managed scaling", 'Set `"status": "ENABLED"` in `managed_scaling`.'
        )

    def judge(group: Resource) -> Verdict:
        if group.flag("protectFromScaleIn"):
            return PASS
        remedy = "Set the group's `protect_from_scale_in=True`."
        return violation(path, "is on for a group that does not protect its servers from scale-in", remedy)

    return every(stack.targets(provider, _GROUP_ARN, GROUP).sure, judge)


@rule(on=PROVIDER, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_capacity_group_of_its_own(provider: Resource, stack: Stack) -> Verdict:
    """Two providers that scale one group undo each other's steps."""
    remedy = "Give each provider a group of its own."
    for group in stack.targets(provider, _GROUP_ARN, GROUP).sure:
        if len(stack.referring(group, PROVIDER, _GROUP_ARN).sure) > 1:
            return violation(_GROUP_ARN, "is another provider's group too", remedy)
    arn = provider.text(_GROUP_ARN) if provider.known(_GROUP_ARN) else ""
    same = [item for item in stack.by_type(PROVIDER) if arn and item.known(_GROUP_ARN)]
    if sum(item.text(_GROUP_ARN) == arn for item in same) > 1:
        return violation(_GROUP_ARN, "is another provider's group too", remedy)
    return PASS


@rule(on=PROVIDER, severity=LOW, theme=Theme.RESILIENCE)
def ecs_capacity_starts_empty(provider: Resource, stack: Stack) -> Verdict:
    """ECS starts servers when tasks need them; a group that insists on some pays for them empty."""

    def judge(group: Resource) -> Verdict:
        asked = [name for name in ("minSize", "desiredCapacity") if (group.given.number(name) or 0) > 0]
        if not asked:
            return PASS
        remedy = "Set the group's `min_size=0` and leave `desired_capacity` to ECS."
        return violation(_GROUP_ARN, f"is a group whose `{asked[0]}` is not 0", remedy)

    return _scaled_groups(provider, stack, judge)


@rule(on=PROVIDER, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_capacity_room(provider: Resource, stack: Stack) -> Verdict:
    """A group whose greatest size is 0 never starts a server, whatever ECS asks of it."""

    def judge(group: Resource) -> Verdict:
        size = group.given.number("maxSize")
        if size is None or size > 0:
            return PASS
        return violation(_GROUP_ARN, "is a group whose `maxSize` is 0", "Set the group's `max_size`.")

    return _scaled_groups(provider, stack, judge)


def _scaled_groups(provider: Resource, stack: Stack, judge: Callable[[Resource], Verdict]) -> Verdict:
    return every(stack.targets(provider, _GROUP_ARN, GROUP).sure, judge)


@rule(on=PROVIDER, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_capacity_name(provider: Resource) -> Verdict:
    """Names that begin with `aws`, `ecs` or `fargate` are AWS's own: ECS refuses them after all else is built."""
    if not provider.text("name").lower().startswith(_RESERVED):
        return PASS
    return violation("name", "begins with a word of AWS's own", "Choose another `name`.")


@rule(on=(ASSOCIATION, SERVICE), severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_capacity_shares(holder: Resource) -> Verdict:
    """With several providers an entry without a weight gets no task beyond its base, and only one may have a base."""
    path = _STRATEGY[holder.type]
    entries = holder.each(path)
    if len(entries) < 2:
        return PASS
    remedy = (
        'Give each entry a `weight`, and one of them a `base`: `{"capacity_provider": ..., "weight": 1}`.'
    )
    total = every(entries, lambda entry: _weighted(entry, remedy))
    if sum((entry.number("base") or 0) > 0 for entry in entries if entry.known("base")) > 1:
        total &= violation(path, "has more than one base", remedy)
    return total


def _weighted(entry: Part, remedy: str) -> Verdict:
    if entry.number("weight") is not None:
        return PASS
    return violation(entry.at("weight"), "is not set", remedy)


@rule(on=SERVICE, severity=LOW, theme=Theme.RESILIENCE)
def ecs_capacity_preferred(service: Resource, stack: Stack) -> Verdict:
    """A launch type takes the servers that are there; a capacity provider starts those that are missing."""
    given = service.given
    if given.each("capacityProviderStrategies") or given.text("schedulingStrategy") == "DAEMON":
        return PASS  # A daemon runs on the servers that others start.
    launch = given.text("launchType")
    remedy = 'Leave `launch_type` out and set `capacity_provider_strategies=[{"capacity_provider": ..., "weight": 1}]`.'
    if launch and launch != "EXTERNAL":
        return violation("launchType", "is set instead of a capacity provider strategy", remedy)
    for cluster in stack.targets(service, "cluster", CLUSTER).sure if not launch else ():
        links = stack.referring(cluster, ASSOCIATION, "clusterName")
        if any(link.each(_STRATEGY[ASSOCIATION]) for link in links.sure):
            continue
        if links.possible:
            return undecided(f"{links.possible[0].name}.clusterName")
        return violation(
            "capacityProviderStrategies", "is not set, and the cluster has no default strategy", remedy
        )
    return PASS


@rule(on=SERVICE, severity=LOW, theme=Theme.RESILIENCE)
def ecs_capacity_binpack(service: Resource) -> Verdict:
    """A provider stops only empty servers: tasks spread thinly over all of them keep every one running."""
    own = [
        entry
        for entry in service.each("capacityProviderStrategies")
        if entry.text("capacityProvider") not in _FARGATE
    ]
    placed = [entry.text("type") for entry in service.each("orderedPlacementStrategies")] if own else []
    if not own or "binpack" in placed:
        return PASS
    remedy = 'Add `{"type": "binpack", "field": "memory"}` to `ordered_placement_strategies`.'
    return violation("orderedPlacementStrategies", "does not fill servers one after the other", remedy)
