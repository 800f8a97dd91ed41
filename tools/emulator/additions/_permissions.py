"""Whether a resource's own policy lets an AWS service deliver to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.evaluate import Decision, MalformedPolicy, Policies, Request, decide, parse


def lets_in(
    policy: str | Mapping[str, Any] | None, service: str, action: str, resource: str, source: str
) -> bool:
    """Whether `service` (`sns.amazonaws.com`) may do `action` to `resource` on behalf of `source`, an ARN."""
    if not policy:
        return False
    try:
        document = parse(policy, "resource", "resource")
    except MalformedPolicy:
        return False
    context = {"aws:SourceArn": source, "aws:SourceAccount": source.split(":")[4]}
    found = decide(Request(service, action, resource, context), Policies(resource=[document]))
    return found.decision is Decision.ALLOWED


def function_policy(function: Any) -> dict[str, Any]:
    """The policy of one of moto's functions, empty where it has none."""
    statements = [
        {key: value for key, value in statement.items() if key in _STATEMENT}
        for statement in function.policy.statements
    ]
    return {"Version": "2012-10-17", "Statement": statements} if statements else {}


_STATEMENT = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})


def topic_policy(topic: Any) -> dict[str, Any]:
    """The policy of one of moto's topics."""
    return dict(json.loads(topic.policy))
