"""Rules on the rights that functions and state machines need: what is missing fails at run time, not in `up`.

They judge what a role holds in the stack (`policies.pack.iam.holdings`). Where a policy is not known, or is one of
AWS's that is not in the table, the answer is left open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from policies.pack.document import matches
from policies.pack.graph import Stack
from policies.pack.iam import actions as published
from policies.pack.iam.holdings import Holdings, holdings
from policies.pack.iam.places import ROLE
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Value
from policies.pack.verdict import PASS, Verdict, undecided, violation

FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
MACHINE = "aws:sfn/stateMachine:StateMachine"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
TASK = "aws:ecs/taskDefinition:TaskDefinition"

_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
# What Lambda reads a source with, by the service in the source's ARN (Lambda developer guide, "Event source mappings").
_SOURCES: dict[str, tuple[str, ...]] = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "kafka": ("kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
}
_SOURCE_TYPES = {
    "aws:sqs/queue:Queue": "sqs",
    "aws:kinesis/stream:Stream": "kinesis",
    "aws:dynamodb/table:Table": "dynamodb",
    "aws:msk/cluster:Cluster": "kafka",
}
_TARGET_TYPES = {"aws:sqs/queue:Queue": "sqs:SendMessage", "aws:sns/topic:Topic": "sns:Publish"}
_TARGETS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}


def _needs(holder: Resource, stack: Stack, path: str, needed: Iterable[str], why: str) -> Verdict:
    """Judge whether the role that a property names holds the actions; a role of another stack is left alone."""
    verdict = PASS
    for role in stack.targets(holder, path, ROLE).sure:
        verdict &= _holds(holdings(role, stack), path, needed, why)
    return verdict


def _holds(held: Holdings, path: str, needed: Iterable[str], why: str) -> Verdict:
    answers = {action: held.allows(action) for action in needed}
    missing = [action for action, answer in answers.items() if answer is False]
    if missing:
        return violation(path, f"is a role without `{missing[0]}`, {why}", "Add it to the role's policy.")
    return undecided(path) if None in answers.values() else PASS


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.LOGGING)
def iam_workload_function_logs(function: Resource, stack: Stack) -> Verdict:
    """A function whose role may not write logs fails in silence."""
    return _needs(function, stack, "role", _LOGS, "so the function's logs are lost")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.RESILIENCE)
def iam_workload_function_network(function: Resource, stack: Stack) -> Verdict:
    """A function in a VPC can't be created unless its role may make network interfaces."""
    if not function.part("vpcConfig").get("subnetIds"):
        return PASS
    return _needs(function, stack, "role", _INTERFACES, "which a function in a VPC needs")


@rule(on=FUNCTION, severity=LOW, theme=Theme.LOGGING)
def iam_workload_function_traces(function: Resource, stack: Stack) -> Verdict:
    """Active tracing sends nothing unless the role may write traces."""
    if function.part("tracingConfig").text("mode") != "Active":
        return PASS
    return _needs(function, stack, "role", _TRACES, "so no trace arrives")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.RESILIENCE)
def iam_workload_function_dead_letters(function: Resource, stack: Stack) -> Verdict:
    """A dead-letter target that the role may not write to keeps nothing: the failed events are gone."""
    path = "deadLetterConfig.targetArn"
    needed = {action for token, action in _TARGET_TYPES.items() if stack.targets(function, path, token).sure}
    if not needed and function.known(path):
        service = (function.text(path).split(":") + [""] * 3)[2]
        needed = {_TARGETS[service]} if service in _TARGETS else set()
    return _needs(function, stack, "role", sorted(needed), "so failed events are lost")


@rule(on=MAPPING, severity=MEDIUM, theme=Theme.RESILIENCE)
def iam_workload_source_read(mapping: Resource, stack: Stack) -> Verdict:
    """Lambda reads a queue or stream with the function's role; without the rights it never gets an event."""
    verdict = PASS
    needed = _SOURCES.get(_source_service(mapping, stack), ())
    for function in stack.targets(mapping, "functionName", FUNCTION).sure if needed else ():
        for role in stack.targets(function, "role", ROLE).sure:
            verdict &= _holds(holdings(role, stack), "functionName", needed, "so no event arrives")
    return verdict


def _source_service(mapping: Resource, stack: Stack) -> str:
    for token, service in _SOURCE_TYPES.items():
        if stack.targets(mapping, "eventSourceArn", token).sure:
            return service
    arn = mapping.text("eventSourceArn") if mapping.known("eventSourceArn") else ""
    return (arn.split(":") + [""] * 3)[2]


