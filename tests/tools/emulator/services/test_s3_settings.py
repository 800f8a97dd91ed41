"""The settings of a bucket that are resources of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.emulator.services.test_s3_bucket import BUCKET, DENY, name_of
from tests.tools.emulator.services.world import Live, World, lifecycle

ALWAYS_THERE = ("bucketVersioning", "bucketAccelerateConfiguration", "bucketRequestPaymentConfiguration")
"""Settings that a bucket always has; a deletion brings them back to what they are by themselves."""


def _token(name: str) -> str:
    return f"aws:s3/{name}:{name[0].upper()}{name[1:]}"


@pytest.fixture
def bucket(world: World) -> Live:
    return world.create(BUCKET, bucket=name_of(world))


_ENCRYPTION: dict[str, Any] = {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]}
_RULE = {
    "id": "old",
    "status": "Enabled",
    "filter": {"and": {"prefix": "logs/", "tags": {"a": "b"}}},
    "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
    "expiration": {"days": 365},
    "noncurrentVersionExpiration": {"noncurrentDays": 90},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
}
_CORS = {"allowedMethods": ["GET"], "allowedOrigins": ["https://a.example"], "maxAgeSeconds": 60}
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "bucketVersioning",
        {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    (
        "bucketServerSideEncryptionConfiguration",
        _ENCRYPTION,
        {"rules": [{**_ENCRYPTION["rules"][0], "bucketKeyEnabled": True}]},
    ),
    ("bucketLifecycleConfiguration", {"rules": [_RULE]}, {"rules": [{**_RULE, "expiration": {"days": 30}}]}),
    (
        "bucketLifecycleConfiguration",
        {"rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 1}}]},
        {},
    ),
    ("bucketCorsConfiguration", {"corsRules": [_CORS]}, {"corsRules": [{**_CORS, "maxAgeSeconds": 90}]}),
    (
        "bucketWebsiteConfiguration",
        {"indexDocument": {"suffix": "index.html"}, "errorDocument": {"key": "error.html"}},
        {"indexDocument": {"suffix": "main.html"}},
    ),
    ("bucketAccelerateConfiguration", {"status": "Enabled"}, {"status": "Suspended"}),
    ("bucketRequestPaymentConfiguration", {"payer": "Requester"}, {"payer": "BucketOwner"}),
    (
        "bucketPublicAccessBlock",
        {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True},
        {"restrictPublicBuckets": True},
    ),
    ("bucketPolicy", {"policy": DENY}, {"policy": DENY.replace("Deny", "Allow")}),
    (
        "bucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
    ),
]


@pytest.mark.parametrize(
    ("name", "given", "changed"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)]
)
def test_setting(
    world: World, bucket: Live, name: str, given: dict[str, Any], changed: dict[str, Any]
) -> None:
    setting = world.create(_token(name), bucket=bucket.id, **given)
    assert setting.id == bucket.id
    assert setting.refresh() == setting.inputs
    setting.update(**changed)
    assert setting.refresh() == setting.inputs
    imported, inputs = world.imported(_token(name), bucket.id)
    assert imported == bucket.id
    assert inputs["bucket"] == bucket.id
    setting.delete()
    if name not in ALWAYS_THERE:
        assert setting.refresh() is None
    assert bucket.refresh() == bucket.inputs
    setting.delete()


def test_both_names_work_alike(world: World, bucket: Live) -> None:
    token = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
    lifecycle(world.create(token, bucket=bucket.id, **_ENCRYPTION))


def test_a_setting_changed_by_hand_is_drift(world: World, bucket: Live) -> None:
    block = world.create(_token("bucketPublicAccessBlock"), bucket=bucket.id, blockPublicAcls=True)
    world.client("s3").put_public_access_block(
        Bucket=bucket.id, PublicAccessBlockConfiguration={"BlockPublicAcls": False, "BlockPublicPolicy": True}
    )
    refreshed = block.refresh()
    assert refreshed is not None
    assert (refreshed["blockPublicAcls"], refreshed["blockPublicPolicy"]) == (False, True)


def test_logging_before_the_target_allows_it(world: World, bucket: Live) -> None:
    target = world.create(BUCKET, bucket=name_of(world, "logs"))
    token = _token("bucketLogging")
    logging = world.create(token, bucket=bucket.id, targetBucket=target.id, targetPrefix="x/")
    logging.update(targetPrefix="y/")
    lifecycle(logging)


def test_replication(world: World, bucket: Live) -> None:
    target = world.create(BUCKET, bucket=name_of(world, "copy"))
    for name in (bucket.id, target.id):
        status = {"status": "Enabled"}
        world.create(_token("bucketVersioning"), bucket=name, versioningConfiguration=status)
    rule = {
        "id": "all",
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": target.outputs["arn"], "storageClass": "STANDARD"},
    }
    role = f"arn:aws:iam::{world.place.account}:role/copy"
    lifecycle(world.create(_token("bucketReplicationConfig"), bucket=bucket.id, role=role, rules=[rule]))


def test_object_lock(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world, "locked"), objectLockEnabled=True)
    rule = {"defaultRetention": {"mode": "COMPLIANCE", "days": 5}}
    lock = world.create(_token("bucketObjectLockConfiguration"), bucket=bucket.id, rule=rule)
    assert lock.refresh() == lock.inputs


def test_import_with_an_owner(world: World, bucket: Live) -> None:
    owner = world.place.account
    status = {"status": "Enabled"}
    token = _token("bucketVersioning")
    live = world.create(token, bucket=bucket.id, expectedBucketOwner=owner, versioningConfiguration=status)
    assert live.id == f"{bucket.id},{owner}"
    assert world.imported(token, live.id)[1] == live.inputs
