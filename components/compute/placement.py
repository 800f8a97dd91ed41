"""Where load balancers and groups stand: subnets that are known now, or that a network will have."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.foundation.args import Text

SubnetIds = pulumi.Output[Sequence[str]] | tuple[Text, ...]
"""Subnets as one output, or one by one."""


def together(subnet_ids: SubnetIds) -> pulumi.Output[Sequence[str]]:
    """The subnets as one output, whichever way they were given."""
    return pulumi.Output.all(*subnet_ids) if isinstance(subnet_ids, tuple) else subnet_ids
