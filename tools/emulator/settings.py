"""The configuration of one `aws` provider as the emulator understands it: account, Region, tags.

Without a setting a provider works in the default account and Region. `assumeRoles` moves it to the account of the last
role's ARN; an `accessKey` of twelve digits names an account directly; `allowedAccountIds` and `forbiddenAccountIds` are
checked as the real provider does. Profiles and credential files are never read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.accounts import Place
from tools.emulator.gate import DEFAULT_ACCOUNT, DEFAULT_REGION
from tools.emulator.tagging import TagRules
from tools.emulator.values import has_unknown, plain

_ROLE = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):role/.+")
_REGION = re.compile(r"^[a-z]{2,}(-[a-z]+)+-\d+$")
PLACING = ("region", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity", "accessKey")
"""The settings that decide where resources live. The others change how they are treated there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one provider resource says."""

    place: Place = field(default_factory=lambda: Place(DEFAULT_ACCOUNT, DEFAULT_REGION))
    tags: TagRules = field(default_factory=TagRules)

    @property
    def default_tags(self) -> Mapping[str, str]:
        """The tags that every resource of this provider gets."""
        return self.tags.defaults

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
    """The settings that a configuration means; what is unknown counts as not given.

    Raises ValueError, with the setting's path, where a value makes no sense or the account is not allowed.
    """
    values = {name: value for name, value in structured(config).items() if not has_unknown(value)}
    region = values.get("region") or default_region
    if not isinstance(region, str) or not _REGION.match(region):
        raise ValueError(f"region: {region!r} is not the name of a Region; it is one like us-east-1")
    place = Place(_account(values), region)
    _refuse_account(values, place.account)
    return Settings(place, _tag_rules(values))


def _tag_rules(values: Mapping[str, Any]) -> TagRules:
    ignored = _block(values, "ignoreTags")
    defaults = _block(values, "defaultTags").get("tags") or {}
    return TagRules(
        {str(key): str(value) for key, value in defaults.items() if value is not None},
        frozenset(map(str, ignored.get("keys") or ())),
        tuple(map(str, ignored.get("keyPrefixes") or ignored.get("key_prefixes") or ())),
    )


def _block(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    block = values.get(name) or {}
    if not isinstance(block, Mapping):
        # One kind of error for all that is wrong with a configuration.
        raise ValueError(f"{name}: an object is needed, as in {{tags: {{team: data}}}}")  # noqa: TRY004
    return block


def _account(values: Mapping[str, Any]) -> str:
    roles = (
        values.get("assumeRoles") or values.get("assumeRole") or values.get("assumeRoleWithWebIdentity") or []
    )
    found = [role for role in (roles if isinstance(roles, list) else [roles]) if isinstance(role, Mapping)]
    for index, role in reversed([*enumerate(found)]):
        # A dictionary of the program's keeps Python's spelling, because the SDK sends it as JSON.
        arn = role.get("roleArn") or role.get("role_arn")
        if not arn:
            continue
        match = _ROLE.match(str(arn))
        if match is None:
            raise ValueError(
                f"assumeRoles[{index}].roleArn: {arn!r} is not the ARN of a role;"
                " it is one like arn:aws:iam::222222222222:role/deployment"
            )
        return match.group(1)
    key = values.get("accessKey")
    return key if isinstance(key, str) and re.fullmatch(r"\d{12}", key) else DEFAULT_ACCOUNT


def _refuse_account(values: Mapping[str, Any], account: str) -> None:
    allowed, forbidden = values.get("allowedAccountIds"), values.get("forbiddenAccountIds")
    if isinstance(allowed, list) and allowed and account not in [str(item) for item in allowed]:
        raise ValueError(f"allowedAccountIds: account {account} is not among {', '.join(map(str, allowed))}")
    if isinstance(forbidden, list) and account in [str(item) for item in forbidden]:
        raise ValueError(f"forbiddenAccountIds: account {account} is forbidden")


def moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The settings whose change moves the provider to another account or Region; resources do not move with it.

    None where a new setting is not known yet: most turn out as they were.
    """
    if any(has_unknown(new.get(name)) for name in PLACING):
        return []
    if settings(old).place == settings(new).place:
        return []
    given_old, given_new = structured(old), structured(new)
    return [name for name in PLACING if given_old.get(name) != given_new.get(name)] or ["region"]
