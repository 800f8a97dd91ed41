"""The page about the database says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.data import (
    AuroraAlarms,
    AuroraInstance,
    AuroraSettings,
    BackupPlan,
    CustomEndpoint,
    Insights,
    Notices,
    PointInTime,
    ReplicaScaling,
    Restore,
    Serverless,
    Source,
)
from components.foundation.args import Args
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpcArgs
from stack.database import DatabaseSettings, check_database

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "database.md").read_text()
SETTINGS = PAGE.split("## Settings")[1].split("\n## ")[0]
EXAMPLES: list[dict[str, Any]] = [
    yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
]
NETWORK = ThreeTierVpcArgs.read(
    {"cidr_block": "10.0.0.0/16", "tiers": {"public": {"reachable_from": ["internet"]}}}, "network"
)


@pytest.mark.parametrize(
    "args",
    [
        AuroraSettings,
        AuroraInstance,
        AuroraAlarms,
        BackupPlan,
        CustomEndpoint,
        Insights,
        Notices,
        PointInTime,
        ReplicaScaling,
        Restore,
        Serverless,
        Source,
    ],
)
def test_every_setting_is_explained(args: type[Args]) -> None:
    words = set(re.findall(r"[a-z0-9_]+", SETTINGS))
    assert set(args.model_fields) <= words


@pytest.mark.parametrize("example", EXAMPLES, ids=[next(iter(one)) for one in EXAMPLES])
def test_the_examples_are_accepted(example: dict[str, Any]) -> None:
    DatabaseSettings.read(example.get("groundplan:database", example), "groundplan:database")


def test_the_errors_that_the_page_shows() -> None:
    shown = [line for line in PAGE.splitlines() if line.startswith("groundplan:database.")]
    tried: list[dict[str, Any]] = [
        {"engine_version": "16.2", "serverless": {"min": 0}},
        {"backtrack_hours": 1},
        {"engine": "aurora-mysql"},
    ]
    for line, settings in zip(shown, tried, strict=True):
        with pytest.raises(ComponentError) as caught:
            check_database(DatabaseSettings.read(settings, "groundplan:database"), {"network": NETWORK})
        assert str(caught.value.under("")) in line
