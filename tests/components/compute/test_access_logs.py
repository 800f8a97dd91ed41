"""Who delivers load balancer logs, and that the bucket's denials spare them."""

from __future__ import annotations

import boto3
import pytest
from hypothesis import given, strategies as st

from components.compute.access_logs import (
    LOG_DELIVERY_ACCOUNTS,
    LOG_DELIVERY_SERVICE,
    PREFIXES,
    SIGV2,
    denials,
    log_delivery_principals,
    log_paths,
)

_SESSION = boto3.session.Session()
REGIONS = [
    (region, partition)
    for partition in _SESSION.get_available_partitions()
    for region in _SESSION.get_available_regions("elbv2", partition_name=partition)
]


@given(st.sampled_from(REGIONS))
def test_every_region_has_the_service_and_only_other_partitions_an_account(where: tuple[str, str]) -> None:
    region, partition = where
    principals = log_delivery_principals(region, partition)
    assert principals["Service"] == [LOG_DELIVERY_SERVICE]
    if partition in {"aws", "aws-eusc"}:
        assert "AWS" not in principals
    assert all(arn.startswith(f"arn:{partition}:iam::") for arn in principals.get("AWS", []))


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"])
def test_china_and_govcloud_name_the_account_too(region: str) -> None:
    partition = dict(REGIONS)[region]
    account = LOG_DELIVERY_ACCOUNTS[region]
    assert log_delivery_principals(region, partition)["AWS"] == [f"arn:{partition}:iam::{account}:root"]


def test_only_this_account_s_logs_can_be_written() -> None:
    assert log_paths("arn:aws:s3:::logs", "111111111111") == [
        f"arn:aws:s3:::logs/{prefix}/AWSLogs/111111111111/*" for prefix in PREFIXES
    ]


def test_denials_hold_for_everybody_and_never_for_a_request_without_the_key() -> None:
    by_sid = {statement.sid: statement for statement in denials("arn:aws:s3:::logs")}
    assert set(by_sid) == {
        "DenyPlainHttp",
        "DenyOldTls",
        "DenyOldSignatures",
        "DenyForms",
        "DenyOldPresignedUrls",
    }
    assert all(statement.effect == "Deny" and statement.principals == "*" for statement in by_sid.values())
    operators = {operator for statement in by_sid.values() for operator in statement.conditions}
    assert not any("Not" in operator or operator.endswith("IfExists") for operator in operators)
    assert by_sid["DenyOldSignatures"].conditions == {"StringEquals": {"s3:signatureversion": SIGV2}}
    assert by_sid["DenyForms"].conditions == {"StringEquals": {"s3:authType": "POST"}}
    assert by_sid["DenyOldPresignedUrls"].conditions == {"NumericGreaterThan": {"s3:signatureAge": "900000"}}
