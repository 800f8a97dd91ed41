"""An embedded AWS that runs, for the tests of one process, and an account of its own for each test."""

from __future__ import annotations

from tests.tools.emulator.execution.conftest import aws, gate

__all__ = ["aws", "gate"]
