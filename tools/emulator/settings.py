"""The configuration of one `aws` provider as the emulator understands it: account, Region, default tags.

Without a setting a provider works in the default account and Region. `assumeRoles` moves it to the account of the last
role's ARN; an `accessKey` of twelve digits names an account directly; `allowedAccountIds` and `forbiddenAccountIds` are
checked as the real provider does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.accounts import Place
from tools.emulator.gate import DEFAULT_ACCOUNT, DEFAULT_REGION
from tools.emulator.values import UNKNOWN, plain

_ROLE = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):role/")


@dataclass(frozen=True, slots=True)
class Settings:
    """What one provider resource says."""

    place: Place = field(default_factory=lambda: Place(DEFAULT_ACCOUNT, DEFAULT_REGION))
    default_tags: Mapping[str, str] = field(default_factory=dict)

    def at(self, region: Any) -> Place:
        """Where a resource with this `region` argument lives."""
        return Place(self.place.account, region) if isinstance(region, str) and region else self.place


def structured(config: Mapping[str, Any]) -> dict[str, Any]:
    """Provider configuration with nested values as values: the protocol sends them as JSON text."""
    return {name: _parsed(plain(value)) for name, value in config.items()}


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def settings(config: Mapping[str, Any], default_region: str = DEFAULT_REGION) -> Settings:
    """The settings that a configuration means. Raises ValueError where an account is not allowed."""
    values = structured(config)
    region = values.get("region")
    place = Place(_account(values), region if isinstance(region, str) and region else default_region)
    _refuse_account(values, place.account)
    tags = values.get("defaultTags")
    default_tags = tags.get("tags") if isinstance(tags, Mapping) else None
    known = {k: v for k, v in (default_tags or {}).items() if v is not UNKNOWN} if isinstance(default_tags, Mapping) else {}
    return Settings(place, known)


def _account(values: Mapping[str, Any]) -> str:
    roles = values.get("assumeRoles") or values.get("assumeRole") or []
    for role in reversed(roles if isinstance(roles, list) else [roles]):
        found = _ROLE.match(str(role.get("roleArn", ""))) if isinstance(role, Mapping) else None
        if found:
            return found.group(1)
    key = values.get("accessKey")
    return key if isinstance(key, str) and re.fullmatch(r"\d{12}", key) else DEFAULT_ACCOUNT


def _refuse_account(values: Mapping[str, Any], account: str) -> None:
    allowed, forbidden = values.get("allowedAccountIds"), values.get("forbiddenAccountIds")
    if isinstance(allowed, list) and allowed and account not in [str(item) for item in allowed]:
        raise ValueError(f"allowedAccountIds: account {account} is not among {', '.join(map(str, allowed))}")
    if isinstance(forbidden, list) and account in [str(item) for item in forbidden]:
        raise ValueError(f"forbiddenAccountIds: account {account} is forbidden")
