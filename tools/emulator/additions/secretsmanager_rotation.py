"""Secrets Manager: rotation as AWS does it.

moto forgets schedule and window, moves the stages itself, calls the four steps of a rotation at once, and gives readers the
version before the current one. Here the version that is to come waits as AWSPENDING, and the function's steps run one after
the other in the background: it is the function that makes the new value the current one. A step that fails ends the
rotation, and its version stays AWSPENDING.

A secret that a service keeps (the master password of a database) is rotated by that service and has no function; moto would
never let such a rotation end.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.additions._api import refused

if TYPE_CHECKING:
    from tools.emulator.activity import Activity
    from tools.emulator.execution.lookup import Reference
    from tools.emulator.execution.specification import Specification

log = logging.getLogger(__name__)
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"


def install() -> None:
    """Rotate, show how a secret is rotated, and stop it."""
    _install_rotation()
    _install_end()


def _install_end() -> None:
    cancel = SecretsManagerBackend.cancel_rotate_secret

    @method(SecretsManagerBackend)
    def cancel_rotate_secret(self: Any, secret_id: str) -> Any:
        secret = self.secrets.get(secret_id) if self._is_valid_identifier(secret_id) else None
        if secret is None or secret.owning_service is None or secret.is_deleted():
            return cancel(self, secret_id)
        secret.rotation_enabled = False
        return secret.to_short_dict()


def _install_rotation() -> None:
    plain, show = SecretsManagerBackend.rotate_secret, FakeSecret.to_dict
    _install_moves()

    @method(SecretsManagerBackend)
    def rotate_secret(
        self: Any,
        secret_id: str,
        client_request_token: str | None = None,
        rotation_lambda_arn: str | None = None,
        rotation_rules: dict[str, Any] | None = None,
        rotate_immediately: bool = True,
    ) -> Any:
        secret = self.secrets.get(secret_id) if self._is_valid_identifier(secret_id) else None
        function = rotation_lambda_arn or getattr(secret, "rotation_lambda_arn", "")
        if secret is None or not function or isinstance(secret, ReplicaSecret) or secret.is_deleted():
            return plain(
                self, secret_id, client_request_token, rotation_lambda_arn, rotation_rules, rotate_immediately
            )
        asked, found = _function(self, function)
        _check_rules(rotation_rules or {})
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = function
        if rotation_rules:
            secret.rotation_rules = dict(rotation_rules)
            secret.auto_rotate_after_days = int(rotation_rules.get("AutomaticallyAfterDays") or 0)
        if rotate_immediately and secret.versions:
            version = client_request_token or str(mock_random.uuid4())
            _await(secret, version)
            work.current().later(_rotation(asked, found, secret.arn, version))
        return secret.to_short_dict()

    @method(FakeSecret)
    def to_dict(self: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(self)
        if self.rotation_requested and getattr(self, "rotation_rules", None):
            shown["RotationRules"] = dict(self.rotation_rules)
        return shown


def _install_moves() -> None:
    """Readers get the version that was made the current one."""
    move = SecretsManagerBackend.update_secret_version_stage

    @method(SecretsManagerBackend)
    def update_secret_version_stage(
        self: Any, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
    ) -> Any:
        answer = move(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == CURRENT and move_to_version_id:
            # Whoever names no version reads the current one; moto would go on giving the one before.
            self.secrets[secret_id].set_default_version_id(move_to_version_id)
        return answer


def _function(backend: Any, named: str) -> tuple[Reference, Specification]:
    # The execution of functions takes a while to load, and few secrets rotate.
    from tools.emulator.execution import lookup  # noqa: PLC0415

    asked = lookup.reference(named, backend.account_id, backend.region_name, "")
    try:
        return asked, lookup.specification(asked)
    except ServiceException:
        raise refused("ResourceNotFoundException", f"Resource not found for ARN '{named}'.") from None


def _check_rules(rules: dict[str, Any]) -> None:
    days = rules.get("AutomaticallyAfterDays")
    if days is not None and not 1 <= int(days) <= 1000:
        raise refused(
            "InvalidParameterException", "RotationRules.AutomaticallyAfterDays must be within 1-1000."
        )
    if days is not None and rules.get("ScheduleExpression"):
        raise refused(
            "InvalidParameterException", "Give either AutomaticallyAfterDays or ScheduleExpression, not both."
        )


def _await(secret: Any, version: str) -> None:
    """Make room for the version that the function will fill."""
    for number, there in secret.versions.items():
        if (
            PENDING in there["version_stages"]
            and CURRENT not in there["version_stages"]
            and number != version
        ):
            raise refused("InvalidRequestException", "Previous rotation request is still in progress.")
    secret.remove_version_stages_from_old_versions([PENDING])
    made = {"createdate": int(unix_time()), "version_id": version, "version_stages": [PENDING]}
    secret.versions[version] = made


def _rotation(asked: Reference, found: Specification, secret: str, version: str) -> Any:
    """The steps of one rotation."""

    def run(activity: Activity) -> None:
        from tools.emulator.execution.invocation import Event, invoke  # noqa: PLC0415 -- see above

        for step in STEPS:
            event = json.dumps({"Step": step, "SecretId": secret, "ClientRequestToken": version})
            outcome = invoke(activity, found, Event(event, asked.arn))
            if outcome.failed:
                log.warning("%s: the rotation failed in %s: %s", secret, step, outcome.payload)
                return

    return run
