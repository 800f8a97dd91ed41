"""Sets of IP addresses of one family, exact, so that ranges can be cut out of each other and joined.

    Addresses.of("0.0.0.0/0") - Addresses.of("10.0.0.0/8")

`world` asks whether a set takes in the internet at large: more than any single block that one owner holds.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

_BITS = {4: 32, 6: 128}
# Not routed on the internet: RFC 1918, 6598, 1122, 3927, 5771, 1112; 4193, 4291. For IPv6 all but what is handed out.
_RESERVED = {
    4: (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/3",
    ),
    6: ("::/3", "4000::/2", "8000::/1"),
}
# The widest range that counts as somebody's own: a /8 of IPv4, and of IPv6 what `is_world` takes for narrow.
_OWN = {4: 1 << 24, 6: 1 << 121}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses as disjoint ranges in rising order, first and last included; `version` is 4 or 6."""

    version: int
    ranges: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def none(version: int) -> Addresses:
        """No address."""
        return Addresses(version)

    @staticmethod
    def every(version: int) -> Addresses:
        """All addresses of a family."""
        return Addresses(version, ((0, (1 << _BITS[version]) - 1),))

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(cidr: str) -> Addresses | None:
        """The addresses of a range such as `10.0.0.0/8`; None when the text is no range."""
        try:
            network = ipaddress.ip_network(cidr, strict=False)
        except ValueError:
            return None
        return Addresses(network.version, ((int(network[0]), int(network[-1])),))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __and__(self, other: Addresses) -> Addresses:
        """What is in both; nothing when the families differ."""
        if self.version != other.version:
            return Addresses(self.version)
        both = (
            (max(first, start), min(last, end))
            for first, last in self.ranges
            for start, end in other.ranges
            if first <= end and start <= last
        )
        return Addresses(self.version, tuple(both))

    def __sub__(self, other: Addresses) -> Addresses:
        """What is only in this set; all of it when the families differ."""
        if self.version != other.version:
            return self
        left = self.ranges
        for start, end in other.ranges:
            left = tuple(
                piece
                for first, last in left
                for piece in ((first, min(last, start - 1)), (max(first, end + 1), last))
                if piece[0] <= piece[1]
            )
        return Addresses(self.version, left)

    def __or__(self, other: Addresses) -> Addresses:
        """What is in one of them; this set when the families differ."""
        if self.version != other.version:
            return self
        return Addresses(self.version, tuple(sorted((*self.ranges, *(other - self).ranges))))

    def __contains__(self, address: int) -> bool:
        return any(first <= address <= last for first, last in self.ranges)

    @property
    def size(self) -> int:
        """How many addresses."""
        return sum(last - first + 1 for first, last in self.ranges)

    @property
    def world(self) -> bool:
        """Whether the internet at large is among them."""
        return (self - _reserved(self.version)).size > _OWN[self.version]


@lru_cache(maxsize=2)
def _reserved(version: int) -> Addresses:
    found = Addresses(version)
    for cidr in _RESERVED[version]:
        found |= Addresses.of(cidr) or found
    return found
