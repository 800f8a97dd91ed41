"""What a function's role may do: its own logs, traces and network interfaces, and its failed events; nothing else.

AWS's `AWSLambdaBasicExecutionRole` lets a function write into every log group of the account and make new ones; here it
is one group, which is there before the function is.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.foundation.partition import Site

# Service in the ARN of a destination -> the action that delivers to it (Lambda Developer Guide, "Adding a destination").
DELIVERIES = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}
_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
_LOOK_UPS = (
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)


def logs_and_traces(group_arn: pulumi.Input[str]) -> list[Statement]:
    """Write into one log group; send traces, for which X-Ray knows no resource."""
    streams = pulumi.Output.concat(group_arn, ":log-stream:*")
    return [
        Statement("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams]),
        Statement("SendTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
    ]


def network_interfaces(site: Site, function_name: str) -> list[Statement]:
    """Let Lambda make the interfaces of a function in a VPC, and deny the same to the function's code.

    `*/*` is how the Lambda Developer Guide says to name what these actions need; `function_name` may have a `*`.
    """
    function = site.arn("lambda", f"function:{function_name}")
    return [
        Statement("ManageInterfaces", _INTERFACES, [site.arn("ec2", "*/*")]),
        Statement("FindInterfaces", _LOOK_UPS, ["*"]),
        Statement(
            "NotFromTheCode",
            (*_INTERFACES, *_LOOK_UPS),
            ["*"],
            conditions={"ArnLike": {"lambda:SourceFunctionArn": function}},
            effect="Deny",
        ),
    ]


def use_key(
    site: Site, key_arn: pulumi.Input[str], services: Sequence[str], sid: str = "UseKey"
) -> Statement:
    """Use a key, but only through these services."""
    hosts = [pulumi.Output.concat(name, ".", site.region, ".", site.dns_suffix) for name in services]
    return Statement(
        sid,
        ["kms:Decrypt", "kms:GenerateDataKey"],
        [key_arn],
        conditions={"StringEquals": {"kms:ViaService": hosts}},
    )


def deliver_failures(destination_arn: pulumi.Input[str]) -> pulumi.Output[Statement]:
    """Deliver failed events to a destination, whatever service its ARN names."""

    def statement(arn: str) -> Statement:
        return Statement("DeliverFailures", [delivery_action(arn)], [arn])

    return pulumi.Output.from_input(destination_arn).apply(statement)


def delivery_action(arn: str) -> str:
    """The action that a destination needs; raises `ComponentError` for one that Lambda does not deliver to."""
    service = (arn.split(":") + [""] * 3)[2]
    if service not in DELIVERIES:
        remedy = "name a queue, topic, function or event bus"
        raise ComponentError("on_failure_arn", f"Lambda delivers no failures to {arn!r}", remedy)
    return DELIVERIES[service]
