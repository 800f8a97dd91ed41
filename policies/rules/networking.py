"""Rules on what joins networks: transit gateways, firewalls, accelerators, endpoint services, addresses, NAT."""

from __future__ import annotations

from policies.pack.addresses import Addresses
from policies.pack.cidr import is_world
from policies.pack.graph import Stack
from policies.pack.reach import ROUTE, VPC, blocks_of, may_lead_out
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

FIREWALL = "aws:networkfirewall/firewall:Firewall"
POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"


@rule(
    on="aws:ec2transitgateway/transitGateway:TransitGateway",
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"autoAcceptSharedAttachments": "disable"},
    same_as=["CKV_AWS_331", "SecurityHub EC2.23"],
)
def networking_transit_accepts_by_hand(gateway: Resource) -> Verdict:
    """A gateway that accepts by itself joins any network that shares it to ours."""
    return gateway.expect_not("autoAcceptSharedAttachments", "enable")


@rule(
    on="aws:ec2/vpcEndpointService:VpcEndpointService",
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["CKV_AWS_123"],
)
def networking_endpoint_service_accepts_by_hand(service: Resource) -> Verdict:
    """A service that accepts by itself can be called by every network that is allowed to ask."""
    return service.expect("acceptanceRequired", value=True)


@rule(
    on="aws:globalaccelerator/accelerator:Accelerator",
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["CKV_AWS_75"],
)
def networking_accelerator_flow_logs(accelerator: Resource) -> Verdict:
    """The flow log is the only record of who came through the accelerator."""
    return accelerator.expect("attributes.flowLogsEnabled", value=True)


@rule(
    on=FIREWALL,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deleteProtection": True},
    same_as=["CKV_AWS_344"],
)
def networking_firewall_deletion_protection(firewall: Resource) -> Verdict:
    """Without its firewall a network is open, or cut off."""
    return firewall.expect("deleteProtection", value=True)


