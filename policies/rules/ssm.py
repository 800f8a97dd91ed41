"""Rules on Systems Manager: parameters, documents, Session Manager's preferences."""

from __future__ import annotations

import json
from typing import Any

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key

PARAMETER = "aws:ssm/parameter:Parameter"
DOCUMENT = "aws:ssm/document:Document"
_WORDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "private-key",
    "private_key",
)


@rule(on=PARAMETER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV2_AWS_34"])
def ssm_parameter_secure(parameter: Resource) -> Verdict:
    """A parameter named like a secret is read by everybody who may read parameters, unless it is a SecureString."""
    name = parameter.text("name").lower()
    if parameter.text("type") == "SecureString" or not any(word in name for word in _WORDS):
        return PASS
    return parameter.expect("type", "SecureString")


@rule(on=PARAMETER, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_337"])
def ssm_parameter_customer_key(parameter: Resource) -> Verdict:
    """Under AWS's own key everybody in the account who may read the parameter may also decrypt it."""
    return customer_key(parameter, "keyId") if parameter.text("type") == "SecureString" else PASS


@rule(on=DOCUMENT, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["FSBP SSM.4", "CKV_AWS_303"])
def ssm_document_private(document: Resource) -> Verdict:
    """A document shared with `all` shows every AWS account how this one is run."""
    accounts = document.get("permissions.account_ids") or document.get("permissions.accountIds")
    listed = accounts if isinstance(accounts, list) else str(accounts or "").split(",")
    if not any(str(one).strip().lower() == "all" for one in listed):
        return PASS
    return violation("permissions", "shares the document with every account", "Name the accounts instead.")


def _preferences(document: Resource) -> dict[str, Any] | None:
    """The inputs of a Session Manager preferences document; None for any other document."""
    if document.text("documentType") != "Session":
        return None
    value = document.get("content")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None  # YAML; the preferences that the console writes are JSON.
    inputs = value.get("inputs") if isinstance(value, dict) else None
    return inputs if isinstance(inputs, dict) else None


@rule(on=DOCUMENT, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_112"])
def ssm_session_encrypted(document: Resource) -> Verdict:
    """With a key a session is encrypted end to end between the machine and the person, not only by TLS."""
    inputs = _preferences(document)
    if inputs is None or inputs.get("kmsKeyId"):
        return PASS
    return violation(
        "content", "names no key for sessions", "Set `inputs.kmsKeyId` in the document to `key.arn`."
    )


@rule(on=DOCUMENT, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_113"])
def ssm_session_logged(document: Resource) -> Verdict:
    """What somebody typed on a machine is known afterwards only if the session was recorded, and encrypted."""
    inputs = _preferences(document)
    if inputs is None:
        return PASS
    kinds = (
        ("s3BucketName", "s3EncryptionEnabled"),
        ("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"),
    )
    chosen = [(place, lock) for place, lock in kinds if inputs.get(place)]
    if not chosen:
        return violation(
            "content", "records sessions nowhere", "Set `inputs.cloudWatchLogGroupName` or `s3BucketName`."
        )

    def judge(pair: tuple[str, str]) -> Verdict:
        encrypted = str(inputs.get(pair[1], True)).lower() == "true"
        return (
            PASS
            if encrypted
            else violation("content", "keeps records unencrypted", f"Set `inputs.{pair[1]}` to true.")
        )

    return every(chosen, judge)
