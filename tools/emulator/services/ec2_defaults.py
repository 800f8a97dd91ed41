"""EC2: the default VPC and the default subnets that every account has, adopted by a program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tools.emulator.emulated import Call
from tools.emulator.services._ec2 import filters, first
from tools.emulator.services.ec2_subnets import SUBNET
from tools.emulator.services.ec2_vpc import VPC


def _adopt_vpc(call: Call) -> str:
    client = call.aws()
    there = first(client.describe_vpcs(Filters=filters(is_default="true"))["Vpcs"])
    call.state["existingDefaultVpc"] = there is not None
    return str((there or client.create_default_vpc()["Vpc"])["VpcId"])


def _read_vpc(call: Call) -> dict[str, Any] | None:
    found = VPC.read(call)
    return found and {**found, "existingDefaultVpc": call.state.get("existingDefaultVpc", True)}


def _delete_vpc(call: Call) -> None:
    # AWS's own VPC stays, unless the program insists.
    if call.get("forceDestroy"):
        VPC.delete(call)


DEFAULT_VPC = replace(
    VPC,
    token="aws:ec2/defaultVpc:DefaultVpc",  # noqa: S106 -- the token of a type
    create=_adopt_vpc,
    read=_read_vpc,
    changes=[change for change in VPC.changes if change.action == "modify_vpc_attribute"],
    delete=_delete_vpc,
    replace_on=(),
    replace_if=None,
)


def _adopt_subnet(call: Call) -> str:
    client, zone = call.aws(), str(call.inputs["availabilityZone"])
    wanted = [*filters(availability_zone=zone), *filters(default_for_az="true")]
    there = first(client.describe_subnets(Filters=wanted)["Subnets"])
    call.state["existingDefaultSubnet"] = there is not None
    return str((there or client.create_default_subnet(AvailabilityZone=zone)["Subnet"])["SubnetId"])


def _read_subnet(call: Call) -> dict[str, Any] | None:
    found = SUBNET.read(call)
    return found and {**found, "existingDefaultSubnet": call.state.get("existingDefaultSubnet", True)}


def _delete_subnet(call: Call) -> None:
    if call.get("forceDestroy"):
        SUBNET.delete(call)


DEFAULT_SUBNET = replace(
    SUBNET,
    token="aws:ec2/defaultSubnet:DefaultSubnet",  # noqa: S106 -- the token of a type
    create=_adopt_subnet,
    read=_read_subnet,
    delete=_delete_subnet,
    replace_on=("availabilityZone",),
    replace_if=None,
)

TYPES = (DEFAULT_VPC, DEFAULT_SUBNET)
