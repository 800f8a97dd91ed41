"""A stack's configuration, read and checked as a whole before anything is built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi.runtime import config

from components.foundation.args import Args, one_or_many
from components.foundation.errors import ComponentError, nearest
from stack.registry import ARCHITECTURES, Architecture


def read_settings(
    values: Mapping[str, str],
    project: str,
    architectures: Mapping[str, Architecture] = ARCHITECTURES,
) -> dict[str, Args]:
    """The checked settings by key, in the order in which to build.

    `values` is Pulumi's configuration: full key -> text. Only keys of `project` count; those of providers
    (`aws:region`) are theirs. Raises `ComponentError` with every wrong key and value at once.
    """
    errors: list[ComponentError] = []
    found: dict[str, Args] = {}
    for full_key, text in sorted(values.items()):
        namespace, _, key = full_key.partition(":")
        if namespace != project:
            continue
        try:
            found[key] = _read_one(full_key, key, text, architectures)
        except ComponentError as error:
            errors.append(error)
    errors += [
        ComponentError(
            f"{project}:{key}", f"needs {project}:{other}, which is not set", f"set {project}:{other}"
        )
        for key in found
        for other in architectures[key].needs
        if f"{project}:{other}" not in values
    ]
    if errors:
        raise one_or_many(errors)
    _check_together(found, project, architectures)
    return {key: found[key] for key in _in_order(found, architectures)}


def _read_one(full_key: str, key: str, text: str, architectures: Mapping[str, Architecture]) -> Args:
    if key not in architectures:
        raise ComponentError(full_key, "is not an architecture", nearest(key, architectures))
    return architectures[key].settings.read(_decode(text), full_key)


def _check_together(
    found: Mapping[str, Args], project: str, architectures: Mapping[str, Architecture]
) -> None:
    """What must hold between the settings of several keys."""
    errors = []
    for key, settings in found.items():
        check = architectures[key].check
        try:
            if check is not None:
                check(settings, found)
        except ComponentError as error:
            errors.append(error.under(f"{project}:{key}"))
    if errors:
        raise one_or_many(errors)


def _decode(text: str) -> Any:
    """Pulumi hands structured configuration over as JSON; a plain word stays a word."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _in_order(found: Mapping[str, Args], architectures: Mapping[str, Architecture]) -> list[str]:
    """Each key after the keys it needs, and after those it is to follow where they are there."""
    order: list[str] = []

    def visit(key: str) -> None:
        kind = architectures[key]
        for earlier in (*kind.needs, *(other for other in kind.after if other in found)):
            visit(earlier)
        if key not in order:
            order.append(key)

    for key in found:
        visit(key)
    return order


def configuration() -> Mapping[str, str]:
    """The configuration of the stack that is being deployed.

    `pulumi.Config` only answers for keys one already knows; here unknown keys must be found too.
    """
    return {**config.get_config_env(), **config.CONFIG.get()}
