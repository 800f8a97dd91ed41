"""What a user decides about `StopAutoStarted`."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.retention import RetentionDays
from components.serverless import FunctionNetwork

MAX_POLLS = 1500
"""Looks of one execution at most: each takes some twelve events of the 25,000 that Step Functions keeps of one."""

_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class StopAutoStartedArgs(Args):
    """Which databases are stopped again, how patiently, and who is told.

    `tag_key` and `tag_value`: the tag that a database must have, exactly so. `poll_seconds` between two looks at a
    database, `max_polls` looks at most; then people are told that it still runs. `notify_topic_arn`: a topic of your
    own for them (`notify_key_arn` is its key); None makes one. `notify_emails`: addresses that the topic made here
    writes to, each of which must confirm once. `clusters`: Aurora clusters too. `network`: private subnets for the
    functions, from which AWS's APIs can be reached; None leaves them outside a VPC, where they reach nothing but AWS's
    APIs.
    """

    tag_key: Annotated[str, Field(min_length=1, max_length=128)] = "auto-restart-protection"
    tag_value: Annotated[str, Field(max_length=256)] = "yes"
    poll_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    max_polls: Annotated[int, Field(ge=1, le=MAX_POLLS)] = 144
    notify_topic_arn: Text | None = None
    notify_key_arn: Text | None = None
    notify_emails: tuple[str, ...] = ()
    clusters: bool = True
    log_retention_days: RetentionDays = 365
    network: FunctionNetwork | None = None
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name in ("tag_key", "tag_value"):
            if not _TAG.fullmatch(getattr(self, name)):
                raise ComponentError(
                    name, "AWS refuses a character of it", "use letters, digits and .:/=+-@_"
                )
        if self.tag_key.lower().startswith("aws:"):
            raise ComponentError("tag_key", "keys that start with 'aws:' are AWS's own", "choose another key")
        for place, address in enumerate(self.notify_emails):
            if not _EMAIL.fullmatch(address):
                where = f"notify_emails[{place}]"
                raise ComponentError(where, f"{address!r} is no address", "write it like 'dba@example.com'")
        if self.notify_topic_arn is not None and self.notify_emails:
            problem = "belong to the topic that is made here"
            raise ComponentError("notify_emails", problem, "subscribe them to your own topic")
        if self.notify_key_arn is not None and self.notify_topic_arn is None:
            raise ComponentError("notify_key_arn", "is the key of notify_topic_arn", "give both or neither")
        return self