@rule(on=(FIREWALL, GROUP), severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_345"])
def networking_firewall_customer_key(firewall: Resource) -> Verdict:
    """Firewall rules tell an intruder what is let through; a key of one's own can be taken away."""
    return firewall.expect("encryptionConfiguration.type", "CUSTOMER_KMS")


@rule(on=POLICY, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_346"])
def networking_firewall_policy_customer_key(policy: Resource) -> Verdict:
    """Firewall rules tell an intruder what is let through; a key of one's own can be taken away."""
    return policy.expect("encryptionConfiguration.type", "CUSTOMER_KMS")


@rule(on=POLICY, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub NetworkFirewall.4"])
def networking_firewall_no_default_pass(policy: Resource) -> Verdict:
    """A packet that no stateless rule knows must go to the stateful rules or be dropped."""
    if "aws:pass" not in policy.texts("firewallPolicy.statelessDefaultActions"):
        return PASS
    remedy = 'Use `"aws:forward_to_sfe"` or `"aws:drop"`.'
    return violation("firewallPolicy.statelessDefaultActions", "lets unknown packets pass", remedy)


@rule(on=POLICY, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub NetworkFirewall.5"])
def networking_firewall_no_fragment_pass(policy: Resource) -> Verdict:
    """Fragments that are let through carry past the firewall what whole packets can't."""
    if "aws:pass" not in policy.texts("firewallPolicy.statelessFragmentDefaultActions"):
        return PASS
    remedy = 'Use `"aws:forward_to_sfe"` or `"aws:drop"`.'
    return violation("firewallPolicy.statelessFragmentDefaultActions", "lets fragments pass", remedy)


@rule(
    on=FIREWALL,
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["CKV2_AWS_63", "SecurityHub NetworkFirewall.2"],
)
def networking_firewall_logged(firewall: Resource, stack: Stack) -> Verdict:
    """The firewall's log is the only record of what was let through and what was not."""
    kind = "aws:networkfirewall/loggingConfiguration:LoggingConfiguration"
    links = stack.referring(firewall, kind, "firewallArn")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.firewallArn")
    return violation("loggingConfiguration", "is missing", "Add `aws.networkfirewall.LoggingConfiguration`.")


@rule(on="aws:ec2/eip:Eip", severity=LOW, theme=Theme.NETWORK, same_as=["CKV2_AWS_19", "SecurityHub EC2.12"])
def networking_address_used(address: Resource, stack: Stack) -> Verdict:
    """An address that nothing uses is paid for, and forgotten in other people's allow lists."""
    given = address.given
    if any(not given.known(path) or given.has(path) for path in ("instance", "networkInterface")):
        return PASS
    users = (
        ("aws:ec2/natGateway:NatGateway", "allocationId"),
        ("aws:ec2/natGateway:NatGateway", "secondaryAllocationIds"),
        ("aws:ec2/eipAssociation:EipAssociation", "allocationId"),
        ("aws:lb/loadBalancer:LoadBalancer", "subnetMappings.allocationId"),
    )
    links = [stack.referring(address, token, path) for token, path in users]
    if any(link.sure for link in links):
        return PASS
    for link in links:
        if link.possible:
            return undecided(f"{link.possible[0].name}.allocationId")
    return violation(address.path, "The address is attached to nothing", "Attach it, or leave it out.")


@rule(on="aws:ec2/eip:Eip", severity=MEDIUM, theme=Theme.NETWORK)
def networking_address_not_on_instance(address: Resource) -> Verdict:
    """An address on a server lets clients in past the load balancer, and ties them to that one server."""
    return address.expect_absent("instance", "Put a load balancer in front, or a NAT gateway behind.")


@rule(on="aws:ec2/natGateway:NatGateway", severity=HIGH, theme=Theme.NETWORK)
def networking_nat_in_public_subnet(nat: Resource, stack: Stack) -> Verdict:
    """A public NAT gateway without a route to the internet gateway sends its traffic nowhere."""
    if (
        nat.text("connectivityType", absent="public") != "public"
        or nat.text("availabilityMode") == "regional"
    ):
        return PASS
    for subnet in stack.targets(nat, "subnetId", "aws:ec2/subnet:Subnet").sure:
        tables = [
            table
            for link in stack.referring(
                subnet, "aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId"
            ).sure
            for table in stack.targets(link, "routeTableId", "aws:ec2/routeTable:RouteTable").sure
        ]
        if tables and not any(may_lead_out(table, stack) for table in tables):
            return violation("subnetId", "has no route to an internet gateway", "Name a public subnet.")
    return PASS


@rule(on="aws:ec2/instance:Instance", severity=LOW, theme=Theme.RESILIENCE)
def networking_no_nat_instance(instance: Resource) -> Verdict:
    """A server that forwards traffic is one more machine to patch; a NAT gateway is AWS's to keep."""
    return instance.expect_not("sourceDestCheck", value=False)


@rule(on=ROUTE, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_44"])
def networking_peering_route_narrow(route: Resource) -> Verdict:
    """A peer's network has a range; a route for everything sends it what was meant for the internet."""
    if route.known("vpcPeeringConnectionId") and not route.has("vpcPeeringConnectionId"):
        return PASS
    wide = [
        path
        for path in ("destinationCidrBlock", "destinationIpv6CidrBlock")
        if route.text(path).endswith("/0")
    ]
    return violation(wide[0], "takes in every address", "Name the peer's range.") if wide else PASS


@rule(on=ROUTE, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_35"])
def networking_default_route_no_server(route: Resource) -> Verdict:
    """A default route to one server's card ends with that server; a NAT gateway is AWS's to keep."""
    if not any(
        route.text(path).endswith("/0") for path in ("destinationCidrBlock", "destinationIpv6CidrBlock")
    ):
        return PASS
    if route.given.known("networkInterfaceId") and not route.given.has("networkInterfaceId"):
        return PASS
    return violation("networkInterfaceId", "takes all traffic to one server", "Set `nat_gateway_id`.")


@rule(
    on="aws:ec2/networkAclRule:NetworkAclRule", severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_352"]
)
def networking_acl_not_all_ports(entry: Resource) -> Verdict:
    """An ACL entry that lets everything in from everywhere makes the ACL say nothing."""
    if entry.flag("egress") or entry.text("ruleAction").lower() != "allow":
        return PASS
    if not any(is_world(entry.text(path)) for path in ("cidrBlock", "ipv6CidrBlock")):
        return PASS
    if str(entry.get("protocol")) not in ("-1", "all"):
        return PASS
    return violation("protocol", "is all of them, from the internet", "Name the protocol and ports.")


@rule(on=PEERING, severity=HIGH, theme=Theme.NETWORK)
def networking_peering_no_overlap(peering: Resource, stack: Stack) -> Verdict:
    """AWS refuses to join two networks that share addresses, and no route could tell them apart."""
    for own in stack.targets(peering, "vpcId", VPC).sure:
        for peer in stack.targets(peering, "peerVpcId", VPC).sure:
            peers = blocks_of(peer, stack, 4)
            if any(one & other for one in blocks_of(own, stack, 4) for other in peers):
                remedy = "Give each network a range of its own (`cidr_block`)."
                return violation("peerVpcId", "is a network with the same addresses", remedy)
    return PASS


@rule(on=ROUTE, severity=MEDIUM, theme=Theme.NETWORK)
def networking_peering_not_transitive(route: Resource, stack: Stack) -> Verdict:
    """Peering ends at the peer: what a route sends there for a network behind it is dropped."""
    for peering in stack.targets(route, "vpcPeeringConnectionId", PEERING).sure:
        ends = [end for path in ("vpcId", "peerVpcId") for end in stack.targets(peering, path, VPC).sure]
        for version, path in ((4, "destinationCidrBlock"), (6, "destinationIpv6CidrBlock")):
            if len(ends) == 2 and route.has(path):
                blocks = [block for end in ends for block in blocks_of(end, stack, version)]
                if _beyond(route.text(path), blocks):
                    return violation(path, "takes in more than the peer's range", "Name the peer's range.")
    return PASS


def _beyond(destination: str, blocks: list[Addresses]) -> bool:
    """Whether a range holds more than the blocks; one for everything is `networking-peering-route-narrow`'s matter."""
    left = None if destination.endswith("/0") else Addresses.of(destination)
    for block in blocks:
        left = left - block if left else left
    return bool(left)
