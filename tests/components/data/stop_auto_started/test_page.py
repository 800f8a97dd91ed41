"""The pages on stopped databases, rotated passwords and functions say what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.data import SecretRotationSettings, StopAutoStartedArgs
from components.foundation.args import Args
from components.serverless import FunctionArgs, FunctionNetwork

DOCS = Path(__file__).resolve().parents[4] / "docs"
PAGE = (DOCS / "stop-auto-started.md").read_text()
STOPPED, ROTATED = PAGE.split("\n# Passwords")
FUNCTIONS = (DOCS / "functions.md").read_text()


@pytest.mark.parametrize(
    ("args", "text"),
    [(StopAutoStartedArgs, STOPPED), (SecretRotationSettings, ROTATED), (FunctionArgs, FUNCTIONS)],
)
def test_every_setting_is_explained(args: type[Args], text: str) -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", text))
    assert set(args.model_fields) - named == set()
    assert set(FunctionNetwork.model_fields) <= set(re.findall(r"[a-z_]+", FUNCTIONS))


@pytest.mark.parametrize(
    ("args", "text"), [(StopAutoStartedArgs, STOPPED), (SecretRotationSettings, ROTATED)]
)
def test_the_examples_are_accepted(args: type[Args], text: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    ((key, values),) = yaml.safe_load(example).items()
    args.read(values, key)


@pytest.mark.parametrize(("args", "text"), [(StopAutoStartedArgs, STOPPED), (FunctionArgs, FUNCTIONS)])
def test_the_defaults_are_those(args: type[Args], text: str) -> None:
    for names, defaults in re.findall(r"^\| (`[^|]*`) \| ([^|]*) \|", text, re.MULTILINE):
        fields = re.findall(r"`([a-z0-9_]+)`", names)
        shown = [one.strip().strip("`") for one in defaults.split(",")]
        for field, default in zip(fields, shown, strict=False):
            known: Any = args.model_fields[field].default
            if isinstance(known, int) and not isinstance(known, bool):
                assert str(known) == default, field
