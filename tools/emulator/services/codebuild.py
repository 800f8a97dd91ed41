"""CodeBuild: projects, source credentials and webhooks. Builds run nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import from_api, parameters, tags_of, take
from tools.emulator.services._common import keep, same_tail, unless_gone, void, without_none

_RENAMED = {
    "buildTimeout": "timeoutInMinutes",
    "queuedTimeout": "queuedTimeoutInMinutes",
    "badgeEnabled": "badgeEnabled",
    "logsConfig": "",
    "cache": "",
    "projectVisibility": "",
    "resourceAccessRole": "",
    "buildBatchConfig": "",
    "tags": "",
    "tagsAll": "",
    "region": "",
}


def _logs(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    cloud, s3 = given.get("cloudwatchLogs"), given.get("s3Logs")
    return without_none(
        cloudWatchLogs=without_none(
            status=cloud.get("status", "ENABLED"),
            groupName=cloud.get("groupName"),
            streamName=cloud.get("streamName"),
        )
        if cloud
        else None,
        s3Logs=without_none(
            status=s3.get("status", "DISABLED"),
            location=s3.get("location"),
            encryptionDisabled=s3.get("encryptionDisabled"),
            bucketOwnerAccess=s3.get("bucketOwnerAccess"),
        )
        if s3
        else None,
    )


def _params(call: Call, action: str) -> dict[str, Any]:
    params = parameters(call.aws(), action, call.inputs, _RENAMED)
    cache = call.get("cache")
    batch = call.get("buildBatchConfig")
    more = without_none(
        logsConfig=_logs(call.get("logsConfig")),
        cache=without_none(
            type=cache.get("type", "NO_CACHE"),
            location=cache.get("location"),
            modes=cache.get("modes"),
            cacheNamespace=cache.get("cacheNamespace"),
        )
        if cache
        else None,
        buildBatchConfig=_batch(batch) if batch else None,
    )
    tags = [{"key": key, "value": value} for key, value in call.tags.items()]
    return {**params, **more, "tags": tags}


def _batch(batch: Mapping[str, Any]) -> dict[str, Any]:
    limits = batch.get("restrictions")
    return without_none(
        serviceRole=batch["serviceRole"],
        combineArtifacts=batch.get("combineArtifacts"),
        timeoutInMins=batch.get("timeoutInMins"),
        restrictions=without_none(
            computeTypesAllowed=limits.get("computeTypesAlloweds"),
            maximumBuildsAllowed=limits.get("maximumBuildsAllowed"),
        )
        if limits
        else None,
    )


def _create(call: Call) -> str:
    answer = call.aws().create_project(**_params(call, "create_project"))
    return str(answer["project"]["arn"])


def _name(call: Call) -> str:
    return call.id.rsplit("/", 1)[-1]


def _find(call: Call) -> Mapping[str, Any] | None:
    found = call.aws().batch_get_projects(names=[_name(call)])["projects"]
    return found[0] if found else None


def _read(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    call.id = item["arn"]
    found = take(
        call.type,
        item,
        {
            "buildTimeout": "timeoutInMinutes",
            "queuedTimeout": "queuedTimeoutInMinutes",
            "badgeEnabled": "badge.badgeEnabled",
            "logsConfig": "",
            "cache": "",
            "buildBatchConfig": "",
            "tags": "",
            "tagsAll": "",
        },
    )
    kinds = call.type.outputs
    for name in ("logsConfig", "cache"):
        # Names of these differ in case only, or are the same.
        if item.get(name) and (call.get(name) or item[name].get("type") != "NO_CACHE"):
            found[name] = from_api(kinds[name].type, item[name])
    key = item.get("encryptionKey")
    return {
        **found,
        **({"encryptionKey": keep(call, "encryptionKey", key, same_tail)} if key else {}),
        "projectVisibility": item.get("projectVisibility") or call.get("projectVisibility", "PRIVATE"),
    }


def _update(call: Call) -> None:
    params = _params(call, "update_project")
    call.aws().update_project(**params)


def _see(call: Call) -> None:
    if call.changed("projectVisibility", "resourceAccessRole"):
        params = without_none(
            projectVisibility=call.get("projectVisibility", "PRIVATE"),
            resourceAccessRole=call.get("resourceAccessRole"),
        )
        arn = call.arn("codebuild", f"project/{_name(call)}")
        call.aws().update_project_visibility(projectArn=arn, **params)


def _put_tags(call: Call, tags: dict[str, str]) -> None:
    """Tags are a part of the project, and are set with it as a whole."""
    sent = [{"key": key, "value": value} for key, value in tags.items()]
    call.aws().update_project(name=_name(call), tags=sent)


PROJECT = Emulated(
    "aws:codebuild/project:Project",
    service="codebuild",
    create=_create,
    read=_read,
    settle=_see,
    update=_update,
    delete=lambda call: void(call.aws().delete_project(name=_name(call))),
    tags=Tagging(
        at_create=None,
        put=_put_tags,
        remove=lambda call, _: _put_tags(call, call.tags),
        read=lambda call: tags_of(dict(_find(call) or {})) or {},
    ),
    replace_on=("name", "region"),
    exact=True,
    unordered=("secondarySources", "secondaryArtifacts", "secondarySourceVersions", "fileSystemLocations"),
)


# -- credentials


def _import(call: Call) -> str:
    params = without_none(
        token=call.inputs["token"],
        serverType=call.inputs["serverType"],
        authType=call.inputs["authType"],
        username=call.get("userName"),
    )
    return str(call.aws().import_source_credentials(**params)["arn"])


def _read_credential(call: Call) -> dict[str, Any] | None:
    there = call.aws().list_source_credentials()["sourceCredentialsInfos"]
    item = next((one for one in there if one["arn"] == call.id), None)
    return None if item is None else take(call.type, item)


SOURCE_CREDENTIAL = Emulated(
    "aws:codebuild/sourceCredential:SourceCredential",
    service="codebuild",
    create=_import,
    read=_read_credential,
    delete=lambda call: void(unless_gone(call.aws().delete_source_credentials, arn=call.id)),
    replace_on=("authType", "region", "serverType", "token", "userName"),
    exact=True,
)


# -- webhooks


def _filters(call: Call) -> list[list[dict[str, Any]]]:
    return [
        [
            without_none(
                type=one["type"],
                pattern=one["pattern"],
                excludeMatchedPattern=one.get("excludeMatchedPattern"),
            )
            for one in group.get("filters") or []
        ]
        for group in call.get("filterGroups", [])
    ]


def _hook(call: Call) -> str:
    params = without_none(
        branchFilter=call.get("branchFilter"),
        buildType=call.get("buildType"),
        filterGroups=_filters(call) or None,
    )
    name = str(call.inputs["projectName"])
    call.aws().create_webhook(projectName=name, **params)
    return name


def _read_hook(call: Call) -> dict[str, Any] | None:
    projects = call.aws().batch_get_projects(names=[call.id])["projects"]
    item = projects[0].get("webhook") if projects else None
    if not item:
        return None
    groups = [{"filters": [dict(one) for one in group]} for group in item.get("filterGroups") or []]
    return {
        **take(call.type, item, {"filterGroups": "", "projectName": "", "scopeConfiguration": ""}),
        "projectName": call.id,
        "filterGroups": groups,
    }


def _update_hook(call: Call) -> None:
    params = without_none(branchFilter=call.get("branchFilter"), buildType=call.get("buildType"))
    call.aws().update_webhook(projectName=call.id, filterGroups=_filters(call), **params)


WEBHOOK = Emulated(
    "aws:codebuild/webhook:Webhook",
    service="codebuild",
    create=_hook,
    read=_read_hook,
    update=_update_hook,
    delete=lambda call: void(unless_gone(call.aws().delete_webhook, projectName=call.id)),
    replace_on=("projectName", "manualCreation", "scopeConfiguration", "region"),
    exact=True,
)

TYPES = (PROJECT, SOURCE_CREDENTIAL, WEBHOOK)
