"""S3: moto lets a bucket log only into one whose policy is written in one certain way.

Real S3 takes the setting and checks the permission when it delivers; a policy that comes after the setting, or one that
names the bucket or the action in another way, is enough.
"""

from __future__ import annotations

from moto.s3.models import FakeBucket

from tools.emulator.additions import method


def install() -> None:
    """Let `PutBucketLogging` take any existing bucket of the Region as its target."""

    def permitted(**_: object) -> bool:
        return True

    method(FakeBucket, "_log_permissions_enabled_policy")(staticmethod(permitted))
