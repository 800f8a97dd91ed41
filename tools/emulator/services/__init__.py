"""The resource types that exist in the embedded AWS for real: one file an AWS service, found by the service's name."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from tools.emulator.emulated import Emulated


@functools.cache
def adapters() -> Mapping[str, Emulated]:
    """Token -> declaration, from all modules of this folder (their `TYPES`)."""
    found: dict[str, Emulated] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        types = importlib.import_module(f"{__name__}.{module.name}").TYPES
        for emulated in types:
            if emulated.token in found:
                raise ValueError(
                    f"{emulated.token} is declared twice; the second time in services/{module.name}.py"
                )
            found[emulated.token] = emulated
    return found


def adapter(token: str) -> Emulated | None:
    """The declaration of a type, or None where it is only recorded."""
    return adapters().get(token)
