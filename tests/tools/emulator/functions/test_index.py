"""Data sources about AWS itself."""

from __future__ import annotations

import pytest

from tests.tools.emulator.functions.asking import ask
from tests.tools.emulator.services.world import World
from tools.emulator.functions import Refused


def test_arn(world: World) -> None:
    text = "arn:aws:iam::111111111111:role/a/b:c"
    found = ask(world, "index/getArn", arn=text)
    assert (found["service"], found["account"], found["resource"]) == ("iam", "111111111111", "role/a/b:c")
    assert ask(world, "index/arnParse", arn=text)["accountId"] == "111111111111"
    with pytest.raises(Refused, match="is no ARN"):
        ask(world, "index/getArn", arn="role/a")


def test_regions(world: World) -> None:
    usual = ask(world, "index/getRegions")["names"]
    assert "us-east-1" in usual
    everywhere = ask(world, "index/getRegions", allRegions=True)["names"]
    assert set(usual) <= set(everywhere)
    wanted = [{"name": "region-name", "values": ["eu-west-1"]}]
    assert ask(world, "index/getRegions", filters=wanted)["names"] == ["eu-west-1"]


def test_service(world: World) -> None:
    found = ask(world, "index/getService", serviceId="s3")
    assert found["reverseDnsName"] == "com.amazonaws.us-east-1.s3"
    assert found["dnsName"] == "s3.us-east-1.amazonaws.com"
    assert found["supported"] is True
    assert ask(world, "index/getService", reverseDnsName="com.amazonaws.eu-west-1.ec2")["serviceId"] == "ec2"
    assert ask(world, "index/getService", serviceId="none")["supported"] is False


def test_service_principal(world: World) -> None:
    assert ask(world, "index/getServicePrincipal", serviceName="s3")["name"] == "s3.amazonaws.com"
    chinese = ask(world, "index/getServicePrincipal", "cn-north-1", serviceName="logs")
    assert chinese["name"] == "logs.amazonaws.com.cn"


def test_address_ranges_need_the_internet(world: World) -> None:
    with pytest.raises(Refused, match="reaches no network"):
        ask(world, "index/getIpRanges", services=["ec2"])
