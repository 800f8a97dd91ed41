"""Arguments of a network: presets, and an error with path and remedy for everything that can't work."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from hypothesis import given, strategies as st

from components.foundation.errors import ComponentError
from components.network import EndpointArgs, NatArgs, ThreeTierVpcArgs, TierArgs

RANGE = {"cidr_block": "10.0.0.0/16"}


def read(**settings: Any) -> ThreeTierVpcArgs:
    return ThreeTierVpcArgs.read({**RANGE, **settings}, "net")


def test_three_tiers_without_asking() -> None:
    tiers = read().built_tiers
    assert {name: tier.role for name, tier in tiers.items()} == {
        "public": "public",
        "application": "private",
        "data": "isolated",
    }
    assert tiers["public"].reachable_from == ()
    assert tiers["data"].reachable_from == ("application",)


def test_one_setting_of_a_tier_leaves_the_others() -> None:
    application = read(tiers={"application": {"mask": 24}}).built_tiers["application"]
    assert (application.mask, application.slot, application.reachable_from) == (24, 1, ("public",))


def test_a_tier_can_be_left_out_and_others_added() -> None:
    tiers = {"data": None, "batch": {"role": "private", "slot": 3}}
    assert list(read(tiers=tiers).built_tiers) == ["public", "application", "batch"]


def test_written_in_python() -> None:
    args = ThreeTierVpcArgs(
        cidr_block="10.0.0.0/16",
        tiers={"cache": TierArgs(role="isolated", slot=3, reachable_from=("application",))},
        nat=NatArgs(mode="single", allocation_ids={"a": (pulumi.Output.from_input("eipalloc-1"),)}),
    )
    assert list(args.built_tiers) == ["public", "application", "data", "cache"]


def test_own_addresses_may_be_one_or_more() -> None:
    nat = read(nat={"allocation_ids": {"a": "eipalloc-1", "b": ["eipalloc-2", "eipalloc-3"]}}).nat
    assert nat.allocation_ids == {"a": ("eipalloc-1",), "b": ("eipalloc-2", "eipalloc-3")}


ERRORS: list[tuple[dict[str, Any], str]] = [
    (
        {"cidr_block": None},
        "net.cidr_block: the VPC needs one IPv4 range; give either cidr_block or ipv4_ipam",
    ),
    (
        {"ipv4_ipam": {"pool_id": "ipam-pool-1", "netmask_length": 16}},
        "net.cidr_block: the VPC needs one IPv4 range",
    ),
    ({"cidr_block": "10.0.1.0/16"}, "net.cidr_block: '10.0.1.0/16' is not a range"),
    ({"cidr_block": "10.0.0.0/24"}, "net.range 'primary': /24 is too small for 8 tiers x 8 zones"),
    ({"zonez": ["a"]}, "net.zonez: is not an argument; did you mean 'zones'?"),
    ({"zones": ["a"]}, "net.zones: 1 zones; name 2 to 6"),
    ({"ipv6": "ipam"}, "net.ipv6_ipam: belongs to ipv6: ipam"),
    ({"ipv6": "on"}, "net.ipv6: 'on': input should be 'none', 'amazon' or 'ipam'"),
    (
        {"secondary_cidr_blocks": {"pods": "10.0.64.0/18"}},
        "net.secondary_cidr_blocks.pods: 10.0.64.0/18 overlaps cidr_block",
    ),
    (
        {"secondary_cidr_blocks": {"pods": "192.168.0.0/16"}},
        "AWS does not put a range of 192.168.0.0/16 beside 10.0.0.0/16",
    ),
    (
        {"secondary_cidr_blocks": {"pods": "198.19.0.0/16"}},
        "AWS does not put a range of 198.19.0.0/16 beside 10.0.0.0/16",
    ),
    (
        {"secondary_cidr_blocks": {"primary": "100.64.0.0/16"}},
        "net.secondary_cidr_blocks.primary: is the name of the first",
    ),
    (
        {"secondary_cidr_blocks": {"my-pods": "100.64.0.0/16"}},
        "net.secondary_cidr_blocks.my-pods: is no name",
    ),
    ({"tiers": {"cache": {"role": "isolated"}}}, "net.tiers.cache.slot: is missing; give it a value"),
    (
        {"tiers": {"cache": {"role": "isolated", "slot": 2}}},
        "net.tiers.cache.slot: slot 2 belongs to tier 'data'; free slots: 3, 4",
    ),
    (
        {"tiers": {"my-cache": {"role": "isolated", "slot": 3}}},
        "net.tiers.my-cache: 'my-cache' is no name for a tier",
    ),
    (
        {"tiers": {"internet": {"role": "isolated", "slot": 3}}},
        "net.tiers.internet: 'internet' is no name for a tier",
    ),
    ({"tiers": {"data": {"prots": []}}}, "net.tiers.data.prots: is not an argument; did you mean 'ports'?"),
    ({"tiers": {"data": {"ports": ["443"]}}}, "net.tiers.data.ports[0]: '443' is no port; write 'tcp/443'"),
    (
        {"tiers": {"data": {"reachable_from": ["aplication"]}}},
        "there is no tier 'aplication'; did you mean 'application'?",
    ),
    (
        {"tiers": {"data": {"reachable_from": ["internet"]}}},
        "the internet can't reach a tier of role isolated",
    ),
    (
        {"tiers": {"data": {"outside": ["0.0.0.0/0"]}}},
        "net.tiers.data.outside[0]: 0.0.0.0/0 is the whole internet",
    ),
    (
        {"tiers": {"data": {"outside": ["10.0.3.0/24"]}}},
        "net.tiers.data.outside[0]: 10.0.3.0/24 is inside the VPC",
    ),
    (
        {"tiers": {"data": {"outside": ["2001:db8::/32"]}}},
        "2001:db8::/32 is IPv6, and the network has none; set ipv6",
    ),
    ({"tiers": {"data": {"outside": ["pl-1"]}}}, "net.tiers.data.outside[0]: is a prefix list"),
    (
        {"tiers": {"data": {"ipv6_only": True}}},
        "net.tiers.data.ipv6_only: the network has no IPv6 range; set ipv6",
    ),
    (
        {"ipv6": "amazon", "tiers": {"data": {"ipv6_only": True}}},
        "net.tiers.data.subnet_groups: DB subnets need IPv4",
    ),
    (
        {"tiers": {"application": {"dns64": True}}},
        "net.tiers.application.dns64: needs IPv6, NAT and a private tier",
    ),
    (
        {"tiers": {"data": {"routes": [{"destination": "10.9.0.0/16"}]}}},
        "net.tiers.data.routes[0]: the route to 10.9.0.0/16",
    ),
    (
        {"tiers": {"data": {"routes": [{"destination": "x", "gateway_id": "vgw-1"}]}}},
        "net.tiers.data.routes[0].destination: 'x' is no range",
    ),
    ({"tiers": {"public": None, "application": None, "data": None}}, "net.tiers: there is no tier"),
    ({"tiers": {"public": None}}, "net.tiers.application.reachable_from[0]: there is no tier 'public'"),
    ({"tiers": ["a"]}, "net.tiers: input should be a valid dictionary"),
    (
        {"nat": {"mode": "double"}},
        "net.nat.mode: 'double': input should be 'none', 'single', 'per-zone' or 'regional'",
    ),
    (
        {"nat": {"mode": "regional", "connectivity": "private"}},
        "net.nat.connectivity: a regional gateway is always public",
    ),
    ({"nat": {"tier": "data"}}, "net.nat.tier: public gateways stand in a public tier"),
    ({"nat": {"tier": "publik"}}, "net.nat.tier: there is no tier 'publik'; did you mean 'public'?"),
    (
        {"nat": {"connectivity": "private"}},
        "net.nat.tier: private gateways stand in a private or isolated tier",
    ),
    ({"nat": {"zone": "a"}}, "net.nat.zone: names the zone of a single gateway"),
    (
        {"nat": {"mode": "none", "allocation_ids": {"a": "eipalloc-1"}}},
        "net.nat.allocation_ids: no public gateway uses them",
    ),
    ({"nat": {"allocation_ids": {"f": "eipalloc-1"}}}, "net.nat.allocation_ids.f: is not among the zones"),
    ({"nat": {"destinations": ["::/0"]}}, "net.nat.destinations[0]: '::/0' is not IPv4"),
    (
        {"flow_logs": {"retention_days": 100}},
        "net.flow_logs.retention_days: CloudWatch Logs can't keep 100 days; use 90",
    ),
    (
        {"flow_logs": {"destination": "s3"}},
        "net.flow_logs.destination_arn: belongs to destination s3 or firehose",
    ),
    (
        {
            "flow_logs": {
                "destination": "s3",
                "destination_arn": "arn:aws:s3:::logs",
                "key_arn": "arn:aws:kms:::key/1",
            }
        },
        "net.flow_logs.key_arn: encrypts the log group",
    ),
    (
        {"endpoints": {"interface": ["s3"]}},
        "net.endpoints.interface[0]: s3 has a gateway endpoint, free; use gateway",
    ),
    ({"endpoints": {"interface": ["ssm", "ssm"]}}, "net.endpoints.interface[1]: 'ssm' stands twice"),
    (
        {"endpoints": {"trust": "organization"}},
        "net.endpoints.organization_id: belongs to trust: organization",
    ),
    ({"endpoints": {"policies": {"kms": "{}"}}}, "net.endpoints.policies.kms: there is no such endpoint"),
    ({"endpoints": {"interface": ["ssm"], "tier": "app"}}, "net.endpoints.tier: there is no tier 'app'"),
    ({"transit_gateway": {"id": "tgw-1"}}, "net.transit_gateway.destinations: is missing"),
    (
        {"transit_gateway": {"id": "tgw-1", "destinations": ["10.0.0.0/8"], "from_tiers": ["dat"]}},
        "net.transit_gateway.from_tiers[0]: there is no tier 'dat'; did you mean 'data'?",
    ),
]


@pytest.mark.parametrize(("settings", "message"), ERRORS)
def test_errors_name_place_and_remedy(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        read(**settings)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("primary", "secondary", "fits"),
    [
        ("10.0.0.0/20", "10.0.16.0/20", False),
        ("10.1.0.0/16", "10.0.0.0/16", False),
        ("10.2.0.0/16", "10.0.0.0/16", True),
        ("10.0.0.0/16", "10.1.0.0/16", True),
        ("10.0.0.0/16", "172.16.0.0/16", False),
        ("10.0.0.0/16", "100.64.0.0/16", True),
        ("172.16.0.0/16", "172.31.0.0/16", False),
        ("172.16.0.0/16", "172.20.0.0/16", True),
        ("192.168.0.0/20", "192.168.128.0/20", True),
        ("192.168.0.0/20", "10.0.0.0/16", False),
        ("100.64.0.0/16", "10.0.0.0/16", False),
        ("100.64.0.0/16", "100.65.0.0/16", True),
        ("198.19.0.0/20", "192.168.0.0/16", False),
        ("10.0.0.0/16", "169.254.0.0/16", False),
    ],
)
def test_what_aws_lets_stand_beside_what(primary: str, secondary: str, fits: bool) -> None:
    settings = {"cidr_block": primary, "secondary_cidr_blocks": {"more": secondary}}
    if fits:
        read(**settings)
    else:
        with pytest.raises(ComponentError, match=r"^net\.secondary_cidr_blocks\.more: "):
            read(**settings)


def test_several_errors_come_at_once() -> None:
    with pytest.raises(ComponentError) as caught:
        read(nat={"mode": "x"}, flow_logs={"traffic": "y"})
    assert len(str(caught.value).splitlines()) == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 70) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(ThreeTierVpcArgs.model_fields)), anything))
def test_any_configuration_works_or_says_what_is_wrong(settings: dict[str, Any]) -> None:
    try:
        read(**settings)
    except ComponentError as error:
        problem = str(error)
    else:
        return
    assert problem.startswith("net")


def test_parts_can_be_checked_alone() -> None:
    with pytest.raises(
        ComponentError, match=r"^EndpointArgs\.interface\[0\]: dynamodb has a gateway endpoint"
    ):
        EndpointArgs(interface=("dynamodb",))
