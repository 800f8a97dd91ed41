"""Rules on what a state machine does: its definition in the Amazon States Language, read as data.

Step Functions Developer Guide, "Best practices" (timeouts, transient errors), "Error handling", "Integrating AWS SDK
services"; follows `sources/002...` and `sources/004...` (polling loops, retries of Athena and Forecast). A definition
that is no JSON is AWS's to refuse. Names of states are the program's own words, so no message repeats them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from policies.pack.resource import Resource, as_number
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Value
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._addresses import takes_signatures

MACHINE = "aws:sfn/stateMachine:StateMachine"

_DEPTH = 40
_SDK = re.compile(r"arn:aws[\w-]*:states:::aws-sdk:([^:]+):([^:.]+)(?:\.[\w:]+)?")
# What Step Functions does for Athena by itself, and the console then shows as a query.
_ATHENA = frozenset({"startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"})
_TASK_BOUNDS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
_JSON = dict[str, Value]


@dataclass(frozen=True, slots=True)
class _Scope:
    """A group of states that follow one another: the machine's own, a branch's, a map's."""

    states: dict[str, _JSON] = field(default_factory=dict)


def _definition(machine: Resource) -> _JSON:
    return _parsed(machine.text("definition"))


@lru_cache(maxsize=64)
def _parsed(text: str) -> _JSON:
    # Half a dozen rules read the same definition one after the other.
    try:
        value = json.loads(text or "null")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _scopes(value: Value, depth: int = 0) -> Iterator[_Scope]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        found = value.get("States")
        if isinstance(found, dict):
            yield _Scope({name: state for name, state in found.items() if isinstance(state, dict)})
        for inner in value.values():
            yield from _scopes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _scopes(inner, depth + 1)


def _states(definition: _JSON) -> list[_JSON]:
    return [state for scope in _scopes(definition) for state in scope.states.values()]


def _tasks(definition: _JSON) -> list[_JSON]:
    return [state for state in _states(definition) if state.get("Type") == "Task"]


def _objects(value: Value) -> list[_JSON]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _choices(state: _JSON) -> set[str]:
    """Where a choice may lead to."""
    return {name for item in _objects(state.get("Choices")) if isinstance(name := item.get("Next"), str)}


def _following(state: _JSON) -> set[str]:
    """Every state that may come next."""
    caught = {name for item in _objects(state.get("Catch")) if isinstance(name := item.get("Next"), str)}
    direct = {name for key in ("Next", "Default") if isinstance(name := state.get(key), str)}
    return caught | direct | _choices(state)


def _reached(states: dict[str, _JSON], start: str) -> set[str]:
    """What can be reached from a state, itself only through a loop."""
    found: set[str] = set()
    open_ends = [start]
    while open_ends:
        for name in _following(states[open_ends.pop()]):
            if name in states and name not in found:
                found.add(name)
                open_ends.append(name)
    return found


def _loops(scope: _Scope) -> set[frozenset[str]]:
    """The groups of states that can go round."""
    reached = {name: _reached(scope.states, name) for name in scope.states}
    return {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in scope.states
        if name in reached[name]
    }


def _bounded(definition: _JSON) -> bool:
    return (as_number(definition.get("TimeoutSeconds")) or 0) > 0


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sfn_definition_times_out(machine: Resource) -> Verdict:
    """A standard workflow that waits for an answer that never comes runs, and is billed, for up to a year."""
    if machine.text("type") == "EXPRESS":
        return PASS  # Ends after five minutes by itself.
    definition = _definition(machine)
    if not definition or _bounded(definition):
        return PASS
    waits = [task for task in _tasks(definition) if not any(task.get(name) for name in _TASK_BOUNDS)]
    if not waits and not any(_loops(scope) for scope in _scopes(definition)):
        return PASS
    remedy = 'Add `"TimeoutSeconds"` beside `"StartAt"`, or to each task where nothing goes round.'
    return violation("definition", "has no `TimeoutSeconds`", remedy)


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sfn_definition_tasks_retried(machine: Resource) -> Verdict:
    """A task that neither retries nor catches ends the whole execution at the first hiccup of a service."""
    alone = [task for task in _tasks(_definition(machine)) if not (task.get("Retry") or task.get("Catch"))]
    if not alone:
        return PASS
    remedy = 'Add `"Retry"` for what passes by itself, and `"Catch"` for the rest.'
    return violation("definition", f"holds {len(alone)} tasks with neither `Retry` nor `Catch`", remedy)


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sfn_definition_loop_ends(machine: Resource) -> Verdict:
    """A loop that waits for success alone goes on for ever once what it waits for has failed."""
    definition = _definition(machine)
    if _bounded(definition) or not any(_endless(scope) for scope in _scopes(definition)):
        return PASS
    remedy = "Let the choice lead out on failure too, or count the rounds."
    return violation("definition", "holds a waiting loop with one way out, and no `TimeoutSeconds`", remedy)


