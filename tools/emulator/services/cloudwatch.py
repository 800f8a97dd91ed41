"""CloudWatch: metric alarms, composite alarms, dashboards and contributor insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list, take
from tools.emulator.services._common import unless_gone, void, without_none

_RENAMED = {
    "name": "AlarmName",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "metricQueries": "",
    "dimensions": "",
    "tags": "",
    "tagsAll": "",
    "region": "",
}


def _arn(call: Call) -> str:
    return call.arn("cloudwatch", f"alarm:{call.id}")


def _read_tags(call: Call) -> dict[str, str]:
    found = call.aws().list_tags_for_resource(ResourceARN=_arn(call))["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


ALARM_TAGS = Tagging(
    at_create=None,
    put=lambda call, tags: call.aws().tag_resource(ResourceARN=_arn(call), Tags=tag_list(tags)),
    remove=lambda call, keys: call.aws().untag_resource(ResourceARN=_arn(call), TagKeys=keys),
    read=_read_tags,
)


def _dimensions(values: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Name": name, "Value": str(value)} for name, value in (values or {}).items()]


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    metric = query.get("metric")
    stat = None
    if metric:
        named = without_none(
            Namespace=metric.get("namespace"),
            MetricName=metric["metricName"],
            Dimensions=_dimensions(metric.get("dimensions")),
        )
        stat = without_none(
            Metric=named, Period=metric["period"], Stat=metric["stat"], Unit=metric.get("unit")
        )
    return without_none(
        Id=query["id"],
        Expression=query.get("expression"),
        Label=query.get("label"),
        ReturnData=bool(query.get("returnData")),
        Period=query.get("period"),
        AccountId=query.get("accountId"),
        MetricStat=stat,
    )


def _put_alarm(call: Call) -> str:
    params = parameters(call.aws(), "put_metric_alarm", call.inputs, _RENAMED)
    params.setdefault("ActionsEnabled", True)
    params.setdefault("TreatMissingData", "missing")
    if call.get("metricQueries"):
        params["Metrics"] = [_query(query) for query in call.inputs["metricQueries"]]
    if call.get("dimensions"):
        params["Dimensions"] = _dimensions(call.inputs["dimensions"])
    call.aws().put_metric_alarm(**params)
    return str(call.inputs["name"])


def _pairs(item: Mapping[str, Any]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in item.get("Dimensions") or []}


def _queries(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_block(query) for query in item.get("Metrics") or []]


def _block(query: Mapping[str, Any]) -> dict[str, Any]:
    stat = query.get("MetricStat") or {}
    metric = None
    if stat:
        metric = without_none(
            metricName=stat["Metric"]["MetricName"],
            namespace=stat["Metric"].get("Namespace"),
            dimensions=_pairs(stat["Metric"]) or None,
            period=int(stat["Period"]),
            stat=stat["Stat"],
            unit=stat.get("Unit"),
        )
    returns = query.get("ReturnData")
    return without_none(
        id=query["Id"],
        expression=query.get("Expression"),
        label=query.get("Label"),
        period=query.get("Period"),
        returnData=str(returns).lower() == "true" if returns is not None else None,
        metric=metric,
    )


_TAKEN: Mapping[str, str | Callable[[Any], Any]] = {
    "name": "AlarmName",
    "arn": "AlarmArn",
    "dimensions": _pairs,
    "metricQueries": _queries,
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "tags": "",
    "tagsAll": "",
}


def _read_alarm(call: Call) -> dict[str, Any] | None:
    found = call.aws().describe_alarms(AlarmNames=[call.id], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    if not found:
        return None
    alarm = take(call.type, found[0], _TAKEN)
    # Actions are there for a reason only where there are some.
    return {name: value for name, value in alarm.items() if value not in ([], {}) or call.inputs.get(name)}


METRIC_ALARM = Emulated(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    create=_put_alarm,
    read=_read_alarm,
    update=lambda call: void(_put_alarm(call)),
    delete=lambda call: void(call.aws().delete_alarms(AlarmNames=[call.id])),
    tags=ALARM_TAGS,
    replace_on=("name",),
    update_on=("dimensions", "metricName", "namespace", "metricQueries"),
    unordered=("metricQueries", "alarmActions", "okActions", "insufficientDataActions"),
)


def _put_dashboard(call: Call) -> str:
    name = str(call.inputs["dashboardName"])
    call.aws().put_dashboard(DashboardName=name, DashboardBody=call.inputs["dashboardBody"])
    return name


def _read_dashboard(call: Call) -> dict[str, Any] | None:
    found = unless_gone(call.aws().get_dashboard, DashboardName=call.id)
    if found is None:
        return None
    arn = call.arn("cloudwatch", f"dashboard/{call.id}", region="")
    return {"dashboardName": call.id, "dashboardBody": found["DashboardBody"], "dashboardArn": arn}


DASHBOARD = Emulated(
    "aws:cloudwatch/dashboard:Dashboard",
    service="cloudwatch",
    create=_put_dashboard,
    read=_read_dashboard,
    update=lambda call: void(_put_dashboard(call)),
    delete=lambda call: void(unless_gone(call.aws().delete_dashboards, DashboardNames=[call.id])),
    replace_on=("dashboardName",),
)

# -- alarms of alarms


def _put_composite(call: Call) -> str:
    suppressor = call.get("actionsSuppressor") or {}
    params = without_none(
        AlarmName=call.inputs["alarmName"],
        AlarmRule=call.inputs["alarmRule"],
        AlarmDescription=call.get("alarmDescription"),
        ActionsEnabled=call.get("actionsEnabled", True),
        AlarmActions=call.get("alarmActions"),
        OKActions=call.get("okActions"),
        InsufficientDataActions=call.get("insufficientDataActions"),
        ActionsSuppressor=suppressor.get("alarm"),
        ActionsSuppressorWaitPeriod=suppressor.get("waitPeriod"),
        ActionsSuppressorExtensionPeriod=suppressor.get("extensionPeriod"),
    )
    call.aws().put_composite_alarm(**params)
    return str(call.inputs["alarmName"])


def _read_composite(call: Call) -> dict[str, Any] | None:
    found = call.aws().describe_alarms(AlarmNames=[call.id], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    if not found:
        return None
    item = found[0]
    alarm = take(call.type, item, {"arn": "AlarmArn", "actionsSuppressor": "", "tags": "", "tagsAll": ""})
    if item.get("ActionsSuppressor"):
        alarm["actionsSuppressor"] = {
            "alarm": item["ActionsSuppressor"],
            "waitPeriod": item["ActionsSuppressorWaitPeriod"],
            "extensionPeriod": item["ActionsSuppressorExtensionPeriod"],
        }
    return alarm


COMPOSITE_ALARM = Emulated(
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    service="cloudwatch",
    create=_put_composite,
    read=_read_composite,
    update=lambda call: void(_put_composite(call)),
    delete=lambda call: void(call.aws().delete_alarms(AlarmNames=[call.id])),
    tags=ALARM_TAGS,
    replace_on=("actionsEnabled", "alarmName", "region"),
    exact=True,
    unordered=("alarmActions", "okActions", "insufficientDataActions"),
)


# -- contributors


def _put_insight(call: Call) -> str:
    params = without_none(
        RuleName=call.inputs["ruleName"],
        RuleDefinition=call.inputs["ruleDefinition"],
        RuleState=call.get("ruleState"),
    )
    call.aws().put_insight_rule(**params)
    return str(call.inputs["ruleName"])


def _read_insight(call: Call) -> dict[str, Any] | None:
    there = call.aws().describe_insight_rules()["InsightRules"]
    item = next((one for one in there if one["Name"] == call.id), None)
    if item is None:
        return None
    arn = call.arn("cloudwatch", f"insight-rule/{call.id}")
    given = {"tags": call.inputs["tags"]} if call.inputs.get("tags") else {}
    return {
        "ruleName": call.id,
        "ruleDefinition": item["Definition"],
        "ruleState": item["State"],
        "resourceArn": arn,
        **given,
    }


INSIGHT_RULE = Emulated(
    "aws:cloudwatch/contributorInsightRule:ContributorInsightRule",
    service="cloudwatch",
    create=_put_insight,
    read=_read_insight,
    update=lambda call: void(_put_insight(call)),
    delete=lambda call: void(call.aws().delete_insight_rules(RuleNames=[call.id])),
    replace_on=("ruleName", "region"),
    exact=True,
)

TYPES = (METRIC_ALARM, DASHBOARD, COMPOSITE_ALARM, INSIGHT_RULE)
