"""What the declarations of EC2 types share: filters, ARNs, the ids that the provider makes itself, differences of lists."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tools.emulator.emulated import Call


def filters(**values: str | Iterable[str]) -> list[dict[str, Any]]:
    """EC2's filters: `filters(vpc_id="vpc-1")`. An underscore stands for `-`; names with a dot go in with `**`."""
    found = []
    for name, value in values.items():
        wanted = [value] if isinstance(value, str) else list(value)
        found.append({"Name": name.replace("_", "-"), "Values": wanted})
    return found


def first(items: Iterable[Any]) -> Any:
    """The first item, or None."""
    return next(iter(items), None)


def with_arn(kind: str) -> Callable[[Call, Any], Mapping[str, Any]]:
    """A `Read.more` that gives the ARN and the owner of a kind of EC2 resource: `with_arn("internet-gateway")`."""
    return lambda call, _: owned(call, kind)


def owned(call: Call, kind: str) -> dict[str, Any]:
    """The ARN and the owner of an EC2 resource in the account of the call."""
    return {"arn": call.arn("ec2", f"{kind}/{call.id}"), "ownerId": call.place.account}


def string_hash(text: str) -> int:
    """The hash in ids that the provider makes itself: CRC-32, as Terraform's `create.StringHashcode`."""
    return zlib.crc32(text.encode())


def moved(old: Iterable[Any] | None, new: Iterable[Any] | None) -> tuple[list[Any], list[Any]]:
    """What of `old` is not in `new`, and what of `new` is not in `old`; each once, in order."""
    before, after = list(dict.fromkeys(old or [])), list(dict.fromkeys(new or []))
    return [item for item in before if item not in after], [item for item in after if item not in before]


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: neither null nor empty text nor an empty list."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def private_name(call: Call, address: str) -> str:
    """The name that a private address has inside of a VPC: `ip-10-0-0-1.ec2.internal`."""
    region = call.place.region
    inside = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{address.replace('.', '-')}.{inside}" if address else ""
