"""Fills in what the real provider fills in: names of its own making and defaults.

The real provider puts the defaults of its own schema into the *inputs* and lists their names under
`__defaults`, so that an update can tell a name that it made up from one that the program gave. Only defaults
that the SDK's documentation states can be known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tools.emulator import values
from tools.emulator.check.failure import Failure
from tools.emulator.schema import AutoName, Property, ResourceType

DEFAULTS = "__defaults"
"""The key under which Check lists the inputs that it filled in."""


class NameTooLong(ValueError):  # noqa: N818 - says what happened, like FileNotFound
    """The name that would be made up is longer than AWS allows; the real provider refuses it too.

    `failure` says so for the property that takes the name.
    """

    def __init__(self, naming: AutoName, logical: str) -> None:
        longest = naming.limit - naming.random - len(naming.separator)
        self.failure = Failure(
            naming.property,
            f"the automatic name of '{logical}' would be longer than {naming.limit} characters; "
            f"give '{naming.property}', or a logical name of at most {longest} characters",
        )
        super().__init__(str(self.failure))


def defaults(
    resource: ResourceType,
    inputs: Mapping[str, Any],
    old: Mapping[str, Any] | None = None,
    name: str = "",
    seed: bytes = b"",
) -> dict[str, Any]:
    """The inputs with names and defaults filled in, and the list of what was filled in under `__defaults`.

    `old` are the checked inputs of the existing resource: a name that was made up then is kept. `name` is the
    resource's logical name, `seed` the random seed that the engine sends with Check: the same seed gives the
    same name. Raises `NameTooLong`.
    """
    filled = {key: value for key, value in inputs.items() if value is not None}
    added: dict[str, Any] = {}
    naming = resource.naming
    if naming is not None and name and not _given(naming, filled):
        added[naming.property] = _kept(naming, old) or _made_up(naming, name, seed, filled)
    for prop in resource.properties.values():
        if (
            prop.name not in filled
            and _is_input_default(prop)
            and f"{resource.token}.{prop.name}" not in _NOT_INPUTS
        ):
            added.setdefault(prop.name, prop.default)
    return {**filled, **added, DEFAULTS: sorted(added)}


def documented_defaults(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The documented defaults of what is not given: they appear in the *outputs* of the resource."""
    return {
        prop.name: prop.default
        for prop in resource.properties.values()
        if prop.output and prop.default is not None and inputs.get(prop.name) is None
    }


def _is_input_default(prop: Property) -> bool:
    """A default of the provider's own schema, as opposed to one that AWS applies.

    What AWS fills in is typed `Output[T]` in the SDK; a plain optional property with a default has it from
    the provider. Defaults that the SDK's classes fill in themselves are the provider's too.
    """
    return prop.input and not prop.required and prop.default is not None and not _applied_by_aws(prop)


def _applied_by_aws(prop: Property) -> bool:
    return prop.computed and prop.default != _MANAGED


# Documented, but AWS's doing, or in the way of another property that says the same.
_NOT_INPUTS = frozenset(
    {
        "aws:cloudwatch/eventRule:EventRule.isEnabled",
        "aws:cloudwatch/eventRule:EventRule.state",
        "aws:ec2/eipAssociation:EipAssociation.allowReassociation",
        "aws:ec2/launchTemplate:LaunchTemplate.instanceInitiatedShutdownBehavior",
        "aws:ec2/vpcIpamPool:VpcIpamPool.publicIpSource",
        "aws:kms/key:Key.deletionWindowInDays",
    }
)
_MANAGED = "Managed by Pulumi"


def _given(naming: AutoName, inputs: Mapping[str, Any]) -> bool:
    return naming.property in inputs or (naming.prefix is not None and naming.prefix in inputs)


def _kept(naming: AutoName, old: Mapping[str, Any] | None) -> Any:
    """The name that was made up for the existing resource; None when there is none."""
    if old is None or naming.property not in old.get(DEFAULTS, ()):
        return None
    return old.get(naming.property)


def _made_up(naming: AutoName, logical: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
    stem = logical.lower() if naming.lower else logical
    if naming.random == 0:
        return stem
    stem += naming.separator
    if naming.limit and len(stem) + naming.random > naming.limit:
        raise NameTooLong(naming, logical)
    made = stem + _random(naming, seed or logical.encode())
    if naming.start and not made.startswith(naming.start):
        made = naming.start + made
    fifo = values.plain(inputs.get(naming.fifo)) if naming.fifo else None
    return f"{made}.fifo" if fifo is True else made


def _random(naming: AutoName, seed: bytes) -> str:
    """The random part of a name; the same for the same seed."""
    number = int.from_bytes(hashlib.sha256(seed).digest(), "big")
    digits = []
    for _ in range(naming.random):
        number, index = divmod(number, len(naming.charset))
        digits.append(naming.charset[index])
    return "".join(digits)
