"""Functions that read from queues: batches, partial failures, dead-letter queues.

    SendMessage ─▶ word is left ─▶ take a batch ─▶ invoke ─▶ DeleteMessageBatch
                                       ▲             │ failed
                                       └─── again ◀──┘ more than maxReceiveCount times ─▶ dead-letter queue

One batch of a mapping is handled at a time. A batch that failed is taken again after a fifth of a second where the queue has
a dead-letter queue, else after its visibility timeout, as AWS does always. The batching window is not waited for.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import LambdaClientError
from moto.sqs.models import sqs_backends

from tools.emulator.execution import lookup
from tools.emulator.execution.invocation import Event, Outcome, invoke
from tools.emulator.execution.pool import Throttled
from tools.emulator.execution.readers import DEAD, DONE, READERS
from tools.emulator.execution.specification import python_runtime
from tools.emulator.patterns import matches

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.2
PARTIAL = "ReportBatchItemFailures"


def look(account: str, region: str, queue: str) -> functools.partial[None]:
    """A job that hands what is in a queue to the functions that read from it."""
    return functools.partial(_look, account, region, queue)


def look_everywhere(activity: Activity) -> None:
    """After a start: hand over what the journal left in the queues."""
    with activity.state():
        places = {
            (account, region, mapping.event_source_arn.rsplit(":", 1)[-1])
            for (account, region, _), mapping in READERS.items()
        }
    for place in sorted(places):
        activity.later(look(*place))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Messages for one invocation, and those that were tried too often."""

    records: list[dict[str, Any]]
    dead: list[str]
    next_look: float | None
    """Seconds until a message can be read that can't be now."""


def _look(account: str, region: str, queue: str, activity: Activity) -> None:
    arn_end = f":{region}:{account}:{queue}"
    for key, mapping in list(READERS.items()):
        if key[:2] == (account, region) and mapping.event_source_arn.endswith(arn_end) and mapping.enabled:
            _drain(activity, account, region, queue, key[2])


_active: set[str] = set()
_asked: set[str] = set()
_guard = threading.Lock()


def _drain(activity: Activity, account: str, region: str, queue: str, uuid: str) -> None:
    """Hand over batch after batch, one at a time for a mapping."""
    with _guard:
        _asked.add(uuid)
        if uuid in _active:
            return
        _active.add(uuid)
    try:
        while True:
            with _guard:
                _asked.discard(uuid)
            while _one_batch(activity, account, region, queue, uuid):
                pass
            with _guard:
                if uuid not in _asked:
                    _active.discard(uuid)
                    return
    except BaseException:
        with _guard:
            _active.discard(uuid)
        raise


def _one_batch(activity: Activity, account: str, region: str, queue: str, uuid: str) -> bool:
    """Handle one batch; whether there may be more."""
    with activity.state():
        mapping = READERS.get((account, region, uuid))
        found = sqs_backends[account][region].queues.get(queue)
        if mapping is None or not mapping.enabled or found is None:
            return False
        batch = _take(found, mapping)
        patience = RETRY_SECONDS if found.redrive_policy else float(found.visibility_timeout or 30)
    client = activity.client("sqs", account, region)
    url = f"http://127.0.0.1/{account}/{queue}"
    for message in batch.dead:
        client.delete_message(QueueUrl=url, ReceiptHandle=f"{DEAD}{message}")
    if not batch.records:
        if batch.next_look is not None and not batch.dead:
            activity.later(look(account, region, queue), batch.next_look)
        return bool(batch.dead)
    wanted, unwanted = _filtered(batch.records, mapping.filter_criteria)
    failed = _invoked(activity, account, region, mapping, wanted) if wanted else set()
    done = [record["messageId"] for record in (*wanted, *unwanted) if record["messageId"] not in failed]
    for start in range(0, len(done), 10):
        entries = [
            {"Id": str(number), "ReceiptHandle": f"{DONE}{message}"}
            for number, message in enumerate(done[start : start + 10])
        ]
        client.delete_message_batch(QueueUrl=url, Entries=entries)
    if failed:
        with activity.state():
            _give_back(account, region, queue, failed, patience)
        activity.later(look(account, region, queue), patience)
    return bool(done)


