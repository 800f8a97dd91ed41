"""Who makes the request that is being served."""

from __future__ import annotations

from typing import Any

from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tools.emulator import work
from tools.emulator.additions._grants import context_of
from tools.emulator.evaluate import Policies, parse

EVERYTHING = Policies(
    [parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "everything", "none")]
)
"""Identity policies are not enforced, so every caller counts as one that has all rights in its own account."""


def caller(account: str, region: str) -> str:
    """The ARN of the role that a request is made with, else of its account."""
    partition = get_partition(region)
    key = work.current().caller
    role = sts_backends[account][partition].get_assumed_role_from_access_key(key) if key else None
    return str(role.role_arn) if role is not None else f"arn:{partition}:iam::{account}:root"


def known_of(principal: str) -> dict[str, Any]:
    """The condition keys that follow from who the caller is."""
    return context_of(principal)
