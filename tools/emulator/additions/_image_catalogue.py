"""Machine images that programs look for and that moto lacks: the usual ones of other publishers.

Owners and name patterns are the publishers'; dates and ids are made up. Amazon's own images come with moto; the ones here
are for Regions that moto has no list of.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

CANONICAL, DEBIAN, RED_HAT, MICROSOFT, AMAZON, EKS, ECS = (
    "099720109477",
    "136693071363",
    "309956199498",
    "801119661308",
    "137112412989",
    "602401143452",
    "591542846629",
)
_BOTTLEROCKET = "149721548608"
DATE = "20260915"


def alias_of(owner: str) -> str | None:
    """`amazon` for AWS's own accounts, nothing for other publishers."""
    return None if owner in (CANONICAL, DEBIAN, RED_HAT) else "amazon"


@dataclass(frozen=True, slots=True)
class Image:
    """A published image. `root` is its root device, `size` its size in GiB."""

    name: str
    owner: str
    architecture: str
    description: str
    root: str = "/dev/xvda"
    size: int = 8
    platform: str | None = None

    def id_in(self, region: str) -> str:
        """Its id in a Region: always the same, and another one in each Region."""
        return f"ami-0{hashlib.sha256(f'{region}:{self.name}'.encode()).hexdigest()[:16]}"


def _ubuntu() -> list[Image]:
    releases = (("focal-20.04", "hvm-ssd"), ("jammy-22.04", "hvm-ssd"), ("noble-24.04", "hvm-ssd-gp3"))
    return [
        Image(
            f"ubuntu/images/{disk}/ubuntu-{release}-{short}-server-{DATE}",
            CANONICAL,
            long,
            f"Canonical, Ubuntu, {release.partition('-')[2]} LTS, {short} {release.partition('-')[0]} image",
            root="/dev/sda1",
        )
        for release, disk in releases
        for short, long in (("amd64", "x86_64"), ("arm64", "arm64"))
    ]


def _debian() -> list[Image]:
    return [
        Image(f"debian-{version}-{short}-{DATE}-2000", DEBIAN, long, f"Debian {version}")
        for version in ("12", "13")
        for short, long in (("amd64", "x86_64"), ("arm64", "arm64"))
    ]


def _red_hat() -> list[Image]:
    return [
        Image(
            f"RHEL-{version}.0_HVM-{DATE}-{architecture}-0-Hourly2-GP3",
            RED_HAT,
            architecture,
            "Provided by Red Hat, Inc.",
            root="/dev/sda1",
            size=10,
        )
        for version in ("8.10", "9.6", "10.0")
        for architecture in ("x86_64", "arm64")
    ]


def _windows() -> list[Image]:
    dated = f"{DATE[:4]}.{DATE[4:6]}.{DATE[6:]}"
    return [
        Image(
            f"Windows_Server-{version}-English-{kind}-Base-{dated}",
            MICROSOFT,
            "x86_64",
            f"Microsoft Windows Server {version}",
            root="/dev/sda1",
            size=30,
            platform="windows",
        )
        for version in ("2019", "2022", "2025")
        for kind in ("Full", "Core")
    ]


def _clusters() -> list[Image]:
    found = []
    for architecture in ("x86_64", "arm64"):
        for version in ("1.31", "1.32", "1.33", "1.34"):
            found.append(
                Image(
                    f"amazon-eks-node-al2023-{architecture}-standard-{version}-v{DATE}",
                    EKS,
                    architecture,
                    f"EKS-optimized Kubernetes node based on Amazon Linux 2023, {version}",
                    size=20,
                )
            )
            found.append(
                Image(
                    f"bottlerocket-aws-k8s-{version}-{architecture}-v1.44.0-00000000",
                    _BOTTLEROCKET,
                    architecture,
                    "Bottlerocket",
                    size=2,
                )
            )
    return found


def amazon_linux() -> list[Image]:
    """Amazon Linux and its image for ECS, for Regions that moto knows none for."""
    dated = f"{DATE}.0"
    return [
        image
        for architecture in ("x86_64", "arm64")
        for image in (
            Image(
                f"al2023-ami-2023.9.{dated}-kernel-6.1-{architecture}",
                AMAZON,
                architecture,
                "Amazon Linux 2023 AMI",
            ),
            Image(
                f"al2023-ami-minimal-2023.9.{dated}-kernel-6.1-{architecture}",
                AMAZON,
                architecture,
                "Amazon Linux 2023 minimal AMI",
                size=2,
            ),
            Image(
                f"amzn2-ami-hvm-2.0.{dated}-{architecture}-gp2", AMAZON, architecture, "Amazon Linux 2 AMI"
            ),
            Image(
                f"al2023-ami-ecs-hvm-2023.0.{DATE}-kernel-6.1-{architecture}",
                ECS,
                architecture,
                "Amazon Linux AMI 2023 ECS HVM EBS",
                size=30,
            ),
        )
    ]


OTHERS = [*_ubuntu(), *_debian(), *_red_hat(), *_windows(), *_clusters()]
