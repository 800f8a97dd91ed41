"""Asynchronous invocations: tried again where they fail, then given to a destination or a dead-letter queue.

AWS waits one and two minutes before it tries again; here it is a fraction of a second. How often is tried is what the
function's event invoke configuration says, else twice again.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import LambdaClientError

from tools.emulator.execution import destinations, lookup
from tools.emulator.execution.invocation import Event, Outcome, invoke
from tools.emulator.execution.lookup import Reference
from tools.emulator.execution.pool import Throttled
from tools.emulator.execution.specification import Specification, python_runtime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.emulator.activity import Activity

log = logging.getLogger(__name__)
RETRIES = 2
RETRY_SECONDS = 0.2
THROTTLE_SECONDS = 0.2
THROTTLE_TRIES = 150
"""How often a throttled invocation is tried; AWS tries for hours."""


def deliver(asked: Reference, event: Event, attempt: int = 1, throttled: int = 0) -> functools.partial[None]:
    """A job that invokes a function with an event, and sees to what comes of it."""
    return functools.partial(_deliver, asked, event, attempt, throttled)


def _deliver(asked: Reference, event: Event, attempt: int, throttled: int, activity: Activity) -> None:
    try:
        with activity.state():
            specification, config = lookup.specification(asked), lookup.event_invoke_config(asked)
    except LambdaClientError as error:
        log.warning("an event for %s is dropped: %s", asked.arn, error.message)
        return
    if not python_runtime(specification.runtime):
        log.warning(
            "an event for %s is dropped: its runtime is %s", asked.arn, specification.runtime or "an image"
        )
        return
    try:
        outcome = invoke(activity, specification, event)
    except Throttled:
        if throttled < THROTTLE_TRIES and specification.reserved_concurrency != 0:
            activity.later(deliver(asked, event, attempt, throttled + 1), THROTTLE_SECONDS)
            return
        payload = json.dumps({"errorMessage": "Rate Exceeded.", "errorType": "TooManyRequestsException"})
        outcome, attempt = Outcome(payload, True, specification.version, event.request_id), RETRIES + 1
    retries = config.get("MaximumRetryAttempts")
    if outcome.failed and attempt <= (RETRIES if retries is None else int(retries)):
        activity.later(deliver(asked, event, attempt + 1), RETRY_SECONDS * attempt)
        return
    _conclude(activity, asked, specification, config, event, outcome, attempt)


def _conclude(
    activity: Activity,
    asked: Reference,
    specification: Specification,
    config: Mapping[str, Any],
    event: Event,
    outcome: Outcome,
    attempts: int,
) -> None:
    wanted = config.get("DestinationConfig") or {}
    target = (wanted.get("OnFailure" if outcome.failed else "OnSuccess") or {}).get("Destination")
    if target:
        destinations.send(
            activity,
            target,
            record(asked, specification, event, outcome, attempts),
            asked.account,
            outcome.failed,
        )
    if outcome.failed and specification.dead_letter_arn:
        message = json.loads(outcome.payload).get("errorMessage", "")
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": event.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": str(message)[:1024] or " "},
        }
        destinations.send_text(
            activity, specification.dead_letter_arn, event.payload, asked.account, attributes
        )


def record(
    asked: Reference, specification: Specification, event: Event, outcome: Outcome, attempts: int
) -> dict[str, Any]:
    """The record that a destination gets of an invocation."""
    context: dict[str, Any] = {"statusCode": 200, "executedVersion": specification.version}
    if outcome.failed:
        context["functionError"] = "Unhandled"
    return {
        "version": "1.0",
        "timestamp": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": asked.arn if asked.qualifier else f"{asked.arn}:{lookup.LATEST}",
            "condition": "RetriesExhausted" if outcome.failed else "Success",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(event.payload),
        "responseContext": context,
        "responsePayload": json.loads(outcome.payload),
    }
