"""Rules on RDS Proxy beside those of `rds_auth`, which asks for TLS and IAM authentication."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._subnets import private_subnets

PROXY = "aws:rds/proxy:Proxy"
FUNCTION = "aws:lambda/function:Function"
_DATABASES = frozenset({"aws:rds/cluster:Cluster", "aws:rds/instance:Instance"})


@rule(on=PROXY, severity=MEDIUM, theme=Theme.LOGGING, fix={"debugLogging": False})
def rds_proxy_no_debug_log(proxy: Resource) -> Verdict:
    """The debug log holds the text of every statement, customers' data included; AWS means it for a day's search."""
    return proxy.expect_not("debugLogging", value=True)


@rule(on=PROXY, severity=HIGH, theme=Theme.NETWORK)
def rds_proxy_private_subnets(proxy: Resource, stack: Stack) -> Verdict:
    """A proxy is the database's door; like the database it stands where no route leads from the internet."""
    return private_subnets(proxy, stack, "vpcSubnetIds")


@rule(on=PROXY, severity=MEDIUM, theme=Theme.NETWORK)
def rds_proxy_own_group(proxy: Resource) -> Verdict:
    """Without a group of its own a proxy gets the VPC's default one, which lets everything in it reach the database."""
    return proxy.expect_set("vpcSecurityGroupIds", "Set `vpc_security_group_ids=[group.id]`.")


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def rds_proxy_for_functions(function: Resource, stack: Stack, *, few: int = 10) -> Verdict:
    """Each copy of a function opens a connection of its own: a proxy shares them, or few copies at once are enough.

    A function that may run `few` times at once needs none.
    """
    made_from = [
        found
        for urn in function.place.property_dependencies.get("environment", ())
        if (found := stack.by_urn(urn))
    ]
    if not any(item.type in _DATABASES for item in made_from) or any(
        item.type == PROXY for item in made_from
    ):
        return PASS
    copies = function.number("reservedConcurrentExecutions")
    if copies is not None and 0 <= copies <= few:
        return PASS
    remedy = "Add an `aws.rds.Proxy` and name its endpoint, or set `reserved_concurrent_executions`."
    return violation("environment", "names a database itself, and any number of copies may run", remedy)


ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint"


@rule(on=ENDPOINT, severity=HIGH, theme=Theme.NETWORK)
def rds_proxy_endpoint_private(endpoint: Resource, stack: Stack) -> Verdict:
    """A further endpoint is a further door of the same database, and has subnets of its own."""
    return private_subnets(endpoint, stack, "vpcSubnetIds")


@rule(on=ENDPOINT, severity=MEDIUM, theme=Theme.NETWORK)
def rds_proxy_endpoint_own_group(endpoint: Resource) -> Verdict:
    """Without a group of its own an endpoint gets the VPC's default one, and with it everything that is in it."""
    return endpoint.expect_set("vpcSecurityGroupIds", "Set `vpc_security_group_ids=[group.id]`.")
