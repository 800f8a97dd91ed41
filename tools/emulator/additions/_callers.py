"""Who makes the request that is being served, and whether a resource of another account lets them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tools.emulator import work
from tools.emulator.additions._grants import context_of
from tools.emulator.evaluate import Decision, Policies, Request, decide, parse

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


class Refused(JsonRESTError):  # type: ignore[misc]  # noqa: N818 -- moto has no types; it says what happened
    """AWS's answer to who has no right."""

    def __init__(self, principal: str, action: str, resource: str, explicit: bool) -> None:
        because = (
            "with an explicit deny in a resource-based policy"
            if explicit
            else f"because no resource-based policy allows the {action} action"
        )
        super().__init__(
            "AccessDeniedException",
            f"User: {principal} is not authorized to perform: {action} on resource: {resource} {because}",
        )


def require(
    principal: str,
    action: str,
    resource: str,
    policy: str | Mapping[str, Any] | None,
    owner: str,
    context: Mapping[str, Any],
) -> None:
    """Raise AWS's error where the policy of a resource of `owner` (an account) does not let `principal` do it.

    In the own account only a denial counts, since identity policies are not enforced.
    """
    policies = EVERYTHING
    if policy:
        policies = dataclasses.replace(policies, resource=[parse(policy, "resource", "resource")])
    known = {**known_of(principal), **context}
    found = decide(Request(principal, action, resource, known, owner=owner), policies)
    if found.decision is not Decision.ALLOWED:
        raise Refused(principal, action, resource, found.decision is Decision.EXPLICIT_DENY)
