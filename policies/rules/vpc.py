"""Rules on VPCs, subnets, network ACLs, flow logs and endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from policies.pack.document import Statement
from policies.pack.graph import Links, Stack
from policies.pack.network import EPHEMERAL_FROM, RDP, SSH, covers_port, is_world, port_range, protocol_name
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, holds_all, undecided, violation

VPC = "aws:ec2/vpc:Vpc"
ACL = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"

# Condition keys that limit an endpoint policy to one's own principals or resources.
# VPC User Guide, "Control access to VPC endpoints using endpoint policies"; IAM User Guide, "data perimeters".
_PERIMETER_KEYS = (
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceAccount",
    "aws:SourceAccount",
    "s3:ResourceAccount",
)


@rule(on=VPC, severity=HIGH, theme=Theme.LOGGING, same_as=["SecurityHub EC2.6", "CIS v3 3.7", "CKV2_AWS_11"])
def vpc_flow_log_all(vpc: Resource, stack: Stack) -> Verdict:
    """Without a flow log of all traffic nobody can say afterwards who talked to whom."""
    links = stack.referring(vpc, FLOW_LOG, "vpcId")
    if any(log.known("trafficType") and log.text("trafficType") == "ALL" for log in links.sure):
        return PASS
    for log in links.sure:
        if not log.known("trafficType"):
            return undecided(f"{log.name}.trafficType")
    for log in links.possible:
        return undecided(f"{log.name}.vpcId")
    what = (
        "is of rejected or of accepted traffic only"
        if links.sure
        else "is missing: no flow log names this VPC"
    )
    return violation("flowLog", what, 'Add `aws.ec2.FlowLog(vpc_id=vpc.id, traffic_type="ALL", ...)`.')


@rule(on=FLOW_LOG, severity=MEDIUM, theme=Theme.LOGGING, fix={"trafficType": "ALL"})
def vpc_flow_log_traffic_type(log: Resource) -> Verdict:
    """Accepted traffic shows what an intruder did, rejected traffic what one tried."""
    if log.has("transitGatewayId") or log.has("transitGatewayAttachmentId"):
        return PASS  # Transit gateways have no traffic type.
    return log.expect("trafficType", "ALL")


@rule(on=VPC, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub EC2.2", "CIS v3 5.4", "CKV2_AWS_12"])
def vpc_default_security_group_managed(vpc: Resource, stack: Stack) -> Verdict:
    """AWS creates a default group that lets its members talk freely; adopting it takes its rules away."""
    links = stack.referring(vpc, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId")
    remedy = "Add `aws.ec2.DefaultSecurityGroup(vpc_id=vpc.id)` without rules."
    return _linked(links, "defaultSecurityGroup", "is not managed, so AWS's open rules stay in place", remedy)


def _linked(links: Links, path: str, what: str, remedy: str) -> Verdict:
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.vpcId")
    return violation(path, what, remedy)


@rule(on="aws:ec2/defaultVpc:DefaultVpc", severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_148"])
def vpc_default_unused(vpc: Resource) -> Verdict:
    """The default VPC has only public subnets; nothing should be planned around it."""
    return violation(
        vpc.path, "The program adopts the default VPC", "Create a VPC of its own and delete the default one."
    )


@rule(
    on="aws:ec2/subnet:Subnet",
    severity=MEDIUM,
    theme=Theme.NETWORK,
    fix={"mapPublicIpOnLaunch": False},
    same_as=["SecurityHub EC2.15", "CKV_AWS_130"],
)
def vpc_subnet_no_public_ip_on_launch(subnet: Resource) -> Verdict:
    """Addresses belong to load balancers and NAT gateways; a server must not get one by default."""
    return subnet.expect_not("mapPublicIpOnLaunch", value=True)


@dataclass(frozen=True, slots=True)
class _AclEntry:
    part: Part
    number: float
    allows: bool


@rule(
    on=(ACL, DEFAULT_ACL),
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["SecurityHub EC2.21", "CIS v3 5.1", "CKV_AWS_231", "CKV_AWS_232"],
)
def vpc_network_acl_no_remote_access(acl: Resource, stack: Stack) -> Verdict:
    """A network ACL is the second fence; log-in ports have no reason to pass it from the internet.

    AWS takes the entry with the lowest number that matches. Ranges that start at 1024 and take in port 3389
    are the replies to outgoing connections (ACLs keep no state) and are not counted.
    """
    links = stack.referring(acl, ACL_RULE, "networkAclId")
    inline = [
        _AclEntry(part, part.number("ruleNo") or 0, _allows(part.text("action")))
        for part in acl.each("ingress")
    ]
    standalone = [
        _AclEntry(rule, rule.number("ruleNumber") or 0, _allows(rule.text("ruleAction")))
        for rule in links.sure
        if not rule.flag("egress")
    ]
    entries = sorted([*inline, *standalone], key=lambda entry: entry.number)
    found = every((SSH, RDP), lambda port: _first_match(entries, port))
    return found & every(links.possible, lambda rule: undecided(f"{rule.name}.networkAclId"))


def _allows(action: str) -> bool:
    return action.lower() == "allow"


def _first_match(entries: list[_AclEntry], port: int) -> Verdict:
    for entry in entries:
        if not holds_all(partial(_matches, entry.part, port), partial(_from_world, entry.part)):
            continue
        if not entry.allows:
            return PASS
        rule = entry.part
        where = rule.path or f"{rule.name}.ruleNumber" if isinstance(rule, Resource) else rule.path
        return violation(
            where, f"lets port {port} in from the internet", "Narrow the ports or the source range."
        )
    return PASS


def _matches(entry: Part, port: int) -> bool:
    if not covers_port(entry, "protocol", port):
        return False
    if protocol_name(entry.get("protocol")) == "-1":
        return True
    first, last = port_range(entry)
    return not (first >= EPHEMERAL_FROM and last - first > 1000)


def _from_world(entry: Part) -> bool:
    return any(is_world(entry.text(path)) for path in ("cidrBlock", "ipv6CidrBlock"))


@rule(on=(ENDPOINT, ENDPOINT_POLICY), severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def vpc_endpoint_policy_limited(endpoint: Resource) -> Verdict:
    """Through an open endpoint a program in the VPC can carry data to any account's resources."""
    return every(endpoint.document("policy").allowing, _limited)


