"""Rules over the stack on who in the own network may talk to whom: groups name groups, and open what the tier needs.

Follows `sources/001...` lines 162-164, 511, 2172 and 3759: the servers' group names the load balancer's, the
database's group names the application's, and hosts of containers take the load balancer's requests on any port.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from policies.pack.acl import known
from policies.pack.addresses import Addresses
from policies.pack.graph import Stack
from policies.pack.group_rules import (
    ANY_RULE,
    GROUP,
    INGRESS_RULE,
    INLINE,
    STANDALONE,
    Shape,
    Sources,
    given,
    rules,
    sources,
)
from policies.pack.network import covers_port
from policies.pack.reach import SUBNET, VPC, blocks_of
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.values import UNKNOWN, Unknown
from policies.pack.verdict import PASS, Verdict, every, holds_any, undecided, violation
from policies.rules._stores import json_list

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
SCALING = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
TARGETS = "aws:lb/targetGroup:TargetGroup"
ATTACHMENT = "aws:autoscaling/attachment:Attachment"
FUNCTION = "aws:lambda/function:Function"

# Where stores that are asked over the network name their security groups.
_STORES = {
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:rds/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:rds/proxy:Proxy": "vpcSecurityGroupIds",
    "aws:docdb/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:neptune/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:redshift/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:elasticache/cluster:Cluster": "securityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:memorydb/cluster:Cluster": "securityGroupIds",
    "aws:dax/cluster:Cluster": "securityGroupIds",
    "aws:opensearch/domain:Domain": "vpcOptions.securityGroupIds",
}
# Where ECS's ports begin and Linux ends: ECS API Reference, "PortMapping", hostPort.
_DYNAMIC_PORTS = (32768, 49153, 60999)


@rule(on=(GROUP, ANY_RULE, INGRESS_RULE), severity=MEDIUM, theme=Theme.NETWORK)
def tiers_groups_not_ranges(group: Resource, stack: Stack) -> Verdict:
    """A range of the own network lets in whatever is started there next; a group lets in its members only."""
    if group.type == ANY_RULE and group.text("type") != "ingress":
        return PASS
    shape = STANDALONE.get(group.type, INLINE)
    parts = group.each("ingress") if group.type == GROUP else [group]
    own = _own_ranges(group, stack)
    places = [(part, path) for part in parts for path in shape.ranges.values()]
    return every(
        places,
        lambda place: every(_ranges(*place), lambda item: _foreign(item, group, stack, own)),
    )


def _own_ranges(group: Resource, stack: Stack) -> list[Addresses]:
    """The ranges of the group's VPC; those of every VPC of the stack where it does not say which one is its own."""
    groups = [group] if group.type == GROUP else stack.targets(group, "securityGroupId", GROUP).sure
    networks = [vpc for one in groups for vpc in stack.targets(one, "vpcId", VPC).sure]
    return _ranges_of(networks, stack) if networks else stack.once(_every_range)


def _every_range(stack: Stack) -> list[Addresses]:
    return _ranges_of(stack.by_type(VPC), stack)


def _ranges_of(networks: Iterable[Resource], stack: Stack) -> list[Addresses]:
    return [
        block
        for network in networks
        for version in (4, 6)
        for block in known(partial(blocks_of, network, stack, version)) or ()
    ]


def _ranges(part: Part, path: str) -> list[Part]:
    """The ranges of a rule; one that is not known when all of them are not."""
    return part.each(path) if part.known(path) else [Part(UNKNOWN, part.at(path))]


def _foreign(source: Part, group: Resource, stack: Stack, own: list[Addresses]) -> Verdict:
    """Pass when a range is not one of the own network."""
    block = Addresses.of(source.value) if isinstance(source.value, str) else None
    if block is not None:
        inside = any(not block - network for network in own)
    elif inside := any(stack.targets(group, source.path, token).sure for token in (VPC, SUBNET)):
        pass
    elif isinstance(source.value, Unknown):
        return undecided(source.path)
    remedy = "Name the group of those who call (`referenced_security_group_id`)."
    return violation(source.path, "is a range of the own network", remedy) if inside else PASS


@rule(on=(SERVICE, SCALING), severity=HIGH, theme=Theme.NETWORK)
def tiers_servers_behind_balancer(servers: Resource, stack: Stack) -> Verdict:
    """Requests that come past the load balancer come past its encryption, web ACL and log."""
    behind = _balanced(servers, stack)
    if not behind:
        return PASS
    ports = _ports(servers, behind)
    path, groups = _groups(servers, stack)
    remedy = "Name the load balancer's security group as the only source."
    what = "holds a group that lets addresses in where only the load balancer should come"

    def judge(entry: tuple[Part, Shape]) -> Verdict:
        part, shape = entry
        if not any(given(part, name) for name in shape.ranges.values()):
            return PASS
        opens = not ports or holds_any(*(partial(covers_port, part, shape.protocol, port) for port in ports))
        return violation(path, what, remedy) if opens else PASS

    found = every((entry for group in groups for entry in rules(group, stack)), judge)
    return Verdict(found.findings[:1], found.unknown)


