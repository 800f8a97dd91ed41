"""Rules over the stack on what the internet reaches: servers, databases and caches behind gateway, route and group."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.group_rules import GROUP, sources
from policies.pack.reach import SUBNET, may_lead_out, open_groups, public_subnets, reached, tables
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
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
    ("aws:docdb/cluster:Cluster", "vpcSecurityGroupIds"),
    ("aws:memorydb/cluster:Cluster", "securityGroupIds"),
    ("aws:mq/broker:Broker", "securityGroups"),
    ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.securityGroups"),
    ("aws:neptune/cluster:Cluster", "vpcSecurityGroupIds"),
    ("aws:opensearch/domain:Domain", "vpcOptions.securityGroupIds"),
    ("aws:redshift/cluster:Cluster", "vpcSecurityGroupIds"),
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
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_RULES_THAT_NAME = (
    (GROUP, "ingress.securityGroups"),
    (GROUP, "egress.securityGroups"),
    ("aws:ec2/securityGroupRule:SecurityGroupRule", "sourceSecurityGroupId"),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId"),
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "referencedSecurityGroupId"),
)
_RULES_OF_GROUPS = (
    GROUP,
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
_STORE_SERVICES = (
    "rds", "elasticache", "docdb", "memorydb", "mq", "msk", "neptune", "opensearch", "redshift"
)  # fmt: skip
_STORES = tuple(token for token, _ in _USERS if token.split(":")[1].split("/")[0] in _STORE_SERVICES)
_GROUPS_OF = dict(_USERS)

CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
WAREHOUSE = "aws:redshift/cluster:Cluster"
# What may have a public address; a member of a cluster is reached with the cluster's groups.
_PUBLIC_STORES = ("aws:rds/instance:Instance", MEMBER, WAREHOUSE)
_RDS_SUBNETS = ("aws:rds/subnetGroup:SubnetGroup", "dbSubnetGroupName")
_SUBNET_GROUPS = {
    "aws:rds/instance:Instance": _RDS_SUBNETS,
    CLUSTER: _RDS_SUBNETS,
    MEMBER: _RDS_SUBNETS,
    WAREHOUSE: ("aws:redshift/subnetGroup:SubnetGroup", "clusterSubnetGroupName"),
}
# Where an engine (its start) listens unless told otherwise.
_PORTS = (
    ("aurora-postgresql", 5432),
    ("aurora", 3306),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("postgres", 5432),
    ("oracle", 1521),
    ("custom-oracle", 1521),
    ("sqlserver", 1433),
    ("custom-sqlserver", 1433),
    ("db2", 50000),
)


@rule(on=INSTANCE, severity=HIGH, theme=Theme.NETWORK)
def exposure_instance_not_reached(instance: Resource, stack: Stack) -> Verdict:
    """A server with a public route, address and open group is attacked by everyone who scans the internet."""
    if not _addressed(instance, stack, _ways_to_instance(instance, stack)):
        return PASS
    remedy = "Move it to a private subnet and put a load balancer in front."
    return violation("subnetId", "is public, and ACL and security group let the internet in", remedy)


def _ways_to_instance(instance: Resource, stack: Stack) -> frozenset[int]:
    """The address families in which the internet gets to a server's card, were there an address on it."""
    subnets = stack.targets(instance, "subnetId", SUBNET).sure
    return reached(subnets, stack.targets(instance, "vpcSecurityGroupIds", GROUP).sure, stack)


def _addressed(instance: Resource, stack: Stack, families: frozenset[int]) -> bool:
    """Whether a server has a public address of one of the families."""
    subnets = stack.targets(instance, "subnetId", SUBNET).sure if families else ()
    if 6 in families and (
        any(instance.known(path) and instance.get(path) for path in ("ipv6Addresses", "ipv6AddressCount"))
        or any(_says(item, "assignIpv6AddressOnCreation") for item in subnets)
    ):
        return True
    if 4 not in families:
        return False
    mapped = any(_says(item, "mapPublicIpOnLaunch") for item in subnets)
    given = stack.referring(instance, "aws:ec2/eip:Eip", "instance").sure
    return bool(given) or instance.flag("associatePublicIpAddress", absent=mapped)


def _says(part: Resource, path: str) -> bool:
    return part.known(path) and part.flag(path)


@rule(on=_PUBLIC_STORES, severity=CRITICAL, theme=Theme.NETWORK)
def exposure_store_not_reached(store: Resource, stack: Stack) -> Verdict:
    """A database with a public address, route, ACL and group is one weak password away from everyone."""
    if not store.flag("publiclyAccessible") or not _ways_to_store(store, stack):
        return PASS
    remedy = "Put it into private subnets, and name the application's group as the only source."
    what = "is true, and gateway, route, ACL and security group let the internet in"
    return violation("publiclyAccessible", what, remedy)


