"""An AWS on the user's own machine: a Pulumi provider named `aws` over moto, without account, credentials or containers."""

from __future__ import annotations

from tools.emulator.lifecycle import EmulatorError, ensure_running, environment, find, reset, serve_once, stop
from tools.emulator.server import Running

__all__ = ["EmulatorError", "Running", "ensure_running", "environment", "find", "reset", "serve_once", "stop"]
