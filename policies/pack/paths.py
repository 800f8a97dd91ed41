"""Property paths (`ingress[0].cidrBlocks`) and the Pulumi Python argument that a path stands for."""

from __future__ import annotations

import re
from functools import lru_cache

Step = str | int

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[Step, ...]:
    """Split a path: `a.b[0]` -> ("a", "b", 0)."""
    return tuple(match[1] or int(match[2]) for match in _STEP.finditer(path))


def join(prefix: str, path: str) -> str:
    """Put a path below another one."""
    if not prefix or not path:
        return prefix or path
    return f"{prefix}{path}" if path.startswith("[") else f"{prefix}.{path}"


def snake(name: str) -> str:
    """The Python name of a Pulumi property: `httpTokens` -> `http_tokens`."""
    return _HUMP.sub("_", name).lower()


def argument(path: str, value: object) -> str:
    """The keyword argument that sets a property: `metadata_options={"http_tokens": "required"}`."""
    first, *rest = steps(path)
    return f"{snake(str(first))}={_literal(rest, value)}"


def _literal(rest: list[Step], value: object) -> str:
    if not rest:
        return f'"{value}"' if isinstance(value, str) else repr(value)
    step, *deeper = rest
    inner = _literal(deeper, value)
    return f"[{inner}]" if isinstance(step, int) else f'{{"{snake(step)}": {inner}}}'
