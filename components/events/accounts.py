"""Names of event buses and rules, and the ARNs of buses."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import StringConstraints

DEFAULT_BUS = "default"
"""The bus that every Region of every account has, on which AWS's own events arrive."""

BusName = Annotated[str, StringConstraints(pattern=r"^[/.\-_A-Za-z0-9]{1,256}$")]
RuleName = Annotated[str, StringConstraints(pattern=r"^[.\-_A-Za-z0-9]{1,64}$")]

_BUS_ARN = re.compile(r"arn:[a-z-]+:events:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):event-bus/(?P<name>.+)")


def bus_of_arn(arn: str) -> tuple[str, str, str] | None:
    """Region, account and name of the bus that `arn` names; None when it is no bus's ARN."""
    found = _BUS_ARN.fullmatch(arn)
    return (found["region"], found["account"], found["name"]) if found else None
