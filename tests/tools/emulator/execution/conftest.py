"""An embedded AWS for the tests of one process, and an account of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tools.emulator.execution.running import Running, embedded
from tools.emulator.gate import Gate


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with embedded() as one:
        yield one


@pytest.fixture
def aws(gate: Gate) -> Running:
    return Running(gate)
