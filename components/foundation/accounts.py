"""Account and organization ids as settings give them, and how a program reaches an account beside its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import pulumi
import pulumi_aws as aws
from pydantic import BeforeValidator, StringConstraints

from components.foundation.args import Args
from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.foundation.component import Component


def _account_id(value: object) -> object:
    """YAML reads an account id without quotes as a number, and one that begins with 0 as octal or text."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not re.fullmatch(r"\d{12}", text):
        raise ComponentError("", f"{text!r} is no account id", "write its twelve digits in quotes")
    return text


AccountId = Annotated[str, BeforeValidator(_account_id)]
"""Twelve digits."""

OrganizationId = Annotated[str, StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$")]
"""The id of an AWS organization: `o-` and 10 to 32 letters and digits."""


class AccountAccess(Args):
    """How another account is reached: the role that the program takes there."""

    role_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@/-]{1,64}$")] = (
        "OrganizationAccountAccessRole"
    )


def provider_in(owner: Component, account: str, access: AccountAccess) -> aws.Provider:
    """A provider that works in `account`, in the Region of `owner`; it refuses to work in any other account."""
    role = pulumi.Output.concat("arn:", owner.site.partition, ":iam::", account, ":role/", access.role_name)
    return aws.Provider(
        owner.name_for(account),
        region=owner.site.region,
        allowed_account_ids=[account],
        assume_roles=[{"role_arn": role, "session_name": owner.name[:64]}],
        opts=owner.child(),
    )
