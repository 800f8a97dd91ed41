"""CloudWatch Logs: groups with retention and encryption, streams, metric and subscription filters, resource policies."""

from __future__ import annotations

import zlib
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated
from tools.emulator.mapping import take
from tools.emulator.services._common import (
    Parts,
    as_text,
    keep,
    or_default,
    pages,
    same_tail,
    unless_gone,
    void,
    without_none,
)
from tools.emulator.services._tags import mapped_tags


def _group_arn(call: Call) -> str:
    return call.arn("logs", f"log-group:{call.id}")


def _group_tags(call: Call) -> dict[str, str]:
    return dict(call.aws().list_tags_for_resource(resourceArn=_group_arn(call)).get("tags", {}))


def find_group(client: Any, name: str) -> dict[str, Any] | None:
    """A log group by its name, or None."""
    groups = pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    return next((group for group in groups if group["logGroupName"] == name), None)


def _read_group(call: Call) -> dict[str, Any] | None:
    group = find_group(call.aws(), call.id)
    if group is None:
        return None
    found = take(call.type, group, {"name": "logGroupName"})
    return {
        "retentionInDays": 0,
        "kmsKeyId": None,
        **found,
        "arn": str(group["arn"]).removesuffix(":*"),
        "logGroupClass": group.get("logGroupClass", "STANDARD"),
    }


def _settle_group(call: Call) -> None:
    logs = call.aws()
    if call.changed("retentionInDays"):
        days = call.get("retentionInDays", 0)
        if days:
            logs.put_retention_policy(logGroupName=call.id, retentionInDays=days)
        else:
            unless_gone(logs.delete_retention_policy, logGroupName=call.id)


def _update_group(call: Call) -> None:
    if call.changed("kmsKeyId"):
        key = call.get("kmsKeyId")
        if key:
            call.aws().associate_kms_key(logGroupName=call.id, kmsKeyId=key)
        else:
            call.aws().disassociate_kms_key(logGroupName=call.id)


def _delete_group(call: Call) -> None:
    if not call.get("skipDestroy"):
        call.aws().delete_log_group(logGroupName=call.id)


LOG_GROUP = Emulated(
    "aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    create=Create(
        "create_log_group",
        id=lambda call, _: str(call.inputs["name"]),
        send={"name": "logGroupName", "deletionProtectionEnabled": ""},
    ),
    read=_read_group,
    settle=_settle_group,
    update=_update_group,
    normal={"retentionInDays": or_default(0)},
    delete=_delete_group,
    tags=mapped_tags(lambda call: {"resourceArn": _group_arn(call)}, read=_group_tags),
    replace_on=("name", "namePrefix", "logGroupClass"),
    update_on=("kmsKeyId", "retentionInDays"),
)


def _create_stream(call: Call) -> str:
    name = str(call.inputs["name"])
    call.aws().create_log_stream(logGroupName=call.inputs["logGroupName"], logStreamName=name)
    return name


def _read_stream(call: Call) -> dict[str, Any] | None:
    group, name = call.inputs.get("logGroupName"), call.id
    if not group:
        group, name = Parts(("logGroupName", "name")).of(call).values()
    logs = call.aws()
    streams = pages(logs, "describe_log_streams", "logStreams", logGroupName=group, logStreamNamePrefix=name)
    for stream in streams:
        if stream["logStreamName"] == name:
            call.id = str(name)
            return {"name": name, "logGroupName": group, "arn": stream["arn"]}
    return None


LOG_STREAM = Emulated(
    "aws:cloudwatch/logStream:LogStream",
    service="logs",
    create=_create_stream,
    read=_read_stream,
    delete=lambda call: void(
        call.aws().delete_log_stream(logGroupName=call.inputs["logGroupName"], logStreamName=call.id)
    ),
    replace_on=("name", "logGroupName"),
)


def _put_metric_filter(call: Call) -> str:
    metric = call.inputs["metricTransformation"]
    default = metric.get("defaultValue")
    transformation = without_none(
        metricName=metric["name"],
        metricNamespace=metric["namespace"],
        metricValue=metric["value"],
        defaultValue=None if default in (None, "") else float(default),
        unit=metric.get("unit"),
        dimensions=metric.get("dimensions") or None,
    )
    call.aws().put_metric_filter(
        logGroupName=call.inputs["logGroupName"],
        filterName=call.inputs["name"],
        filterPattern=call.inputs["pattern"],
        metricTransformations=[transformation],
    )
    return str(call.inputs["name"])


