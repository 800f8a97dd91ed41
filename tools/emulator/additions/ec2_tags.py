"""Tags: to find those of one resource, moto matches patterns against the tags of all resources of the Region."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.tags import TagBackend
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from tools.emulator.additions import method


def _of(backend: Any, resource_id: str) -> list[dict[str, str]]:
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), "")
    tags = backend.tags.get(resource_id) or {}
    return [
        {"resource_id": resource_id, "key": key, "value": value, "resource_type": kind} for key, value in tags.items()
    ]


def install() -> None:
    """Look up the tags of a resource by its id."""
    searched = TagBackend.describe_tags

    @method(TaggedEC2Resource)
    def get_tags(self: Any) -> list[dict[str, str]]:
        return _of(self.ec2_backend, self.id) if self.id else []

    @method(TagBackend)
    def describe_tags(self: Any, filters: Any = None) -> list[dict[str, str]]:
        ids = (filters or {}).get("resource-id") or []
        if set(filters or {}) != {"resource-id"} or any("*" in one or "?" in one for one in ids):
            return list(searched(self, filters))
        return [tag for one in ids for tag in _of(self, one)]