def _ways_to_store(store: Resource, stack: Stack) -> frozenset[int]:
    owners = [store]
    if store.type == MEMBER:
        owners += stack.targets(store, "clusterIdentifier", CLUSTER).sure
    subnets = [
        subnet
        for owner in owners
        for token, path in [_SUBNET_GROUPS[owner.type]]
        for group in stack.targets(owner, path, token).sure
        for subnet in stack.targets(group, "subnetIds", SUBNET).sure
    ]
    holders = [owner for owner in owners if owner.type != MEMBER]
    groups = [group for owner in holders for group in stack.targets(owner, "vpcSecurityGroupIds", GROUP).sure]
    port = _port(owners)
    return frozenset() if port is None else reached(subnets, groups, stack, port)


def _port(owners: list[Resource]) -> int | None:
    """The port of a database: the one given, or its engine's; None when it is not known."""
    for owner in owners:
        if not owner.given.known("port"):
            return None
        if number := owner.given.number("port"):
            return int(number)
    if owners[0].type == WAREHOUSE:
        return 5439
    names = [owner.text("engine") for owner in owners if owner.known("engine")]
    return next((port for engine, port in _PORTS for name in names if name.startswith(engine)), None)


@rule(on=_STORES, severity=HIGH, theme=Theme.NETWORK)
def exposure_store_behind_closed_servers(store: Resource, stack: Stack) -> Verdict:
    """A server that the internet reaches and that a database lets in is the bridge that an intruder takes."""
    path = _GROUPS_OF[store.type]
    callers = (
        server
        for group in stack.targets(store, path, GROUP).sure
        for admitted in sources(group, stack).groups
        for server in stack.referring(admitted, INSTANCE, "vpcSecurityGroupIds").sure
    )
    found = every(dict.fromkeys(callers), lambda server: _bridge(server, stack, path))
    return Verdict(found.findings[:1], found.unknown[:1])


def _bridge(instance: Resource, stack: Stack, path: str) -> Verdict:
    if not _addressed(instance, stack, _ways_to_instance(instance, stack)):
        return PASS
    remedy = "Move that server to a private subnet, or take its group out of the database's."
    return violation(path, "lets in a server that the internet reaches", remedy)


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


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.NETWORK)
def exposure_public_balancer_has_way_out(balancer: Resource, stack: Stack) -> Verdict:
    """A load balancer for the internet whose subnet has no route to its gateway answers nobody."""
    subnets = stack.targets(balancer, "subnets", SUBNET).sure
    closed = any(
        found and not any(may_lead_out(table, stack) for table in found)
        for found in (tables(subnet, stack) for subnet in subnets)
    )
    if not closed or balancer.flag("internal") or balancer.text("loadBalancerType") == "gateway":
        return PASS
    remedy = "Name public subnets, or set `internal=True`."
    return violation("subnets", "holds a subnet without a route to an internet gateway", remedy)


def _used(stack: Stack) -> frozenset[str]:
    """What anything but a rule of a group is made from."""
    return frozenset(
        urn
        for item in stack.resources
        if item.type not in _RULES_OF_GROUPS
        for urns in item.place.property_dependencies.values()
        for urn in urns
    )


def _is_network_alone(stack: Stack) -> bool:
    return not any(stack.by_type(token) for token, _ in _USERS if token != ENDPOINT)


def _named_by_others(group: Resource, stack: Stack) -> bool:
    """Whether the rule of another group names this one as its source or destination."""
    for token, path in _RULES_THAT_NAME:
        owner = "id" if token == GROUP else "securityGroupId"
        for found in stack.referring(group, token, path).sure:
            if found is not group and (owner == "id" or group not in stack.targets(found, owner, GROUP).sure):
                return True
    return False


@rule(on=GROUP, severity=LOW, theme=Theme.NETWORK, same_as=["CKV2_AWS_5", "SecurityHub EC2.22"])
def exposure_group_used(group: Resource, stack: Stack) -> Verdict:
    """A group that nothing uses is forgotten, and taken one day for its open rules.

    A group that another one's rules name is known by them; a stack of a network alone makes groups for other stacks.
    """
    links = [stack.referring(group, token, path) for token, path in _USERS]
    if any(link.sure for link in links):
        return PASS
    for link in links:
        if link.possible:
            return undecided(f"{link.possible[0].name}.securityGroups")
    if group.urn in stack.once(_used):
        return PASS  # By a type that is not listed above.
    if stack.once(_is_network_alone) or _named_by_others(group, stack):
        return PASS
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
