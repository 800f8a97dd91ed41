"""What an instance is: type, image, volumes, what it runs at its first start; nothing here is created.

Follows sources/001 lines 242-262 (user data: runs once, as root; an httpd that shows its host name) and 613-618
(what a launch configuration holds). Differences: Amazon Linux 2023 instead of 2, `dnf` instead of `yum`, a page at the
health check's path, TLS between load balancer and instance, and no SSH key pair.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, InstanceOf, field_validator, model_validator

from components.compute.scaling_plan import Seconds
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement

Architecture = Literal["arm64", "x86_64"]

MAX_USER_DATA_BYTES = 16_384
AMAZON_LINUX_2023_GIB = 8
"""Smallest root volume that the image fits on."""

_TYPE = re.compile(
    r"(?P<family>[a-z]+(-\d+tb)?)(?P<generation>\d+)(?P<options>[a-z]*)(-[a-z0-9]+)*"
    r"\.(metal|nano|micro|small|medium|\d*x?large)(-\d+xl)?"
)
_BURSTABLE = re.compile(r"t\d")


def architecture_of(instance_type: str) -> Architecture:
    """Processor of an instance type: a `g` right after the generation means Graviton (`t4g`, `m7gd`).

    Raises `ComponentError` when it is no instance type, or one of the Macs, which start no Linux.
    """
    match = _TYPE.fullmatch(instance_type)
    if match is None or match["family"] == "mac":
        raise ComponentError(
            "", f"{instance_type!r} is no instance type for Linux", "write it like 't4g.small'"
        )
    return "arm64" if match["options"].startswith("g") or match["family"] == "a" else "x86_64"


class Image(Args):
    """The machine image: `id`, or `parameter` (an SSM parameter that holds an id), or neither: Amazon Linux 2023.

    `resolve` says when a parameter is read. `deploy`: by the deployment, so that the plan shows a new image, the
    instances are refreshed onto it and all run the same one. `launch`: by EC2 whenever an instance starts;
    then nothing is replaced because of a new image, and instances of different age can run different ones.
    """

    id: Text | None = None
    parameter: str | None = None
    resolve: Literal["deploy", "launch"] = "deploy"

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.id is not None and self.parameter is not None:
            raise ComponentError("parameter", "the image is given by id already", "remove one of them")
        if isinstance(self.id, str) and not re.fullmatch(r"ami-[0-9a-f]{8,17}", self.id):
            raise ComponentError("id", f"{self.id!r} is no image id", "write it like 'ami-0123456789abcdef0'")
        return self

    def parameter_for(self, architecture: Architecture) -> str:
        """The SSM parameter that holds the image's id."""
        default = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
        return self.parameter or default


class Volume(Args):
    """An encrypted volume: `gib` GiB of gp3, with `iops` and `throughput` (MiB/s) above gp3's 3000 and 125 if given."""

    gib: Annotated[int, Field(ge=1, le=65_536)] = AMAZON_LINUX_2023_GIB
    iops: Annotated[int, Field(ge=3000, le=80_000)] | None = None
    throughput: Annotated[int, Field(ge=125, le=2000)] | None = None


class SpotMix(Args):
    """Use Spot for what is above `on_demand_base` instances, except `on_demand_percent` of it.

    `types` are the instance types that may be used beside the instance's own; more types mean fewer interruptions.
    """

    types: Annotated[tuple[str, ...], Field(max_length=40)] = ()
    on_demand_base: Annotated[int, Field(ge=0)] = 1
    on_demand_percent: Annotated[int, Field(ge=0, le=100)] = 0
    strategy: Literal[
        "price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized", "lowest-price"
    ] = "price-capacity-optimized"


