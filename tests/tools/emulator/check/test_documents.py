"""JSON documents: what has to be one, and what only sounds like it."""

from __future__ import annotations

from typing import Any

import pytest

from tools.emulator.check import check
from tools.emulator.schema import resource
from tools.emulator.values import UNKNOWN, Secret


def reasons(token: str, inputs: dict[str, Any]) -> list[str]:
    found = resource(token)
    assert found is not None
    return [str(failure) for failure in check(found, inputs)]


@pytest.mark.parametrize(
    "token", ["aws:iam/policy:Policy", "aws:kms/key:Key", "aws:secretsmanager/secretPolicy:SecretPolicy"]
)
def test_a_policy_has_to_be_a_json_object(token: str) -> None:
    more = {"secretArn": UNKNOWN} if "secret" in token else {}
    assert reasons(token, {"policy": '{"Version": "2012-10-17"}', **more}) == []
    (reason,) = reasons(token, {"policy": '{"Version": "2012-10-17",}', **more})
    assert reason.startswith("policy: not a JSON document: ")
    (reason,) = reasons(token, {"policy": "[]", **more})
    assert reason == "policy: not a JSON document: it has to be an object, { ... }"
    assert reasons(token, {"policy": UNKNOWN, **more}) == []


def test_the_name_of_a_policy_is_no_document() -> None:
    assert (
        reasons(
            "aws:iot/policyAttachment:PolicyAttachment", {"policy": "mine", "target": "arn:aws:iot:::cert/x"}
        )
        == []
    )


def test_a_secret_document_is_not_shown() -> None:
    (reason,) = reasons("aws:iam/policy:Policy", {"policy": Secret('{"hunter2"')})
    assert "hunter2" not in reason
