"""Tags of RDS resources that moto does not know: by the resource's ARN, where moto keeps them in the resource itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Tag = Mapping[str, str]


class Labels:
    """The tags of one ARN, with the methods that moto calls on whatever has tags."""

    def __init__(self, backend: Any, arn: str) -> None:
        self._backend, self._arn = backend, arn

    def _kept(self) -> dict[str, dict[str, str]]:
        kept: dict[str, dict[str, str]] = self._backend.__dict__.setdefault("labels", {})
        return kept

    def get_tags(self) -> list[dict[str, str]]:
        """The tags in the form of the API."""
        return [{"Key": key, "Value": value} for key, value in self._kept().get(self._arn, {}).items()]

    def add_tags(self, tags: Iterable[Tag] | None) -> list[dict[str, str]]:
        """Put tags; those of the same key are replaced."""
        mine = self._kept().setdefault(self._arn, {})
        mine.update({tag["Key"]: tag["Value"] for tag in tags or ()})
        return self.get_tags()

    def remove_tags(self, keys: Iterable[str]) -> None:
        """Take tags away."""
        for key in keys:
            self._kept().get(self._arn, {}).pop(key, None)

    def forget(self) -> None:
        """Take all away: the resource is gone."""
        self._kept().pop(self._arn, None)
