"""The examples of docs/app.md are accepted as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.compute import AppSettings
from components.compute.three_tier_app import check_flows
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpcArgs

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "app.md").read_text()
EXAMPLES: dict[str, Any] = {
    key: value
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    for key, value in yaml.safe_load(block).items()
}
ARN = "arn:aws:elasticloadbalancing:us-east-1:111111111111:x"
NETWORK = ThreeTierVpcArgs.read(
    {"cidr_block": "10.0.0.0/16", "tiers": {"public": {"reachable_from": ["internet"]}}}, "network"
)


def test_the_first_example_stands_on_the_network_s_own_defaults() -> None:
    check_flows(AppSettings.read(EXAMPLES["groundplan:app"], "groundplan:app"), NETWORK)


def test_target_groups_and_routes() -> None:
    balancer = {
        "certificate": {"arn": ARN},
        "targets": EXAMPLES["targets"],
        "routes": EXAMPLES["routes"],
    }
    settings = AppSettings.read({"load_balancer": balancer}, "app").load_balancer
    assert len(settings.targets) == len(EXAMPLES["targets"])
    assert {route.name for route in settings.routes} == {route["name"] for route in EXAMPLES["routes"]}


def test_the_size_of_the_group() -> None:
    settings = AppSettings.read(
        {"load_balancer": {"certificate": {"arn": ARN}}, "group": EXAMPLES["group"]}, "app"
    )
    assert settings.group.scaling.steps[0].bands[-1].upper is None


def test_the_errors_that_the_page_shows() -> None:
    shown = [
        line.removeprefix("app.")
        for line in PAGE.splitlines()
        if line.startswith("app.") and ": the " in line
    ]
    assert len(shown) == 2
    balancer = {"certificate": {"arn": ARN}}
    closed = ThreeTierVpcArgs(cidr_block="10.0.0.0/16")
    for line, network, settings in (
        (shown[0], NETWORK, {"load_balancer": balancer, "data_ports": {"mysql": 3306}}),
        (shown[1], closed, {"load_balancer": balancer}),
    ):
        with pytest.raises(ComponentError) as error:
            check_flows(AppSettings.read(settings, "app"), network)
        assert str(error.value) == line
