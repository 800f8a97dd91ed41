"""The address plan of a VPC: which subnet has which addresses, decided before anything exists.

    10.0.0.0/16, grid of 8 tiers x 8 zones

    slot 0  10.0.0.0/19    public       a 10.0.0.0/22    b 10.0.4.0/22    c 10.0.8.0/22    ... room for 5 more
    slot 1  10.0.32.0/19   application  a 10.0.32.0/22   b 10.0.36.0/22   ...
    slot 2  10.0.64.0/19   data         a 10.0.64.0/22   ...
    slot 3  10.0.96.0/19   (free for a tier to come)

A range is a grid: tier slots across, zone slots down, and each cell has one size. A tier's slot is *declared*, a
zone's slot follows from its letter, so the addresses of a subnet depend on nothing but its own tier and zone:
adding or dropping a tier or a zone, in any order, never moves another subnet. A tier with larger subnets takes
several neighbouring slots; one with smaller subnets starts at the same place and leaves the rest of its cell free.

Places are worked out as offsets from the start of the range, so the plan also holds when IPAM or AWS decides the
range at deployment. Sizes follow the VPC User Guide, "VPC CIDR blocks" and "Subnet sizing": IPv4 ranges and
subnets /16 to /28, IPv6 ranges /44 to /60 in steps of 4, IPv6 subnets /64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.network.zones import Zone

PRIMARY = "primary"
LARGEST_IPV4, SMALLEST_IPV4 = 16, 28
IPV6_SUBNET = 64
IPV6_RANGES = range(44, 61, 4)
MAX_SLOTS = 256

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Grid:
    """How many tiers and zones there is room for; both are powers of two. Changing it moves every subnet."""

    tiers: int = 8
    zones: int = 8

    @property
    def tier_bits(self) -> int:
        """Bits of an address that say which tier."""
        return self.tiers.bit_length() - 1

    @property
    def zone_bits(self) -> int:
        """Bits of an address that say which zone."""
        return self.zones.bit_length() - 1


@dataclass(frozen=True)
class TierSpace:
    """What one tier asks of the plan.

    `slot` is its place in the range; `mask` the prefix length of its IPv4 subnets (default: the whole cell);
    `range` the name of the range; `ipv6_slot` its place among the IPv6 subnets (default: `slot`); `ipv4` and
    `ipv6` whether it has addresses of that kind.
    """

    slot: int
    mask: int | None = None
    range: str = PRIMARY
    ipv6_slot: int | None = None
    ipv4: bool = True
    ipv6: bool = False

    @property
    def slot6(self) -> int:
        """The slot of the IPv6 subnets."""
        return self.slot if self.ipv6_slot is None else self.ipv6_slot


@dataclass(frozen=True)
class Place:
    """A part of a range: `index` counts networks of prefix length `mask` from the start of `range`."""

    range: str
    mask: int
    index: int

    def within(self, network: str) -> str:
        """The addresses of this place, once the range is known (`10.0.0.0/16` or an IPv6 range)."""
        whole = ip_network(network)
        size = 1 << (whole.max_prefixlen - self.mask)
        start = int(whole.network_address) + self.index * size
        return str(type(whole)((start, self.mask)))


@dataclass(frozen=True)
class AddressPlan:
    """Where everything stands: subnets by (tier, zone key), and each tier's whole block (for network ACLs)."""

    ipv4: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    ipv6: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    ipv4_blocks: Mapping[str, Place] = field(default_factory=dict)
    ipv6_blocks: Mapping[str, Place] = field(default_factory=dict)


