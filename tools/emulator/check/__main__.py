"""Shows what the embedded AWS knows of a resource type: `python -m tools.emulator.check aws:ec2/vpc:Vpc`.

Without a type it counts what it knows of all of them; the figures in docs/emulator-fidelity.md come from there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from tools.emulator.check.accepted import accepted_values
from tools.emulator.check.limits import Limit
from tools.emulator.schema import Property, ResourceType, function_tokens, nearest, resource, tokens

_WIDE = 60


def main(arguments: Sequence[str]) -> int:
    """Show one type, or the figures of all; 1 when there is no such type."""
    if not arguments:
        print("\n".join(figures()))
        return 0
    found = resource(arguments[0])
    if found is None:
        near = nearest(arguments[0], tokens())
        print(f"{arguments[0]}: no such type" + (f"; did you mean {near}?" if near else ""), file=sys.stderr)
        return 1
    print("\n".join(page(found)))
    return 0


def page(found: ResourceType) -> Iterator[str]:
    """The inputs of a type, one a line: kind, whether it is required or replaces, default, what AWS accepts."""
    limits = accepted_values(found)
    naming = f", named by '{found.autoname}'" if found.autoname else ""
    yield f"{found.token}: {len(found.inputs)} inputs, {len(found.outputs)} outputs{naming}"
    for name, prop in found.inputs.items():
        notes = (*_notes(prop), *_accepted(limits.get(name, Limit())))
        yield f"  {name}: {prop.type}" + "".join(f"; {note}" for note in notes)


def _notes(prop: Property) -> Iterator[str]:
    if prop.required:
        yield "required"
    if prop.replace:
        yield "replaces"
    if prop.secret:
        yield "secret"
    if prop.default is not None:
        yield f"default {prop.default!r}"
    elif prop.computed:
        yield "AWS fills it in"
    if prop.deprecated:
        yield "deprecated"


def _accepted(limit: Limit) -> Iterator[str]:
    for name, value in limit.compact().items():
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        if name != "also":
            yield f"{name} {text if len(text) <= _WIDE else text[:_WIDE] + '...'}"


def figures() -> Iterator[str]:
    """How much is known of all types together."""
    all_types = [found for found in map(resource, tokens()) if found is not None]
    inputs = [prop for found in all_types for prop in found.inputs.values()]
    limits = [limit for found in all_types for limit in accepted_values(found).values()]
    yield f"resource types: {len(all_types)}; data sources: {len(function_tokens())}"
    yield f"inputs: {len(inputs)}, of which {sum(prop.replace for prop in inputs)} replace the resource"
    yield f"documented defaults: {sum(prop.default is not None for prop in inputs)}"
    yield f"types that are named automatically: {sum(found.autoname is not None for found in all_types)}"
    yield f"values limited by AWS's models, nested ones too: {len(limits)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
