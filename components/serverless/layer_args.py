"""The arguments of a layer in many Regions, checked before anything is built."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from components.foundation.accounts import AccountId, OrganizationId
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.regions import check_region, partition_of
from components.serverless.function_args import Architecture

LayerName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,140}$")]
ModuleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")]
_PREFIX = re.compile(r"(/[a-zA-Z0-9_.-]+)+")


def _no_doubles(values: Iterable[str], path: str) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise ComponentError(f"{path}[{index}]", f"{value!r} is named twice", "remove it")
        seen.add(value)


class Share(Args):
    """Who besides the own account may use the layer: `accounts`, one organization, or everybody (`public`)."""

    accounts: tuple[AccountId, ...] = ()
    organization_id: OrganizationId | None = None
    public: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.public and (self.accounts or self.organization_id):
            raise ComponentError("public", "everybody may use the layer already", "leave the others out")
        _no_doubles(self.accounts, "accounts")
        return self


class LayerDistributionArgs(Args):
    """One layer for `regions`.

    `source`: the folder under `lambdas/` (or a path with a slash) with its `requirements.txt`. `runtimes` and
    `architectures` that it is for; where it holds compiled code it can be for one of each. `keep`: `all` versions stay
    for good (functions elsewhere may use them), `latest` removes the one before. `parameter_prefix`: the ARNs are in
    SSM as `PREFIX/LAYER/latest` and `PREFIX/LAYER/VERSION`; None leaves SSM alone. `canary`: modules that a function in
    each Region imports from the layer, during the deployment.
    """

    source: str | Path
    layer_name: LayerName
    regions: Annotated[tuple[str, ...], Field(min_length=1)]
    description: Annotated[str, Field(max_length=256)] = ""
    runtimes: Annotated[tuple[str, ...], Field(min_length=1, max_length=15)] = ("python3.13",)
    architectures: Annotated[tuple[Architecture, ...], Field(min_length=1)] = ("arm64",)
    license: Annotated[str, Field(max_length=512)] | None = None
    share: Share = Share()
    keep: Literal["all", "latest"] = "all"
    parameter_prefix: str | None = "/layers"
    canary: tuple[ModuleName, ...] = ()
    canary_key_arns: dict[str, Text] = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("parameter_prefix")
    @classmethod
    def _path(cls, value: str | None) -> str | None:
        if value is not None and not _PREFIX.fullmatch(value):
            raise ComponentError("", f"{value!r} is no path of a parameter", "write one such as /layers")
        if value is not None and value.lower().startswith(("/aws", "/ssm")):
            raise ComponentError("", "AWS keeps paths that begin with aws or ssm", "begin with another word")
        return value

    @model_validator(mode="after")
    def _regions(self) -> Self:
        for index, region in enumerate(self.regions):
            check_region(region, f"regions[{index}]")
        _no_doubles(self.regions, "regions")
        _no_doubles(self.runtimes, "runtimes")
        _no_doubles(self.architectures, "architectures")
        partitions = {partition_of(region) for region in self.regions}
        if len(partitions) > 1:
            problem = f"stand in several partitions: {', '.join(sorted(partitions))}"
            raise ComponentError(
                "regions", problem, "make a distribution for each: accounts end at a partition"
            )
        return self
