"""The one kind of error that this package shows to a user."""

from __future__ import annotations


class EngineError(Exception):
    """No usable Pulumi CLI, or an engine folder that can't be used; the message is one line with the remedy."""
