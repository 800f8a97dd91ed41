"""CodeBuild: moto loses most settings of a project and can not change one; credentials and webhooks it does not know.

Builds are moto's: they succeed and run nothing.
"""

from __future__ import annotations

from typing import Any

from moto.codebuild.responses import CodeBuildResponse
from moto.core.utils import unix_time, utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("codebuild")
CREDENTIALS = Shelf("credentials", "Source credentials", "ResourceNotFoundException")
WEBHOOKS = Shelf(
    "webhooks", "Webhook of project", "ResourceNotFoundException", "ResourceAlreadyExistsException"
)
_DEFAULTS = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480}


def _project(asked: Asked, name: str) -> Any:
    found = asked.backend.codebuild_projects.get(name)
    if found is None:
        raise refused("ResourceNotFoundException", f"Project cannot be found: {name}")
    return found


@API.operation
def _create_project(asked: Asked) -> Document:
    given = asked.params
    if given["name"] in asked.backend.codebuild_projects:
        raise refused("ResourceAlreadyExistsException", f"Project already exists: {given['name']}")
    asked.backend.create_project(
        given["name"],
        given.get("description"),
        given["source"],
        given["artifacts"],
        given["environment"],
        given["serviceRole"],
        given.get("tags") or [],
        given.get("cache"),
        given.get("timeoutInMinutes"),
        given.get("queuedTimeoutInMinutes"),
        given.get("sourceVersion"),
        given.get("logsConfig"),
        given.get("vpcConfig"),
    )
    project = _project(asked, given["name"])
    return {"project": _set(project, {**_DEFAULTS, **given})}


def _set(project: Any, given: Document) -> Document:
    metadata: Document = project.project_metadata
    metadata.update({key: value for key, value in given.items() if value is not None})
    metadata["badge"] = {"badgeEnabled": bool(given.get("badgeEnabled"))}
    metadata["lastModified"] = unix_time()
    project.tags = metadata.get("tags")
    return metadata


@API.operation
def _update_project(asked: Asked) -> Document:
    return {"project": _set(_project(asked, asked.params["name"]), asked.params)}


@API.operation
def _batch_get_projects(asked: Asked) -> Document:
    """Projects by name or ARN; those that are not there are told apart."""
    names = [one.rsplit("/", 1)[-1] for one in asked.params["names"]]
    there = asked.backend.codebuild_projects
    hooks = WEBHOOKS.all(asked.backend)
    found = [
        {**there[name].project_metadata, **({"webhook": hooks[name]} if name in hooks else {})}
        for name in names
        if name in there
    ]
    return {"projects": found, "projectsNotFound": [name for name in names if name not in there]}


@API.operation
def _delete_project(asked: Asked) -> None:
    name = asked.params["name"].rsplit("/", 1)[-1]
    asked.backend.codebuild_projects.pop(name, None)
    WEBHOOKS.all(asked.backend).pop(name, None)


@API.operation
def _update_project_visibility(asked: Asked) -> Document:
    name = asked.params["projectArn"].rsplit("/", 1)[-1]
    metadata = _project(asked, name).project_metadata
    metadata.update(asked.given("projectVisibility", "resourceAccessRole"))
    return asked.given("projectArn", "projectVisibility")


@API.operation
def _import_source_credentials(asked: Asked) -> Document:
    given = asked.params
    arn = asked.arn("codebuild", f"token/{given['serverType'].lower().replace('_', '-')}")
    CREDENTIALS.put(asked.backend, arn, {"arn": arn, **asked.given("serverType", "authType")})
    return {"arn": arn}


@API.operation
def _list_source_credentials(asked: Asked) -> Document:
    return {"sourceCredentialsInfos": CREDENTIALS.listed(asked.backend)}


@API.operation
def _delete_source_credentials(asked: Asked) -> Document:
    return {"arn": CREDENTIALS.remove(asked.backend, asked.params["arn"])["arn"]}


@API.operation
def _create_webhook(asked: Asked) -> Document:
    name = asked.params["projectName"]
    _project(asked, name)
    made = mock_random.get_random_hex(16)
    fields = asked.given("branchFilter", "filterGroups", "buildType", "manualCreation", "scopeConfiguration")
    url = f"https://codebuild.{asked.region}.amazonaws.com/webhooks?t={made}"
    document = {**fields, "url": url, "payloadUrl": url, "lastModifiedSecret": utcnow()}
    return {
        "webhook": {**WEBHOOKS.add(asked.backend, name, document), "secret": mock_random.get_random_hex(20)}
    }


@API.operation
def _update_webhook(asked: Asked) -> Document:
    fields = asked.given("branchFilter", "filterGroups", "buildType")
    return {"webhook": WEBHOOKS.change(asked.backend, asked.params["projectName"], fields)}


@API.operation
def _delete_webhook(asked: Asked) -> None:
    WEBHOOKS.remove(asked.backend, asked.params["projectName"])


def install() -> None:
    """Keep whole projects."""
    API.install(CodeBuildResponse)
