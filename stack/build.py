"""Build what the stack's configuration asks for."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.foundation.component import Component
from stack.registry import ARCHITECTURES, Architecture
from stack.settings import configuration, read_settings


def build(architectures: Mapping[str, Architecture] = ARCHITECTURES) -> dict[str, Component]:
    """Build every architecture that is configured, and export its outputs under its key."""
    built: dict[str, Component] = {}
    for key, settings in read_settings(configuration(), pulumi.get_project(), architectures).items():
        built[key] = architectures[key].make(key, settings, built)
        pulumi.export(key, dict(built[key].registered))
    return built
