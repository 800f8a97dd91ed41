"""The workflow that stops a database again, as data (Amazon States Language).

    RetrieveState -> Judge -+- stopped ---> TellStopped -> Stopped
         ^                  +- gone ------> TellGone ----> NothingToStop
         |                  +- too often -> TellGivenUp -> GivenUp (fails)
         |                  +- available -> Stop --+
         +-- Count <- Wait <-----------------------+- any other state
    every task: tried again; what still fails -> TellFailed -> Failed (fails)

Follows sources/002 lines 1965-2046. Differences: the document's two loops are one, with an end; each task is tried again
and has a time limit; somebody is told how it ended (there a Pass state with the result "World"); a database that can't be
stopped just now is looked at again later, and one that was deleted is no failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TASK_SECONDS = 60
MACHINE_SPARE_SECONDS = 900
"""What the tasks of an execution may take in all, besides its waits."""

# "Handle transient Lambda service exceptions" in the Step Functions guide, and throttling.
_TRANSIENT = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
]
_RETRY = [
    {
        "ErrorEquals": _TRANSIENT,
        "IntervalSeconds": 2,
        "MaxAttempts": 6,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    },
    {"ErrorEquals": ["NotStoppable"], "MaxAttempts": 0},
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 2, "BackoffRate": 2},
]
_WHAT = "The {} {} was started by AWS, because it had been stopped for seven days"


@dataclass(frozen=True)
class Parts:
    """What the workflow calls, and how long it has patience.

    `partition` of the ARNs; `state` and `stop` are the ARNs of the functions, `topic` that of the people's topic;
    `poll_seconds` between two looks, `max_polls` looks at most.
    """

    partition: str
    state: str
    stop: str
    topic: str
    poll_seconds: int
    max_polls: int

    @property
    def timeout_seconds(self) -> int:
        """When an execution is ended whatever it does: all waits, and some time for the tasks."""
        return self.max_polls * (self.poll_seconds + 5) + MACHINE_SPARE_SECONDS


def definition(parts: Parts) -> dict[str, Any]:
    """The state machine."""
    return {
        "Comment": "Stops a database again that AWS started after seven days",
        "StartAt": "RetrieveState",
        "TimeoutSeconds": parts.timeout_seconds,
        "States": {
            "RetrieveState": _call(
                parts, parts.state, Next="Judge", ResultSelector={"status.$": "$.Payload.status"}
            ),
            "Judge": _judge(parts.max_polls),
            "Stop": _stop(parts),
            "Wait": {"Type": "Wait", "Seconds": parts.poll_seconds, "Next": "Count"},
            "Count": {
                "Type": "Pass",
                "Parameters": {
                    "kind.$": "$.kind",
                    "id.$": "$.id",
                    "polls.$": "States.MathAdd($.polls, 1)",
                },
                "Next": "RetrieveState",
            },
            **_end(parts, "TellStopped", "Stopped", f"{_WHAT}. It is stopped again."),
            **_end(parts, "TellGone", "NothingToStop", f"{_WHAT}. It is gone: there is nothing to stop."),
            **_end(
                parts,
                "TellGivenUp",
                "GivenUp",
                f"{_WHAT}. IT STILL RUNS: it did not get stopped within {parts.max_polls} looks.",
                cause="The database did not become available, or not stopped, in time.",
            ),
            **_end(
                parts,
                "TellFailed",
                "Failed",
                f"{_WHAT}. IT MAY STILL RUN: the workflow that stops it has failed. See its executions.",
                cause="A task failed; the message before says on which database.",
            ),
        },
    }


def _judge(max_polls: int) -> dict[str, Any]:
    """What to do in which state; the first that fits counts."""
    return {
        "Type": "Choice",
        "Choices": [
            {"Variable": "$.found.status", "StringEquals": "stopped", "Next": "TellStopped"},
            {
                "Or": [
                    {"Variable": "$.found.status", "StringEquals": "gone"},
                    {"Variable": "$.found.status", "StringEquals": "deleting"},
                ],
                "Next": "TellGone",
            },
            {"Variable": "$.polls", "NumericGreaterThanEquals": max_polls, "Next": "TellGivenUp"},
            {"Variable": "$.found.status", "StringEquals": "available", "Next": "Stop"},
        ],
        "Default": "Wait",
    }


def _call(parts: Parts, function: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:{parts.partition}:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": {"kind.$": "$.kind", "id.$": "$.id"}},
        "TimeoutSeconds": TASK_SECONDS,
        "ResultPath": "$.found",
        "Retry": _RETRY,
        "Catch": [_failed()],
        **more,
    }


def _stop(parts: Parts) -> dict[str, Any]:
    later = {"ErrorEquals": ["NotStoppable"], "ResultPath": "$.refused", "Next": "Wait"}
    return {
        **_call(parts, parts.stop, Next="Wait", ResultSelector={"requested.$": "$.Payload.requested"}),
        "Catch": [later, _failed()],
    }


def _failed() -> dict[str, Any]:
    return {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "TellFailed"}


def _end(parts: Parts, tell: str, end: str, text: str, cause: str = "") -> dict[str, Any]:
    """Two states: people are told, and the execution ends, as a failure where there is a `cause`."""
    ending = {"Type": "Fail", "Error": end, "Cause": cause} if cause else {"Type": "Succeed"}
    return {
        tell: {
            "Type": "Task",
            "Resource": f"arn:{parts.partition}:states:::sns:publish",
            "Parameters": {
                "TopicArn": parts.topic,
                "Subject.$": f"States.Format('{end}: database {{}}', $.id)",
                "Message.$": f"States.Format('{text}', $.kind, $.id)",
            },
            "TimeoutSeconds": TASK_SECONDS,
            "ResultPath": "$.told",
            "Retry": [_RETRY[-1]],
            "Next": end,
        },
        end: ending,
    }
