"""A store for kinds of EC2 resources that moto does not know: each resource is a dictionary in the form of the API."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.moto_api._internal import mock_random

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: the key of its id, what its ids begin with, and the error code for one that is not there."""

    id_key: str
    prefix: str
    missing: str
    filters: Mapping[str, str] | None = None
    """Filter names whose key is not the name itself in CamelCase."""

    def all(self, backend: Any) -> dict[str, Document]:
        """The resources of this kind in a Region of an account, by their ids."""
        stores: dict[str, dict[str, Document]] = backend.__dict__.setdefault("documents", {})
        return stores.setdefault(self.prefix, {})

    def add(self, backend: Any, fields: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> Document:
        """Make one. Its id is given, its tags are kept where moto keeps all tags."""
        made = f"{self.prefix}-0{mock_random.get_random_hex(16)}"
        document = {self.id_key: made, **{name: value for name, value in fields.items() if value is not None}}
        self.all(backend)[made] = document
        backend.create_tags([made], dict(tags or {}))
        return document

    def get(self, backend: Any, resource_id: str) -> Document:
        """One by its id. Raises the API's error where there is none."""
        found = self.all(backend).get(resource_id)
        if found is None:
            raise EC2ClientError(self.missing, f"The ID '{resource_id}' does not exist")
        return found

    def remove(self, backend: Any, resource_id: str) -> Document:
        """Take one away."""
        found = self.get(backend, resource_id)
        del self.all(backend)[resource_id]
        backend.tags.pop(resource_id, None)
        return found

    def shown(self, backend: Any, document: Document) -> Document:
        """One as the API shows it, with its tags."""
        tags = backend.tags.get(document[self.id_key]) or {}
        return {**document, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def described(
        self, backend: Any, ids: Collection[str] = (), filters: Mapping[str, Collection[str]] | None = None
    ) -> list[Document]:
        """Those with the ids, or all; only those that all filters let through."""
        found = [self.get(backend, one) for one in ids] if ids else list(self.all(backend).values())
        shown = [self.shown(backend, document) for document in found]
        asked = list((filters or {}).items())
        return [document for document in shown if all(self._matches(document, *wanted) for wanted in asked)]

    def _matches(self, document: Document, name: str, values: Collection[str]) -> bool:
        tags = {tag["Key"]: tag["Value"] for tag in document["Tags"]}
        if name.startswith("tag:"):
            return tags.get(name[4:]) in values
        if name == "tag-key":
            return any(key in values for key in tags)
        key = (self.filters or {}).get(name) or "".join(part.capitalize() for part in name.split("-"))
        there = document.get(key)
        return (str(there).lower() if isinstance(there, bool) else str(there)) in values


def tags_of(request: Any, kind: str) -> dict[str, str]:
    """The tags that a create request gives."""
    return dict(request._parse_tag_specification().get(kind, {}))  # noqa: SLF001 -- as moto's own methods do
