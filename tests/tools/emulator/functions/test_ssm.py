"""SSM parameters, public ones among them."""

from __future__ import annotations

import json

import pytest

from tests.tools.emulator.functions.asking import ask
from tests.tools.emulator.services.world import World
from tools.emulator.functions import Refused

LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
ECS = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"


def test_a_parameter_of_ones_own(world: World) -> None:
    ssm = world.client("ssm")
    ssm.put_parameter(Name="/app/a", Value="1", Type="String")
    ssm.put_parameter(Name="/app/b", Value="2", Type="SecureString")
    clear, hidden = (ask(world, "ssm/getParameter", name=name) for name in ("/app/a", "/app/b"))
    assert (clear["value"], clear["insecureValue"], clear["version"]) == ("1", "1", 1)
    assert hidden["value"] == "2"
    assert "insecureValue" not in hidden
    found = ask(world, "ssm/getParametersByPath", path="/app")
    assert (found["names"], found["values"]) == (["/app/a", "/app/b"], ["1", "2"])


@pytest.mark.parametrize(
    "name",
    [
        LINUX,
        LINUX.replace("x86_64", "arm64"),
        f"{ECS}/image_id",
        "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
    ],
)
@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1"])
def test_a_public_image_exists(world: World, name: str, region: str) -> None:
    image = ask(world, "ssm/getParameter", region, name=name)["value"]
    found = world.client("ec2", region).describe_images(ImageIds=[image])["Images"]
    architecture = "arm64" if "arm64" in name else "x86_64"
    assert [item["Architecture"] for item in found] == [architecture]


def test_a_public_document_is_json(world: World) -> None:
    assert "image_id" in json.loads(ask(world, "ssm/getParameter", name=ECS)["value"])


def test_a_missing_parameter_is_told(world: World) -> None:
    with pytest.raises(Refused, match="no SSM parameter /app/none in account"):
        ask(world, "ssm/getParameter", name="/app/none")
