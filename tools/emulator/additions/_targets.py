"""Targets of EventBridge rules: whether the rule may deliver to them, and how it does.

A queue, a topic, a function and a log group decide by their own policy (for `events.amazonaws.com`, with the rule as
`aws:SourceArn`), unless the target names a role. A state machine, a stream and a bus of another Region need a role, that
EventBridge may assume and that has the right. A bus of another account needs its policy too.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.utils import unix_time_millis
from moto.events.models import events_backends
from moto.iam.exceptions import NoSuchEntity
from moto.moto_api._internal import mock_random
from moto.sqs.models import sqs_backends

from tools.emulator import work
from tools.emulator.additions import _api_destinations
from tools.emulator.additions._callers import EVERYTHING
from tools.emulator.additions._grants import backend_of, context_of, policies_of
from tools.emulator.additions._permissions import function_policy, lets_in, topic_policy
from tools.emulator.evaluate import Decision, Policies, Policy, Request, decide, parse

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

log = logging.getLogger(__name__)
EVENTS = "events.amazonaws.com"
Target = Mapping[str, Any]


class Failed(Exception):  # noqa: N818 -- it says what happened
    """A delivery that is refused for good. `code` is what the dead-letter queue is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _place(arn: str) -> tuple[str, str, str]:
    """Account, Region and the rest of an ARN."""
    _, _, _, region, account, rest = arn.split(":", 5)
    return account, region, rest


def _denied(action: str, arn: str, why: str) -> Failed:
    return Failed("NO_PERMISSIONS", f"EventBridge is not authorized to perform {action} on {arn}: {why}")


def _gone(arn: str) -> Failed:
    return Failed("NO_RESOURCE", f"{arn} does not exist")


# -- rights


def _require_role(
    rule: Any, target: Target, action: str, arn: str, resource: Policy | None = None, **context: Any
) -> None:
    """The target's role may be assumed by EventBridge and has the right; in another account that one allows it too."""
    role = target.get("RoleArn") or rule.role_arn
    if not role:
        raise _denied(action, arn, "the target has no role")
    try:
        policies = policies_of(role)
    except NoSuchEntity:
        raise _denied(action, arn, f"the role {role} does not exist") from None
    trust = backend_of(role).get_role(role.rsplit("/", 1)[-1]).assume_role_policy_document
    if not lets_in(trust, EVENTS, "sts:AssumeRole", role, rule.arn):
        raise _denied(action, arn, f"it may not assume the role {role}")
    if resource is not None:
        policies = dataclasses.replace(policies, resource=[resource])
    found = decide(Request(role, action, arn, {**context_of(role), **context}), policies)
    if found.decision is not Decision.ALLOWED:
        raise _denied(action, arn, f"the role {role} does not allow it")


def _require(
    rule: Any, target: Target, action: str, arn: str, policy: str | Mapping[str, Any] | None
) -> None:
    """The target's role, else the policy of the resource, allows the delivery."""
    if target.get("RoleArn"):
        document = parse(policy, "resource", "resource") if policy else None
        _require_role(rule, target, action, arn, document)
    elif not lets_in(policy, EVENTS, action, arn, rule.arn):
        raise _denied(action, arn, "its policy does not allow it")


# -- deliveries


def _queue(rule: Any, target: Target, text: str) -> None:
    arn = target["Arn"]
    account, region, name = _place(arn)
    backend = sqs_backends[account][region]
    queue = backend.queues.get(name)
    if queue is None:
        raise _gone(arn)
    _require(rule, target, "sqs:SendMessage", arn, queue.policy)
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    if queue.fifo_queue and queue.attributes.get("ContentBasedDeduplication") != "true":
        raise Failed("INVALID_PARAMETER", f"{arn} needs content-based deduplication")
    backend.send_message(name, text, group_id=group)


def _topic(rule: Any, target: Target, text: str) -> None:
    from moto.sns.models import sns_backends  # noqa: PLC0415 -- loaded where it is needed

    arn = target["Arn"]
    account, region, _ = _place(arn)
    topic = sns_backends[account][region].topics.get(arn)
    if topic is None:
        raise _gone(arn)
    _require(rule, target, "sns:Publish", arn, topic_policy(topic))
    topic.publish(text)


