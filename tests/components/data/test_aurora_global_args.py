"""What a database over Regions refuses, before anything is created."""

from __future__ import annotations

from typing import Any

import pytest

from components.data import AuroraGlobalDatabaseArgs, GlobalRegion
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.data.test_aurora_global_database import HERE, PLACE, THERE, arguments
from tests.components.recording import run


@pytest.mark.parametrize(
    ("regions", "primary", "settings", "problem"),
    [
        ({HERE: {}}, HERE, {}, "regions: there is one Region"),
        ({HERE: {}, THERE: {}}, "us-east-1", {}, "primary: 'us-east-1' is none of the regions"),
        ({HERE: {}, "Ireland": {}}, HERE, {}, "'Ireland' is no Region"),
        ({HERE: {}, "cn-north-1": {}}, HERE, {}, r"regions\.cn-north-1: is in another partition"),
        (
            {HERE: {}, **{f"eu-x-{n}": {} for n in range(10)}, "eu-y-1": {}},
            HERE,
            {},
            "there are 11 secondaries",
        ),
        (None, HERE, {"engine_version": "17"}, "engine_version: 17 is a line of versions"),
        (None, HERE, {"instance_class": "db.t4g.medium"}, r"db\.t4g\.medium can't be in a global database"),
        ({HERE: {"write_forwarding": True}, THERE: {}}, HERE, {}, "the primary takes writes itself"),
        (
            {HERE: {"instances": {f"i{n}": {} for n in range(16)}}, THERE: {}},
            HERE,
            {},
            "15 replicas are too many beside 1 secondaries; use 14 or fewer",
        ),
    ],
)
def test_what_a_global_database_refuses(
    regions: dict[str, Any] | None, primary: str, settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ComponentError, match=problem):
        arguments(regions, primary, **settings)


def test_a_network_of_another_region_is_refused() -> None:
    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16", region=HERE))
        AuroraGlobalDatabaseArgs(
            primary=HERE, regions={HERE: GlobalRegion(**PLACE), THERE: GlobalRegion(network=network)}
        )

    with pytest.raises(ComponentError, match=rf"regions\.{THERE}\.network: the network is in {HERE}"):
        run(program)
