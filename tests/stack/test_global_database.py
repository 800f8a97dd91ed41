"""The stack's database over Regions: the shared network in one, a network of its own in each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stack.test_database import NETWORK, built, refused

THERE: dict[str, Any] = {
    "network": {
        "cidr_block": "10.60.0.0/16",
        "zones": ["a", "b"],
        "tiers": {
            "public": None,
            "application": None,
            "data": {"reachable_from": [], "outside": ["10.0.0.0/16"]},
        },
        "nat": {"mode": "none"},
    }
}
WORLD: dict[str, Any] = {
    "primary": "us-east-1",
    "settings": {"engine_version": "17.5"},
    "regions": {"us-east-1": {}, "eu-west-1": {**THERE, "write_forwarding": True}},
}


def test_each_region_has_its_network() -> None:
    recording = built(**{"network": NETWORK, "global-database": WORLD})
    networks = recording.named("ThreeTierVpc")
    assert set(networks) == {"network", "global-database-eu-west-1"}
    clusters = {one.inputs.get("region", ""): one for one in recording.named("Cluster").values()}
    assert clusters["eu-west-1"].inputs["dbSubnetGroupName"] == "global-database-eu-west-1-data"
    assert clusters["eu-west-1"].inputs["enableGlobalWriteForwarding"] is True
    assert clusters[""].inputs["dbSubnetGroupName"] == "network-data"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"primary": "us-west-2"}, "primary: 'us-west-2' is none of the regions"),
        (
            {"regions": {"us-east-1": {}, "eu-west-1": {}}},
            "regions.eu-west-1.network: groundplan:network stands in",
        ),
        (
            {
                "regions": {
                    "us-east-1": {},
                    "eu-west-1": {"network": {**THERE["network"], "region": "eu-west-2"}},
                }
            },
            "regions.eu-west-1.network: the network is in eu-west-2",
        ),
        (
            {"settings": {"engine_version": "17.5", "port": 5433}},
            "regions.us-east-1.port: the network does not open port 5433 of data",
        ),
    ],
)
def test_what_is_refused_before_anything_is_built(changes: dict[str, Any], problem: str) -> None:
    assert problem in refused(**{"network": NETWORK, "global-database": {**WORLD, **changes}})
