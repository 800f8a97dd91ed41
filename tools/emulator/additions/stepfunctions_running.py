"""Step Functions: executions run, by moto's interpreter, in a thread of their own.

moto has two backends, one that runs nothing and one that runs executions. The second takes a second to load, so its methods
are put into the first one when an execution is started for the first time. What moto's interpreter gets wrong:

- its calls go to a port that moto guesses; here they are calls of the embedded AWS, in the account of the execution's role;
- an execution without a name was called `None`;
- expressions in JSONata could not be evaluated;
- `Timestamp` was compared with the local time, and times in answers of services could not be written as JSON.

Executions are not in the journal: they end with the embedded AWS, and a new start knows nothing of them.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.exceptions import ExecutionAlreadyExists, StateMachineDoesNotExist
from moto.stepfunctions.models import StepFunctionBackend, stepfunctions_backends

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.additions._api import refused
from tools.emulator.evaluate.decision import account_of
from tools.emulator.execution.definitions import faults

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

RUNNING = (
    "_get_executions",
    "describe_map_run",
    "get_execution_history",
    "list_map_runs",
    "send_task_failure",
    "send_task_heartbeat",
    "send_task_success",
    "update_map_run",
)
"""Methods of moto's interpreting backend that fit the other one as they are."""
STATUS = "Step Functions Execution Status Change"
PARSER = "moto.stepfunctions.parser"
_running: list[Activity] = []
"""Who started the last execution: moto's resources are the process's, so there is one at a time."""


def install() -> None:
    """Check definitions, and let executions run."""
    create, update = StepFunctionBackend.create_state_machine, StepFunctionBackend.update_state_machine

    @method(StepFunctionBackend)
    def create_state_machine(self: Any, name: str, definition: str, *args: Any, **more: Any) -> Any:
        _refuse(definition)
        return create(self, name, definition, *args, **more)

    @method(StepFunctionBackend)
    def update_state_machine(
        self: Any, arn: str, definition: str | None = None, *args: Any, **more: Any
    ) -> Any:
        if definition is not None:
            _refuse(definition)
        return update(self, arn, definition, *args, **more)

    @method(StepFunctionBackend)
    def start_execution(self: Any, state_machine_arn: str, name: str, execution_input: str) -> Any:
        arn = _aliased(self, state_machine_arn)
        run = _interpreter()
        work.current().at_hand(_remember)
        if name:
            self._validate_name(name)
            _refuse_name(self, arn, name, execution_input)
        return run(self, arn, name or str(uuid.uuid4()), execution_input)


def _refuse(definition: str) -> None:
    found = faults(definition)
    if found:
        raise refused("InvalidDefinition", f"Invalid State Machine Definition: '{'; '.join(found)}'")


def _refuse_name(backend: Any, arn: str, name: str, execution_input: str) -> None:
    """A name that was used is refused, unless the execution still runs with the same input."""
    for execution in backend.describe_state_machine(arn).executions:
        if execution.name == name and (
            execution.status != "RUNNING" or execution.execution_input != execution_input
        ):
            raise ExecutionAlreadyExists(f"Execution Already Exists: '{execution.execution_arn}'")


def _aliased(backend: Any, arn: str) -> str:
    """The version that an alias leads to; any other ARN as it is."""
    machine, _, name = arn.rpartition(":")
    for one in backend.state_machines:
        if one.arn == machine and name in one.aliases:
            return str(one.aliases[name].routing_configuration[0]["stateMachineVersionArn"])
    return arn


def _remember(activity: Activity) -> None:
    if _running != [activity]:
        _running[:] = [activity]
        activity.at_end.append(_stop_all)


def _stop_all() -> None:
    for execution in _executions():
        if execution.status == "RUNNING" and execution.exec_worker.env is not None:
            execution.stop(dt.datetime.now(dt.UTC), None, "The embedded AWS was stopped.")
    _running.clear()


def _executions() -> Iterator[Any]:
    for account in list(stepfunctions_backends.values()):
        for backend in list(account.values()):
            for machine in list(backend.state_machines):
                yield from list(machine.executions)


