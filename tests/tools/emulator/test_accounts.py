from __future__ import annotations

import io

import pytest

from tools.emulator.accounts import Accounts, Place, partition_of
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal

EAST = Place("111111111111", "us-east-1")


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    return Accounts(Gate(Journal(None)))


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ("us-east-1", ("aws", "amazonaws.com")),
        ("cn-northwest-1", ("aws-cn", "amazonaws.com.cn")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
        ("us-iso-east-1", ("aws-iso", "c2s.ic.gov")),
        ("eu-west-99", ("aws", "amazonaws.com")),
        ("mars", ("aws", "amazonaws.com")),
    ],
)
def test_partition_of_a_region(region: str, found: tuple[str, str]) -> None:
    assert partition_of(region) == found


def test_a_client_is_made_once(accounts: Accounts) -> None:
    assert accounts.client("sqs", EAST) is accounts.client("sqs", Place("111111111111", "us-east-1"))
    assert accounts.client("sqs", EAST) is not accounts.client("sqs", Place("222222222222", "us-east-1"))


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("account", ["111111111111", "333333333333"])
def test_a_client_acts_where_it_is(accounts: Accounts, account: str, region: str) -> None:
    place = Place(account, region)
    assert accounts.client("sts", place).get_caller_identity()["Account"] == account
    topic = accounts.client("sns", place).create_topic(Name="t")["TopicArn"]
    assert topic == f"arn:{place.partition}:sns:{region}:{account}:t"


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 1000, io.BytesIO(b"x" * 100_000), "text ä".encode()])
def test_bodies_arrive_as_they_are(accounts: Accounts, body: bytes | io.BytesIO) -> None:
    s3 = accounts.client("s3", EAST)
    s3.create_bucket(Bucket="bodies")
    wanted = body if isinstance(body, bytes) else body.getvalue()
    s3.put_object(Bucket="bodies", Key="a b/ä+%41?x", Body=body)
    assert s3.get_object(Bucket="bodies", Key="a b/ä+%41?x")["Body"].read() == wanted
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="bodies")["Contents"]] == ["a b/ä+%41?x"]
