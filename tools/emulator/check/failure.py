"""What is wrong with an input: where, what, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong with the inputs of a resource.

    `property_path` is the path of the value on the wire (`ingress[0].fromPort`), `reason` a sentence for people.
    """

    property_path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.property_path}: {self.reason}"
