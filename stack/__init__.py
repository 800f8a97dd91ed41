"""From a stack's configuration to its architectures."""

from stack.build import build

__all__ = ["build"]
