"""Lambda: moto answers every invocation with its own event. Here functions run (see `tools.emulator.execution`).

Whatever in moto invokes a function (SNS, streams, subscription filters of logs) makes a delivery in the background of it,
as AWS does. A change of a function ends the processes that run the older one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.awslambda_simple.models import LambdaSimpleBackend

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.additions._callers import caller, require
from tools.emulator.additions._permissions import function_policy
from tools.emulator.execution import asynchronous, logs, lookup
from tools.emulator.execution.invocation import Event, invoke
from tools.emulator.execution.lookup import Reference
from tools.emulator.execution.pool import Throttled
from tools.emulator.execution.specification import Specification, python_runtime

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

SYNC_LIMIT, ASYNC_LIMIT = 6 * 1024 * 1024, 1024 * 1024
"""Bytes of an event, waited for or not."""
CHANGES = (
    "update_function_code",
    "update_function_configuration",
    "put_function_concurrency",
    "delete_function_concurrency",
)


class _TooLarge(LambdaClientError):  # type: ignore[misc]  # noqa: N818 -- moto has no types; they name what is wrong
    code = 413

    def __init__(self, size: int, kind: str, limit: int) -> None:
        super().__init__(
            "RequestTooLargeException",
            f"{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)",
        )


class _NoJson(LambdaClientError):  # type: ignore[misc]  # noqa: N818 -- moto has no types; they name what is wrong
    def __init__(self, reason: str) -> None:
        super().__init__(
            "InvalidRequestContentException", f"Could not parse request body into json: {reason}"
        )


class _NotRunnable(LambdaClientError):  # type: ignore[misc]  # noqa: N818 -- moto has no types; they name what is wrong
    def __init__(self, name: str, runtime: str) -> None:
        what = f"the runtime {runtime}" if runtime else "a container image"
        super().__init__(
            "InvalidRuntimeException",
            f"The embedded AWS runs functions of Python runtimes only; {name} has {what}",
        )


def _checked(body: bytes, kind: str) -> str:
    limit = ASYNC_LIMIT if kind == "Event" else SYNC_LIMIT
    if len(body) > limit:
        raise _TooLarge(len(body), kind, limit)
    try:
        json.loads(body or b"{}")
        return body.decode("utf-8") or "{}"
    except ValueError as error:
        raise _NoJson(str(error)) from None


def _runnable(asked: Reference) -> Specification:
    found = lookup.specification(asked)
    if not python_runtime(found.runtime):
        raise _NotRunnable(found.name, found.runtime)
    return found


def _permitted(response: Any, asked: Reference) -> None:
    """A function of another account has to let the caller in."""
    account = str(response.current_account)
    if asked.account != account:
        policy = function_policy(lookup.function_of(asked))
        who = caller(account, response.region)
        require(who, "lambda:InvokeFunction", asked.arn, policy, asked.account, {})


def _answer(specification: Specification, event: Event, *, tail: bool) -> Any:
    """What gives the answer of a synchronous invocation, outside the lock."""

    def run(activity: Activity) -> work.Answer:
        try:
            outcome = invoke(activity, specification, event)
        except Throttled as error:
            text = {"Reason": str(error), "Type": "User", "message": "Rate Exceeded."}
            failure = {"x-amzn-ErrorType": "TooManyRequestsException"}
            return _http(HTTPStatus.TOO_MANY_REQUESTS, json.dumps(text), event, failure)
        headers = {"X-Amz-Executed-Version": outcome.version}
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if tail:
            headers["X-Amz-Log-Result"] = logs.tail(outcome.log)
        return _http(HTTPStatus.OK, outcome.payload, event, headers)

    return run


def _http(status: HTTPStatus, body: str, event: Event, headers: Mapping[str, str]) -> work.Answer:
    data = body.encode()
    every = {
        "Content-Type": "application/json",
        "Content-Length": str(len(data)),
        "x-amzn-RequestId": event.request_id,
        **headers,
    }
    return f"{status.value} {status.phrase}", [*every.items()], data


def _asked(response: Any, named: str) -> Reference:
    qualifier = (response.querystring or {}).get("Qualifier", [""])[0]
    return lookup.reference(named, response.current_account, response.region, qualifier)


def _body(response: Any) -> bytes:
    body = response.raw_body
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _later(function: Any, body: Any) -> None:
    """Run one of moto's functions in the background."""
    qualifier = "" if str(function.version) == lookup.LATEST else str(function.version)
    asked = Reference(function.account_id, function.region, function.function_name, qualifier)
    text = body if isinstance(body, str) else (body or b"{}").decode("utf-8")
    work.current().later(asynchronous.deliver(asked, Event(text, asked.arn)))


def install() -> None:
    """Let functions run."""
    _install_requests()
    _install_deliveries()
    _install_changes()


def _install_requests() -> None:
    @method(LambdaResponse)
    def invoke(self: Any) -> Any:
        asked = _asked(self, unquote(self.path.rstrip("/").rsplit("/", 2)[-2]))
        headers = self.headers
        kind = headers.get("X-Amz-Invocation-Type") or "RequestResponse"
        if kind not in ("RequestResponse", "Event", "DryRun"):
            raise InvalidParameterValueException(
                f"Value '{kind}' at 'invocationType' is not one of its values"
            )
        _permitted(self, asked)
        specification = _runnable(asked)
        if kind == "DryRun":
            return 204, {"status": 204, "X-Amz-Executed-Version": specification.version}, ""
        context = headers.get("X-Amz-Client-Context") or ""
        event = Event(_checked(_body(self), kind), asked.arn, context)
        if kind == "Event":
            work.current().later(asynchronous.deliver(asked, event))
            return 202, {"status": 202, "x-amzn-RequestId": event.request_id}, ""
        tail = headers.get("X-Amz-Log-Type") == "Tail"
        work.current().answer(_answer(specification, event, tail=tail))
        return 200, {}, ""

    @method(LambdaResponse)
    def invoke_async(self: Any) -> Any:
        asked = _asked(self, unquote(self.path.rstrip("/").rsplit("/", 2)[-2]))
        _runnable(asked)
        event = Event(_checked(_body(self), "Event"), asked.arn)
        work.current().later(asynchronous.deliver(asked, event))
        return 202, {"status": 202}, ""


def _install_deliveries() -> None:
    @method(LambdaFunction)
    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> str:  # noqa: ARG001
        _later(self, body)
        return ""

    @method(LambdaSimpleBackend, "invoke")
    def invoke_named(
        self: Any,
        function_name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,  # noqa: ARG001
        response_headers: Any,  # noqa: ARG001
    ) -> bytes:
        asked = lookup.reference(function_name, self.account_id, self.region_name, qualifier or "")
        text = body if isinstance(body, str) else (body or b"{}").decode("utf-8")
        work.current().later(asynchronous.deliver(asked, Event(text, asked.arn)))
        return b""


def _install_changes() -> None:
    for name in (*CHANGES, "delete_function"):
        _ending(name)


def _ending(name: str) -> None:
    """Let an operation end the processes of the function it changes."""
    before = getattr(LambdaBackend, name)

    @method(LambdaBackend, name)
    def changed(self: Any, function_name: str, *args: Any, **more: Any) -> Any:
        asked = lookup.reference(function_name, self.account_id, self.region_name)
        answer = before(self, function_name, *args, **more)
        arn = Reference(asked.account, asked.region, asked.name).arn
        work.current().later(lambda activity: activity.changed(arn))
        return answer
