from __future__ import annotations

import pytest

from policies.pack.graph import Stack
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN
from policies.pack.verdict import NotKnownError
from policies.rules.s3_object import s3_object_customer_key

BUCKET = "aws:s3/bucket:Bucket"


def test_an_object_in_one_of_two_buckets_waits_for_its_buckets_name() -> None:
    place = Place(property_dependencies={"bucket": ("urn:a", "urn:b")})
    item = Resource(
        "aws:s3/bucketObjectv2:BucketObjectv2", "o", "urn:o", {"bucket": UNKNOWN, "key": "k"}, place
    )
    stack = Stack([Resource(BUCKET, "a", "urn:a", {}), Resource(BUCKET, "b", "urn:b", {}), item])
    with pytest.raises(NotKnownError, match="bucket"):
        s3_object_customer_key.judge(item, stack)
