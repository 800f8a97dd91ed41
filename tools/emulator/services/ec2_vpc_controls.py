"""EC2: VPC Block Public Access and VPC Encryption Control. moto knows neither; `additions/ec2_vpc_controls.py` adds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read
from tools.emulator.services._tags import ec2_tags


def _set_mode(call: Call) -> str:
    call.aws().modify_vpc_block_public_access_options(
        InternetGatewayBlockMode=call.inputs["internetGatewayBlockMode"]
    )
    return call.place.region


def _read_mode(call: Call) -> dict[str, Any]:
    options = call.aws().describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    return {
        "internetGatewayBlockMode": options["InternetGatewayBlockMode"],
        "awsAccountId": options["AwsAccountId"],
        "awsRegion": options["AwsRegion"],
    }


BLOCK_PUBLIC_ACCESS = Emulated(
    "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
    service="ec2",
    exact=True,
    create=_set_mode,
    read=_read_mode,
    update=lambda call: call.aws().modify_vpc_block_public_access_options(
        InternetGatewayBlockMode=call.inputs["internetGatewayBlockMode"]
    ),
    delete=lambda call: call.aws().modify_vpc_block_public_access_options(InternetGatewayBlockMode="off"),
    known=lambda call: {"awsAccountId": call.place.account, "awsRegion": call.place.region},
)


def _excluded(item: Mapping[str, Any]) -> tuple[str, str]:
    kind, _, name = str(item["ResourceArn"]).rpartition(":")[2].partition("/")
    return ("vpcId" if kind == "vpc" else "subnetId"), name


EXCLUSION = Emulated(
    "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
    service="ec2",
    exact=True,
    create=Create("create_vpc_block_public_access_exclusion", id="VpcBlockPublicAccessExclusion.ExclusionId"),
    read=Read(
        "describe_vpc_block_public_access_exclusions",
        by="ExclusionIds[]",
        item="VpcBlockPublicAccessExclusions[0]",
        more=lambda _, item: dict([_excluded(item)]),
    ),
    changes=[
        Change(
            "modify_vpc_block_public_access_exclusion",
            by="ExclusionId",
            send={"internetGatewayExclusionMode": "InternetGatewayExclusionMode"},
            at_create=False,
        )
    ],
    delete=Delete("delete_vpc_block_public_access_exclusion", by="ExclusionId"),
    tags=ec2_tags("vpc-block-public-access-exclusion"),
    replace_on=("vpcId", "subnetId"),
)

# Property -> what it lets out; the properties are valid with the mode `enforce` only.
_EXCLUSIONS = {
    f"{name}Exclusion": name[0].upper() + name[1:]
    for name in (
        "egressOnlyInternetGateway",
        "elasticFileSystem",
        "internetGateway",
        "lambda",
        "natGateway",
        "virtualPrivateGateway",
        "vpcLattice",
        "vpcPeering",
    )
}


def _settle_encryption(call: Call) -> None:
    names = ("mode", *_EXCLUSIONS)
    if call.old and not call.changed(*names):
        return
    params = {}
    if call.inputs["mode"] == "enforce":
        params = {f"{api}Exclusion": call.get(name, "disable") for name, api in _EXCLUSIONS.items()}
    if call.old or call.inputs["mode"] == "enforce":
        call.aws().modify_vpc_encryption_control(
            VpcEncryptionControlId=call.id, Mode=call.inputs["mode"], **params
        )


def _encryption(_: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    exclusions = item.get("ResourceExclusions") or {}
    states = {name: exclusions.get(api, {}).get("State", "disabled") for name, api in _EXCLUSIONS.items()}
    return {
        "stateMessage": item.get("StateMessage", ""),
        **{name: "enable" if state == "enabled" else "disable" for name, state in states.items()},
        "resourceExclusions": {
            name.removesuffix("Exclusion"): {"state": state, "stateMessage": ""}
            for name, state in states.items()
        },
    }


def _encryption_control(token: str) -> Emulated:
    return Emulated(
        token,
        service="ec2",
        exact=True,
        create=Create("create_vpc_encryption_control", id="VpcEncryptionControl.VpcEncryptionControlId"),
        read=Read(
            "describe_vpc_encryption_controls",
            by="VpcEncryptionControlIds[]",
            item="VpcEncryptionControls[0]",
            more=_encryption,
        ),
        settle=_settle_encryption,
        delete=Delete("delete_vpc_encryption_control", by="VpcEncryptionControlId"),
        tags=ec2_tags("vpc-encryption-control"),
        replace_on=("vpcId",),
    )


ENCRYPTION_CONTROL = _encryption_control("aws:ec2/vpcEncryptionControl:VpcEncryptionControl")
ENCRYPTION_CONTROL_OLD = _encryption_control("aws:ec2/encryptionControl:EncryptionControl")

TYPES = (BLOCK_PUBLIC_ACCESS, EXCLUSION, ENCRYPTION_CONTROL, ENCRYPTION_CONTROL_OLD)
