"""The pages about caches, single instances, proxies and global databases say what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.data import (
    AuroraGlobalDatabaseArgs,
    CacheAlarms,
    CacheSettings,
    CacheUser,
    GlobalRegion,
    Pool,
    ProxyAlarms,
    ProxySecret,
    ProxySettings,
    RdsAlarms,
    RdsInstanceSettings,
    Replica,
    Storage,
)
from components.foundation.args import Args
from stack.registry import ARCHITECTURES
from stack.settings import read_settings

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text() for name in ("cache", "rds", "global-database")}
NETWORK = {
    "cidr_block": "10.0.0.0/16",
    "tiers": {
        "public": {"reachable_from": ["internet"]},
        "data": {"reachable_from": ["application", "data"], "ports": ["tcp/3306", "tcp/5432", "tcp/6379"]},
    },
}
DEV = yaml.safe_load((DOCS.parent / "Pulumi.dev.yaml").read_text())["config"]


def examples(page: str) -> list[dict[str, Any]]:
    """The configurations that a page shows."""
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGES[page], re.DOTALL)]


@pytest.mark.parametrize(
    ("page", "args"),
    [
        ("cache", CacheSettings),
        ("cache", CacheUser),
        ("cache", CacheAlarms),
        ("rds", RdsInstanceSettings),
        ("rds", RdsAlarms),
        ("rds", Replica),
        ("rds", Storage),
        ("rds", ProxySettings),
        ("rds", ProxySecret),
        ("rds", ProxyAlarms),
        ("rds", Pool),
        ("global-database", AuroraGlobalDatabaseArgs),
        ("global-database", GlobalRegion),
    ],
)
def test_every_setting_is_explained(page: str, args: type[Args]) -> None:
    assert set(args.model_fields) <= set(re.findall(r"[a-z0-9_]+", PAGES[page]))


@pytest.mark.parametrize(
    ("page", "example"), [(page, example) for page in PAGES for example in examples(page)], ids=str
)
def test_the_examples_are_accepted(page: str, example: dict[str, Any]) -> None:
    values = {"groundplan:network": NETWORK, "groundplan:app": DEV["groundplan:app"], **example}
    if "groundplan:proxy" in example:
        values["groundplan:database"] = {}
    texts = {key: json.dumps(value) for key, value in values.items()}
    for key, settings in read_settings(texts, "groundplan").items():
        assert isinstance(settings, ARCHITECTURES[key].settings)


def test_links_lead_somewhere() -> None:
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([a-z-]+\.md)", text):
            assert (DOCS / target).is_file(), (page, target)
