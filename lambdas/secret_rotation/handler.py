"""Changes the password of one database user, in the four steps that Secrets Manager asks for.

    createSecret   a new password, kept beside the one in use      AWSPENDING
    setSecret      the database takes it (the user is made where there is none)
    testSecret     log in with it
    finishSecret   it is the one in use                            AWSCURRENT

Follows sources/002 lines 1447-1490, where the function is a file somewhere in S3. Every step can come twice and does
nothing the second time. The database is the one of the function's settings, never one that the secret names: whoever may
write the secret can't send the administrator's password elsewhere. TLS is verified. The database gets a hash of the
password, where it takes one (PostgreSQL), so none stands in its log.

Environment: DB_ENGINE (`postgresql`, `mysql`, `mariadb`), DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_CA_FILE,
DB_ADMIN_SECRET_ARN (who sets the password; empty: the user itself, with the one in use).
"""

from __future__ import annotations

import functools
import json
import logging
import os
from collections.abc import Mapping
from typing import Any

import boto3
from databases import Login, RefusedError, can_log_in, set_password
from rotation import CURRENT, PENDING, RotationError, Settings, content, place_of, read_settings

LOG = logging.getLogger("secret_rotation")
LOG.setLevel(logging.INFO)

PASSWORD_LENGTH = 32
NOT_IN_PASSWORDS = "/@\"'\\:?#&% "
"""What addresses and shells give a meaning to."""


def handler(event: Mapping[str, Any], context: object) -> None:
    """One step of a rotation; raises `RotationError` for what is no rotation of this secret."""
    del context
    step, secret, token = event["Step"], event["SecretId"], event["ClientRequestToken"]
    if step not in STEPS:
        raise RotationError(f"{step!r} is no step of a rotation")
    settings = read_settings(os.environ)
    described = _client().describe_secret(SecretId=secret)
    if place_of(described, token) == CURRENT:
        LOG.info("rotated already", extra={"step": step})
        return
    STEPS[step](settings, secret, token)
    LOG.info("step done", extra={"step": step, "user": settings.user, "token": token})


def create_secret(settings: Settings, secret: str, token: str) -> None:
    """Keep a new password beside the one in use, once."""
    if _value(secret, PENDING, token) is not None:
        return
    answer = _client().get_random_password(
        PasswordLength=PASSWORD_LENGTH, ExcludeCharacters=NOT_IN_PASSWORDS, RequireEachIncludedType=True
    )
    _client().put_secret_value(
        SecretId=secret,
        ClientRequestToken=token,
        SecretString=json.dumps(content(settings, answer["RandomPassword"])),
        VersionStages=[PENDING],
    )


def set_secret(settings: Settings, secret: str, token: str) -> None:
    """Make the database take the new password."""
    new = _pending(settings, secret, token)
    if can_log_in(settings, new):
        return
    set_password(settings, _who_may(settings, secret), new.password)


def test_secret(settings: Settings, secret: str, token: str) -> None:
    """Log in with the new password."""
    if not can_log_in(settings, _pending(settings, secret, token)):
        raise RotationError(f"{settings.user} can't log in with the new password")


def finish_secret(_settings: Settings, secret: str, token: str) -> None:
    """Make the new password the one in use; the one before stays as AWSPREVIOUS."""
    versions = _client().describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = [version for version, stages in versions.items() if CURRENT in stages]
    _client().update_secret_version_stage(
        SecretId=secret,
        VersionStage=CURRENT,
        MoveToVersionId=token,
        **({"RemoveFromVersionId": current[0]} if current else {}),
    )


STEPS = {
    "createSecret": create_secret,
    "setSecret": set_secret,
    "testSecret": test_secret,
    "finishSecret": finish_secret,
}


def _who_may(settings: Settings, secret: str) -> Login:
    """The login that sets the password: the administrator's, else the user's own with a password that still holds."""
    if settings.admin_secret_arn:
        found = _read(settings.admin_secret_arn)
        if found is None or found.get("username") == settings.user:
            raise RotationError(
                "the administrator's secret is missing, or it is the administrator that is rotated"
            )
        return Login(found["username"], found["password"])
    for stage in (CURRENT, "AWSPREVIOUS"):
        value = _value(secret, stage)
        login = Login(settings.user, str((value or {}).get("password", "")))
        if login.password and can_log_in(settings, login):
            return login
    raise RefusedError(f"no password of {settings.user} holds any more; give an administrator's secret")


def _pending(settings: Settings, secret: str, token: str) -> Login:
    value = _value(secret, PENDING, token)
    if value is None:
        raise RotationError("there is no new password yet")
    return Login(settings.user, value["password"])


def _value(secret: str, stage: str, token: str = "") -> dict[str, Any] | None:
    """What a version of the secret holds; None where there is no such version."""
    return _read(secret, VersionStage=stage, **({"VersionId": token} if token else {}))


def _read(secret: str, **which: str) -> dict[str, Any] | None:
    client = _client()
    try:
        found: dict[str, Any] = json.loads(client.get_secret_value(SecretId=secret, **which)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None
    return found


@functools.cache
def _client() -> Any:
    """One client for the life of the execution environment."""
    return boto3.client("secretsmanager")
