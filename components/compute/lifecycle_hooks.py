"""Lifecycle hooks: hold an instance while it starts or goes.

A hook that is made after its group misses the first instances, and a group's own initial hooks can't be changed without
replacing the group. So each hook is made twice: initial, where later changes are ignored, and on its own under the same
name, which AWS takes as an update.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

import pulumi_aws as aws
from pydantic import Field, model_validator

from components.compute.routing import Slug
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.foundation.component import Component


class LifecycleHook(Args):
    """Hold an instance while it starts (`launching`) or goes (`terminating`), at most `timeout` seconds.

    Then `otherwise` decides: CONTINUE or ABANDON. `notify_arn` (an SNS topic or SQS queue) needs `role_arn`;
    without both, EventBridge tells.
    """

    name: Slug
    when: Literal["launching", "terminating"]
    timeout: Annotated[int, Field(ge=30, le=7200)] = 300
    otherwise: Literal["CONTINUE", "ABANDON"] = "ABANDON"
    notify_arn: Text | None = None
    role_arn: Text | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.notify_arn is None) != (self.role_arn is None):
            raise ComponentError(
                "role_arn", "notify_arn and role_arn belong together", "give both or neither"
            )
        return self

    @property
    def transition(self) -> str:
        """AWS's word for the moment."""
        return f"autoscaling:EC2_INSTANCE_{self.when.upper()}"


def initial_hook(hook: LifecycleHook) -> aws.autoscaling.GroupInitialLifecycleHookArgsDict:
    """The hook as a part of a new group."""
    return {
        "name": hook.name,
        "lifecycle_transition": hook.transition,
        "heartbeat_timeout": hook.timeout,
        "default_result": hook.otherwise,
        "notification_target_arn": hook.notify_arn,
        "role_arn": hook.role_arn,
    }


def create_hooks(owner: Component, hooks: Sequence[LifecycleHook], group: aws.autoscaling.Group) -> None:
    """The hooks on their own, as children of `owner`, so that they can change."""
    for hook in hooks:
        aws.autoscaling.LifecycleHook(
            owner.name_for("hook", hook.name),
            name=hook.name,
            autoscaling_group_name=group.name,
            lifecycle_transition=hook.transition,
            heartbeat_timeout=hook.timeout,
            default_result=hook.otherwise,
            notification_target_arn=hook.notify_arn,
            role_arn=hook.role_arn,
            region=owner.region,
            opts=owner.child(),
        )
