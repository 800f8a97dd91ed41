from __future__ import annotations
from typing import Any
def check(resource: Any, inputs: dict[str, Any]) -> list[Any]:
    return []
def defaults(resource: Any, inputs: dict[str, Any], old: dict[str, Any], name: str, seed: bytes) -> dict[str, Any]:
    return inputs