class Instance(Args):
    """One instance of the group.

    `user_data`: the script of the first start, as text; None gives the documented httpd example, "" gives none.
    `hop_limit`: how far answers of the metadata service may travel, 2 where containers need them.
    `cpu_credits`: `standard` keeps a burstable type from costing more than its price (AWS's default is unlimited).
    `statements`: what the application may do beside opening sessions.
    """

    type: str = "t4g.small"
    image: Image = Image()
    root_device: str = "/dev/xvda"
    root_volume: Volume = Volume()
    volumes: dict[str, Volume] = Field(default_factory=dict)
    user_data: Text | None = None
    hop_limit: Annotated[int, Field(ge=1, le=64)] = 1
    metadata_tags: bool = False
    cpu_credits: Literal["standard", "unlimited"] = "standard"
    detailed_monitoring: bool = True
    spot: SpotMix | None = None
    statements: tuple[InstanceOf[Statement], ...] = ()
    permissions_boundary: Text | None = None

    @field_validator("type")
    @classmethod
    def _exists(cls, instance_type: str) -> str:
        architecture_of(instance_type)
        return instance_type

    @field_validator("user_data")
    @classmethod
    def _small_enough(cls, script: object) -> object:
        if isinstance(script, str) and len(script.encode()) > MAX_USER_DATA_BYTES:
            size = len(script.encode())
            raise ComponentError(
                "", f"the script has {size} bytes, EC2 allows {MAX_USER_DATA_BYTES}", "fetch the rest"
            )
        return script

    @model_validator(mode="after")
    def _one_architecture(self) -> Self:
        for index, other in enumerate(self.spot.types if self.spot else ()):
            if architecture_of(other) != self.architecture:
                problem = f"{other} is {architecture_of(other)}, but {self.type} is {self.architecture}"
                raise ComponentError(f"spot.types[{index}]", problem, "one image can't start both")
        if self.root_device in self.volumes:
            raise ComponentError(
                "volumes", f"{self.root_device} is the root volume", "set root_volume instead"
            )
        return self

    @property
    def architecture(self) -> Architecture:
        """The processor architecture that the image must have."""
        return architecture_of(self.type)

    @property
    def burstable(self) -> bool:
        """Whether the type lives on CPU credits (sources/001 lines 382-392)."""
        return _BURSTABLE.match(self.type) is not None


class Refresh(Args):
    """How instances are replaced when the launch template changes.

    At least `min_healthy` percent stay in service and at most `max_healthy` percent exist meanwhile; `rollback`
    returns to the former template when the new instances do not become healthy. `checkpoints` (percent) make it
    wait `checkpoint_delay` seconds after each.
    """

    min_healthy: Annotated[int, Field(ge=0, le=100)] = 100
    max_healthy: Annotated[int, Field(ge=100, le=200)] = 110
    rollback: bool = True
    checkpoints: tuple[Annotated[int, Field(ge=1, le=100)], ...] = ()
    checkpoint_delay: Seconds = 3600

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_healthy - self.min_healthy > 100:
            raise ComponentError(
                "max_healthy", "is more than 100 above min_healthy", "AWS allows a span of 100"
            )
        if self.max_healthy == self.min_healthy:
            raise ComponentError(
                "max_healthy", "equals min_healthy, so nothing could be replaced", "raise it"
            )
        if list(self.checkpoints) != sorted(set(self.checkpoints)):
            raise ComponentError("checkpoints", "are not in rising order", "sort them")
        return self


def _http_lines(port: int) -> list[str]:
    other = [f"sed -i 's/^Listen 80$/Listen {port}/' /etc/httpd/conf/httpd.conf"]
    return ["dnf install -y httpd", *(other if port != 80 else [])]


def _https_lines(port: int) -> list[str]:
    """mod_ssl listens on 443 as it is installed; the plain port is taken away."""
    pki = "/etc/pki/tls"
    files = f"-keyout {pki}/private/localhost.key -out {pki}/certs/localhost.crt"
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    moved = f"s/^Listen 443 https$/Listen {port} https/; s/_default_:443>/_default_:{port}>/"
    return [
        "dnf install -y httpd mod_ssl openssl",
        f'openssl req -x509 {key} -days 825 -subj "/CN=$(hostname)" {files}',
        "sed -i '/^Listen 80$/d' /etc/httpd/conf/httpd.conf",
        f"sed -i '{moved}' /etc/httpd/conf.d/ssl.conf",
    ]


def httpd_user_data(port: int, health_path: str, *, https: bool) -> str:
    """The documented web server: shows its host name at `/`, answers `ok` at the health check's path.

    With `https` it speaks TLS with a certificate that it signs itself, which is what a load balancer takes.
    """
    page = f"/var/www/html{health_path}"
    lines = [
        "#!/bin/bash",
        "set -euo pipefail",
        "dnf update -y",
        *(_https_lines(port) if https else _http_lines(port)),
        'echo "<h1>Hello from $(hostname -f)</h1>" > /var/www/html/index.html',
        *([f'mkdir -p "$(dirname {page})"', f"echo ok > {page}"] if health_path != "/" else []),
        "systemctl start httpd.service",
        "systemctl enable httpd.service",
        "",
    ]
    return "\n".join(lines)
