from __future__ import annotations

from typing import Any

from tests.tools.emulator.inputs import call
from tools.emulator.emulated import Call, Emulated
from tools.emulator.planned import planned
from tools.emulator.values import UNKNOWN

VPC = "aws:ec2/vpc:Vpc"


def declared(**more: Any) -> Emulated:
    return Emulated(VPC, "ec2", create=lambda _: "", read=lambda _: None, delete=lambda _: None, **more)


def test_a_create_shows_what_is_given_and_what_is_documented() -> None:
    shown = planned(
        call(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1"}, "tagsAll": {"a": "1", "b": "2"}}), None
    )
    assert shown["cidrBlock"] == "10.0.0.0/16"
    assert shown["tags"] == {"a": "1"}
    assert shown["tagsAll"] == {"a": "1", "b": "2"}
    assert shown["region"] == "us-east-1"
    assert shown["enableDnsSupport"] is True, "the documented default"
    assert shown["id"] is shown["arn"] is shown["mainRouteTableId"] is UNKNOWN


def test_unknown_inputs_are_unknown_outputs() -> None:
    shown = planned(call(VPC, {"cidrBlock": UNKNOWN, "tags": {"a": UNKNOWN}, "tagsAll": UNKNOWN}), None)
    assert shown["cidrBlock"] is UNKNOWN
    assert shown["tags"] == {"a": UNKNOWN}
    assert shown["tagsAll"] is UNKNOWN


def updated(inputs: dict[str, Any]) -> Call:
    old = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "instanceTenancy": "default"}
    state = {**old, "arn": "arn:x", "mainRouteTableId": "rtb-1", "ipv6CidrBlock": "fd00::/56"}
    return call(VPC, inputs, old=old, state=state, id="vpc-1")


def test_an_update_keeps_what_it_does_not_change() -> None:
    shown = planned(updated({"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": False}), None)
    assert shown["id"] == "vpc-1"
    assert shown["arn"] == "arn:x"
    assert shown["mainRouteTableId"] == "rtb-1"
    assert shown["ipv6CidrBlock"] == "fd00::/56"
    assert shown["enableDnsHostnames"] is False


def test_what_is_not_given_any_more_is_not_what_it_was() -> None:
    shown = planned(updated({"cidrBlock": "10.0.0.0/16"}), None)
    assert shown["enableDnsHostnames"] is UNKNOWN or shown["enableDnsHostnames"] is False
    assert shown["instanceTenancy"] in ("default", UNKNOWN)


def test_a_declaration_may_know_more() -> None:
    adapter = declared(known=lambda found: {"arn": f"arn:{found.inputs['cidrBlock']}"})
    assert planned(call(VPC, {"cidrBlock": "10.0.0.0/16"}), adapter)["arn"] == "arn:10.0.0.0/16"
