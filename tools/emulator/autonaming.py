"""Automatic names as the stack's configuration wants them (`pulumi:autonaming`), where it says anything.

The engine sends with Check what it proposes: a name made after the configured pattern, the logical name as it is, or that
there are to be no automatic names at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from tools.emulator.check import DEFAULTS, Failure
from tools.emulator.schema import ResourceType

_MODES = provider_pb2.CheckRequest.AutonamingOptions


class NoName(ValueError):  # noqa: N818 -- it names what is missing
    """A resource without a name, where automatic names are off."""

    def __init__(self, name: str) -> None:
        self.failure = Failure(
            name, f"missing; automatic names are off for this stack, so '{name}' has to be given"
        )
        super().__init__(str(self.failure))


def proposed(
    resource: ResourceType, inputs: Mapping[str, Any], old: Mapping[str, Any], options: Any
) -> dict[str, Any]:
    """The name that the engine's `options` propose, by its property; empty where the provider names as ever.

    A name that was made up at the last deployment stays. Raises `NoName`.
    """
    naming = resource.naming
    if options is None or naming is None:
        return {}
    given = inputs.get(naming.property) is not None or (
        naming.prefix and inputs.get(naming.prefix) is not None
    )
    if given or naming.property in (old.get(DEFAULTS) or ()):
        return {}
    if options.mode == _MODES.DISABLE:
        raise NoName(naming.property)
    name = options.proposed_name
    if options.mode == _MODES.PROPOSE and naming.lower:
        name = name.lower()
    return {naming.property: name}
