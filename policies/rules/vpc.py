"""Rules on VPCs, subnets, route tables, flow logs and endpoints; network ACLs are in `vpc_network_acl.py`."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Links, Stack
from policies.pack.reach import DEFAULT_TABLE, MAIN_ASSOCIATION, TABLE, gateway_routes
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, undecided, violation

VPC = "aws:ec2/vpc:Vpc"
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


@rule(on=(DEFAULT_TABLE, MAIN_ASSOCIATION), severity=MEDIUM, theme=Theme.NETWORK)
def vpc_main_table_private(table: Resource, stack: Stack) -> Verdict:
    """A subnet that nobody gives a table takes the main one; a way to the internet there makes it public unasked."""
    named = table.type == MAIN_ASSOCIATION
    mains = stack.targets(table, "routeTableId", TABLE).sure if named else (table,)
    if not any(gateway_routes(main, stack) for main in mains):
        return PASS
    remedy = "Give public subnets a table of their own (`aws.ec2.RouteTableAssociation`)."
    return violation("routeTableId" if named else "routes", "leads to an internet gateway", remedy)


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
    return _with_gateway_endpoint(vpc, stack, "s3", "S3")


def _with_gateway_endpoint(vpc: Resource, stack: Stack, service: str, name: str) -> Verdict:
    links = stack.referring(vpc, ENDPOINT, "vpcId")
    if any(_is_for(endpoint, service) for endpoint in links.sure):
        return PASS
    if any(_is_for(endpoint, service) for endpoint in links.possible):
        return undecided(f"{links.possible[0].name}.vpcId")
    ask = f'vpc_id=vpc.id, service_name="com.amazonaws.REGION.{service}", route_table_ids=...'
    return violation(
        "vpcEndpoint", f"for {name} is missing in this VPC", f"Add `aws.ec2.VpcEndpoint({ask})`."
    )


def _is_for(endpoint: Resource, service: str) -> bool:
    try:
        return endpoint.text("serviceName").endswith(f".{service}")
    except NotKnownError:
        return True


@rule(on=VPC, severity=LOW, theme=Theme.NETWORK)
def vpc_dynamodb_gateway_endpoint(vpc: Resource, stack: Stack) -> Verdict:
    """The gateway endpoint for DynamoDB is free; without it every read of a table goes over the NAT gateway's bill."""
    if not stack.by_type("aws:dynamodb/table:Table") or not stack.by_type("aws:ec2/natGateway:NatGateway"):
        return PASS
    return _with_gateway_endpoint(vpc, stack, "dynamodb", "DynamoDB")


@rule(on=ENDPOINT, severity=MEDIUM, theme=Theme.NETWORK)
def vpc_endpoint_type_fits(endpoint: Resource) -> Verdict:
    """Gateway endpoints are free and exist for S3 and DynamoDB alone; every other service needs an interface."""
    if _takes_no_policy(endpoint) or not endpoint.text("serviceName"):
        return PASS
    kind = endpoint.text("vpcEndpointType", absent="Gateway")
    has_gateway = endpoint.text("serviceName").rpartition(".")[2] in ("s3", "dynamodb")
    if kind == "Gateway" and not has_gateway:
        return violation(
            "vpcEndpointType", "has no gateway for this service", 'Set `vpc_endpoint_type="Interface"`.'
        )
    beside_gateway = endpoint.flag("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
    if kind != "Interface" or not has_gateway or beside_gateway:
        return PASS  # For callers outside the VPC, beside a gateway for those within.
    remedy = 'Set `vpc_endpoint_type="Gateway"` and `route_table_ids`.'
    return violation("vpcEndpointType", "is paid by the hour where a gateway is free", remedy)
