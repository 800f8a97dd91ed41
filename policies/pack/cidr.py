"""Which address ranges take in the internet at large."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

# No private, shared or reserved block is wider than these, so a wider range takes in public addresses:
# 10.0.0.0/8 is the widest private IPv4 block, fc00::/7 the widest IPv6 one.
_WIDEST_PRIVATE = {4: 8, 6: 7}


@lru_cache(maxsize=4096)
def is_world(cidr: str) -> bool:
    """Whether a range takes in the internet at large: `0.0.0.0/0`, `::/0`, or halves and quarters of it."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen < _WIDEST_PRIVATE[network.version]
