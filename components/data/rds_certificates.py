"""The authorities that a function trusts when it connects to a database: a layer with one file of certificates.

Clients can't know the certificates of RDS from elsewhere: they are signed by authorities of AWS's own, one set a Region, and
no operating system has them. The set here is for the Regions named in rds_ca.pem; for others give AWS's own bundle.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.foundation.component import Component

BUNDLE = Path(__file__).with_name("rds_ca.pem")
CA_FILE = "/opt/rds-ca.pem"
"""Where functions with the layer find the certificates."""

MAX_LAYER_NAME = 140
_REGION_OF = re.compile(r"^# ([a-z]{2}(?:-[a-z]+)+-\d) \w+$", re.MULTILINE)
_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_REMEDY = "download global-bundle.pem (RDS User Guide, 'Using SSL/TLS') and name it as ca_bundle"


def covered_regions() -> frozenset[str]:
    """The Regions whose authorities are in the bundle that comes with the project."""
    return frozenset(_REGION_OF.findall(BUNDLE.read_text()))


def bundle(path: str | None) -> Path:
    """The file of certificates: the user's own, else that of the project; raises `ComponentError` for none."""
    found = Path(path) if path is not None else BUNDLE
    if not found.is_file():
        raise ComponentError("ca_bundle", f"there is no file {path}", _REMEDY)
    if _CERTIFICATE not in found.read_text(errors="replace"):
        raise ComponentError("ca_bundle", f"{path} holds no certificate in PEM form", _REMEDY)
    return found


def create_layer(owner: Component, file: Path) -> aws.lambda_.LayerVersion:
    """The layer; warns in a Region that the project's bundle has no authorities of, where every connection is refused."""

    def described(region: str) -> str:
        if file == BUNDLE and region not in covered_regions():
            pulumi.log.warn(
                f"{owner.name}.ca_bundle: that of the project has no authorities of {region}; {_REMEDY}"
            )
        return f"Authorities of Amazon RDS for {owner.name}"

    return aws.lambda_.LayerVersion(
        owner.name_for("ca"),
        layer_name=owner.name_for("rds-ca", limit=MAX_LAYER_NAME),
        description=pulumi.Output.from_input(owner.site.region).apply(described),
        code=pulumi.AssetArchive({Path(CA_FILE).name: pulumi.FileAsset(str(file))}),
        region=owner.region,
        opts=owner.child(),
    )