def _read_metric_filter(call: Call) -> dict[str, Any] | None:
    group, name = call.inputs.get("logGroupName"), call.id
    if not group:
        group, name = Parts(("logGroupName", "name")).of(call).values()
    found = call.aws().describe_metric_filters(logGroupName=group, filterNamePrefix=name)["metricFilters"]
    for item in found:
        if item["filterName"] == name:
            call.id = str(name)
            metric = item["metricTransformations"][0]
            default = metric.get("defaultValue")
            there = without_none(
                name=metric["metricName"],
                namespace=metric["metricNamespace"],
                value=metric["metricValue"],
                defaultValue=None if default is None else f"{default:g}",
                unit=metric.get("unit"),
                dimensions=metric.get("dimensions"),
            )
            return {
                "name": name,
                "logGroupName": group,
                "pattern": item.get("filterPattern", ""),
                "metricTransformation": there,
            }
    return None


def _delete_metric_filter(call: Call) -> None:
    call.aws().delete_metric_filter(logGroupName=call.inputs["logGroupName"], filterName=call.id)


def _update_metric_filter(call: Call) -> None:
    # moto keeps the old filter beside a new one of the same name.
    _delete_metric_filter(call)
    _put_metric_filter(call)


METRIC_FILTER = Emulated(
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    service="logs",
    create=_put_metric_filter,
    read=_read_metric_filter,
    update=_update_metric_filter,
    delete=_delete_metric_filter,
    replace_on=("name", "logGroupName"),
)


def _put_subscription(call: Call) -> str:
    params = without_none(
        logGroupName=call.inputs["logGroup"],
        filterName=call.inputs["name"],
        filterPattern=call.inputs["filterPattern"],
        destinationArn=call.inputs["destinationArn"],
        roleArn=call.get("roleArn"),
        distribution=call.get("distribution"),
    )
    call.aws().put_subscription_filter(**params)
    return f"cwlsf-{zlib.crc32((call.inputs['logGroup'] + '-').encode())}"


def _read_subscription(call: Call) -> dict[str, Any] | None:
    group, name = Parts(("logGroup", "name"), by="|").of(call).values()
    filters = pages(call.aws(), "describe_subscription_filters", "subscriptionFilters", logGroupName=group)
    for item in filters:
        if item["filterName"] == name:
            call.id = f"cwlsf-{zlib.crc32((group + '-').encode())}"
            found = take(call.type, item, {"name": "filterName", "logGroup": "logGroupName"})
            return {
                **found,
                "destinationArn": keep(call, "destinationArn", item["destinationArn"], same_tail),
            }
    return None


SUBSCRIPTION_FILTER = Emulated(
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    service="logs",
    create=_put_subscription,
    read=_read_subscription,
    update=lambda call: void(_put_subscription(call)),
    delete=lambda call: void(
        call.aws().delete_subscription_filter(
            logGroupName=call.inputs["logGroup"], filterName=call.inputs["name"]
        )
    ),
    replace_on=("name", "logGroup", "destinationArn"),
    update_on=("roleArn", "filterPattern", "distribution"),
)


def _put_resource_policy(call: Call) -> str:
    name = str(call.inputs["policyName"])
    call.aws().put_resource_policy(policyName=name, policyDocument=as_text(call.inputs["policyDocument"]))
    return name


def _read_resource_policy(call: Call) -> dict[str, Any] | None:
    for policy in call.aws().describe_resource_policies()["resourcePolicies"]:
        if policy["policyName"] == call.id:
            return {"policyName": call.id, "policyDocument": policy["policyDocument"]}
    return None


RESOURCE_POLICY = Emulated(
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    service="logs",
    create=_put_resource_policy,
    read=_read_resource_policy,
    update=lambda call: void(_put_resource_policy(call)),
    delete=lambda call: void(call.aws().delete_resource_policy(policyName=call.id)),
    replace_on=("policyName",),
    update_on=("policyDocument",),
)

TYPES = (LOG_GROUP, LOG_STREAM, METRIC_FILTER, SUBSCRIPTION_FILTER, RESOURCE_POLICY)
