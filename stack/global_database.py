"""A stack's database over several Regions: the primary on groundplan:network, a network of its own for each other Region.

groundplan:global-database:
  primary: us-east-1
  settings: { engine_version: "17.5" }
  regions:
    us-east-1: {}
    eu-west-1: { network: { cidr_block: 10.60.0.0/16 } }
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from components.data import (
    Access,
    AuroraGlobalDatabase,
    AuroraGlobalDatabaseArgs,
    AuroraInstance,
    AuroraSettings,
    GlobalRegion,
)
from components.data.aurora_global_args import check_regions
from components.data.placement import check_tier
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.names import fit
from components.network import ThreeTierVpc, ThreeTierVpcArgs

MAX_NAME = 28
"""Longest name of a component that stands alone."""


class RegionSettings(Args):
    """The cluster in one Region: the `network` to make there (none: groundplan:network), and what differs there."""

    network: ThreeTierVpcArgs | None = None
    access: Access | None = None
    instances: dict[str, AuroraInstance] | None = None
    instance_class: str | None = None
    write_forwarding: bool = False

    def place(self, network: ThreeTierVpc) -> GlobalRegion:
        """The arguments of the component."""
        own = {name: value for name, value in self if name != "network" and value is not None}
        return GlobalRegion(network=network, **own)


class GlobalDatabaseSettings(Args):
    """`settings` of the cluster in every Region, the Regions, and which one takes writes first (`primary`)."""

    primary: str
    settings: AuroraSettings
    regions: dict[str, RegionSettings]
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _spans_regions(self) -> Self:
        check_regions(self.primary, tuple(self.regions))
        for name, region in self.regions.items():
            if region.network is None and name != self.primary:
                problem = "groundplan:network stands in another Region"
                raise ComponentError(f"regions.{name}.network", problem, "describe one for this Region")
        return self


def check_global_database(settings: GlobalDatabaseSettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` when a network stands in another Region, or keeps the port closed."""
    shared = others["network"]
    assert isinstance(shared, ThreeTierVpcArgs)  # for the type checker: the registry says so
    for name, region in settings.regions.items():
        network, access = region.network or shared, region.access or settings.settings.access
        if network.region not in {None, name}:
            problem = f"the network is in {network.region}"
            raise ComponentError(f"regions.{name}.network", problem, f"give one that is in {name}")
        try:
            check_tier(network, access.tier, settings.settings.listens_on)
        except ComponentError as error:
            raise error.under(f"regions.{name}") from None


def make_global_database(
    name: str, settings: GlobalDatabaseSettings, built: Mapping[str, Component]
) -> Component:
    """Build the networks that are missing, and the database on all of them."""
    shared = built["network"]
    assert isinstance(shared, ThreeTierVpc)  # for the type checker: the registry says so
    networks = {
        region: _network(name, region, one.network) if one.network else shared
        for region, one in settings.regions.items()
    }
    return AuroraGlobalDatabase(
        name,
        AuroraGlobalDatabaseArgs(
            settings=settings.settings,
            primary=settings.primary,
            regions={region: one.place(networks[region]) for region, one in settings.regions.items()},
            tags=settings.tags,
        ),
    )


def _network(name: str, region: str, settings: ThreeTierVpcArgs) -> ThreeTierVpc:
    given = {field: getattr(settings, field) for field in type(settings).model_fields}
    return ThreeTierVpc(fit(f"{name}-{region}", MAX_NAME), ThreeTierVpcArgs(**{**given, "region": region}))
