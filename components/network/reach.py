"""Who may open connections to whom: the rules of security groups and network ACLs, decided before they are built.

    internet --443--> public --8080--> application --5432--> data
                                            |---443--> endpoints, internet (through NAT)

Security groups remember connections, so each allowed connection is one rule out of the one group and one into the
other. Network ACLs don't: each connection also needs the answers to be let through, to the ports from 1024 up
("Ephemeral ports" in the VPC User Guide). Rules between tiers name the tier's whole block, which holds its subnets
in all zones, those to come too: a new zone changes no rule.

Not filtered by either, and so not in here: DNS, DHCP, time and metadata services of AWS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Literal

from components.foundation.errors import ComponentError
from components.network.checks import ENDPOINTS, INTERNET
from components.network.ports import HTTPS, Ports

if TYPE_CHECKING:
    from components.network.options import TierArgs
    from components.network.vpc_args import ThreeTierVpcArgs

Family = Literal[4, 6]
EVERYWHERE: Mapping[Family, str] = {4: "0.0.0.0/0", 6: "::/0"}
NAT64_PREFIX = "64:ff9b::/96"
"""The well-known prefix that DNS64 hands out (RFC 6052)."""
MAX_ACL_RULES = 39
"""A direction and family of one network ACL: AWS's highest quota is 40 with its own last rule; 20 without asking."""

_LOWEST_EPHEMERAL, _LOWEST_CLIENT_PORT, _HIGHEST_PORT = 1024, 32768, 65535


_LABELS = {EVERYWHERE[4]: INTERNET, EVERYWHERE[6]: f"{INTERNET}6", NAT64_PREFIX: "nat64"}


def label(peer: str) -> str:
    """A peer or destination in the name of a resource: without what separates the parts of names and URNs."""
    return _LABELS.get(peer) or peer.replace("/", "_").replace(":", ".").replace("-", "")


@dataclass(frozen=True)
class GroupRule:
    """One rule of a tier's security group.

    `peer` is another group (a tier's name, `endpoints`), a gateway endpoint (`s3`, `dynamodb`: its prefix list) or an
    address range.
    """

    group: str
    direction: Literal["from", "to"]
    peer: str
    ports: Ports


@dataclass(frozen=True)
class AclRule:
    """One rule of a tier's network ACL; `peer` is a tier's name (its block) or an address range."""

    inbound: bool
    peer: str
    ports: Ports
    family: Family


@dataclass(frozen=True)
class _Flow:
    """A connection that may be opened, seen from one tier: `far` is a tier's name or an address range."""

    opened_by_far: bool
    far: str
    ports: Ports
    family: Family
    lowest_answer_port: int = _LOWEST_EPHEMERAL


