"""The arguments of a layer's pipeline, checked before anything is built."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.regions import check_region
from components.foundation.retention import RetentionDays
from components.serverless import LayerName, Share

MAX_REGIONS = 50
"""Actions of one stage in CodePipeline."""

Branch = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,255}$")]


class CodeCommitSource(Args):
    """A repository of CodeCommit; `create` makes it, encrypted with the pipeline's key."""

    kind: Literal["codecommit"] = "codecommit"
    repository: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")] = "lambda-layer-source"
    branch: Branch = "main"
    create: bool = True


class ConnectionSource(Args):
    """A repository behind a connection (GitHub, GitLab, Bitbucket), as `owner/name`."""

    kind: Literal["connection"] = "connection"
    connection_arn: Text
    repository: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$")]
    branch: Branch = "main"


class LayerPipelineArgs(Args):
    """A pipeline for one layer.

    The repository has a `requirements.txt` with hashes at its root. `keep`: versions that stay in each Region (0: all).
    `approval` false publishes without asking. `parameter_prefix`: the newest ARN is in SSM as `PREFIX/LAYER/latest`.
    """

    layer_name: LayerName
    regions: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_REGIONS)]
    source: CodeCommitSource | ConnectionSource = Field(default=CodeCommitSource(), discriminator="kind")
    runtime: Annotated[str, StringConstraints(pattern=r"^python3\.\d+$")] = "python3.13"
    architecture: Literal["arm64", "x86_64"] = "arm64"
    share: Share = Share()
    keep: Annotated[int, Field(ge=0, le=1000)] = 0
    parameter_prefix: str | None = "/layers"
    approval: bool = True
    artifact_days: Annotated[int, Field(ge=1, le=3650)] = 30
    log_retention_days: RetentionDays = 365
    force_destroy: bool = False
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _regions(self) -> Self:
        for index, region in enumerate(self.regions):
            check_region(region, f"regions[{index}]")
            if region in self.regions[:index]:
                raise ComponentError(f"regions[{index}]", f"{region!r} is named twice", "remove it")
        return self

    @property
    def parameter(self) -> str | None:
        """The name in SSM of the newest version's ARN."""
        return None if self.parameter_prefix is None else f"{self.parameter_prefix}/{self.layer_name}/latest"
