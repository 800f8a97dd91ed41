"""Where a rule sends events, and what each kind of target needs so that they arrive.

| kind | needs | made here |
|---|---|---|
| log_group | a log resource policy | yes, for this group and rule |
| sqs, sns | a policy of the queue or topic | yes, unless `policy` is false |
| lambda | a permission of the function | yes |
| step_functions, firehose, api_destination, bus, pipeline | a role | yes, with that one right on that one resource |

Follows "Event bus targets" and "Using IAM roles and resource-based policies for event buses" of the EventBridge User
Guide. Difference from sources/004 lines 315-336: a log group is permitted by a resource policy, a role does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError

Kind = Literal[
    "log_group", "sqs", "sns", "lambda", "step_functions", "firehose", "api_destination", "bus", "pipeline"
]

ROLE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "step_functions": ("states:StartExecution",),
    "firehose": ("firehose:PutRecord", "firehose:PutRecordBatch"),
    "api_destination": ("events:InvokeApiDestination",),
    "bus": ("events:PutEvents",),
    "pipeline": ("codepipeline:StartPipelineExecution",),
}
"""Kinds that EventBridge reaches with a role, and what the role may do."""

LOG_GROUP_PREFIX = "/aws/events/"
"""EventBridge writes only into log groups whose name begins so (as the console does)."""

MAX_ATTEMPTS = 185
MAX_AGE_SECONDS = 24 * 3600


class Retry(Args):
    """How long EventBridge tries: `attempts` (0-185) within `max_age_seconds` (60-86400)."""

    attempts: Annotated[int, Field(ge=0, le=MAX_ATTEMPTS)] = MAX_ATTEMPTS
    max_age_seconds: Annotated[int, Field(ge=60, le=MAX_AGE_SECONDS)] = MAX_AGE_SECONDS


class Transform(Args):
    """Rewrite the event: `paths` (name -> JSON path of the event), `template` with `<name>` in it.

    A template is JSON, or a text in quotes. `<aws.events.event>` and its kin are AWS's own names.
    """

    paths: dict[str, str] = Field(default_factory=dict, max_length=100)
    template: Annotated[str, Field(min_length=1, max_length=8192)]

    @model_validator(mode="after")
    def _names(self) -> Self:
        for name, path in self.paths.items():
            if name.startswith("AWS"):
                raise ComponentError(f"paths.{name}", "names that begin with AWS are AWS's own", "rename it")
            if not path.startswith("$"):
                raise ComponentError(f"paths.{name}", f"{path!r} is no JSON path", "begin it with '$.'")
            if f"<{name}>" not in self.template:
                raise ComponentError(f"paths.{name}", "the template does not use it", f"write <{name}> in it")
        return self


class Target(Args):
    """One target of a rule.

    `arn` of the target; for a log group, its ARN without `:*`. `queue_url`: for SQS with `policy`. At most one of
    `input` (sent instead of the event), `input_path` (a part of it) and `transform`. `message_group_id`: for FIFO queues.
    `role_arn`: a role of yours instead of a new one. `policy`: replace the queue's or topic's whole policy by one that
    lets this rule send; false leaves it alone (then permit `events.amazonaws.com` yourself).
    """

    kind: Kind
    arn: Text
    queue_url: Text | None = None
    input: Any = None
    input_path: str | None = None
    transform: Transform | None = None
    message_group_id: str | None = None
    retry: Retry = Retry()
    role_arn: Text | None = None
    policy: bool = True

    @model_validator(mode="after")
    def _possible(self) -> Self:
        given = [name for name in ("input", "input_path", "transform") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ComponentError(given[1], f"stands beside {given[0]}", "AWS takes one of them")
        if self.role_arn is not None and self.kind not in ROLE_ACTIONS:
            raise ComponentError("role_arn", f"a target of kind {self.kind} takes no role", "leave it out")
        if self.message_group_id is not None and self.kind != "sqs":
            raise ComponentError("message_group_id", "is for FIFO queues", "leave it out")
        if self.kind == "sqs" and self.policy and self.queue_url is None:
            raise ComponentError("queue_url", "is missing", "give it, or set policy to false")
        if self.kind == "log_group" and given and given != ["transform"]:
            problem = "a log group takes whole events, or a transform that gives timestamp and message"
            raise ComponentError(given[0], problem, "use a transform, or leave it out")
        return self

    @property
    def constant(self) -> str | None:
        """`input` as the JSON text that AWS takes."""
        return None if self.input is None else json.dumps(self.input, sort_keys=True)
