"""What an invocation leaves in CloudWatch Logs."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tools.emulator.execution.specification import JSON, Specification

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

TAIL = 4096
"""Bytes of the log that `LogType=Tail` brings back."""
BATCH_EVENTS, BATCH_BYTES = 5000, 900_000
"""What one `PutLogEvents` takes at most, with some room; each event counts 26 bytes more."""
Event = tuple[int, str]
"""Milliseconds since 1970, and the text."""


def start(specification: Specification, request_id: str) -> str:
    """The line that opens an invocation."""
    if specification.log_format == JSON:
        return _platform("start", requestId=request_id, version=specification.version)
    return f"START RequestId: {request_id} Version: {specification.version}"


def end(
    specification: Specification,
    request_id: str,
    milliseconds: float,
    memory: int,
    init: float | None,
    status: str,
) -> list[str]:
    """The lines that close an invocation."""
    billed = math.ceil(milliseconds + (init or 0.0))
    if specification.log_format == JSON:
        metrics: dict[str, Any] = {
            "durationMs": round(milliseconds, 3),
            "billedDurationMs": billed,
            "memorySizeMB": specification.memory,
            "maxMemoryUsedMB": memory,
        }
        if init is not None:
            metrics["initDurationMs"] = round(init, 3)
        return [_platform("report", requestId=request_id, status=status, metrics=metrics)]
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {milliseconds:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {specification.memory} MB",
        f"Max Memory Used: {memory} MB",
        *([] if init is None else [f"Init Duration: {init:.2f} ms"]),
        *([f"Status: {status}"] if status == "timeout" else []),
    ]
    return [f"END RequestId: {request_id}", "\t".join(parts) + "\t"]


def _platform(kind: str, **record: Any) -> str:
    return json.dumps({"type": f"platform.{kind}", "record": record})


def tail(events: Iterable[Event]) -> str:
    """The last 4 KB of a log, as `LogResult` has it."""
    whole = "".join(f"{text}\n" for _, text in events).encode()
    return base64.b64encode(whole[-TAIL:]).decode()


def batches(events: Sequence[Event]) -> list[list[Event]]:
    """The events in parts that `PutLogEvents` takes."""
    parts: list[list[Event]] = []
    size = 0
    for event in events:
        needed = len(event[1].encode()) + 26
        if not parts or len(parts[-1]) >= BATCH_EVENTS or size + needed > BATCH_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(event)
        size += needed
    return parts


def write(activity: Activity, specification: Specification, stream: str, events: Sequence[Event]) -> None:
    """Put events into the function's log group, which is made where it is missing."""
    client = activity.client("logs", specification.account, specification.region)
    for batch in batches(events):
        put = {
            "logGroupName": specification.log_group,
            "logStreamName": stream,
            "logEvents": [{"timestamp": moment, "message": text or " "} for moment, text in batch],
        }
        try:
            client.put_log_events(**put)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            _make(client, specification.log_group, stream)
            client.put_log_events(**put)


def _make(client: Any, group: str, stream: str) -> None:
    for make, names in (
        (client.create_log_group, {"logGroupName": group}),
        (client.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
    ):
        try:
            make(**names)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
