"""Data sources of Secrets Manager."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import as_source, missing, needed, read
from tools.emulator.services._common import pages, unless_gone, without_none
from tools.emulator.services.secretsmanager import find_secret


def secret(request: Request) -> Mapping[str, Any]:
    """A secret by ARN or name, without its value."""
    wanted = request.args.get("arn") or request.args.get("name")
    if not wanted:
        raise Refused(f"{request.token}: give arn or name", "arn")
    item = find_secret(request.aws("secretsmanager"), str(wanted))
    found = read(request, "aws:secretsmanager/secret:Secret", str(item["ARN"])) if item else None
    if item is None or found is None:
        raise missing(request, f"secret {wanted}")
    dates = {"createdDate": item.get("CreatedDate"), "lastChangedDate": item.get("LastChangedDate")}
    texts = {name: date.strftime("%Y-%m-%dT%H:%M:%SZ") for name, date in dates.items() if date}
    return as_source(request, {**found, **texts})


def version(request: Request) -> Mapping[str, Any]:
    """The value of a secret: of its current version, unless told otherwise."""
    wanted = needed(request, "secretId")
    params = without_none(
        VersionId=request.args.get("versionId"), VersionStage=request.args.get("versionStage")
    )
    item = unless_gone(request.aws("secretsmanager").get_secret_value, SecretId=wanted, **params)
    if item is None:
        raise missing(request, f"value of a secret {wanted}")
    binary = item.get("SecretBinary")
    return {
        "id": f"{wanted}|{request.args.get('versionId') or request.args.get('versionStage') or 'AWSCURRENT'}",
        "arn": item["ARN"],
        "secretArn": item["ARN"],
        "versionId": item["VersionId"],
        "versionStages": item.get("VersionStages", []),
        "secretString": item.get("SecretString", ""),
        "secretBinary": base64.b64encode(binary).decode() if binary else "",
        "createdDate": item["CreatedDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def secrets(request: Request) -> Mapping[str, Any]:
    """The names and ARNs of all secrets that fit some filters."""
    filters = [{"Key": item["name"], "Values": item["values"]} for item in request.args.get("filters") or []]
    found = pages(request.aws("secretsmanager"), "list_secrets", "SecretList", Filters=filters)
    return {"arns": [item["ARN"] for item in found], "names": [item["Name"] for item in found]}


_PASSWORD = {
    "excludeCharacters": "ExcludeCharacters",
    "excludeLowercase": "ExcludeLowercase",
    "excludeNumbers": "ExcludeNumbers",
    "excludePunctuation": "ExcludePunctuation",
    "excludeUppercase": "ExcludeUppercase",
    "includeSpace": "IncludeSpace",
    "passwordLength": "PasswordLength",
    "requireEachIncludedType": "RequireEachIncludedType",
}


def random_password(request: Request) -> Mapping[str, Any]:
    """A new password."""
    params = {
        api: request.args[name] for name, api in _PASSWORD.items() if request.args.get(name) is not None
    }
    password = request.aws("secretsmanager").get_random_password(**params)["RandomPassword"]
    return {"id": password, "randomPassword": password}


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:secretsmanager/getSecret:getSecret": secret,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": version,
    "aws:secretsmanager/getSecrets:getSecrets": secrets,
    "aws:secretsmanager/getRandomPassword:getRandomPassword": random_password,
}
