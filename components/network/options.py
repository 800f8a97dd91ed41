"""The parts of a network's arguments, each with its meaning and default (see `ThreeTierVpcArgs`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.retention import RetentionDays
from components.network.address_plan import PRIMARY
from components.network.ports import HTTPS, Ports, PortsField

Role = Literal["public", "private", "isolated"]


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


OneOrMore = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)]


class RouteArgs(Args):
    """One more route: a destination (a range, or the id of a prefix list) and exactly one target."""

    destination: str
    transit_gateway_id: Text | None = None
    vpc_peering_connection_id: Text | None = None
    gateway_id: Text | None = None
    vpc_endpoint_id: Text | None = None
    network_interface_id: Text | None = None
    core_network_arn: Text | None = None

    @property
    def targets(self) -> dict[str, Text]:
        """The targets that are set, by argument name."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name != "destination" and getattr(self, name) is not None
        }

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.targets) != 1:
            raise ComponentError(
                "", f"the route to {self.destination} has {len(self.targets)} targets", "give one"
            )
        return self


class TierArgs(Args):
    """One tier: a row of subnets, one in each zone, that share who may reach them.

    `role`: `public` has a route to the internet gateway, `private` reaches out through NAT, `isolated` has no way
    out. `slot`: its place in the address plan, fixed for good. `mask`: prefix length of its IPv4 subnets, default
    the largest that fits. `range`: the VPC range its addresses come from. `reachable_from`: tiers that may open
    connections to its `ports` (its own name: its members among themselves; `internet`: for public tiers only).
    `outside`: address ranges beyond the VPC (on premises, peers) that may do so too. `egress`: ports it may open
    towards the internet, default HTTPS for private tiers. `endpoints`: whether it may use the VPC endpoints, default
    for private tiers. `ipv6_only`: its subnets have no IPv4. `dns64`: names of IPv4-only servers resolve to addresses
    that NAT translates. `subnet_groups`: make a DB and a cache subnet group. `routes`, `tags`: further ones.
    """

    role: Role
    slot: Annotated[int, Field(ge=0)]
    mask: int | None = None
    range: str = PRIMARY
    ipv6_slot: Annotated[int, Field(ge=0)] | None = None
    ipv6_only: bool = False
    dns64: bool = False
    reachable_from: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    ports: tuple[PortsField, ...] = ()
    egress: tuple[PortsField, ...] | None = None
    endpoints: bool | None = None
    subnet_groups: bool = False
    routes: tuple[RouteArgs, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict)

    @property
    def opens(self) -> tuple[Ports, ...]:
        """The ports it may open towards the internet."""
        if self.egress is not None:
            return self.egress
        return (HTTPS,) if self.role == "private" else ()

    @property
    def uses_endpoints(self) -> bool:
        """Whether it may use the VPC endpoints."""
        return self.role == "private" if self.endpoints is None else self.endpoints


class IpamPoolArgs(Args):
    """Let an IPAM pool choose the range: the pool's id and the prefix length to ask for."""

    pool_id: Text
    netmask_length: int


class GridArgs(Args):
    """Room for tiers and zones in the address plan; powers of two. Changing it later moves every subnet."""

    tiers: int = 8
    zones: int = 8


class NatArgs(Args):
    """How private tiers reach out over IPv4.

    `mode`: `none`; `single` (one gateway, in `zone`, by default the first by letter); `per-zone` (survives the loss of a
    zone); `regional` (one gateway that AWS spreads over the zones, needs no public tier). `connectivity`: `private`
    gateways translate between private networks and have no public address. `tier`: where the gateways stand.
    `allocation_ids`: Elastic IPs of your own by zone, one or more each; zones without get a new one.
    `destinations`: what is routed to the gateways.
    """

    mode: Literal["none", "single", "per-zone", "regional"] = "per-zone"
    connectivity: Literal["public", "private"] = "public"
    tier: str = "public"
    zone: str | None = None
    allocation_ids: dict[str, OneOrMore] = Field(default_factory=dict)
    destinations: tuple[str, ...] = ("0.0.0.0/0",)


