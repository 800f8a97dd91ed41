"""Objects from text, files and archives."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, strategies as st

from tests.tools.emulator.services.test_s3_bucket import BUCKET, name_of
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services._assets import content
from tools.emulator.values import ARCHIVE, ASSET, Asset

OBJECT = "aws:s3/bucketObject:BucketObject"


@pytest.mark.parametrize("token", [OBJECT, "aws:s3/bucketObjectv2:BucketObjectv2"])
def test_object_from_creation_to_deletion(world: World, token: str) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    thing = world.create(token, bucket=bucket.id, key="a/b.txt", content="hello", tags={"x": "y"})
    assert thing.id == f"{bucket.id}/a/b.txt"
    assert thing.outputs["etag"] == hashlib.md5(b"hello", usedforsecurity=False).hexdigest()
    thing.update(content="world", contentType="text/plain")
    body = world.client("s3").get_object(Bucket=bucket.id, Key="a/b.txt")
    assert (body["Body"].read(), body["ContentType"]) == (b"world", "text/plain")
    assert world.imported(token, f"s3://{bucket.id}/a/b.txt")[1]["key"] == "a/b.txt"
    lifecycle(thing)
    bucket.delete()


def test_all_versions_go_with_the_object(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world), versioning={"enabled": True})
    thing = world.create(OBJECT, bucket=bucket.id, key="a", source=Asset(ASSET, {"text": "one"}))
    thing.update(source=Asset(ASSET, {"text": "two"}))
    thing.delete()
    bucket.delete()
    assert bucket.refresh() is None


def test_archive_of_a_folder_and_of_parts(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.py").write_text("a = 1", encoding="utf-8")
    parts: dict[str, Any] = {
        "lib": Asset(ARCHIVE, {"path": str(tmp_path)}),
        "main.py": Asset(ASSET, {"text": "main"}),
    }
    with zipfile.ZipFile(io.BytesIO(content(Asset(ARCHIVE, {"assets": parts})))) as archive:
        assert sorted(archive.namelist()) == ["lib/in/a.py", "main.py"]
        assert archive.read("lib/in/a.py") == b"a = 1"


@given(st.dictionaries(st.text("abc/", min_size=1).filter(lambda n: n.strip("/") == n), st.text()))
def test_the_same_content_gives_the_same_bytes(files: dict[str, str]) -> None:
    one = Asset(ARCHIVE, {"assets": {name: Asset(ASSET, {"text": text}) for name, text in files.items()}})
    turned = Asset(ARCHIVE, {"assets": dict(reversed(one.fields["assets"].items()))})
    assert content(one) == content(turned)


def test_nothing_is_fetched_from_the_network() -> None:
    with pytest.raises(ValueError, match="network"):
        content(Asset(ASSET, {"uri": "https://a.example/x"}))


def test_a_bucket_that_refuses_plain_http_takes_objects(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.outputs["arn"], f"{bucket.outputs['arn']}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    world.create("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket.id, policy=policy)
    lifecycle(world.create(OBJECT, bucket=bucket.id, key="a", content="x"))
    del statement["Condition"]
    closed = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    world.client("s3").put_bucket_policy(Bucket=bucket.id, Policy=closed)
    with pytest.raises(ClientError, match="403"):
        world.create(OBJECT, bucket=bucket.id, key="b", content="x")