def _balanced(servers: Resource, stack: Stack) -> list[Resource]:
    """The target groups that servers surely stand behind and that speak HTTP, as application load balancers do."""
    if servers.type == SERVICE:
        found = [*stack.targets(servers, "loadBalancers.targetGroupArn", TARGETS).sure]
    else:
        joined = stack.referring(servers, ATTACHMENT, "autoscalingGroupName").sure
        found = [
            target
            for item, path in (
                (servers, "targetGroupArns"),
                (servers, "trafficSources.identifier"),
                *((one, "lbTargetGroupArn") for one in joined),
            )
            for target in stack.targets(item, path, TARGETS).sure
        ]
    return [item for item in found if item.known("protocol") and item.text("protocol") in ("HTTP", "HTTPS")]


def _ports(servers: Resource, behind: list[Resource]) -> list[int]:
    named = (
        [(part, "containerPort") for part in servers.each("loadBalancers")]
        if servers.type == SERVICE
        else [(item, "port") for item in behind]
    )
    found = (part.number(path) if part.known(path) else None for part, path in named)
    return [int(port) for port in found if port is not None]


def _groups(servers: Resource, stack: Stack) -> tuple[str, list[Resource]]:
    """Where servers name their security groups, and those that they surely have."""
    if servers.type == SERVICE:
        path = "networkConfiguration.securityGroups"
        return path, list(stack.targets(servers, path, GROUP).sure)
    return "launchTemplate", groups_of_hosts(servers, stack)


def groups_of_hosts(scaling: Resource, stack: Stack) -> list[Resource]:
    """The security groups that the servers of an Auto Scaling group surely have."""
    mixed = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplate"
    templates = [
        template
        for path in ("launchTemplate.id", "launchTemplate.name", f"{mixed}Id", f"{mixed}Name")
        for template in stack.targets(scaling, path, TEMPLATE).sure
    ]
    return [
        group
        for template in templates
        for path in ("vpcSecurityGroupIds", "networkInterfaces.securityGroups")
        for group in stack.targets(template, path, GROUP).sure
    ]


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.NETWORK)
def tiers_dynamic_ports_open(service: Resource, stack: Stack) -> Verdict:
    """ECS gives each task a port of its own choice; a host's group that closes it makes every task unhealthy."""
    if not service.each("loadBalancers") or not _takes_any_port(service, stack):
        return PASS
    groups = [
        group
        for provider in stack.targets(service, "capacityProviderStrategies.capacityProvider", PROVIDER).sure
        for hosts in stack.targets(provider, "autoScalingGroupProvider.autoScalingGroupArn", SCALING).sure
        for group in groups_of_hosts(hosts, stack)
    ]
    if not groups:
        return PASS
    entries = [entry for group in groups for entry in rules(group, stack)]
    waiting = [path for group in groups if (path := sources(group, stack).open)]

    def closed(port: int) -> Verdict:
        tests = (partial(covers_port, part, shape.protocol, port) for part, shape in entries)
        if holds_any(*tests):
            return PASS
        if waiting:
            return undecided(waiting[0])
        remedy = "Let the load balancer's group in on the ports 32768 to 65535."
        return violation("loadBalancers", "needs a port that its hosts' security group closes", remedy)

    found = every(_DYNAMIC_PORTS, closed)
    return Verdict(found.findings[:1], found.unknown[:1])


def _takes_any_port(service: Resource, stack: Stack) -> bool:
    """Whether the service's tasks share a host's address, and leave it to ECS on which port they listen."""
    return any(
        task.text("networkMode", absent="bridge") == "bridge"
        and any(
            not port.number("hostPort")
            for container in json_list(task, "containerDefinitions")
            for port in container.each("portMappings")
        )
        for task in stack.targets(service, "taskDefinition", TASK).sure
    )


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.NETWORK)
def tiers_store_admits_function(function: Resource, stack: Stack) -> Verdict:
    """A database whose group does not name the function's lets it wait until it times out."""
    path = "vpcConfig.securityGroupIds"
    own = stack.targets(function, path, GROUP)
    if not own.sure:
        return PASS
    found = every(_stores_of(function, stack), lambda store: _admits(store, set(own.sure), stack))
    if found.violated and (own.possible or own.open):
        return undecided(path)
    return Verdict(found.findings[:1], found.unknown[:1])


def _stores_of(function: Resource, stack: Stack) -> list[Resource]:
    """The stores from which something in a function's environment is computed."""
    urns = function.place.property_dependencies.get("environment", ())
    found = [stack.by_urn(urn) for urn in urns]
    return [item for item in found if item is not None and item.type in _STORES]


def _admits(store: Resource, callers: set[Resource], stack: Stack) -> Verdict:
    links = stack.targets(store, _STORES[store.type], GROUP)
    if not links.sure or links.possible or links.open:
        return PASS  # Another group may let the function in.
    said: list[Sources] = [sources(group, stack) for group in links.sure]
    if any(item.ranges or callers & set(item.groups) for item in said):
        return PASS
    for item in said:
        if item.open:
            return undecided(item.open)
    remedy = "Let the function's group in (`SecurityGroupIngressRule`) at the group of what it asks."
    what = "is in no rule of the security group of a store that the function's environment names"
    return violation("vpcConfig.securityGroupIds", what, remedy)
