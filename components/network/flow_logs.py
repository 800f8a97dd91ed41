"""VPC flow logs: a record of every connection, accepted or refused.

    VPC --(role: this VPC's log group only)--> log group, encrypted with a key that only CloudWatch Logs can use

Follows "Publish flow logs to CloudWatch Logs" of the VPC User Guide, with the role narrowed to one log group and to
flow logs of this account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation import key_ring
from components.foundation.iam import Statement, assume_role_policy, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.options import FlowLogArgs

_DESTINATION_TYPES = {"cloudwatch": "cloud-watch-logs", "s3": "s3", "firehose": "kinesis-data-firehose"}


@dataclass(frozen=True)
class FlowLogs:
    """The flow log with what belongs to it; `log_group` and `key` only where this network made them."""

    flow_log: aws.ec2.FlowLog
    log_group: aws.cloudwatch.LogGroup | None = None
    key: aws.kms.Key | None = None


def create_flow_logs(owner: Component, args: FlowLogArgs, vpc_id: pulumi.Output[str]) -> FlowLogs | None:
    """Record the traffic of a VPC as `args` say."""
    if args.destination == "none":
        return None
    if args.destination != "cloudwatch":
        return FlowLogs(_flow_log(owner, args, vpc_id, destination=args.destination_arn, role=None))
    name = f"/{pulumi.get_project()}/{pulumi.get_stack()}/{owner.name}/flow-logs"
    key = None if args.key_arn is not None else owner.key("flowlogs", users=[key_ring.log_groups(name)])
    group = aws.cloudwatch.LogGroup(
        owner.name_for("flowlogs"),
        name=name,
        retention_in_days=args.retention_days,
        kms_key_id=key.arn if key else args.key_arn,
        region=owner.region,
        tags=owner.tags("flowlogs"),
        opts=owner.child(),
    )
    role = _role(owner, group)
    return FlowLogs(_flow_log(owner, args, vpc_id, destination=group.arn, role=role), group, key)


def _role(owner: Component, group: aws.cloudwatch.LogGroup) -> aws.iam.Role:
    site = owner.site
    role = aws.iam.Role(
        owner.name_for("flowlogs"),
        description=f"Writes the flow logs of network {owner.name}",
        assume_role_policy=assume_role_policy(
            site,
            service="vpc-flow-logs",
            source_account=site.account_id,
            source_arn=site.arn("ec2", "vpc-flow-log/*"),
        ),
        tags=owner.tags("flowlogs"),
        opts=owner.child(),
    )
    aws.iam.RolePolicy(
        owner.name_for("flowlogs"),
        role=role.id,
        policy=policy_document(
            Statement(
                "WriteRecords",
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[group.arn, pulumi.Output.concat(group.arn, ":log-stream:*")],
            ),
            # AWS takes no resource for this action; on the group's ARN it would never be granted.
            Statement("FindLogGroup", actions=["logs:DescribeLogGroups"], resources=["*"]),
        ),
        opts=owner.child(),
    )
    return role


def _flow_log(
    owner: Component,
    args: FlowLogArgs,
    vpc_id: pulumi.Output[str],
    *,
    destination: pulumi.Input[str] | None,
    role: aws.iam.Role | None,
) -> aws.ec2.FlowLog:
    in_s3 = aws.ec2.FlowLogDestinationOptionsArgs(
        file_format="parquet" if args.parquet else "plain-text",
        hive_compatible_partitions=True,
        per_hour_partition=True,
    )
    return aws.ec2.FlowLog(
        owner.name_for("flowlogs"),
        vpc_id=vpc_id,
        traffic_type=args.traffic,
        log_destination_type=_DESTINATION_TYPES[args.destination],
        log_destination=destination,
        iam_role_arn=role.arn if role else None,
        log_format=args.format,
        max_aggregation_interval=args.interval_seconds,
        destination_options=in_s3 if args.destination == "s3" else None,
        region=owner.region,
        tags=owner.tags("flowlogs"),
        opts=owner.child(),
    )
