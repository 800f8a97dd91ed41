"""Names that AWS gives: account ids, event buses and rules, and their ARNs."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from components.foundation.errors import ComponentError

DEFAULT_BUS = "default"
"""The bus that every Region of every account has, on which AWS's own events arrive."""

BusName = Annotated[str, StringConstraints(pattern=r"^[/.\-_A-Za-z0-9]{1,256}$")]
RuleName = Annotated[str, StringConstraints(pattern=r"^[.\-_A-Za-z0-9]{1,64}$")]

_BUS_ARN = re.compile(r"arn:[a-z-]+:events:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):event-bus/(?P<name>.+)")


def _account_id(value: object) -> object:
    """YAML reads an account id without quotes as a number, and one that begins with 0 as octal or text."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not re.fullmatch(r"\d{12}", text):
        raise ComponentError("", f"{text!r} is no account id", "write its twelve digits in quotes")
    return text


AccountId = Annotated[str, BeforeValidator(_account_id)]
"""Twelve digits."""


def bus_of_arn(arn: str) -> tuple[str, str, str] | None:
    """Region, account and name of the bus that `arn` names; None when it is no bus's ARN."""
    found = _BUS_ARN.fullmatch(arn)
    return (found["region"], found["account"], found["name"]) if found else None
