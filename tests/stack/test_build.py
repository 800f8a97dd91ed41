"""A configured architecture is built, and what it has registered is an output of the stack under its key."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import config

from components.foundation.args import Args
from components.foundation.component import Component
from stack import build as package
from stack.build import build
from stack.registry import Architecture
from tests.components.recording import run


class Settings(Args):
    size: int = 1


class Queue(Component):
    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__("groundplan:test:Queue", name, settings)
        self.outputs({"url": f"{name}-{settings.size}"})


def test_outputs_are_exported_under_the_configuration_key(monkeypatch: pytest.MonkeyPatch) -> None:
    exported: dict[str, Any] = {}
    table = {"queue": Architecture(Settings, lambda name, settings, _built: Queue(name, settings))}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)

    def program() -> None:
        token = config.CONFIG.set({"groundplan:queue": '{"size": 3}'})
        try:
            build(table)
        finally:
            config.CONFIG.reset(token)

    run(program)
    assert exported == {"queue": {"url": "queue-3"}}


def test_the_package_offers_the_same_function() -> None:
    assert package is build
