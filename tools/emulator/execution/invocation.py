"""One invocation of a function, from its event to its answer and its log."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.emulator.execution import logs, lookup
from tools.emulator.execution.process import Exited, Process, TimedOut
from tools.emulator.execution.specification import Specification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.emulator.activity import Activity

RESPONSE_LIMIT = 6 * 1024 * 1024
"""Bytes of a function's answer."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a function is invoked with. `arn` is how it was named; `client_context` is base64 as the SDKs send it."""

    payload: str
    arn: str
    client_context: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the answer, whether it is an error, the log."""

    payload: str
    failed: bool
    version: str
    request_id: str
    log: tuple[logs.Event, ...] = ()


def invoke(activity: Activity, specification: Specification, event: Event) -> Outcome:
    """Run a function for one event. Raises `Throttled` where too many run already."""

    def variables(version: Specification, stream: str, folder: str) -> Mapping[str, str]:
        with activity.state():
            credentials = lookup.session(version, version.name)
        return version.variables(activity.endpoint, credentials, stream, folder)

    pool = activity.pool
    try:
        process = pool.borrow(specification, variables)
    except ValueError as error:
        payload = {"errorMessage": str(error), "errorType": "InvalidZipFileException"}
        return Outcome(json.dumps(payload), True, specification.version, event.request_id)
    try:
        outcome = _run(process, specification, event)
        logs.write(activity, specification, process.log_stream, outcome.log)
    finally:
        pool.give_back(process)
    return outcome


def _run(process: Process, specification: Specification, event: Event) -> Outcome:
    log: list[logs.Event] = []
    cold = not process.ready
    init: float | None = None
    memory, status = 0, "success"
    began = time.monotonic()
    try:
        if cold:
            init = process.wait_ready()
            log += process.output()
        log.append((_now(), logs.start(specification, event.request_id)))
        began = time.monotonic()
        reply = process.run(
            {
                "id": event.request_id,
                "event": event.payload,
                "arn": event.arn,
                "client_context": event.client_context,
                "trace": _trace(),
            }
        )
        payload, failed, memory = reply.payload, reply.failed, reply.memory
        status = "error" if failed else status
    except TimedOut:
        reason = f"Task timed out after {specification.timeout:.2f} seconds"
        payload, failed, status = _failure(event, "Sandbox.Timedout", reason), True, "timeout"
    except Exited:
        reason = f"Runtime exited with error: {process.exit_status()}"
        payload, failed, status = _failure(event, "Runtime.ExitError", reason), True, "error"
    spent = (time.monotonic() - began) * 1000
    log += process.output()
    if status == "timeout":
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        seconds = f"{specification.timeout:.2f}"
        log.append((_now(), f"{moment} {event.request_id} Task timed out after {seconds} seconds"))
    log += [(_now(), line) for line in logs.end(specification, event.request_id, spent, memory, init, status)]
    if len(payload.encode()) > RESPONSE_LIMIT:
        limit = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT + 100} bytes)."
        payload, failed = (
            json.dumps({"errorMessage": limit, "errorType": "Function.ResponseSizeTooLarge"}),
            True,
        )
    return Outcome(payload, failed, specification.version, event.request_id, tuple(log))


def _failure(event: Event, kind: str, message: str) -> str:
    return json.dumps({"errorType": kind, "errorMessage": f"RequestId: {event.request_id} Error: {message}"})


def _now() -> int:
    return int(time.time() * 1000)


def _trace() -> str:
    root = uuid.uuid4().hex
    return f"Root=1-{int(time.time()):08x}-{root[:24]};Parent={root[:16]};Sampled=0"
