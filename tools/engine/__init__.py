"""Gets a Pulumi CLI onto the machine and, only where it was built from source, hosts Python for it."""

from __future__ import annotations

from tools.engine.engine import Engine, ensure
from tools.engine.environment import clean_environment
from tools.engine.errors import EngineError

__all__ = ["Engine", "EngineError", "clean_environment", "ensure"]
