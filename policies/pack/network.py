"""Address ranges, protocols and ports as security groups and network ACLs write them."""

from __future__ import annotations

from policies.pack.cidr import is_world
from policies.pack.resource import Part, as_number
from policies.pack.values import Value

__all__ = [
    "ALL_PROTOCOLS",
    "DATABASE_PORTS",
    "EPHEMERAL_FROM",
    "PROTOCOL_NUMBERS",
    "RDP",
    "REMOTE_ACCESS_PORTS",
    "SSH",
    "covers_port",
    "is_world",
    "port_range",
    "protocol_name",
]

ALL_PROTOCOLS = frozenset({"-1", "all"})
# EC2 takes a protocol's name or its IANA number.
PROTOCOL_NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

SSH, RDP = 22, 3389
REMOTE_ACCESS_PORTS = (SSH, RDP, 23, 5985, 5986)
DATABASE_PORTS = (1433, 1521, 2049, 3306, 5432, 6379, 8182, 9042, 9200, 11211, 27017)
# Lowest port of the ranges that clients take replies on (RFC 6056; Linux, Windows and NAT gateways).
EPHEMERAL_FROM = 1024


def protocol_name(value: Value) -> str:
    """A protocol's name in lower case; `-1` for all of them. Numbers may come as numbers or text."""
    text = str.lower(value) if isinstance(value, str) else str(as_number(value))
    return "-1" if text in ALL_PROTOCOLS else PROTOCOL_NUMBERS.get(text, text)


def covers_port(part: Part, protocol_path: str, port: int) -> bool:
    """Whether a rule's protocol and port range take in a TCP or UDP port."""
    protocol = protocol_name(part.get(protocol_path))
    if protocol == "-1":
        return True
    if protocol not in ("tcp", "udp"):
        return False
    first, last = port_range(part)
    return first <= port <= last


def port_range(part: Part) -> tuple[float, float]:
    """The ports of a TCP or UDP rule; a missing range means all of them."""
    first, last = part.number("fromPort"), part.number("toPort")
    low = 0 if first is None or first < 0 else first
    high = 65535 if last is None or last < 0 else last
    return low, high
