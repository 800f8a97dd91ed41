"""Settings of buckets that are kept as they were put."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal


def test_settings_are_put_listed_and_deleted_without_the_bucket() -> None:
    s3 = Accounts(Gate(Journal(None))).client("s3", Place("322222222222", "us-east-1"))
    s3.create_bucket(Bucket="stored")
    for name in ("a", "b"):
        configuration = {"Id": name, "Filter": {"Prefix": name}}
        s3.put_bucket_metrics_configuration(Bucket="stored", Id=name, MetricsConfiguration=configuration)
    listed = s3.list_bucket_metrics_configurations(Bucket="stored")["MetricsConfigurationList"]
    assert [item["Id"] for item in listed] == ["a", "b"]
    s3.delete_bucket_metrics_configuration(Bucket="stored", Id="a")
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        s3.get_bucket_metrics_configuration(Bucket="stored", Id="a")
    assert s3.get_bucket_request_payment(Bucket="stored")["Payer"] == "BucketOwner"
    with pytest.raises(ClientError, match="NotImplemented"):
        s3.delete_bucket_metadata_table_configuration(Bucket="stored")
    s3.head_bucket(Bucket="stored")
    s3.delete_bucket(Bucket="stored")
