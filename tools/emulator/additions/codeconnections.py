"""Connections to code hosts, as `codeconnections`."""

from __future__ import annotations

from tools.emulator.additions import _connections


def install() -> None:
    """Add the operations."""
    _connections.install("codeconnections")