class FlowLogArgs(Args):
    """Where the record of every connection goes.

    `destination`: `cloudwatch` (a log group encrypted with a key of its own, or with `key_arn`), `s3` or `firehose`
    (`destination_arn`; its owner grants the delivery), `none`. `retention_days` of the log group. `interval_seconds`:
    60 or 600. `traffic`: what is recorded. `format`: fields of a record, default AWS's. `parquet`: file format in S3.
    """

    destination: Literal["cloudwatch", "s3", "firehose", "none"] = "cloudwatch"
    destination_arn: Text | None = None
    key_arn: Text | None = None
    retention_days: RetentionDays = 365
    interval_seconds: Literal[60, 600] = 600
    traffic: Literal["ALL", "ACCEPT", "REJECT"] = "ALL"
    format: str | None = None
    parquet: bool = True

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.destination in {"s3", "firehose"}) != (self.destination_arn is not None):
            raise ComponentError(
                "destination_arn", "belongs to destination s3 or firehose", "give both or neither"
            )
        if self.key_arn is not None and self.destination != "cloudwatch":
            raise ComponentError(
                "key_arn", "encrypts the log group", "set destination: cloudwatch, or leave it out"
            )
        return self


class EndpointArgs(Args):
    """VPC endpoints: ways to AWS services that don't leave the VPC.

    `gateway`: `s3` and `dynamodb`, free of charge. `interface`: further services by short name (`ssm`, `logs`,
    `ecr.api`) or full name; charged by the hour and zone. `tier`: where the interface endpoints stand.
    `ip_address_type`: of the interface endpoints, default IPv4 (not every service has more). `trust`: whose
    principals and resources pass, this `account`'s or the whole `organization`'s (`organization_id`).
    `aws_buckets`: AWS's own public buckets that stay readable through the S3 endpoint (package repositories, image
    layers, agents). `policies`: policy documents (JSON) of your own by service, instead of ours.
    """

    gateway: tuple[Literal["s3", "dynamodb"], ...] = ("s3", "dynamodb")
    interface: tuple[str, ...] = ()
    tier: str = "application"
    ip_address_type: Literal["ipv4", "dualstack", "ipv6"] | None = None
    trust: Literal["account", "organization"] = "account"
    organization_id: str | None = None
    aws_buckets: tuple[Literal["packages", "images", "agents"], ...] = ("packages", "images", "agents")
    policies: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.trust == "organization") != (self.organization_id is not None):
            raise ComponentError("organization_id", "belongs to trust: organization", "give both or neither")
        for index, service in enumerate(self.interface):
            if service in {"s3", "dynamodb"}:
                raise ComponentError(
                    f"interface[{index}]", f"{service} has a gateway endpoint, free", "use gateway"
                )
            if service in self.interface[:index]:
                raise ComponentError(f"interface[{index}]", f"{service!r} stands twice", "name it once")
        for service in self.policies:
            if service not in (*self.gateway, *self.interface):
                raise ComponentError(
                    f"policies.{service}", "there is no such endpoint", "name it as in the lists"
                )
        return self


class BlockPublicAccessArgs(Args):
    """VPC Block Public Access.

    `mode` is a setting of the *whole account in this Region* (`block-bidirectional`, `block-ingress`, `off`): set it
    in one network only, or leave it to the account's owner. `exclusion` lets the public tiers of this VPC through all
    the same.
    """

    mode: Literal["block-bidirectional", "block-ingress", "off"] | None = None
    exclusion: Literal["allow-bidirectional", "allow-egress"] | None = None


class DhcpArgs(Args):
    """DHCP options of the VPC."""

    domain_name: str | None = None
    domain_name_servers: tuple[Text, ...] = ("AmazonProvidedDNS",)
    ntp_servers: tuple[Text, ...] = ()


class TransitGatewayArgs(Args):
    """Attach the VPC to a transit gateway.

    `tier`: whose subnets hold the attachment. `destinations`: ranges that the private and isolated tiers named in
    `from_tiers` (default: all private ones) reach through it.
    """

    id: Text
    tier: str = "application"
    destinations: tuple[str, ...]
    from_tiers: tuple[str, ...] | None = None
    appliance_mode: bool = False
