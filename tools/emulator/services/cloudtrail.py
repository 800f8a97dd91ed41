"""CloudTrail: trails with their selectors. Nothing is recorded."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list, take
from tools.emulator.services._common import unless_gone, void

_SENT = (
    "cloudWatchLogsRoleArn",
    "enableLogFileValidation",
    "includeGlobalServiceEvents",
    "isMultiRegionTrail",
    "isOrganizationTrail",
    "kmsKeyId",
    "s3BucketName",
    "s3KeyPrefix",
    "snsTopicName",
    "cloudWatchLogsGroupArn",
)
_RENAMED = {"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"}


def _params(call: Call, action: str) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in _SENT if call.inputs.get(name) is not None}
    return parameters(call.aws(), action, given, _RENAMED)


def _create(call: Call) -> str:
    answer = call.aws().create_trail(Name=call.inputs["name"], **_params(call, "create_trail"))
    return str(answer["TrailARN"])


def _settle(call: Call) -> None:
    trail = call.aws()
    wanted = call.get("enableLogging", True)
    void(trail.start_logging(Name=call.id) if wanted else trail.stop_logging(Name=call.id))
    if call.changed("eventSelectors", "advancedEventSelectors"):
        given = {
            "eventSelectors": call.get("eventSelectors"),
            "advancedEventSelectors": call.get("advancedEventSelectors"),
        }
        params = parameters(trail, "put_event_selectors", {k: v for k, v in given.items() if v})
        if params:
            trail.put_event_selectors(TrailName=call.id, **params)
    if call.changed("insightSelectors") and call.get("insightSelectors"):
        selectors = [{"InsightType": selector["insightType"]} for selector in call.inputs["insightSelectors"]]
        trail.put_insight_selectors(TrailName=call.id, InsightSelectors=selectors)


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_trail, Name=call.id)
    if answer is None:
        return None
    item = answer["Trail"]
    call.id = item["TrailARN"]
    names = {
        "arn": "TrailARN",
        "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
        "enableLogFileValidation": "LogFileValidationEnabled",
        "snsTopicArn": "SnsTopicARN",
        "tags": "",
        "tagsAll": "",
    }
    status = call.aws().get_trail_status(Name=call.id)
    return {**take(call.type, item, names), "enableLogging": bool(status.get("IsLogging"))}


def _read_tags(call: Call) -> dict[str, str]:
    found = call.aws().list_tags(ResourceIdList=[call.id])["ResourceTagList"]
    return {tag["Key"]: tag.get("Value", "") for tag in found[0]["TagsList"]} if found else {}


TRAIL = Emulated(
    "aws:cloudtrail/trail:Trail",
    service="cloudtrail",
    create=_create,
    read=_read,
    settle=_settle,
    update=lambda call: void(call.aws().update_trail(Name=call.id, **_params(call, "update_trail"))),
    # moto deletes a trail by its name only.
    delete=lambda call: void(call.aws().delete_trail(Name=call.id.rsplit("/", 1)[-1])),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().add_tags(ResourceId=call.id, TagsList=tag_list(tags)),
        remove=lambda call, keys: call.aws().remove_tags(
            ResourceId=call.id, TagsList=[{"Key": key} for key in keys]
        ),
        read=_read_tags,
    ),
    replace_on=("name",),
    update_on=_SENT,
)

TYPES = (TRAIL,)
