"""Tags.

To find those of one resource, moto matches patterns against the tags of all resources of the Region. It refuses ids of kinds
that it does not know.
"""

from __future__ import annotations

import re
from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.tags import TagBackend
from moto.ec2.responses import tags as responses
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from tools.emulator.additions import method

# The kinds that `_documents` keeps.
_NEW = re.compile(r"(ipam|vpcbpa-exclude|vpcec|pg)-[a-z0-9-]+$")


def _of(backend: Any, resource_id: str) -> list[dict[str, str]]:
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), "")
    tags = backend.tags.get(resource_id) or {}
    return [
        {"resource_id": resource_id, "key": key, "value": value, "resource_type": kind}
        for key, value in tags.items()
    ]


def install() -> None:
    """Look up the tags of a resource by its id, and let every kind of resource have some."""
    checked = responses.validate_resource_ids

    def validate_resource_ids(ids: list[str]) -> bool:
        strangers = [one for one in ids if _NEW.match(one)]
        return bool(strangers and len(strangers) == len(ids)) or bool(
            checked([i for i in ids if i not in strangers])
        )

    responses.validate_resource_ids = validate_resource_ids
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
