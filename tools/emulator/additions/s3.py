"""S3: where moto is stricter than S3.

- It lets a bucket log only into one whose policy is written in one certain way. Real S3 takes the setting and checks the
  permission when it delivers; a policy that comes after the setting, or one that is spelled otherwise, is enough.
- It takes every statement of a bucket policy that denies for one that denies everybody, whatever its condition or
  principal: a bucket that refuses plain HTTP would refuse everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from tools.emulator.additions import method

EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def is_for_everybody(statement: Mapping[str, Any]) -> bool:
    """Whether a statement holds whoever asks and however. All others leave the administrator of the account alone."""
    return not statement.get("Condition") and statement.get("Principal") in EVERYBODY


def install() -> None:
    """Let `PutBucketLogging` take any bucket of the Region, and policies deny only what they deny to everybody."""

    def permitted(**_: object) -> bool:
        return True

    method(FakeBucket, "_log_permissions_enabled_policy")(staticmethod(permitted))

    @method(FakeBucket)
    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        statements = json.loads(self.policy.decode()).get("Statement") or []
        listed = statements if isinstance(statements, list) else [statements]
        held = [statement for statement in listed if is_for_everybody(statement)]
        return IAMPolicy(json.dumps({"Statement": held})).is_action_permitted(action, resource)
