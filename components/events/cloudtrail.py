"""Which API calls a rule takes: the CloudTrail rule that sources/004 line 289 describes and never shows.

Needs a trail that logs management events in the Region; calls that only read are not sent to EventBridge unless the rule's
state says so (`ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`), which no audit of changes needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.foundation.errors import ComponentError

DETAIL_TYPE = "AWS API Call via CloudTrail"
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
_CALL = re.compile(r"[A-Z][A-Za-z0-9]+")


GLOBAL_SERVICES = frozenset(
    {
        "account.amazonaws.com", "cloudfront.amazonaws.com", "iam.amazonaws.com", "organizations.amazonaws.com",
        "route53.amazonaws.com",
    }
)  # fmt: skip
"""Services without Regions: their calls are told in us-east-1 alone ("Viewing global service events", CloudTrail)."""
HOME_REGION = "us-east-1"


def check_told_in(region: str, calls: Mapping[str, Sequence[str]], path: str = "api_calls") -> None:
    """Raise `ComponentError` for services whose calls are never told in `region`."""
    for service in calls:
        if service in GLOBAL_SERVICES and region != HOME_REGION:
            problem = f"calls of {service} are told in {HOME_REGION} alone, not in {region}"
            raise ComponentError(f"{path}.{service}", problem, f"give them to a spoke in {HOME_REGION}")


def api_calls_pattern(calls: Mapping[str, Sequence[str]], path: str = "api_calls") -> dict[str, Any]:
    """The pattern for calls by service (`iam.amazonaws.com` -> `CreateUser`, ...; no names: all of its calls).

    Raises `ComponentError` for names that CloudTrail does not use.
    """
    if not calls:
        raise ComponentError(path, "names no service", "name one such as iam.amazonaws.com")
    branches: list[dict[str, Any]] = []
    for service, names in sorted(calls.items()):
        if not _SERVICE.fullmatch(service):
            problem = f"{service!r} is no event source of CloudTrail"
            raise ComponentError(f"{path}.{service}", problem, "write one such as iam.amazonaws.com")
        for name in names:
            if not _CALL.fullmatch(name):
                problem = f"{name!r} is no name of an API call"
                raise ComponentError(f"{path}.{service}", problem, "write one such as CreateUser")
        branches.append({"eventSource": [service], **({"eventName": sorted(names)} if names else {})})
    detail = branches[0] if len(branches) == 1 else {"$or": branches}
    return {"detail-type": [DETAIL_TYPE], "detail": detail}
