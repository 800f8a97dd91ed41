"""Invokes against an embedded AWS in this process."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import World, own_account
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate(Journal(None))


@pytest.fixture
def world(gate: Gate) -> World:
    return own_account(gate)
