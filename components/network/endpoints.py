"""VPC endpoints: private ways to AWS services, open to one account or organization only.

Gateway endpoints (S3, DynamoDB) are routes; interface endpoints are network interfaces with a security group. Each
has a policy: callers must belong to the account or organization, and so must what they reach at services that hold
customers' data. So stolen credentials of another account are of no use inside the VPC, and data can't be carried out
to another account's bucket ("data perimeter" in AWS's security guidance).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, policy_document
from components.network.endpoint_services import AWS_BUCKETS, HOLD_CUSTOMER_DATA, service_name

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.foundation.partition import Site
    from components.network.options import EndpointArgs
    from components.network.tiers import Tier
    from components.network.vpc_args import ThreeTierVpcArgs


# S3 still takes SigV2 for older buckets; by its name, so that AWS's public buckets stay open without a signature.
_DENY_OLD_SIGNATURES = Statement(
    "DenyOldSignatures",
    actions=["s3:*"],
    resources=["*"],
    principals="*",
    conditions={"StringEquals": {"s3:signatureversion": "AWS"}},
    effect="Deny",
)


@dataclass(frozen=True)
class Endpoints:
    """The endpoints by service, and the security group of the interface endpoints."""

    gateway: Mapping[str, aws.ec2.VpcEndpoint] = field(default_factory=dict)
    interface: Mapping[str, aws.ec2.VpcEndpoint] = field(default_factory=dict)
    security_group: aws.ec2.SecurityGroup | None = None

    @property
    def prefix_lists(self) -> dict[str, pulumi.Output[str]]:
        """The prefix lists of the gateway endpoints, for rules of security groups."""
        return {service: endpoint.prefix_list_id for service, endpoint in self.gateway.items()}


def create_endpoints(
    owner: Component,
    args: ThreeTierVpcArgs,
    vpc_id: pulumi.Output[str],
    tiers: Mapping[str, Tier],
    security_group: aws.ec2.SecurityGroup | None,
) -> Endpoints:
    """Create the endpoints; `security_group` is that of the interface endpoints."""
    settings = args.endpoints
    clients = [tiers[name] for name, tier in args.built_tiers.items() if tier.uses_endpoints]
    tables = [table.id for tier in clients for table in tier.route_tables.values()]
    subnets = [subnet.id for subnet in tiers[settings.tier].subnets.values()] if settings.interface else []
    return Endpoints(
        gateway={service: _gateway(owner, settings, service, vpc_id, tables) for service in settings.gateway},
        interface={
            service: aws.ec2.VpcEndpoint(
                owner.name_for("endpoint", _label(service)),
                vpc_id=vpc_id,
                service_name=_service_name(owner.site, service),
                vpc_endpoint_type="Interface",
                subnet_ids=subnets,
                security_group_ids=[security_group.id] if security_group else None,
                private_dns_enabled=True,
                ip_address_type=_address_type(args),
                policy=_policy(owner.site, settings, service),
                region=owner.region,
                tags=owner.tags("endpoint", _label(service)),
                opts=owner.child(),
            )
            for service in settings.interface
        },
        security_group=security_group,
    )


def _gateway(
    owner: Component,
    settings: EndpointArgs,
    service: str,
    vpc_id: pulumi.Output[str],
    tables: Sequence[pulumi.Output[str]],
) -> aws.ec2.VpcEndpoint:
    return aws.ec2.VpcEndpoint(
        owner.name_for("endpoint", service),
        vpc_id=vpc_id,
        service_name=_service_name(owner.site, service),
        vpc_endpoint_type="Gateway",
        route_table_ids=tables,
        policy=_policy(owner.site, settings, service),
        region=owner.region,
        tags=owner.tags("endpoint", service),
        opts=owner.child(),
    )


def _address_type(args: ThreeTierVpcArgs) -> str:
    """As asked for; else IPv4, which every service has, unless the endpoints' tier has none."""
    asked = args.endpoints.ip_address_type
    return asked or ("ipv6" if args.built_tiers[args.endpoints.tier].ipv6_only else "ipv4")


def _service_name(site: Site, service: str) -> pulumi.Output[str]:
    return site.region.apply(lambda region: service_name(service, region))


def _label(service: str) -> str:
    """For names: without the characters that names can't have."""
    return service.rsplit("/", 1)[-1].replace(".", "").replace("-", "")


def _policy(site: Site, settings: EndpointArgs, service: str) -> pulumi.Input[str]:
    """Ours, or the one given for this service."""
    if service in settings.policies:
        return settings.policies[service]
    conditions: dict[str, pulumi.Input[str]]
    bound = service in HOLD_CUSTOMER_DATA
    if settings.organization_id is not None:
        conditions = {"aws:PrincipalOrgID": settings.organization_id}
        if bound:
            conditions["aws:ResourceOrgID"] = settings.organization_id
    else:
        conditions = {"aws:PrincipalAccount": site.account_id}
        if bound:
            conditions["aws:ResourceAccount"] = site.account_id
    statements = [
        Statement(
            f"Only{settings.trust.capitalize()}",
            actions=[f"{service}:*" if service in settings.gateway else "*"],
            resources=["*"],
            principals="*",
            conditions={"StringEquals": conditions},
        )
    ]
    if service == "s3":
        statements.append(_DENY_OLD_SIGNATURES)
    if service == "s3" and settings.aws_buckets:
        buckets = [pattern for kind in settings.aws_buckets for pattern in AWS_BUCKETS[kind]]
        statements.append(
            Statement(
                "ReadBucketsOfAws",
                actions=["s3:GetObject"],
                resources=[_objects(site, pattern) for pattern in buckets],
                principals="*",
            )
        )
    return policy_document(*statements)


def _objects(site: Site, pattern: str) -> pulumi.Output[str]:
    bucket = site.region.apply(lambda region: pattern.format(region=region))
    return pulumi.Output.concat("arn:", site.partition, ":s3:::", bucket, "/*")