# `arn:aws:states:::aws-sdk:dynamodb:getItem` and the optimised `arn:aws:states:::dynamodb:getItem`. Optimised ones
# that do more than their name says (`.sync` waits by polling) are asked for the named action only.
_SDK = re.compile(r"arn:aws[\w-]*:states:::(?:aws-sdk:)?([\w-]+):(\w+)(?:\.[\w:]+)?")
_OPTIMISED = {"lambda:invoke": "lambda:InvokeFunction", "sqs:sendMessage": "sqs:SendMessage"}


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def iam_workload_machine_tasks(machine: Resource, stack: Stack) -> Verdict:
    """Step Functions calls AWS with the machine's role: a task whose action it may not call fails when it runs."""
    try:
        definition = json.loads(machine.text("definition") or "null")
    except (ValueError, RecursionError):
        return PASS
    needed = sorted({name for task in _tasks(definition) if (name := _action_of(task))})
    return _needs(machine, stack, "roleArn", needed, "which a task of the machine calls")


@rule(on=MACHINE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_workload_machine_no_more(machine: Resource, stack: Stack) -> Verdict:
    """A machine's role needs the actions of its tasks; a wildcard is also everything that its definition can become."""
    verdict = PASS
    for role in stack.targets(machine, "roleArn", ROLE).sure:
        allowing = [item for found in holdings(role, stack).documents for item in found.allowing]
        if any(action == "*" or action.endswith(":*") for item in allowing for action in item.actions):
            remedy = "Name the actions of the machine's tasks."
            verdict &= violation("roleArn", "is a role with every action of a service", remedy)
    return verdict


def _tasks(value: Value, depth: int = 0) -> Iterator[str]:
    """The `Resource` of every task of a state machine, those in maps and branches too."""
    if depth > 40:
        return
    if isinstance(value, dict):
        resource = value.get("Resource")
        if value.get("Type") == "Task" and isinstance(resource, str):
            yield resource
        for inner in value.values():
            yield from _tasks(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _tasks(inner, depth + 1)


def _action_of(resource: str) -> str:
    """The IAM action that a task's resource needs; nothing when it is not one action of AWS's list."""
    if re.fullmatch(r"arn:aws[\w-]*:lambda:[\w-]*:\d*:function:.+", resource):
        return "lambda:InvokeFunction"
    found = _SDK.fullmatch(resource)
    if not found:
        return ""
    service, call = found.groups()
    named = _OPTIMISED.get(f"{service}:{call}", f"{service}:{call}")
    exact = published.expand(named)
    return str(exact[0]) if len(exact) == 1 else ""


_TASK_DENIED = (
    "sns:Subscribe",
    "sns:Unsubscribe",
    "sqs:CreateQueue",
    "sqs:SetQueueAttributes",
    "sqs:AddPermission",
)


@rule(on=TASK, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_workload_task_consumes(task: Resource, stack: Stack) -> Verdict:
    """A task consumes its queue; who may see which topic is decided outside it, by what starts the task."""
    verdict = PASS
    for role in stack.targets(task, "taskRoleArn", ROLE).sure:
        grants = holdings(role, stack).grants
        given = [action for action in _TASK_DENIED if grants.allows(action)]
        if given:
            remedy = "Leave queues and subscriptions to the function that reacts to the task's start."
            verdict &= violation("taskRoleArn", f"is a role that rewires messages (`{given[0]}`)", remedy)
    return verdict


# What S3 replicates with (S3 User Guide, "Setting up permissions for live replication").
_REPLICATION = (
    "s3:getreplicationconfiguration",
    "s3:listbucket",
    "s3:getobject*",
    "s3:replicate*",
    "s3:objectowneroverridetobucketowner",
    "s3:initiatereplication",
    "s3:putinventoryconfiguration",
    "kms:decrypt",
    "kms:encrypt",
    "kms:generatedatakey*",
)


@rule(on=REPLICATION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_workload_replication_minimal(replication: Resource, stack: Stack) -> Verdict:
    """The role that replicates reads every version of a bucket; it reads and writes these two buckets only."""
    verdict = PASS
    for role in stack.targets(replication, "role", ROLE).sure:
        allowing = [item for found in holdings(role, stack).documents for item in found.allowing]
        if any(item.every_resource or not all(map(_replicates, item.actions)) for item in allowing):
            remedy = "Allow the actions of replication on the two buckets' ARNs and their keys alone."
            verdict &= violation("role", "has more rights than replication needs", remedy)
    return verdict


def _replicates(action: str) -> bool:
    return any(matches(known, action.rstrip("*")) for known in _REPLICATION)