def _take(queue: Any, mapping: Any) -> _Batch:
    """Receive messages of one of moto's queues, as its own ReceiveMessage would."""
    now = time.time()
    limit = int((queue.redrive_policy or {}).get("maxReceiveCount") or 0)
    records: list[dict[str, Any]] = []
    dead: list[str] = []
    waiting: list[float] = []
    held = set(queue.pending_message_groups)
    for message in queue._messages:  # noqa: SLF001 -- also those that can't be read yet
        hidden = max(message.visible_at, message.delayed_until) / 1000 - now
        if hidden > 0:
            waiting.append(hidden)
            if message.group_id:
                held.add(message.group_id)
            continue
        if queue.fifo_queue and message.group_id in held and message not in queue.pending_messages:
            continue
        if limit and message.approximate_receive_count >= limit:
            dead.append(message.id)
            continue
        if len(records) >= mapping.batch_size:
            break
        message.mark_received(visibility_timeout=int(queue.visibility_timeout or 30))
        message.receipt_handle = f"{DONE}{message.id}"
        queue.pending_messages.add(message)
        records.append(_record(message, queue))
    return _Batch(records, dead, min(waiting) if waiting else None)


def _record(message: Any, queue: Any) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
        "SequenceNumber": message.sequence_number,
    }
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {name: value for name, value in attributes.items() if value is not None},
        "messageAttributes": {
            name: _attribute(value) for name, value in (message.message_attributes or {}).items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """A message attribute as functions see it."""
    binary = value.get("BinaryValue")
    shown = {
        "stringValue": value.get("StringValue"),
        "binaryValue": binary.decode() if isinstance(binary, bytes) else binary,
        "dataType": value.get("DataType"),
    }
    return {
        **{name: one for name, one in shown.items() if one is not None},
        "stringListValues": [],
        "binaryListValues": [],
    }


def _filtered(
    records: Sequence[dict[str, Any]], criteria: Mapping[str, Any] | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records that a mapping's filters let through, and the others."""
    filters = [
        json.loads(one["Pattern"]) for one in (criteria or {}).get("Filters") or () if one.get("Pattern")
    ]
    if not filters:
        return [*records], []
    through = [record for record in records if any(matches(one, _seen(record)) for one in filters)]
    kept = {record["messageId"] for record in through}
    return through, [record for record in records if record["messageId"] not in kept]


def _seen(record: dict[str, Any]) -> dict[str, Any]:
    """A record as filters see it: a body that is JSON is looked into."""
    try:
        return {**record, "body": json.loads(record["body"])}
    except ValueError:
        return record


def _invoked(
    activity: Activity, account: str, region: str, mapping: Any, records: Sequence[dict[str, Any]]
) -> set[str]:
    """Invoke the function; the ids of the messages that it did not handle."""
    every = {str(record["messageId"]) for record in records}
    try:
        with activity.state():
            asked = lookup.reference(mapping.invoked, account, region)
            specification = lookup.specification(asked)
        if not python_runtime(specification.runtime):
            log.warning("%s does not run: its runtime is %s", asked.arn, specification.runtime)
            return every
        outcome = invoke(activity, specification, Event(json.dumps({"Records": [*records]}), asked.arn))
    except (LambdaClientError, Throttled) as error:
        log.warning("%s gets no messages of %s: %s", mapping.invoked, mapping.event_source_arn, error)
        return every
    if outcome.failed:
        return every
    return _reported(outcome, every) if PARTIAL in (mapping.function_response_types or ()) else set()


def _reported(outcome: Outcome, every: set[str]) -> set[str]:
    """The failures that a function reports; an answer that makes no sense is a failure of the whole batch."""
    answer = json.loads(outcome.payload)
    if not answer:
        return set()
    failures: Any = answer.get("batchItemFailures") if isinstance(answer, Mapping) else answer
    if not failures:
        return set()
    try:
        found = {str(failure["itemIdentifier"]) for failure in failures}
    except (TypeError, KeyError):
        return every
    return found if found.issubset(every) else every


def _give_back(account: str, region: str, queue: str, messages: set[str], seconds: float) -> None:
    found = sqs_backends[account][region].queues.get(queue)
    for message in found._messages if found is not None else ():  # noqa: SLF001 -- moto has no other way
        if message.id in messages:
            message.visible_at = (time.time() + seconds) * 1000 - 50
            found.pending_messages.discard(message)
