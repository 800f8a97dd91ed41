"""Rules over the stack on what the internet reaches: servers, databases and caches behind gateway, route and group."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from policies.pack.graph import Stack
from policies.pack.reach import GROUP, open_groups, public_subnets
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._subnets import private_subnets

INSTANCE = "aws:ec2/instance:Instance"
SCALING = "aws:autoscaling/group:Group"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"

# Where resources name their security groups; used to find groups that nothing uses.
_USERS = (
    (INSTANCE, "vpcSecurityGroupIds"),
    (BALANCER, "securityGroups"),
    ("aws:ec2/launchTemplate:LaunchTemplate", "vpcSecurityGroupIds"),
    ("aws:ec2/launchTemplate:LaunchTemplate", "networkInterfaces.securityGroups"),
    ("aws:ec2/networkInterface:NetworkInterface", "securityGroups"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
    ("aws:ecs/service:Service", "networkConfiguration.securityGroups"),
    ("aws:efs/mountTarget:MountTarget", "securityGroups"),
    ("aws:eks/cluster:Cluster", "vpcConfig.securityGroupIds"),
    ("aws:elasticache/cluster:Cluster", "securityGroupIds"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "securityGroupIds"),
    ("aws:elb/loadBalancer:LoadBalancer", "securityGroups"),
    ("aws:lambda/function:Function", "vpcConfig.securityGroupIds"),
    ("aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
    ("aws:rds/instance:Instance", "vpcSecurityGroupIds"),
    ("aws:rds/proxy:Proxy", "vpcSecurityGroupIds"),
)
_RULES_OF_GROUPS = (
    GROUP,
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
# Once a stack, not once a group: a walk over all resources for every group would grow with their product.
_USED: WeakKeyDictionary[Stack, frozenset[str]] = WeakKeyDictionary()
_STORES = tuple(token for token, _ in _USERS if "rds/" in token or "elasticache/" in token)
_GROUPS_OF = dict(_USERS)


@rule(on=INSTANCE, severity=HIGH, theme=Theme.NETWORK)
def exposure_instance_not_reached(instance: Resource, stack: Stack) -> Verdict:
    """A server with a public route, address and open group is attacked by everyone who scans the internet."""
    public = public_subnets(instance, stack, "subnetId")
    if not public or not open_groups(instance, stack, "vpcSecurityGroupIds"):
        return PASS
    mapped = any(item.known("mapPublicIpOnLaunch") and item.flag("mapPublicIpOnLaunch") for item in public)
    addresses = stack.referring(instance, "aws:ec2/eip:Eip", "instance").sure
    if not addresses and not instance.flag("associatePublicIpAddress", absent=mapped):
        return PASS
    remedy = "Move it to a private subnet and put a load balancer in front."
    return violation("subnetId", "is public, and a security group lets the internet in", remedy)


@rule(on=_STORES, severity=CRITICAL, theme=Theme.NETWORK)
def exposure_store_group_closed(store: Resource, stack: Stack) -> Verdict:
    """A database's group names the application's group; a range of the whole internet is one mistake from a leak."""
    path = _GROUPS_OF[store.type]
    if not open_groups(store, stack, path):
        return PASS
    return violation(
        path, "holds a group that lets the internet in", "Name the application's group as source."
    )


@rule(on=SCALING, severity=HIGH, theme=Theme.NETWORK)
def exposure_servers_private(group: Resource, stack: Stack) -> Verdict:
    """Servers stand behind a load balancer; only that has a reason to be in a public subnet."""
    return private_subnets(group, stack, "vpcZoneIdentifiers")


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.NETWORK)
def exposure_public_balancer_in_public_subnets(balancer: Resource, stack: Stack) -> Verdict:
    """An internal load balancer in public subnets gets its clients' answers past the private tier's rules."""
    if not balancer.flag("internal") or not public_subnets(balancer, stack, "subnets"):
        return PASS
    return violation("subnets", "holds a public subnet", "Give an internal load balancer private subnets.")


def _used(stack: Stack) -> frozenset[str]:
    """What anything but a rule of a group is made from."""
    found = _USED.get(stack)
    if found is None:
        found = _USED[stack] = frozenset(
            urn
            for item in stack.resources
            if item.type not in _RULES_OF_GROUPS
            for urns in item.place.property_dependencies.values()
            for urn in urns
        )
    return found


@rule(on=GROUP, severity=LOW, theme=Theme.NETWORK, same_as=["CKV2_AWS_5", "SecurityHub EC2.22"])
def exposure_group_used(group: Resource, stack: Stack) -> Verdict:
    """A group that nothing uses is forgotten, and taken one day for its open rules."""
    links = [stack.referring(group, token, path) for token, path in _USERS]
    if any(link.sure for link in links):
        return PASS
    for link in links:
        if link.possible:
            return undecided(f"{link.possible[0].name}.securityGroups")
    if group.urn in _used(stack):
        return PASS  # By a type that is not listed above.
    return violation(group.path, "The group is attached to nothing", "Attach it, or leave it out.")


@rule(
    on="aws:ec2/networkAcl:NetworkAcl",
    severity=LOW,
    theme=Theme.NETWORK,
    same_as=["CKV2_AWS_1", "SecurityHub EC2.16"],
)
def exposure_acl_used(acl: Resource, stack: Stack) -> Verdict:
    """A network ACL without subnets guards nothing."""
    if not acl.known("subnetIds") or acl.each("subnetIds"):
        return PASS
    links = stack.referring(acl, "aws:ec2/networkAclAssociation:NetworkAclAssociation", "networkAclId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.networkAclId")
    return violation("subnetIds", "is empty", "Name the subnets that it guards.")