def _log_group(rule: Any, target: Target, text: str) -> None:
    from moto.logs.models import logs_backends  # noqa: PLC0415 -- loaded where it is needed

    arn = target["Arn"].removesuffix(":*")
    account, region, rest = _place(arn)
    name = rest.removeprefix("log-group:")
    backend = logs_backends[account][region]
    if name not in backend.groups:
        raise _gone(arn)
    stream = str(mock_random.uuid4())
    documents = [policy.policy_document for policy in backend.resource_policies.values()]
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not any(lets_in(one, EVENTS, action, f"{arn}:log-stream:{stream}", rule.arn) for one in documents):
            raise _denied(action, arn, "no resource policy of CloudWatch Logs allows it")
    backend.create_log_stream(name, stream)
    backend.put_log_events(name, stream, [{"timestamp": unix_time_millis(), "message": _message(text)}])


def _message(text: str) -> str:
    """What a log group gets: a template may give `{"timestamp": ..., "message": ...}`."""
    try:
        fields = json.loads(text)
    except ValueError:
        return text
    if isinstance(fields, dict) and fields.keys() <= {"timestamp", "message"} and "message" in fields:
        return str(fields["message"])
    return text


def _function(rule: Any, target: Target, text: str) -> None:
    from moto.awslambda.exceptions import LambdaClientError  # noqa: PLC0415 -- loaded where it is needed

    from tools.emulator.execution import asynchronous, lookup  # noqa: PLC0415 -- as above
    from tools.emulator.execution.invocation import Event  # noqa: PLC0415 -- as above

    account, region, _ = _place(target["Arn"])
    try:
        asked = lookup.reference(target["Arn"], account, region)
        function = lookup.function_of(asked)
    except LambdaClientError:
        raise _gone(target["Arn"]) from None
    _require(rule, target, "lambda:InvokeFunction", asked.arn, function_policy(function))
    work.current().later(asynchronous.deliver(asked, Event(text, asked.arn)))


def _state_machine(rule: Any, target: Target, text: str) -> None:
    from moto.stepfunctions.models import stepfunctions_backends  # noqa: PLC0415 -- loaded where it is needed

    arn = target["Arn"]
    account, region, _ = _place(arn)
    if not any(one.arn == arn for one in stepfunctions_backends[account][region].state_machines):
        raise _gone(arn)
    _require_role(rule, target, "states:StartExecution", arn)

    def start(activity: Activity) -> None:
        try:
            activity.client("stepfunctions", account, region).start_execution(stateMachineArn=arn, input=text)
        except ClientError as error:
            log.warning("rule %s can't start %s: %s", rule.arn, arn, error)

    work.current().later(start)


def _stream(rule: Any, target: Target, text: str) -> None:
    from moto.kinesis.models import kinesis_backends  # noqa: PLC0415 -- loaded where it is needed

    arn = target["Arn"]
    account, region, rest = _place(arn)
    _require_role(rule, target, "kinesis:PutRecord", arn)
    data = base64.b64encode(text.encode()).decode()
    key = str(mock_random.uuid4())
    _called(
        arn,
        lambda: kinesis_backends[account][region].put_record(
            arn, rest.removeprefix("stream/"), key, "", data
        ),
    )


def _delivery_stream(rule: Any, target: Target, text: str) -> None:
    from moto.firehose.models import firehose_backends  # noqa: PLC0415 -- loaded where it is needed

    arn = target["Arn"]
    account, region, rest = _place(arn)
    _require_role(rule, target, "firehose:PutRecord", arn)
    record = {"Data": text.encode()}
    name = rest.removeprefix("deliverystream/")
    _called(arn, lambda: firehose_backends[account][region].put_record(name, record))


def _called(arn: str, call: Callable[[], Any]) -> None:
    try:
        call()
    except (JsonRESTError, ServiceException) as error:
        raise Failed("NO_RESOURCE", f"{arn}: {error}") from None


