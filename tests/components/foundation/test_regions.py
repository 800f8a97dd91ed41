from __future__ import annotations

import boto3
import pytest

from components.foundation.errors import ComponentError
from components.foundation.regions import check_region, partition_of


@pytest.mark.parametrize("partition", boto3.Session().get_available_partitions())
def test_every_region_that_botocore_knows(partition: str) -> None:
    for region in boto3.Session().get_available_regions("ec2", partition_name=partition):
        check_region(region, "region")
        assert partition_of(region) == partition


@pytest.mark.parametrize("wrong", ["", "us-east", "US-EAST-1", "us_east_1", "eu-central-1a", "here"])
def test_other_words_are_refused(wrong: str) -> None:
    with pytest.raises(ComponentError, match=r"^here\.region: .* is no Region"):
        check_region(wrong, "here.region")
