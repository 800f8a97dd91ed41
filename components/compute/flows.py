"""Who must reach whom for the application to work, compared with what the network opens.

    internet --80, 443--> load balancer's tier --port of each target--> application's tier --data_ports--> data tier

The network alone opens ports, in its tiers' security groups and NACLs at once (docs/network.md). An application
that would need a closed one says so before anything is built, instead of failing its health checks later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from components.compute.listeners import HTTP, HTTPS
from components.foundation.args import Args
from components.foundation.errors import ComponentError, nearest

if TYPE_CHECKING:
    from components.compute.target_groups import TargetGroup
    from components.network import TierArgs


class AppTiers(Args):
    """Names of the network's tiers that the parts of the application stand in."""

    load_balancer: str = "public"
    application: str = "application"
    data: str = "data"


INTERNET = "internet"
"""The network's word for everybody."""


def public_ports(http_redirect: bool) -> dict[str, int]:
    """What for -> port that the internet must reach in the load balancer's tier."""
    return {"load_balancer": HTTPS, **({"load_balancer.http_redirect": HTTP} if http_redirect else {})}


def needed_ports(targets: Iterable[TargetGroup]) -> dict[str, int]:
    """What for -> port that the load balancer must reach in the application's tier."""
    needed: dict[str, int] = {}
    for index, group in enumerate(targets):
        if group.kind == "lambda":
            continue
        needed[f"load_balancer.targets[{index}].port"] = group.port
        if group.health_check.port is not None:
            needed[f"load_balancer.targets[{index}].health_check.port"] = group.health_check.port
    return needed


def check_tier(tiers: Mapping[str, TierArgs], where: str, name: str) -> TierArgs:
    """The tier of that name; raises `ComponentError` when the network has none."""
    if name not in tiers:
        raise ComponentError(where, f"the network has no tier {name!r}", nearest(name, tiers))
    return tiers[name]


def check_flow(tiers: Mapping[str, TierArgs], source: str, target: str, needed: Mapping[str, int]) -> None:
    """Raise `ComponentError` unless `source` may open every needed port of `target`; keys say what needs it."""
    tier = tiers[target]
    if needed and source not in tier.reachable_from:
        problem = f"the network lets no connection from {source} to {target}"
        raise ComponentError(
            next(iter(needed)), problem, f"add {source!r} to its tiers.{target}.reachable_from"
        )
    for where, port in needed.items():
        if not any(ports.protocol == "tcp" and ports.low <= port <= ports.high for ports in tier.ports):
            problem = f"the network does not open port {port} of {target}"
            raise ComponentError(where, problem, f"add 'tcp/{port}' to its tiers.{target}.ports")
