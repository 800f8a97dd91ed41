"""Where a component's resources stand: partition, DNS suffix, account and Region of its provider.

ARNs and service principals differ between partitions (`aws`, `aws-cn`, `aws-us-gov`), so nothing in this
project writes `arn:aws:` by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

REGIONAL_PRINCIPALS = frozenset({"logs"})
"""Services whose principal carries the Region: `logs.eu-west-1.amazonaws.com`."""

PARTITIONAL_PRINCIPALS = frozenset({"ec2", "elasticmapreduce", "logs"})
"""Services whose principal ends in the partition's DNS suffix; all others end in `amazonaws.com` everywhere."""


@dataclass(frozen=True)
class Site:
    """The account, Region and partition that a component's provider works in."""

    partition: pulumi.Output[str]
    dns_suffix: pulumi.Output[str]
    account_id: pulumi.Output[str]
    region: pulumi.Output[str]

    @classmethod
    def of(cls, parent: pulumi.Resource, region: str | None = None) -> Site:
        """Ask the provider that `parent` hands to its children; `region` overrides the provider's own."""
        opts = pulumi.InvokeOptions(parent=parent)
        partition = aws.get_partition_output(opts=opts)
        return cls(
            partition=partition.partition,
            dns_suffix=partition.dns_suffix,
            account_id=aws.get_caller_identity_output(opts=opts).account_id,
            region=pulumi.Output.from_input(region) if region else aws.get_region_output(opts=opts).region,
        )

    def arn(
        self, service: str, resource: pulumi.Input[str], *, region: bool = True, account: bool = True
    ) -> pulumi.Output[str]:
        """`arn:PARTITION:service:REGION:ACCOUNT:resource`; leave Region or account out for global services."""
        return pulumi.Output.concat(
            "arn:", self.partition, ":", service, ":", self.region if region else "", ":",
            self.account_id if account else "", ":", resource,
        )  # fmt: skip

    def aws_managed_policy(self, name: str) -> pulumi.Output[str]:
        """ARN of a policy that AWS maintains, such as `AmazonSSMManagedInstanceCore`."""
        return pulumi.Output.concat("arn:", self.partition, ":iam::aws:policy/", name)

    def service_principal(self, service: str) -> pulumi.Output[str]:
        """The principal of an AWS service, given its short name (`ec2`, `logs`, `vpc-flow-logs`)."""
        return pulumi.Output.all(self.region, self.dns_suffix).apply(
            lambda known: service_principal(service, region=known[0], dns_suffix=known[1])
        )


def service_principal(service: str, *, region: str, dns_suffix: str) -> str:
    """The principal's name of `service` in a Region (see `Site.service_principal`)."""
    host = f"{service}.{region}" if service in REGIONAL_PRINCIPALS else service
    return f"{host}.{dns_suffix if service in PARTITIONAL_PRINCIPALS else 'amazonaws.com'}"
