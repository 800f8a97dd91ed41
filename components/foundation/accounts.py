"""Account and organization ids, as settings give them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from components.foundation.errors import ComponentError


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
