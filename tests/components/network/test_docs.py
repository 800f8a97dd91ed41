"""The page about the network says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.foundation.args import Args
from components.network import (
    BlockPublicAccessArgs,
    DhcpArgs,
    EndpointArgs,
    FlowLogArgs,
    NatArgs,
    ThreeTierVpcArgs,
    TierArgs,
    TransitGatewayArgs,
)

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "network.md").read_text()
SETTINGS = PAGE.split("## Settings")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    "args",
    [
        ThreeTierVpcArgs,
        TierArgs,
        NatArgs,
        FlowLogArgs,
        EndpointArgs,
        BlockPublicAccessArgs,
        DhcpArgs,
        TransitGatewayArgs,
    ],
)
def test_every_setting_is_explained(args: type[Args]) -> None:
    words = set(re.findall(r"[a-z0-9_]+", SETTINGS))
    assert set(args.model_fields) <= words


def test_the_addresses_in_the_picture_are_those_of_the_plan() -> None:
    args = ThreeTierVpcArgs(cidr_block="10.0.0.0/16")
    for (tier, zone), place in args.plan.ipv4.items():
        assert place.within("10.0.0.0/16") in PAGE, (tier, zone)
