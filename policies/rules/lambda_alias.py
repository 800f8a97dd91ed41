"""Rules over the stack on what calls a function that has an alias: the alias, not whatever was uploaded last.

Follows `sources/001...` lines 3853-3869: aliases make what triggers a function stable, and a new version can take its
traffic step by step. Only functions to which the program gives an alias are judged.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
# What calls or lets call a function, where it names the function, and where it may name the alias apart.
_CALLERS = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("functionName", ""),
    "aws:lambda/permission:Permission": ("function", "qualifier"),
    "aws:lambda/functionUrl:FunctionUrl": ("functionName", "qualifier"),
    "aws:apigateway/integration:Integration": ("uri", ""),
    "aws:apigatewayv2/integration:Integration": ("integrationUri", ""),
    "aws:cloudwatch/eventTarget:EventTarget": ("arn", ""),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint", ""),
    "aws:s3/bucketNotification:BucketNotification": ("lambdaFunctions.lambdaFunctionArn", ""),
}


@rule(on=tuple(_CALLERS), severity=MEDIUM, theme=Theme.RESILIENCE)
def lambda_alias_called(caller: Resource, stack: Stack) -> Verdict:
    """Who calls past the alias gets each new version at once, untested, and can't be turned back with it."""
    path, qualifier = _CALLERS[caller.type]
    if qualifier and (not caller.known(qualifier) or caller.text(qualifier) not in ("", "$LATEST")):
        return PASS
    aliased = [
        function
        for function in stack.targets(caller, path, FUNCTION).sure
        if stack.referring(function, ALIAS, "functionName").sure
    ]
    remedy = "Name the alias: `alias.arn`, `alias.invoke_arn`, or `qualifier=alias.name`."
    return every(aliased[:1], lambda _: violation(path, "is a function and not its alias", remedy))
