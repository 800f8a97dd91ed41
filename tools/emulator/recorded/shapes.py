"""Making up text of a given shape: `vpc-a01106c2` gives `vpc-` and hexadecimal digits, a UUID another UUID.

What is made up depends on a seed only: the same for one resource at any time, different for two.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator

_UUID = re.compile(
    r"(?P<prefix>(?:[a-z]+[-_])?)(?P<uuid>[0-9a-fA-Fx]{8}(-[0-9a-zA-Zx]{4,5}){3}-[0-9a-zA-Zx]{10,13})"
)
_PREFIXED = re.compile(r"(?P<prefix>(?:[a-zA-Z]{1,12}[-_])+)(?P<random>[0-9a-zA-Z]*\d[0-9a-zA-Z]*)")
_HEX = re.compile(r"[0-9a-f]+")
_SAMPLE_WORD = re.compile(
    r"example|sample|test|\bmy|^my|name|foo|bar|prod|simple|stateless|dev\b|some|yada|existing|custom|default"
    r"|tf-|^id$|[-_]id$",
    re.IGNORECASE,
)
EC2_DIGITS = 17
"""EC2's ids have 17 hexadecimal digits; the eight of older samples are history."""


def digits(seed: str, count: int, alphabet: str = "0123456789abcdef") -> str:
    """`count` characters of `alphabet`."""
    stream = _stream(seed)
    return "".join(alphabet[next(stream) % len(alphabet)] for _ in range(count))


def _stream(seed: str) -> Iterator[int]:
    block = 0
    while True:
        yield from hashlib.sha256(f"{block}:{seed}".encode()).digest()
        block += 1


def uuid(seed: str) -> str:
    """A random UUID (version 4)."""
    text = digits(seed, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:]}"


def is_random(text: str) -> bool:
    """Whether a sample looks like an id that a machine made up, rather than a name that a person chose."""
    if _UUID.fullmatch(text):
        return True
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is not None:
        return not _SAMPLE_WORD.search(prefixed["prefix"]) or len(prefixed["random"]) >= 8
    if _SAMPLE_WORD.search(text):
        return False
    letters, numbers = sum(c.isalpha() for c in text), sum(c.isdigit() for c in text)
    return text.isalnum() and (
        (numbers >= 2 and letters + numbers >= 4) or (text.isupper() and len(text) >= 9)
    )


def like(text: str, seed: str) -> str:
    """Another text of the shape of `text`: letters for letters, digits for digits, a fixed prefix kept."""
    whole = _UUID.fullmatch(text)
    if whole is not None:
        made = uuid(seed)
        return whole["prefix"] + (made.upper() if whole["uuid"].isupper() else made)
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is None:
        return _alike(text, seed)
    random = prefixed["random"]
    if _HEX.fullmatch(random) and len(random) in (8, 17):
        return prefixed["prefix"] + digits(seed, EC2_DIGITS)
    return prefixed["prefix"] + _alike(random, seed)


def _alike(text: str, seed: str) -> str:
    if text.isdigit():
        return "1" + digits(seed, max(len(text), 8) - 1, string.digits)
    if _HEX.fullmatch(text):
        return digits(seed, max(len(text), 8))
    alphabet = _alphabet(text)
    kept = {"-", "_", "."}
    wanted = text if len(text) >= 6 else text + "0" * (6 - len(text))
    made = iter(digits(seed, len(wanted), alphabet))
    return "".join(sign if sign in kept else next(made) for sign in wanted)


def _alphabet(text: str) -> str:
    letters = ""
    if any(sign.isupper() for sign in text):
        letters += string.ascii_uppercase
    if any(sign.islower() for sign in text):
        letters += string.ascii_lowercase
    return letters + (string.digits if any(sign.isdigit() for sign in text) or not letters else "")