class Reach:
    """Works out the rules of all tiers of a network."""

    def __init__(self, args: ThreeTierVpcArgs) -> None:
        self._args = args
        self._tiers = args.built_tiers
        self._nat_tier = args.nat.tier if args.nat.mode in {"single", "per-zone"} else None
        self._clients = [name for name, tier in self._tiers.items() if tier.uses_endpoints]

    def group_rules(self) -> list[GroupRule]:
        """The rules of all security groups, the endpoints' group included; no two are the same."""
        return list(dict.fromkeys(rule for name in self._tiers for rule in self._group_rules(name)))

    def acl_rules(self, name: str) -> list[AclRule]:
        """The rules of one tier's network ACL, in the order in which AWS shall try them."""
        rules: dict[AclRule, None] = {}
        for flow in self._flows(name):
            answers = Ports(flow.ports.protocol, flow.lowest_answer_port, _HIGHEST_PORT)
            rules[AclRule(flow.opened_by_far, flow.far, flow.ports, flow.family)] = None
            rules[AclRule(not flow.opened_by_far, flow.far, answers, flow.family)] = None
        for inbound in (True, False):
            for family in (4, 6):
                count = sum(rule.inbound == inbound and rule.family == family for rule in rules)
                if count > MAX_ACL_RULES:
                    remedy = "write neighbouring ports as one range"
                    raise ComponentError(f"tiers.{name}", f"its network ACL would need {count} rules", remedy)
        return list(rules)

    def _group_rules(self, name: str) -> Iterator[GroupRule]:
        tier = self._tiers[name]
        for ports in tier.ports:
            for source in tier.reachable_from:
                if source == INTERNET:
                    yield from (GroupRule(name, "from", EVERYWHERE[f], ports) for f in self._families(tier))
                else:
                    yield GroupRule(name, "from", source, ports)
                    yield GroupRule(source, "to", name, ports)
            yield from (GroupRule(name, "from", text, ports) for text in tier.outside)
        for ports in tier.opens:
            yield from (GroupRule(name, "to", EVERYWHERE[f], ports) for f in self._ways_out(name))
        if name in self._clients:
            yield from (GroupRule(name, "to", service, HTTPS) for service in self._args.endpoints.gateway)
            if self._args.endpoints.interface:
                yield GroupRule(name, "to", ENDPOINTS, HTTPS)
                yield GroupRule(ENDPOINTS, "from", name, HTTPS)

    def _flows(self, name: str) -> Iterator[_Flow]:
        """Every connection that crosses the border of this tier's subnets."""
        yield from self._flows_between_tiers(name)
        yield from self._flows_beyond(name)
        yield from self._flows_of_endpoints(name)
        if name == self._nat_tier:
            yield from self._flows_of_nat(name)

    def _flows_between_tiers(self, name: str) -> Iterator[_Flow]:
        tier = self._tiers[name]
        for source in tier.reachable_from:
            if source != INTERNET:
                yield from self._to_peer(name, source, tier.ports, opened_by_far=True)
        for other, far in self._tiers.items():
            if name in far.reachable_from:
                yield from self._to_peer(name, other, far.ports, opened_by_far=False)

    def _flows_beyond(self, name: str) -> Iterator[_Flow]:
        """Connections with the internet and with networks outside the VPC."""
        tier = self._tiers[name]
        if INTERNET in tier.reachable_from:
            for family in self._families(tier):
                yield from (_Flow(True, EVERYWHERE[family], ports, family) for ports in tier.ports)
        for text in tier.outside:
            yield from (_Flow(True, text, ports, ip_network(text).version) for ports in tier.ports)
        for family in self._ways_out(name):
            for ports in tier.opens:
                yield _Flow(False, EVERYWHERE[family], ports, family, _LOWEST_CLIENT_PORT)

    def _flows_of_endpoints(self, name: str) -> Iterator[_Flow]:
        """To the endpoints' tier, and to S3 and DynamoDB, whose addresses no network ACL can name."""
        endpoints = self._args.endpoints
        if endpoints.interface:
            if name in self._clients:
                yield from self._to_peer(name, endpoints.tier, (HTTPS,), opened_by_far=False)
            if name == endpoints.tier:
                for client in self._clients:
                    yield from self._to_peer(name, client, (HTTPS,), opened_by_far=True)
        if name in self._clients and endpoints.gateway and not self._tiers[name].ipv6_only:
            yield _Flow(False, EVERYWHERE[4], HTTPS, 4, _LOWEST_CLIENT_PORT)

    def _flows_of_nat(self, name: str) -> Iterator[_Flow]:
        """What private tiers send out passes the subnets of the NAT gateways, in and out again."""
        for other, client in self._tiers.items():
            if client.role != "private" or other == name:
                continue
            for ports in client.opens:
                families: tuple[Family, ...] = (4, 6) if client.dns64 else (4,)
                for family in families:
                    if family in self._families(client):
                        yield _Flow(True, other, ports, family)
                yield from (_Flow(False, range_, ports, 4) for range_ in self._args.nat.destinations)

    def _to_peer(
        self, name: str, peer: str, ports: tuple[Ports, ...], *, opened_by_far: bool
    ) -> Iterator[_Flow]:
        there = self._families(self._tiers[peer])
        for family in self._families(self._tiers[name]):
            if family in there:
                yield from (_Flow(opened_by_far, peer, one, family) for one in ports)

    def _families(self, tier: TierArgs) -> tuple[Family, ...]:
        """The kinds of addresses a tier has."""
        kinds: list[Family] = []
        if not tier.ipv6_only:
            kinds.append(4)
        if self._args.has_ipv6:
            kinds.append(6)
        return tuple(kinds)

    def _ways_out(self, name: str) -> tuple[Family, ...]:
        """The kinds of addresses over which a tier has a route out of the VPC."""
        tier = self._tiers[name]
        if tier.role == "isolated":
            return ()
        by_nat = (
            tier.role == "public" or self._args.nat.mode != "none" or self._args.transit_gateway is not None
        )
        return tuple(family for family in self._families(tier) if family == 6 or by_nat)
