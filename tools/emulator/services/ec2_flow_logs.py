"""EC2: flow logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import owned
from tools.emulator.services._tags import ec2_tags

# Property -> kind of the resource that is watched, by the prefix of its id.
WATCHED = {
    "vpcId": ("VPC", "vpc-"),
    "subnetId": ("Subnet", "subnet-"),
    "eniId": ("NetworkInterface", "eni-"),
    "transitGatewayId": ("TransitGateway", "tgw-"),
    "transitGatewayAttachmentId": ("TransitGatewayAttachment", "tgw-attach-"),
    "regionalNatGatewayId": ("RegionalNatGateway", "nat-"),
}
_GROUP = ":log-group:"


def _what(call: Call) -> dict[str, Any]:
    for name, (kind, _) in WATCHED.items():
        if call.get(name):
            params: dict[str, Any] = {"ResourceType": kind, "ResourceIds": [call.inputs[name]]}
            group = str(call.get("logDestination", "")).partition(_GROUP)[2]
            # moto looks whether a log group is there by its name.
            return {**params, "LogGroupName": group.removesuffix(":*")} if group else params
    raise ValueError(f"a flow log needs one of {', '.join(WATCHED)}")


def _id(_: Call, answer: Mapping[str, Any]) -> str:
    if answer.get("FlowLogIds"):
        return str(answer["FlowLogIds"][0])
    raise ValueError(answer["Unsuccessful"][0]["Error"]["Message"])


def _flow_log(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    watched = str(item["ResourceId"])
    found = {"arn": owned(call, "vpc-flow-log")["arn"]}
    name = max(
        (n for n, (_, prefix) in WATCHED.items() if watched.startswith(prefix)),
        key=lambda n: len(WATCHED[n][1]),
    )
    found[name] = watched
    if not item.get("LogDestination") and item.get("LogGroupName"):
        found["logDestination"] = call.arn("logs", f"log-group:{item['LogGroupName']}")
    return found


FLOW_LOG = Emulated(
    "aws:ec2/flowLog:FlowLog",
    service="ec2",
    exact=True,
    create=Create("create_flow_logs", id=_id, send={"iamRoleArn": "DeliverLogsPermissionArn"}, also=_what),
    read=Read(
        "describe_flow_logs",
        by="FlowLogIds[]",
        item="FlowLogs[0]",
        take={"iamRoleArn": "DeliverLogsPermissionArn"},
        more=_flow_log,
    ),
    delete=Delete("delete_flow_logs", by="FlowLogIds[]"),
    tags=ec2_tags("vpc-flow-log"),
    replace_on=(
        *WATCHED,
        "deliverCrossAccountRole",
        "destinationOptions",
        "iamRoleArn",
        "logDestination",
        "logDestinationType",
        "logFormat",
        "maxAggregationInterval",
        "trafficType",
        "tagFieldSpecifications",
    ),
    # A second flow log of the same resource into the same destination is refused.
    normal={"logDestination": lambda arn: arn.removesuffix(":*") if isinstance(arn, str) else arn},
)

TYPES = (FLOW_LOG,)