def _bus(rule: Any, target: Target, text: str) -> None:
    """Whether the event may go on to another bus; `events_delivery` takes it there."""
    arn = target["Arn"]
    account, region, rest = _place(arn)
    bus = events_backends[account][region].event_buses.get(rest.removeprefix("event-bus/"))
    if bus is None:
        raise _gone(arn)
    event = json.loads(text)
    context = {"events:source": event["source"], "events:detail-type": event["detail-type"]}
    document = parse(bus.policy, "bus", "resource") if bus.policy else None
    if target.get("RoleArn"):
        _require_role(rule, target, "events:PutEvents", arn, document, **context)
        return
    if region != rule.region_name:
        raise _denied("events:PutEvents", arn, "a bus of another Region needs a role")
    root = f"arn:{arn.split(':')[1]}:iam::{rule.account_id}:root"
    policies = Policies(EVERYTHING.identity, resource=[document] if document else [])
    found = decide(Request(root, "events:PutEvents", arn, {**context_of(root), **context}), policies)
    if found.decision is not Decision.ALLOWED:
        raise _denied("events:PutEvents", arn, "its policy does not allow it")


def to_api_destination(rule: Any, target: Target, text: str, event: Mapping[str, Any]) -> None:
    """Deliver in the background; where that fails the event goes to the dead-letter queue."""
    arn = target["Arn"]
    destination = _api_destinations.destination_of(arn)
    if destination is None:
        raise _gone(arn)
    _require_role(rule, target, "events:InvokeApiDestination", arn)
    if not _api_destinations.is_local(destination.invocation_endpoint):
        reason = f"{destination.invocation_endpoint}: the embedded AWS reaches 127.0.0.1 only"
        raise Failed("SDK_CLIENT_ERROR", reason)
    request = _api_destinations.request_for(destination, target, text)

    def failed(activity: Activity, reason: str, retries: int) -> None:
        log.warning("rule %s can't deliver to %s: %s", rule.arn, arn, reason)
        with activity.state():
            queue = _open_dead_letter_queue(rule, target)
        if queue is None:
            return
        told = _told(rule, target, Failed("SDK_CLIENT_ERROR", reason), retries)
        account, region, name = _place(target["DeadLetterConfig"]["Arn"])
        client = activity.client("sqs", account, region)
        url = f"http://127.0.0.1/{account}/{name}"
        client.send_message(QueueUrl=url, MessageBody=json.dumps(event), MessageAttributes=told)

    work.current().later(_api_destinations.job(request, target, failed))


DELIVERIES: dict[str, Callable[[Any, Target, str], None]] = {
    "event-bus": _bus,
    "firehose": _delivery_stream,
    "kinesis": _stream,
    "lambda": _function,
    "logs": _log_group,
    "sns": _topic,
    "sqs": _queue,
    "states": _state_machine,
}
"""How to deliver, by the service in the target's ARN."""


def dead_letter(rule: Any, target: Target, event: Mapping[str, Any], failure: Failed) -> None:
    """Keep an event that could not be delivered in the target's dead-letter queue, if it has one that lets it in."""
    queue = _open_dead_letter_queue(rule, target)
    if queue is not None:
        backend = sqs_backends[queue.account_id][queue.region]
        backend.send_message(queue.name, json.dumps(event), message_attributes=_told(rule, target, failure))


def _open_dead_letter_queue(rule: Any, target: Target) -> Any | None:
    arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not arn:
        return None
    account, region, name = _place(arn)
    queue = sqs_backends[account][region].queues.get(name)
    if queue is None or not lets_in(queue.policy, EVENTS, "sqs:SendMessage", arn, rule.arn):
        log.warning("rule %s can't use the dead-letter queue %s", rule.arn, arn)
        return None
    return queue


def _told(rule: Any, target: Target, failure: Failed, retries: int = 0) -> dict[str, dict[str, str]]:
    """The attributes of a message in a dead-letter queue."""
    told = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": str(failure),
        "RETRY_ATTEMPTS": str(retries),
        **({"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts"} if retries else {}),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
