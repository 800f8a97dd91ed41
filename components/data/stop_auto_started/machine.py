"""The state machine as AWS runs it: its role, its log, its key, and the alarm for what it can't tell itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.data.stop_auto_started.workflow import Parts, definition
from components.foundation.iam import Statement, assume_role_policy, policy_document
from components.foundation.names import AUTONAME_LENGTH

if TYPE_CHECKING:
    from components.data.stop_auto_started.settings import StopAutoStartedArgs
    from components.foundation.args import Text
    from components.foundation.component import Component
    from components.foundation.partition import Site
    from components.serverless import Function

MAX_MACHINE_NAME = 80
ALARM_PERIOD_SECONDS = 300
_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
"""Log delivery is set up by the role itself; IAM knows no resource for these ("Logging to CloudWatch Logs")."""


@dataclass(frozen=True)
class Called:
    """What the machine calls, the key of the topic (None where it has none), and the machine's own key."""

    state: Function
    stop: Function
    topic_arn: pulumi.Output[str]
    topic_key_arn: Text | None
    key_arn: pulumi.Output[str]


def log_group_name(owner: Component) -> str:
    """Under `/aws/vendedlogs/` log delivery needs no entry of its own in the account's one resource policy."""
    return f"/aws/vendedlogs/states/{pulumi.get_project()}/{pulumi.get_stack()}/{owner.name}"


def create_machine(owner: Component, args: StopAutoStartedArgs, called: Called) -> aws.sfn.StateMachine:
    """The machine with its log group and role."""
    group = aws.cloudwatch.LogGroup(
        owner.name_for("machine"),
        name=log_group_name(owner),
        retention_in_days=args.log_retention_days,
        kms_key_id=called.key_arn,
        region=owner.region,
        tags=owner.tags("machine"),
        opts=owner.child(),
    )
    name = owner.name_for("machine", limit=MAX_MACHINE_NAME - AUTONAME_LENGTH)
    role = _role(owner, name)
    rights = aws.iam.RolePolicy(
        owner.name_for("machine"),
        role=role.name,
        policy=policy_document(*_statements(owner, name, called)),
        opts=owner.child(),
    )
    return aws.sfn.StateMachine(
        name,
        type="STANDARD",
        role_arn=role.arn,
        definition=_definition(owner, args, called),
        logging_configuration={
            "level": "ALL",
            "include_execution_data": True,
            "log_destination": pulumi.Output.concat(group.arn, ":*"),
        },
        tracing_configuration={"enabled": True},
        encryption_configuration={"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": called.key_arn},
        region=owner.region,
        tags=owner.tags("machine"),
        # Step Functions tries the role's rights to the log and the key when the machine is made.
        opts=owner.child(depends_on=[rights]),
    )


def _definition(owner: Component, args: StopAutoStartedArgs, called: Called) -> pulumi.Output[str]:
    def parts(known: list[str]) -> dict[str, Any]:
        partition, state, stop, topic = known
        return definition(Parts(partition, state, stop, topic, args.poll_seconds, args.max_polls))

    arns = (called.state.arn, called.stop.arn, called.topic_arn)
    return pulumi.Output.json_dumps(pulumi.Output.all(owner.site.partition, *arns).apply(parts))


def _role(owner: Component, name: str) -> aws.iam.Role:
    site = owner.site
    return aws.iam.Role(
        owner.name_for("machine"),
        description=f"Runs the state machine of {owner.name}",
        assume_role_policy=assume_role_policy(
            site,
            service="states",
            source_account=site.account_id,
            source_arn=site.arn("states", f"stateMachine:{name}-*"),
        ),
        tags=owner.tags("machine"),
        opts=owner.child(),
    )


def _statements(owner: Component, name: str, called: Called) -> list[Statement]:
    site = owner.site
    machine = site.arn("states", f"stateMachine:{name}-*")
    return [
        Statement("CallFunctions", ["lambda:InvokeFunction"], [called.state.arn, called.stop.arn]),
        Statement("TellPeople", ["sns:Publish"], [called.topic_arn]),
        *([_encrypt_messages(site, called.topic_key_arn)] if called.topic_key_arn is not None else []),
        Statement(
            "EncryptExecutions",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [called.key_arn],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:states:stateMachineArn": machine}},
        ),
        Statement("DeliverLogs", _LOG_DELIVERY, ["*"]),
        Statement(
            "SendTraces",
            [
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            ["*"],
        ),
    ]


def _encrypt_messages(site: Site, key_arn: Text) -> Statement:
    via_sns = pulumi.Output.concat("sns.", site.region, ".", site.dns_suffix)
    return Statement(
        "EncryptMessages",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        [key_arn],
        conditions={"StringEquals": {"kms:ViaService": via_sns}},
    )


def create_alarms(
    owner: Component, machine: aws.sfn.StateMachine, topic_arn: pulumi.Output[str]
) -> list[aws.cloudwatch.MetricAlarm]:
    """An execution that failed has told people mostly; one that was timed out has not."""
    return [
        aws.cloudwatch.MetricAlarm(
            owner.name_for(name),
            alarm_description=f"{owner.name}: {what}; the database may still run",
            namespace="AWS/States",
            metric_name=metric,
            statistic="Sum",
            dimensions={"StateMachineArn": machine.arn},
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
            period=ALARM_PERIOD_SECONDS,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[topic_arn],
            region=owner.region,
            tags=owner.tags(name),
            opts=owner.child(),
        )
        for name, metric, what in (
            ("failed", "ExecutionsFailed", "a workflow has failed"),
            ("timed-out", "ExecutionsTimedOut", "a workflow took too long"),
        )
    ]