def make_plan(
    tiers: Mapping[str, TierSpace],
    zones: Sequence[Zone],
    *,
    ipv4_masks: Mapping[str, int],
    ipv6_mask: int | None = None,
    grid: Grid | None = None,
) -> AddressPlan:
    """Place every subnet.

    `ipv4_masks` has the prefix length of each IPv4 range by name, `ipv6_mask` that of the IPv6 range. Raises
    `ComponentError`, and nothing else, when something does not fit.
    """
    grid = grid or Grid()
    _check_grid(grid)
    _check_zones(zones, grid)
    for name, mask in ipv4_masks.items():
        _check_room(name, mask, grid)
    ipv4_blocks = {
        name: _ipv4_block(name, tier, ipv4_masks, grid) for name, tier in tiers.items() if tier.ipv4
    }
    ipv6_blocks = {
        name: _ipv6_block(name, tier, ipv6_mask, grid) for name, tier in tiers.items() if tier.ipv6
    }
    _refuse_overlaps(ipv4_blocks, ipv4_masks, grid)
    _refuse_shared_ipv6(tiers, ipv6_blocks)
    return AddressPlan(
        ipv4={
            (name, zone.key): _ipv4_subnet(tiers[name], block, zone, grid)
            for name, block in ipv4_blocks.items()
            for zone in zones
        },
        ipv6={
            (name, zone.key): Place(block.range, IPV6_SUBNET, block.index * grid.zones + zone.slot)
            for name, block in ipv6_blocks.items()
            for zone in zones
        },
        ipv4_blocks=ipv4_blocks,
        ipv6_blocks=ipv6_blocks,
    )


def check_range(where: str, text: str) -> IPv4Network:
    """Read an IPv4 range of a VPC; raises `ComponentError` for what AWS would refuse."""
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ComponentError(where, f"{text!r} is not a range: {error}", _canonical(text)) from None
    if not isinstance(network, IPv4Network):
        raise ComponentError(where, f"{text!r} is IPv6", "give an IPv4 range here, and set ipv6 for IPv6")
    check_ipv4_mask(where, network.prefixlen)
    return network


def check_ipv4_mask(where: str, mask: int) -> None:
    """Raise `ComponentError` unless AWS accepts a range or subnet of this prefix length."""
    if not LARGEST_IPV4 <= mask <= SMALLEST_IPV4:
        raise ComponentError(
            where, f"/{mask} is not allowed", f"AWS takes /{LARGEST_IPV4} to /{SMALLEST_IPV4}"
        )


def _canonical(text: str) -> str:
    """A remedy: the range that was probably meant."""
    try:
        return f"write {str(ip_network(text, strict=False))!r}"
    except ValueError:
        return "write a range such as '10.0.0.0/16'"


def _check_grid(grid: Grid) -> None:
    for name, slots in (("grid.tiers", grid.tiers), ("grid.zones", grid.zones)):
        if not 1 <= slots <= MAX_SLOTS or slots & (slots - 1):
            raise ComponentError(name, f"{slots} is no power of two up to {MAX_SLOTS}", "use 2, 4, 8 or 16")


def _check_zones(zones: Sequence[Zone], grid: Grid) -> None:
    for zone in zones:
        if not 0 <= zone.slot < grid.zones:
            raise ComponentError(
                "zones",
                f"zone {zone.key!r} has slot {zone.slot}, and there is room for slots 0 to {grid.zones - 1}",
                f"raise grid.zones, or give it a free slot: zone_slots: {{{zone.value}: ...}}",
            )


def _check_room(name: str, mask: int, grid: Grid) -> None:
    """Each cell of the grid must be a subnet that AWS accepts."""
    where = f"range {name!r}"
    check_ipv4_mask(where, mask)
    cell = mask + grid.tier_bits + grid.zone_bits
    if cell > SMALLEST_IPV4:
        needed = SMALLEST_IPV4 - grid.tier_bits - grid.zone_bits
        larger = f"use /{needed} or larger, or " if needed >= LARGEST_IPV4 else ""
        raise ComponentError(
            where,
            f"/{mask} is too small for {grid.tiers} tiers x {grid.zones} zones of at least /{SMALLEST_IPV4}",
            f"{larger}lower grid.tiers or grid.zones",
        )


