"""Where a database stands: a tier of a network, or plain ids, and who else may open connections to it.

    application tier --port--> [ tier's security group ] database [ own group ] <--port-- named sources

A database in a `ThreeTierVpc` wears the security group of its tier, because the rules of the network name that group on
both sides; the network alone opens the port (docs/network.md). `sources` are further peers by name, each one rule of a
group of the database's own: adding or removing one touches no other. The tier's network ACL still has the last word.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, InstanceOf, field_validator, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.foundation.component import Component
    from components.network import ThreeTierVpcArgs, TierArgs

_NAME = re.compile(r"[a-z](-?[a-z0-9])*")


class Source(Args):
    """Who may open connections: exactly one of a security group, an address range, a prefix list."""

    security_group_id: Text | None = None
    cidr: str | None = None
    prefix_list_id: Text | None = None

    @field_validator("cidr")
    @classmethod
    def _bounded(cls, cidr: str | None) -> str | None:
        if cidr is None:
            return None
        try:
            network = ip_network(cidr)
        except ValueError as error:
            raise ComponentError("", str(error), "write a range such as 10.8.0.0/16") from None
        if network.prefixlen == 0:
            raise ComponentError("", f"{cidr} is everybody", "name the range that needs the database")
        return str(network)

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [self.security_group_id, self.cidr, self.prefix_list_id]
        if sum(value is not None for value in given) != 1:
            remedy = "give one of security_group_id, cidr, prefix_list_id"
            raise ComponentError("", "a source is exactly one peer", remedy)
        return self


class Access(Args):
    """What a user decides about the place: the network's tier, and further `sources` by name."""

    tier: str = "data"
    sources: dict[str, Source] = Field(default_factory=dict)

    @field_validator("sources")
    @classmethod
    def _named(cls, sources: dict[str, Source]) -> dict[str, Source]:
        for name in sources:
            if not _NAME.fullmatch(name):
                raise ComponentError(name, "is no name", "use small letters, digits and single hyphens")
        return sources


class Placement(Args):
    """The place: a `network` with a tier for databases, or plain ids.

    Plain ids: `subnet_group_name`, `vpc_id` (needed for `sources`) and `security_group_ids`.
    """

    network: InstanceOf[ThreeTierVpc] | None = None
    access: Access = Access()
    subnet_group_name: Text | None = None
    vpc_id: Text | None = None
    security_group_ids: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.network is None) == (self.subnet_group_name is None):
            remedy = "give either network or subnet_group_name"
            raise ComponentError("network", "a database stands in one place", remedy)
        if self.network is None and self.access.sources and self.vpc_id is None:
            raise ComponentError("vpc_id", "is needed for the group of the sources", "give it")
        if self.network is None and not self.access.sources and not self.security_group_ids:
            remedy = "give security_group_ids or access.sources"
            raise ComponentError("security_group_ids", "nobody could reach the database", remedy)
        if self.network is not None and self.vpc_id is not None:
            raise ComponentError("vpc_id", "the network has one", "leave it out")
        return self

    def check(self, port: int) -> None:
        """Raise `ComponentError` unless the network has the tier and opens `port` of it."""
        if self.network is not None:
            check_tier(self.network.settings, self.access.tier, port)

    @property
    def subnet_group(self) -> pulumi.Input[str]:
        """Name of the DB subnet group."""
        if self.network is None:
            assert self.subnet_group_name is not None  # checked above
            return self.subnet_group_name
        group = self.network.tier(self.access.tier).db_subnet_group
        assert group is not None  # `check` has asked
        return group.name

    @property
    def cache_subnet_group(self) -> pulumi.Input[str]:
        """Name of the cache subnet group; `subnet_group_name` is one where a cache stands on plain ids."""
        if self.network is None:
            return self.subnet_group
        group = self.network.tier(self.access.tier).cache_subnet_group
        assert group is not None  # `check` has asked
        return group.name

    def zone_name(self, path: str, zone: str | None) -> pulumi.Input[str] | None:
        """What AWS calls a zone, given the network's key for it (`a`, `az1`); without a network, the name itself."""
        if self.network is None or zone is None:
            return zone
        subnets = self.network.tier(self.access.tier).subnets
        if zone not in subnets:
            raise ComponentError(path, f"the network has no zone {zone!r}", nearest(zone, subnets))
        return subnets[zone].availability_zone


def check_tier(network: ThreeTierVpcArgs, tier: str, port: int) -> None:
    """Raise `ComponentError` unless a database that listens on `port` can stand in the tier and be reached."""
    tiers: Mapping[str, TierArgs] = network.built_tiers
    where = "access.tier"
    if tier not in tiers:
        raise ComponentError(where, f"the network has no tier {tier!r}", nearest(tier, tiers))
    found = tiers[tier]
    if found.role == "public":
        raise ComponentError(where, f"tier {tier!r} is public", "choose one that the internet can't reach")
    if not found.subnet_groups:
        remedy = f"set its tiers.{tier}.subnet_groups: true"
        raise ComponentError(where, f"tier {tier!r} has no subnet groups", remedy)
    if not any(ports.protocol == "tcp" and ports.low <= port <= ports.high for ports in found.ports):
        problem = f"the network does not open port {port} of {tier}"
        raise ComponentError("port", problem, f"add 'tcp/{port}' to its tiers.{tier}.ports")


def create_groups(owner: Component, place: Placement, port: int) -> list[pulumi.Input[str]]:
    """The security groups that the database wears; makes one of its own when there are sources."""
    groups: list[pulumi.Input[str]] = list(place.security_group_ids)
    if place.network is not None:
        groups.append(place.network.tier(place.access.tier).security_group.id)
    if place.access.sources:
        vpc_id = place.network.vpc_id if place.network is not None else place.vpc_id
        groups.append(_own_group(owner, vpc_id, place.access.sources, port).id)
    return groups


def _own_group(
    owner: Component, vpc_id: pulumi.Input[str] | None, sources: Mapping[str, Source], port: int
) -> aws.ec2.SecurityGroup:
    group = aws.ec2.SecurityGroup(
        owner.name_for("sources"),
        vpc_id=vpc_id,
        description=f"Further sources of {owner.name}",
        region=owner.region,
        tags=owner.tags("sources"),
        opts=owner.child(),
    )
    for name, source in sources.items():
        ipv6 = source.cidr is not None and ":" in source.cidr
        aws.vpc.SecurityGroupIngressRule(
            owner.name_for("from", name, limit=200),
            security_group_id=group.id,
            referenced_security_group_id=source.security_group_id,
            cidr_ipv4=None if ipv6 else source.cidr,
            cidr_ipv6=source.cidr if ipv6 else None,
            prefix_list_id=source.prefix_list_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"tcp/{port} from {name}",
            region=owner.region,
            tags=owner.tags("from", name),
            opts=owner.child(),
        )
    return group
