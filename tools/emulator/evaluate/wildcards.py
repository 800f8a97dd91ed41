"""Texts with `*` and `?`, and policy variables in them.

A policy's text is first marked: its wildcards become two characters that no policy can contain, while the values of
variables are put in as they are. So a `*` that came with a value, or was written `${*}`, stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ANY, ONE = "\ue000", "\ue001"
"""The marks of `*` and `?`; policies consist of characters up to U+00FF."""
_MARKED = str.maketrans({"*": ANY, "?": ONE})
_PLAIN = str.maketrans({ANY: "*", ONE: "?"})
_HARMLESS = str.maketrans({ANY: "\ufffd", ONE: "\ufffd"})
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"^(?P<key>[^,]+?)\s*,\s*'(?P<default>[^']*)'\s*$")
_ESCAPED = frozenset({"*", "?", "$"})
ARN_PARTS = 6


def marked(text: str) -> str:
    """A text whose wildcards are marked and that has no variables."""
    return text.translate(_HARMLESS).translate(_MARKED)


def filled(text: str, value_of: Callable[[str], str | None]) -> str | None:
    """A text with its variables filled in and its wildcards marked; None where a variable has neither value nor default."""
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        value = _value(found.group(1).strip(), value_of)
        if value is None:
            return None
        parts += [marked(text[end : found.start()]), value.translate(_HARMLESS)]
        end = found.end()
    return "".join([*parts, marked(text[end:])])


def _value(name: str, value_of: Callable[[str], str | None]) -> str | None:
    if name in _ESCAPED:
        return name
    with_default = _DEFAULT.match(name)
    if with_default is None:
        return value_of(name)
    found = value_of(with_default["key"])
    return with_default["default"] if found is None else found


def plain(pattern: str) -> str:
    """A marked text as it was, for comparisons that know no wildcards."""
    return pattern.translate(_PLAIN)


def matches(pattern: str, value: str) -> bool:
    """Whether a marked pattern covers a value. The time is bounded by the product of the two lengths."""
    at, back, tried = 0, -1, 0
    i = 0
    while i < len(value):
        if at < len(pattern) and pattern[at] == ANY:
            back, tried = at, i
            at += 1
        elif at < len(pattern) and pattern[at] in (ONE, value[i]):
            at, i = at + 1, i + 1
        elif back >= 0:
            # Let the last `*` take one character more.
            tried += 1
            at, i = back + 1, tried
        else:
            return False
    return all(mark == ANY for mark in pattern[at:])


def arn_matches(pattern: str, value: str) -> bool:
    """Whether a marked pattern covers an ARN: part by part, since a `*` goes beyond a colon in the last part only."""
    wanted = pattern.split(":", ARN_PARTS - 1)
    parts = value.split(":", len(wanted) - 1)
    return len(wanted) == len(parts) and all(map(matches, wanted, parts))
