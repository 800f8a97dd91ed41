"""Whether the subnets that a group of a data store names are kept from the internet."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.reach import SUBNET, leads_out
from policies.pack.resource import Resource
from policies.pack.verdict import PASS, Verdict, undecided, violation


def private_subnets(group: Resource, stack: Stack, path: str = "subnetIds") -> Verdict:
    """Pass when no subnet at `path` gives public addresses or has a route to an internet gateway."""
    subnets = stack.targets(group, path, SUBNET)
    public = [subnet for subnet in subnets.possible if _is_public(subnet, stack)]
    if any(_is_public(subnet, stack) for subnet in subnets.sure) or (
        public and len(public) == len(subnets.possible)
    ):
        remedy = "Use subnets without a route to an internet gateway."
        return violation(path, "holds a public subnet", remedy)
    # Computed from several subnets of which some are public: which ones it holds is not known yet.
    return undecided(path) if public else PASS


def _is_public(subnet: Resource, stack: Stack) -> bool:
    mapped = subnet.known("mapPublicIpOnLaunch") and subnet.flag("mapPublicIpOnLaunch")
    return mapped or leads_out(subnet, stack)
