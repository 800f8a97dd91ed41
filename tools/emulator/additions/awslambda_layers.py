"""Lambda layers: moto loses for which organisation a version is, and takes one statement id twice."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, refused

API = Api("lambda")


def _principal(asked: Asked) -> Any:
    given = str(asked.params["Principal"])
    account = re.fullmatch(r"\d{12}", given)
    return {"AWS": f"arn:{asked.partition}:iam::{given}:root"} if account else given


@API.operation
def _add_layer_version_permission(asked: Asked) -> Document:
    version = asked.backend.get_layer_version(asked.params["LayerName"], str(asked.params["VersionNumber"]))
    policy, name = version.policy, asked.params["StatementId"]
    if name in [statement["Sid"] for statement in policy.statements]:
        raise refused("ResourceConflictException", f"The statement id ({name}) provided already exists.")
    statement = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": _principal(asked),
        "Action": asked.params["Action"],
        "Resource": version.arn,
    }
    if asked.params.get("OrganizationId"):
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": asked.params["OrganizationId"]}}
    policy.statements.append(statement)
    policy.revision = str(mock_random.uuid4())
    return {"Statement": json.dumps(statement), "RevisionId": policy.revision}


def install() -> None:
    """Keep the organisation in the policy of a version."""
    API.install(LambdaResponse)
