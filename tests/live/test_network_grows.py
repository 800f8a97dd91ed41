"""A network that is in use takes zones and tiers, and gives them back, without touching what stands."""

from __future__ import annotations

import json
from typing import Any

from tests.live.stand import ROOT, Stand

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.network import ThreeTierVpc, ThreeTierVpcArgs
ThreeTierVpc("net", ThreeTierVpcArgs.read({settings!r}, "settings"))
"""
SHARED = {"NetworkAcl", "SubnetGroup", "VpcEndpoint"}
"""What names all subnets or all route tables of a tier: updated in place."""

SMALL: dict[str, Any] = {
    "cidr_block": "10.0.0.0/16",
    "ipv6": "amazon",
    "zones": ["a", "c"],
    "endpoints": {"interface": ["ssm"]},
    "nat": {"mode": "none"},
    "flow_logs": {"destination": "none"},
}
LARGE: dict[str, Any] = {
    **SMALL,
    "zones": ["c", "b", "a"],
    "tiers": {
        "batch": {"role": "private", "slot": 5, "reachable_from": ["application"], "ports": ["tcp/9000"]}
    },
}


def write(stand: Stand, settings: dict[str, Any]) -> None:
    stand.write(PROGRAM.format(root=str(ROOT), settings=settings))


def subnets(stand: Stand) -> dict[str, tuple[str, str, str]]:
    """By name: id, IPv4 and IPv6 addresses, as the AWS API tells them."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in stand.aws("ec2").describe_subnets(
        Filters=[{"Name": "tag:groundplan:name", "Values": ["net"]}]
    )["Subnets"]:
        name = next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name")
        ipv6 = one["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        found[name] = (one["SubnetId"], one["CidrBlock"], ipv6)
    return found


def steps(stand: Stand) -> dict[str, set[tuple[str, str]]]:
    """What a preview would do: operation -> kind and name of the resources."""
    answer = stand.pulumi("preview", "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    found: dict[str, set[tuple[str, str]]] = {}
    for step in json.loads(answer.stdout)["steps"]:
        if step["op"] != "same":
            kind, name = step["urn"].split("::")[2:]
            found.setdefault(step["op"], set()).add((kind.rsplit(":", 1)[-1], name))
    return found


def test_adding_and_dropping_zones_and_tiers_moves_nothing(stand: Stand) -> None:
    write(stand, SMALL)
    stand.up()
    before = subnets(stand)
    assert set(before) == {
        f"net-{tier}-{zone}" for tier in ("public", "application", "data") for zone in "ac"
    }

    write(stand, LARGE)
    plan = steps(stand)
    assert set(plan) == {"create", "update"}
    assert {kind for kind, _ in plan["update"]} == SHARED
    assert all("-b" in name or "batch" in name for _, name in plan["create"]), plan["create"]
    stand.up()
    grown = subnets(stand)
    assert {name: grown[name] for name in before} == before
    assert set(grown) - set(before) == {
        "net-public-b",
        "net-application-b",
        "net-data-b",
        "net-batch-a",
        "net-batch-b",
        "net-batch-c",
    }

    write(stand, SMALL)
    plan = steps(stand)
    assert set(plan) == {"delete", "update"}
    assert {kind for kind, _ in plan["update"]} == SHARED
    stand.up()
    assert subnets(stand) == before
    assert not steps(stand)
