"""Rules on what a function is told through its environment: endpoints, log levels, switches of the runtime.

Keys and secrets among the variables are judged in `access_keys` and `lambda_function`. Follows `sources/003...` (the
queue's address and the log level are variables) and `sources/002...` lines 852-856 (profiling of imports).
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.values import Unknown, Value
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules._addresses import takes_signatures

FUNCTION = "aws:lambda/function:Function"
_VARIABLES = "environment.variables"
_LEVELS = frozenset({"LOG_LEVEL", "POWERTOOLS_LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"})
_TALKATIVE = ("DEBUG", "TRACE")


def _variables(function: Resource) -> dict[str, Value]:
    found = function.get(_VARIABLES)
    return found if isinstance(found, dict) else {}


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def lambda_environment_https(function: Resource) -> Verdict:
    """A function that is told an `http://` address of AWS sends its signed requests, and the data, in the open."""

    def judge(item: tuple[str, Value]) -> Verdict:
        name, value = item
        if isinstance(value, Unknown):
            # Only a variable that is named like an address could be one.
            return undecided(_VARIABLES) if name.upper().endswith(("_URL", "_ENDPOINT")) else PASS
        if not isinstance(value, str) or not _plain_address(value):
            return PASS
        return violation(_VARIABLES, "holds an `http://` address of AWS", "Write `https://`.")

    return every(_variables(function).items(), judge)


def _plain_address(value: str) -> bool:
    return str.lower(value).startswith("http://") and takes_signatures(value)


@rule(on=FUNCTION, severity=LOW, theme=Theme.LOGGING)
def lambda_environment_log_level(function: Resource) -> Verdict:
    """Debug logs repeat whole events, personal data too, and cost more than the function."""
    remedy = "Set INFO or a quieter level."

    def judge(item: tuple[str, Value]) -> Verdict:
        name, value = item
        if name.upper() not in _LEVELS:
            return PASS
        if isinstance(value, Unknown):
            return undecided(_VARIABLES)
        if not isinstance(value, str) or str.upper(value) not in _TALKATIVE:
            return PASS
        return violation(_VARIABLES, "sets a debug log level", remedy)

    level = PASS
    if function.text("loggingConfig.applicationLogLevel") in _TALKATIVE:
        level = violation("loggingConfig.applicationLogLevel", "is a debug log level", remedy)
    return level & every(_variables(function).items(), judge)


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_environment_no_import_profiling(function: Resource) -> Verdict:
    """Python's profile of imports slows every cold start down and fills the log with lines that nobody reads."""
    if "PYTHONPROFILEIMPORTTIME" not in _variables(function):
        return PASS
    return violation(_VARIABLES, "switches the profiling of imports on", "Take PYTHONPROFILEIMPORTTIME out.")
