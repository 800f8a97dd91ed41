"""Judges and completes a resource's inputs as the real provider's Check does.

>>> failures = check(resource, inputs)      # what is wrong with them
>>> inputs = defaults(resource, inputs, name="web", seed=seed)   # with names and defaults
"""

from __future__ import annotations

from tools.emulator.check.defaults import DEFAULTS, NameTooLong, defaults, documented_defaults
from tools.emulator.check.failure import Failure
from tools.emulator.check.inputs import check, check_arguments

__all__ = [
    "DEFAULTS",
    "Failure",
    "NameTooLong",
    "check",
    "check_arguments",
    "defaults",
    "documented_defaults",
]
