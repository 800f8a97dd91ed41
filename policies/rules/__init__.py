"""What the rules say: one file a service, a rule is one small function."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from policies.pack.rule import Rule, RuleError


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every file here, by id. Raises RuleError when two rules share an id."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Rule):
                if value.id in found:
                    raise RuleError(f"{value.id}: two rules of this id; rename one of the functions")
                found[value.id] = value
    return tuple(found[name] for name in sorted(found))
