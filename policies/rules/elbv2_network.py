"""Rules on network load balancers: they pass on what comes, so encryption and filtering have to be asked for.

Elastic Load Balancing, "Listeners for your Network Load Balancers", "Security groups for your Network Load Balancers";
follows `sources/004...` lines 1512-1579 (a TLS listener and TLS targets in front of brokers, a filter before it).
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
TARGETS = "aws:lb/targetGroup:TargetGroup"
_AIMS = ("defaultActions.targetGroupArn", "defaultActions.forward.targetGroups.arn")


@rule(on=LISTENER, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def elbv2_network_listener_tls(listener: Resource) -> Verdict:
    """A TCP listener carries what clients send as they send it, and nobody sees to it that this is encrypted."""
    if listener.text("protocol") != "TCP":
        return PASS  # UDP has no TLS here; HTTP is another rule's matter.
    remedy = 'Set `protocol="TLS"`, `certificate_arn` and `ssl_policy`.'
    return violation("protocol", "is TCP", remedy)


@rule(on=LISTENER, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def elbv2_network_targets_tls(listener: Resource, stack: Stack) -> Verdict:
    """Where TLS ends at the load balancer, passwords and data go on to TCP targets in the open."""
    if listener.text("protocol") != "TLS":
        return PASS
    groups = [group for path in _AIMS for group in stack.targets(listener, path, TARGETS).sure]

    def judge(group: Resource) -> Verdict:
        if group.text("protocol") != "TCP":
            return PASS
        return violation(
            "defaultActions", "lead to targets over plain TCP", 'Set the target group\'s `protocol="TLS"`.'
        )

    return every(groups, judge)


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.NETWORK)
def elbv2_network_security_group(balancer: Resource) -> Verdict:
    """Without a security group a network load balancer takes everybody, and none can be added to it later."""
    if balancer.text("loadBalancerType") != "network":
        return PASS
    return balancer.expect_set("securityGroups", "Set `security_groups=[group.id]`.")
