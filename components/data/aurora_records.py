"""What a database writes down: its logs in CloudWatch, and the measurements of Enhanced Monitoring.

    cluster --logs--> /aws/rds/cluster/ID/LOG     owned here: encrypted, kept as long as told, gone with the cluster
            --role--> RDSOSMetrics                one group of the account, made by RDS

RDS would make the log groups itself, without key and for ever; so they are made before the cluster. `RDSOSMetrics` is
shared by all databases of the account and can't belong to one of them.

AWS source: "Setting up and enabling Enhanced Monitoring": the role is AWS's `AmazonRDSEnhancedMonitoringRole` narrowed
to that one group, and RDS can take it only for databases of this account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, assume_role_policy, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component


Kind = Literal["cluster", "instance"]


def log_group_pattern(identifier: str, kind: Kind = "cluster") -> str:
    """The names of all log groups of a cluster or an instance; `identifier` may end in `*`."""
    return f"/aws/rds/{kind}/{identifier}/*"


def create_log_groups(
    owner: Component,
    identifier: str,
    logs: Sequence[str],
    *,
    key: aws.kms.Key,
    days: int,
    kind: Kind = "cluster",
    suffix: Sequence[str] = (),
) -> dict[str, aws.cloudwatch.LogGroup]:
    """The log groups by log; they must be there before the database. `suffix` tells databases of one owner apart."""
    return {
        log: aws.cloudwatch.LogGroup(
            owner.name_for("logs", *suffix, log, limit=200),
            name=log_group_pattern(identifier, kind).replace("*", log),
            retention_in_days=days,
            kms_key_id=key.arn,
            region=owner.region,
            tags=owner.tags("logs", *suffix, log),
            opts=owner.child(),
        )
        for log in logs
    }


def create_monitoring_role(owner: Component) -> aws.iam.Role:
    """The role with which RDS writes the measurements of Enhanced Monitoring."""
    site = owner.site
    role = aws.iam.Role(
        owner.name_for("monitoring"),
        description=f"Enhanced Monitoring of {owner.name}",
        assume_role_policy=assume_role_policy(
            site,
            service="monitoring.rds",
            source_account=site.account_id,
            source_arn=site.arn("rds", "*"),
        ),
        tags=owner.tags("monitoring"),
        opts=owner.child(),
    )
    group = site.arn("logs", "log-group:RDSOSMetrics")
    aws.iam.RolePolicy(
        owner.name_for("monitoring"),
        role=role.name,
        policy=policy_document(
            Statement(
                "KeepTheGroup",
                actions=["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
                resources=[group, pulumi.Output.concat(group, ":*")],
            ),
            Statement(
                "WriteMeasurements",
                actions=[
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:GetLogEvents",
                    "logs:PutLogEvents",
                ],
                resources=[pulumi.Output.concat(group, ":log-stream:*")],
            ),
        ),
        opts=owner.child(),
    )
    return role
