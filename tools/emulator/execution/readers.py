"""Which functions read from which queues. Asked for each message that is sent, so it loads nothing."""

from __future__ import annotations

from typing import Any

DONE, DEAD = "embedded-done.", "embedded-dead."
"""What receipt handles begin with: of messages that a function read, and of those that go to the dead-letter queue."""
READERS: dict[tuple[str, str, str], Any] = {}
"""moto's mappings of queues, by account, Region and id. moto's resources are the process's, so this is too."""


def has_readers(queue_arn: str) -> bool:
    """Whether any function reads from a queue."""
    return any(mapping.event_source_arn == queue_arn for mapping in READERS.values())
