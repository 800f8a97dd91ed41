"""Buckets under both names, with settings inside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

BUCKET = "aws:s3/bucket:Bucket"
BOTH = [BUCKET, "aws:s3/bucketV2:BucketV2"]
DENY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
)


def name_of(world: World, suffix: str = "") -> str:
    return f"b{world.place.account}{suffix}"


@pytest.mark.parametrize("token", BOTH)
def test_bucket_from_creation_to_deletion(world: World, token: str) -> None:
    name = name_of(world)
    bucket = world.create(token, bucket=name, tags={"a": "b"})
    assert bucket.id == name
    assert bucket.outputs["arn"] == f"arn:aws:s3:::{name}"
    assert bucket.outputs["bucketRegionalDomainName"] == f"{name}.s3.us-east-1.amazonaws.com"
    assert bucket.outputs["hostedZoneId"] == "Z3AQBSTGFYJSTF"
    bucket.update(tags={"c": "d"})
    there = world.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
    assert there == [{"Key": "c", "Value": "d"}]
    imported, inputs = world.imported(token, name)
    assert (imported, inputs["bucket"]) == (name, name)
    lifecycle(bucket)


def test_bucket_in_another_region(world: World) -> None:
    bucket = world.create(BUCKET, region="eu-west-1", bucket=name_of(world))
    assert bucket.outputs["region"] == "eu-west-1"
    where = world.client("s3", "eu-west-1").get_bucket_location(Bucket=bucket.id)["LocationConstraint"]
    assert where == "eu-west-1"
    lifecycle(bucket)


def test_settings_inside_a_bucket(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    by_key: dict[str, Any] = {
        "rule": {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "bucketKeyEnabled": True,
        }
    }
    bucket = world.create(
        BUCKET,
        bucket=name_of(world),
        versioning={"enabled": True},
        serverSideEncryptionConfiguration=by_key,
        policy=DENY,
        lifecycleRules=[{"enabled": True, "prefix": "logs/", "expiration": {"days": 30}}],
        corsRules=[{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}],
        website={"indexDocument": "index.html"},
    )
    s3, name = world.client("s3"), bucket.id
    assert bucket.outputs["websiteEndpoint"] == f"{name}.s3-website-us-east-1.amazonaws.com"
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]["Expiration"]["Days"] == 30
    assert s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0][
        "BucketKeyEnabled"
    ]
    assert bucket.refresh() == bucket.inputs
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_bucket_policy(Bucket=name)
    drifted = bucket.refresh()
    assert drifted is not None
    assert (drifted["versioning"], drifted["policy"]) == ({"enabled": False}, "")
    bucket.inputs = drifted
    bucket.update(versioning={"enabled": True}, policy=DENY, lifecycleRules=None)
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)
    lifecycle(bucket)


def test_settings_of_others_are_shown_but_are_no_drift(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    versioning = {"status": "Enabled"}
    world.create(
        "aws:s3/bucketVersioning:BucketVersioning", bucket=bucket.id, versioningConfiguration=versioning
    )
    assert bucket.refresh() == bucket.inputs
    bucket.update(tags={"a": "b"})
    assert bucket.outputs["versioning"]["enabled"] is True


def test_a_full_bucket_is_kept_unless_forced(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world), versioning={"enabled": True})
    for text in (b"one", b"two"):
        world.client("s3").put_object(Bucket=bucket.id, Key="a", Body=text)
    with pytest.raises(ValueError, match="forceDestroy"):
        bucket.delete()
    bucket.inputs["forceDestroy"] = True
    bucket.delete()
    assert bucket.refresh() is None
