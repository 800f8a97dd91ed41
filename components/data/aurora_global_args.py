"""What a user decides about a database over several Regions, checked before anything is created.

AWS sources: "Configuration requirements of an Amazon Aurora global database" (memory-optimised classes; up to 10
secondaries; a secondary takes one of the primary's 15 replicas and has up to 16 instances of its own), "Limitations of
Aurora global databases" (minor versions are not upgraded by themselves, no Data API on a secondary).
"""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import Field, InstanceOf, model_validator

from components.data.aurora_args import AuroraInstance, AuroraSettings, InstanceClass, Name
from components.data.placement import Access
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.regions import check_region as check_name, partition_of
from components.network import ThreeTierVpc

MAX_SECONDARIES = 10
MAX_REPLICAS = 15

_BURSTABLE = re.compile(r"db\.t\d")


class GlobalRegion(Args):
    """The cluster in one Region: its place, and what differs there.

    `network`: a network in that Region; or plain ids, with `subnet_group_name`, `security_group_ids` and `vpc_id` as an
    `AuroraCluster` takes them. `instances`, `instance_class`, `access`, `key_arn`: default those of the global settings.
    `write_forwarding`: a secondary hands writes on to the primary.
    """

    network: InstanceOf[ThreeTierVpc] | None = None
    subnet_group_name: Text | None = None
    vpc_id: Text | None = None
    security_group_ids: tuple[Text, ...] = ()
    access: Access | None = None
    instances: dict[Name, AuroraInstance] | None = None
    instance_class: InstanceClass | None = None
    key_arn: Text | None = None
    write_forwarding: bool = False

    def own(self) -> dict[str, Any]:
        """The arguments of an `AuroraCluster` that are this Region's own."""
        given = {name: value for name, value in self if value is not None}
        return {name: value for name, value in given.items() if name != "write_forwarding"}


class AuroraGlobalDatabaseArgs(Args):
    """One database over several Regions.

    `settings`: what holds for the cluster of every Region; `engine_version` with its minor version (`17.5`), since all
    Regions run the same one. `regions`: each Region's cluster. `primary`: the Region that took writes when the database
    was made. A switch-over changes who takes writes, not this setting: it says where the database came from, and is
    never changed.
    """

    settings: AuroraSettings = AuroraSettings(engine_version="17.5")
    primary: str
    regions: dict[str, GlobalRegion]
    identifier: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _spans_regions(self) -> Self:
        check_regions(self.primary, tuple(self.regions))
        for name, region in self.regions.items():
            check_region(self.settings, self.primary, name, region, len(self.secondaries))
        if self.settings.version.short:
            problem = f"{self.settings.version.text} is a line of versions, all Regions must run one version"
            remedy = "name the minor version, such as '17.5' or '8.0.mysql_aurora.3.10.0'"
            raise ComponentError("settings.engine_version", problem, remedy)
        return self

    @property
    def secondaries(self) -> list[str]:
        """The Regions that follow the primary, in the order in which they are made."""
        return [name for name in self.regions if name != self.primary]


def check_regions(primary: str, regions: tuple[str, ...]) -> None:
    """Raise `ComponentError` unless the primary is one of at least two Regions, and not of too many."""
    if primary not in regions:
        known = ", ".join(regions) or "none is given"
        raise ComponentError("primary", f"{primary!r} is none of the regions", f"regions: {known}")
    for name in regions:
        check_name(name, f"regions.{name}")
        if partition_of(name) != partition_of(primary):
            problem = f"is in another partition than {primary}"
            raise ComponentError(f"regions.{name}", problem, "use Regions of one partition")
    if len(regions) < 2:
        raise ComponentError("regions", "there is one Region", "add another, or use an AuroraCluster")
    if len(regions) > MAX_SECONDARIES + 1:
        problem = f"there are {len(regions) - 1} secondaries"
        raise ComponentError("regions", problem, f"Aurora allows {MAX_SECONDARIES}")


def check_region(
    settings: AuroraSettings, primary: str, name: str, region: GlobalRegion, secondaries: int
) -> None:
    """Raise `ComponentError` for what a cluster of a global database can't be."""
    where = f"regions.{name}"
    instances = region.instances if region.instances is not None else settings.instances
    default = region.instance_class or settings.default_class
    for key, one in instances.items():
        kind = one.instance_class or default
        if _BURSTABLE.match(kind):
            problem = f"{kind} can't be in a global database"
            raise ComponentError(f"{where}.instances.{key}", problem, "use a class such as db.r7g.large")
    if name == primary and len(instances) - 1 > MAX_REPLICAS - secondaries:
        problem = f"{len(instances) - 1} replicas are too many beside {secondaries} secondaries"
        raise ComponentError(f"{where}.instances", problem, f"use {MAX_REPLICAS - secondaries} or fewer")
    if name == primary and region.write_forwarding:
        raise ComponentError(f"{where}.write_forwarding", "the primary takes writes itself", "leave it out")
    network = region.network
    if network is not None and network.region not in {None, name}:
        problem = f"the network is in {network.region}"
        raise ComponentError(f"{where}.network", problem, f"give one that is in {name}")