@rule(on=ENDPOINT, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def vpc_endpoint_has_policy(endpoint: Resource, stack: Stack) -> Verdict:
    """AWS's default policy lets everyone in the VPC reach every account's resources through the endpoint."""
    given = endpoint.given
    if _takes_no_policy(given) or not given.known("policy") or given.has("policy"):
        return PASS
    links = stack.referring(endpoint, ENDPOINT_POLICY, "vpcEndpointId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.vpcEndpointId")
    remedy = "Give a policy that allows only the account's or organisation's principals and resources."
    return violation("policy", "is not set, so AWS's open policy holds", remedy)


def _takes_no_policy(endpoint: Part) -> bool:
    """Endpoints that something else guards: other companies' services, appliances, service networks."""
    return (
        endpoint.text("vpcEndpointType") == "GatewayLoadBalancer"
        or endpoint.has("serviceNetworkArn")
        or endpoint.has("resourceConfigurationArn")
        or ".vpce." in endpoint.text("serviceName")
    )


def _limited(statement: Statement) -> Verdict:
    open_to_all = statement.anyone and statement.every_resource
    if not open_to_all or statement.limited_by(*_PERIMETER_KEYS):
        return PASS
    what = "allows every principal and every resource without a condition"
    return violation(
        statement.path, what, "Add a condition on `aws:PrincipalAccount` or `aws:PrincipalOrgID`."
    )


@rule(on=ENDPOINT, severity=LOW, theme=Theme.NETWORK)
def vpc_endpoint_private_dns(endpoint: Resource) -> Verdict:
    """Without private DNS the SDKs keep using the service's public address, past the endpoint."""
    if endpoint.text("vpcEndpointType", absent="Gateway") != "Interface" or _takes_no_policy(endpoint):
        return PASS
    return endpoint.expect("privateDnsEnabled", value=True)


@rule(on=VPC, severity=LOW, theme=Theme.NETWORK)
def vpc_s3_gateway_endpoint(vpc: Resource, stack: Stack) -> Verdict:
    """The gateway endpoint for S3 is free and keeps the traffic off the internet and the NAT gateway's bill."""
    links = stack.referring(vpc, ENDPOINT, "vpcId")
    if any(_is_for_s3(endpoint) for endpoint in links.sure):
        return PASS
    if any(_is_for_s3(endpoint) for endpoint in links.possible):
        return undecided(f"{links.possible[0].name}.vpcId")
    remedy = 'Add `aws.ec2.VpcEndpoint(vpc_id=vpc.id, service_name="com.amazonaws.REGION.s3", route_table_ids=...)`.'
    return violation("vpcEndpoint", "for S3 is missing in this VPC", remedy)


def _is_for_s3(endpoint: Resource) -> bool:
    try:
        return endpoint.text("serviceName").endswith(".s3")
    except NotKnownError:
        return True
