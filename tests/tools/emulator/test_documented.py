"""What docs/emulator.md shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.tools.emulator.engine import connected
from tools.emulator import services
from tools.emulator.server import serving

PAGE = Path(__file__).resolve().parents[3] / "docs" / "emulator.md"


def example(of: str) -> str:
    blocks: list[str] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if of in block)


def test_a_type_is_a_few_declarative_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    exec(example("TYPES = "), names)
    (declared,) = names["TYPES"]
    monkeypatch.setattr(services, "adapters", lambda: {declared.token: declared})
    with serving(None) as running, connected(running.provider_port) as engine:
        found = engine.make(declared.token, {"repositoryName": "app", "description": "of the example"})
        assert found.id == "app"
        assert found.outputs["arn"].startswith("arn:aws:codecommit:us-east-1:111111111111:")
        assert found.outputs["description"] == "of the example"
        assert found.refresh()
        found.delete()
        assert not found.refresh()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([\w.-]+\.md)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target


def test_named_files_are_there() -> None:
    root = PAGE.parents[1]
    for path in re.findall(r"`(tools/emulator/[\w/.]+)`", PAGE.read_text(encoding="utf-8")):
        assert (root / path).exists(), path