def _endless(scope: _Scope) -> bool:
    """Whether a loop waits and asks, and leaves on one answer only."""
    for loop in _loops(scope):
        states = [scope.states[name] for name in loop]
        asks = [state for state in states if state.get("Type") == "Choice"]
        if not asks or not any(state.get("Type") == "Wait" for state in states):
            continue
        otherwise = [state.get("Default") for state in asks]
        leaves = any(not isinstance(name, str) or name not in loop for name in otherwise)
        ways = {name for state in asks for name in _choices(state) if name not in loop}
        # Without a default a choice that matches nothing fails the execution, which is a way out too.
        if not leaves and len(ways) < 2:
            return True
    return False


@rule(on=MACHINE, severity=LOW, theme=Theme.RESILIENCE)
def sfn_definition_retry_budget(machine: Resource, *, hours: int = 24) -> Verdict:
    """Retries that go on for days hide that a service is gone from those who could mend it."""
    retries = [entry for state in _states(_definition(machine)) for entry in _objects(state.get("Retry"))]
    limit = hours * 3600
    long = [entry for entry in retries if _seconds(entry, limit) > limit]
    if not long:
        return PASS
    remedy = "Lower `MaxAttempts`, or set `MaxDelaySeconds`."
    return violation("definition", f"holds {len(long)} retries of more than {hours} hours", remedy)


def _seconds(retry: _JSON, limit: float) -> float:
    """How long a retry waits in all, given up above the limit. The defaults are those of the States Language."""
    delay = _number(retry, "IntervalSeconds", 1)
    backoff = max(_number(retry, "BackoffRate", 2), 1)
    longest = _number(retry, "MaxDelaySeconds", float("inf"))
    left, total = _number(retry, "MaxAttempts", 3), 0.0
    if backoff == 1:
        return min(delay, longest) * left
    while left >= 1 and total <= limit:
        if delay >= longest:
            return total + longest * left
        total += delay
        delay *= backoff
        left -= 1
        if delay <= 0:
            break
    return total


def _number(retry: _JSON, name: str, absent: float) -> float:
    found = retry.get(name)
    number = found if isinstance(found, float) else as_number(found)
    return absent if number is None else float(number)


@rule(on=MACHINE, severity=LOW, theme=Theme.RESILIENCE)
def sfn_definition_athena_optimized(machine: Resource) -> Verdict:
    """Step Functions' own integration waits for an Athena query by itself; calls of the SDK need a polling loop."""
    calls = [found for task in _tasks(_definition(machine)) if (found := _sdk_call(task))]
    plain = [action for service, action in calls if service == "athena" and action in _ATHENA]
    if not plain:
        return PASS
    remedy = "Use `arn:aws:states:::athena:startQueryExecution.sync` and its relatives."
    return violation("definition", f"calls Athena through the SDK (`{min(_ATHENA & set(plain))}`)", remedy)


def _sdk_call(task: _JSON) -> tuple[str, str] | None:
    resource = task.get("Resource")
    found = _SDK.fullmatch(resource) if isinstance(resource, str) else None
    return (found[1], found[2]) if found else None


@rule(on=MACHINE, severity=HIGH, theme=Theme.SIGV4)
def sfn_definition_http_not_for_aws(machine: Resource) -> Verdict:
    """An HTTP task signs with no SigV4, so an address of AWS that it calls has to be open to callers who don't."""
    addresses = [
        str(found)
        for task in _tasks(_definition(machine))
        if str(task.get("Resource")).endswith(":states:::http:invoke")
        for key in ("Parameters", "Arguments")
        if isinstance(given := task.get(key), dict) and isinstance(found := given.get("ApiEndpoint"), str)
    ]
    if not any(takes_signatures(address) for address in addresses):
        return PASS
    remedy = (
        "Call the API, function or service with its own integration, which signs with the machine's role."
    )
    return violation("definition", "calls an address of AWS by HTTP", remedy)


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sfn_definition_action_names(machine: Resource) -> Verdict:
    """SDK tasks are written `service:actionName`, and their parameters `LikeThis`: other spellings fail at run time."""
    wrong = 0
    for task in _tasks(_definition(machine)):
        call = _sdk_call(task)
        if call is None:
            continue
        service, action = call
        wrong += service != service.lower() or action[:1] != action[:1].lower() or _misspelt(task)
    if not wrong:
        return PASS
    remedy = "Write `arn:aws:states:::aws-sdk:dynamodb:getItem` with parameters such as `TableName`."
    return violation("definition", f"holds {wrong} SDK tasks whose action or parameters are misspelt", remedy)


def _misspelt(task: _JSON) -> bool:
    return any(
        name[:1] != name[:1].upper()
        for key in ("Parameters", "Arguments")
        if isinstance(found := task.get(key), dict)
        for name in found
    )
