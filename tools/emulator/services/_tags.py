"""How tags are written: the forms that AWS services share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.emulator.emulated import Call, Tagging
from tools.emulator.mapping import tag_list, tags_of


def ec2_tags(kind: str) -> Tagging:
    """EC2's tags: `TagSpecifications` of a resource kind (`subnet`) in the create call; `create_tags` later."""
    return Tagging(
        at_create=lambda tags: {"TagSpecifications": [{"ResourceType": kind, "Tags": tag_list(tags)}]},
        put=_put_ec2,
        remove=_remove_ec2,
    )


def _put_ec2(call: Call, tags: dict[str, str]) -> None:
    call.aws("ec2").create_tags(Resources=[call.id], Tags=tag_list(tags))


def _remove_ec2(call: Call, keys: list[str]) -> None:
    call.aws("ec2").delete_tags(Resources=[call.id], Tags=[{"Key": key} for key in keys])


def _read_ec2(call: Call) -> dict[str, str]:
    filters = [{"Name": "resource-id", "Values": [call.id]}]
    return tags_of(call.aws("ec2").describe_tags(Filters=filters)) or {}


EC2_TAGS_LATER = Tagging(
    at_create=None,
    put=_put_ec2,
    remove=_remove_ec2,
    read=_read_ec2,
)
"""EC2's tags for kinds whose create call takes none."""


def listed_tags(
    tag: str,
    untag: str,
    by: Callable[[Call], dict[str, Any]],
    *,
    tags: str = "Tags",
    keys: str = "TagKeys",
    key: str = "Key",
    value: str = "Value",
    at_create: bool = True,
    read: Callable[[Call], dict[str, str]] | None = None,
) -> Tagging:
    """Tags as a list of pairs: operations `tag` and `untag`, and `by`, the parameters that name the resource."""

    def put(call: Call, wanted: dict[str, str]) -> None:
        getattr(call.aws(), tag)(**by(call), **{tags: tag_list(wanted, key, value)})

    def remove(call: Call, gone: list[str]) -> None:
        getattr(call.aws(), untag)(**by(call), **{keys: gone})

    return Tagging(
        at_create=(lambda wanted: {tags: tag_list(wanted, key, value)}) if at_create else None,
        put=put,
        remove=remove,
        read=read,
    )


def mapped_tags(
    by: Callable[[Call], dict[str, Any]],
    *,
    tag: str = "tag_resource",
    untag: str = "untag_resource",
    tags: str = "tags",
    keys: str = "tagKeys",
    read: Callable[[Call], dict[str, str]] | None = None,
) -> Tagging:
    """Tags as a map: `{"team": "data"}`."""
    return Tagging(
        at_create=lambda wanted: {tags: wanted},
        put=lambda call, wanted: getattr(call.aws(), tag)(**by(call), **{tags: wanted}),
        remove=lambda call, gone: getattr(call.aws(), untag)(**by(call), **{keys: gone}),
        read=read,
    )
