"""Names that fit: AWS limits lengths per service, and a cut name must stay unique."""

from __future__ import annotations

from hashlib import sha256

HASH_LENGTH = 6
AUTONAME_LENGTH = 8
"""What Pulumi's auto-naming appends to a logical name: a hyphen and seven random characters."""


def fit(name: str, limit: int) -> str:
    """`name` when it has at most `limit` characters, else its start and a hash of the whole.

    The same name always gives the same result. Raises `ValueError` when `limit` leaves no room for the hash.
    """
    if len(name) <= limit:
        return name
    room = limit - HASH_LENGTH - 1
    if room < 1:
        raise ValueError(f"{name!r} can't be cut to {limit} characters; allow at least {HASH_LENGTH + 2}")
    digest = sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    return f"{name[:room].rstrip('-')}-{digest}"