@functools.cache
def _interpreter() -> Callable[..., Any]:
    """Load moto's interpreter and put it in place; what starts an execution."""
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function import (  # noqa: PLC0415 -- see the module docstring
        timestamp,
    )
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend  # noqa: PLC0415 -- see above

    for name in RUNNING:
        setattr(StepFunctionBackend, name, getattr(StepFunctionsParserBackend, name))
    for name, module in list(sys.modules.items()):
        if name.startswith(PARSER) and hasattr(module, "boto_client_for"):
            module.boto_client_for = _client_for  # type: ignore[attr-defined]  # moto's, under the name it calls it by

    class Clock(dt.datetime):
        """Tells the time that timestamps are in."""

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime.now(dt.UTC).replace(tzinfo=None) if tz is None else dt.datetime.now(tz)

    class Times:
        """The module `datetime` as moto's module uses it."""

        datetime = Clock

    timestamp.datetime = Times
    _tell_of_ends()
    _evaluate_jsonata()
    start: Callable[..., Any] = StepFunctionsParserBackend.start_execution
    return start


def _evaluate_jsonata() -> None:
    """Let JSONata be evaluated in Python: moto wants a Java machine for it, and takes quotes in texts for their end."""
    from moto.stepfunctions.parser.asl.jsonata import jsonata as evaluation  # noqa: PLC0415 -- see the module docstring

    from tools.emulator.execution.jsonata import NotEvaluated, evaluate  # noqa: PLC0415 -- as above

    def evaluated(expression: str) -> Any:
        try:
            return evaluate(expression)
        except NotEvaluated as error:
            raise evaluation.JSONataException(error.code, str(error)) from None

    def declared(bindings: dict[str, Any]) -> str:
        return "".join(
            f"{name}:={json.dumps(value, ensure_ascii=False)};" for name, value in bindings.items()
        )

    evaluation._eval_jsonata = evaluated  # noqa: SLF001 -- moto asks for it there
    for name, module in list(sys.modules.items()):
        if name.startswith(PARSER) and hasattr(module, "encode_jsonata_variable_declarations"):
            module.encode_jsonata_variable_declarations = declared  # type: ignore[attr-defined]  # moto's, as above


def _tell_of_ends() -> None:
    """Let rules on the default bus hear how an execution ended."""
    from moto.stepfunctions.parser.backend.execution import (  # noqa: PLC0415 -- see the module docstring
        BaseExecutionWorkerCommunication,
    )

    end = BaseExecutionWorkerCommunication.terminated

    @method(BaseExecutionWorkerCommunication)
    def terminated(self: Any) -> None:
        end(self)
        if isinstance(self.execution.output, str):
            # Everything else moto writes as JSON when it is asked for it.
            self.execution.output = json.dumps(self.execution.output)
        if _running:
            _running[-1].later(functools.partial(_tell, self.execution))


def _tell(execution: Any, activity: Activity) -> None:
    detail = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": int(execution.start_date.timestamp() * 1000),
        "stopDate": int(execution.stop_date.timestamp() * 1000),
        "input": execution.execution_input,
        "output": _written(execution.output),
        "error": execution.error,
        "cause": execution.cause,
    }
    arn = execution.execution_arn
    if activity.heard(execution.account_id, execution.region_name, "aws.states", STATUS, detail):
        activity.publish(execution.account_id, execution.region_name, "aws.states", STATUS, detail, arn)


def _written(output: Any) -> str | None:
    return output if output is None or isinstance(output, str) else json.dumps(output)


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client for a task, in the account of the role that it works with."""
    if not _running:
        raise StateMachineDoesNotExist("The embedded AWS was stopped.")
    return _Client(
        _running[-1].client(service, account_of(getattr(state_credentials, "role_arn", "")), region)
    )


class _Client:
    """A client whose answers are JSON: an execution's data has times as texts."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found) or name[0] == "_":
            return found

        def call(*args: Any, **more: Any) -> Any:
            return _as_json(found(*args, **more))

        return call


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
