"""Build what the stack's configuration asks for."""

from __future__ import annotations

import pulumi

from components.foundation.component import Component
from stack.registry import ARCHITECTURES
from stack.settings import configuration, read_settings


def build() -> dict[str, Component]:
    """Build every architecture that is configured, and export its outputs under its key."""
    built: dict[str, Component] = {}
    for key, settings in read_settings(configuration(), pulumi.get_project()).items():
        built[key] = ARCHITECTURES[key].make(key, settings, built)
    return built