def _ipv4_block(name: str, tier: TierSpace, masks: Mapping[str, int], grid: Grid) -> Place:
    """All addresses of a tier: one slot, or several when its subnets are larger than a cell."""
    if tier.range not in masks:
        known = ", ".join(sorted(masks)) or "none"
        raise ComponentError(
            f"tiers.{name}.range", f"there is no range {tier.range!r}", f"known ranges: {known}"
        )
    slot_mask = masks[tier.range] + grid.tier_bits
    _check_slot(f"tiers.{name}.slot", tier.slot, grid.tiers)
    if tier.mask is None:
        return Place(tier.range, slot_mask, tier.slot)
    where = f"tiers.{name}.mask"
    check_ipv4_mask(where, tier.mask)
    block_mask = min(slot_mask, tier.mask - grid.zone_bits)
    if block_mask < masks[tier.range]:
        raise ComponentError(
            where,
            f"{grid.zones} zones of /{tier.mask} don't fit into the range {tier.range!r} (/{masks[tier.range]})",
            f"use /{masks[tier.range] + grid.zone_bits} or smaller",
        )
    slots = 1 << (slot_mask - block_mask)
    if tier.slot % slots:
        raise ComponentError(
            f"tiers.{name}.slot",
            f"subnets of /{tier.mask} take {slots} slots, which start at a multiple of {slots}, not at {tier.slot}",
            f"use slot {tier.slot - tier.slot % slots}"
            + (f" or {slots}" if tier.slot < slots < grid.tiers else ""),
        )
    return Place(tier.range, block_mask, tier.slot // slots)


def _ipv4_subnet(tier: TierSpace, block: Place, zone: Zone, grid: Grid) -> Place:
    """The start of the zone's cell within the tier's block."""
    cell_mask = block.mask + grid.zone_bits
    mask = cell_mask if tier.mask is None else tier.mask
    cell_index = block.index * grid.zones + zone.slot
    return Place(tier.range, mask, cell_index << (mask - cell_mask))


def _ipv6_block(name: str, tier: TierSpace, mask: int | None, grid: Grid) -> Place:
    """All IPv6 addresses of a tier: one /64 for each zone slot."""
    where = f"tiers.{name}.{'slot' if tier.ipv6_slot is None else 'ipv6_slot'}"
    if mask is None:
        raise ComponentError(
            f"tiers.{name}", "has IPv6 subnets, and the network has no IPv6 range", "set ipv6"
        )
    if mask not in IPV6_RANGES:
        raise ComponentError("ipv6", f"/{mask} is not allowed", "AWS takes /44 to /60 in steps of 4")
    room = (1 << (IPV6_SUBNET - mask)) >> grid.zone_bits
    _check_slot(where, tier.slot6, room)
    return Place(PRIMARY, IPV6_SUBNET - grid.zone_bits, tier.slot6)


def _check_slot(where: str, slot: int, room: int) -> None:
    if not 0 <= slot < room:
        allowed = f"use 0 to {room - 1}" if room else "the range has no room for a tier; use a larger one"
        raise ComponentError(where, f"there is no slot {slot}", allowed)


def _refuse_overlaps(blocks: Mapping[str, Place], masks: Mapping[str, int], grid: Grid) -> None:
    taken: dict[tuple[str, int], str] = {}
    for name, block in blocks.items():
        slots = 1 << (masks[block.range] + grid.tier_bits - block.mask)
        for slot in range(block.index * slots, (block.index + 1) * slots):
            other = taken.setdefault((block.range, slot), name)
            if other != name:
                free = _free_slots(
                    {s for r, s in _all_slots(blocks, masks, grid) if r == block.range}, grid.tiers
                )
                raise ComponentError(f"tiers.{name}.slot", f"slot {slot} belongs to tier {other!r}", free)


def _all_slots(blocks: Mapping[str, Place], masks: Mapping[str, int], grid: Grid) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for block in blocks.values():
        slots = 1 << (masks[block.range] + grid.tier_bits - block.mask)
        found |= {(block.range, slot) for slot in range(block.index * slots, (block.index + 1) * slots)}
    return found


def _refuse_shared_ipv6(tiers: Mapping[str, TierSpace], blocks: Mapping[str, Place]) -> None:
    taken: dict[int, str] = {}
    for name in blocks:
        other = taken.setdefault(tiers[name].slot6, name)
        if other != name:
            free = _free_slots({tiers[tier].slot6 for tier in blocks}, MAX_SLOTS // 8)
            raise ComponentError(
                f"tiers.{name}.ipv6_slot", f"IPv6 slot {tiers[name].slot6} belongs to {other!r}", free
            )


def _free_slots(taken: set[int], room: int) -> str:
    free = [str(slot) for slot in range(room) if slot not in taken][:8]
    return (
        f"free slots: {', '.join(free)}"
        if free
        else "there is no free slot; raise grid.tiers or use another range"
    )
