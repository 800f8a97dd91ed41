"""ARNs and patterns of ARNs in policies: whose they are, how wide they are, whether two can mean the same thing."""

from __future__ import annotations

import re
from functools import lru_cache

_ACCOUNT = re.compile(r"\d{12}")
# Services whose ARNs end in a name, not in a kind and a name: `arn:aws:s3:::bucket/*` is one bucket's objects.
_UNTYPED = frozenset({"s3", "sns", "sqs", "execute-api"})
_STARS = frozenset("*#")
_PLAIN = re.compile(r"[^*?#]*")
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@lru_cache(maxsize=2048)
def account_of(value: str) -> str:
    """The account of a principal or resource: of `111111111111` or an ARN; nothing when it names none."""
    if _ACCOUNT.fullmatch(value):
        return value
    parts = value.split(":", 5)
    named = parts[0] == "arn" and len(parts) == 6 and _ACCOUNT.fullmatch(parts[4])
    return parts[4] if named else ""


def is_root(principal: str) -> bool:
    """Whether a principal is a whole account: its number, or `arn:aws:iam::...:root`."""
    return bool(_ACCOUNT.fullmatch(principal)) or principal.endswith(":root")


def is_wide(resource: str) -> bool:
    """Whether a resource pattern leaves nothing out of its kind: `*`, or `arn:aws:iam::111111111111:role/*`."""
    if not resource.startswith("arn:"):
        return bool(resource) and set(resource) <= {"*", "?"} and "*" in resource
    parts = resource.split(":", 5)
    name = parts[-1]
    if len(parts) < 6 or parts[2] not in _UNTYPED:
        name = re.split(r"[:/]", name, maxsplit=1)[-1]
    return bool(name) and set(name) <= set("*?:/") and "*" in name


@lru_cache(maxsize=8192)
def overlaps(first: str, second: str) -> bool:
    """Whether some text fits both patterns. `*` is any text, `?` a character, `#` any text without a slash.

    Of two ARNs each of the six parts is compared for itself, as IAM does. Policy variables such as
    `${aws:username}` count as any text.
    """
    left, right = (_VARIABLE.sub("*", text).lower() for text in (first, second))
    parts = left.split(":", 5), right.split(":", 5)
    if all(len(found) == 6 and found[0] == "arn" for found in parts):
        return all(_meet(*pair) for pair in zip(*parts, strict=True))
    return _meet(left, right)


def _meet(left: str, right: str) -> bool:
    """Whether two patterns have a text in common. Most pairs are told apart by how they begin."""
    if left == right or "*" in (left, right):
        return True
    if "#" in (left, right):
        return "/" not in left and "/" not in right
    start, other = _PLAIN.match(left), _PLAIN.match(right)
    if start and other:
        shorter = min(start.end(), other.end())
        if left[:shorter] != right[:shorter]:
            return False
    return _share_a_text(left, right)


def _share_a_text(left: str, right: str) -> bool:
    """The table of which beginnings of both patterns have a text in common, line by line."""
    reach = [True] + [False] * len(right)
    _skip_stars(reach, right)
    for item in left:
        step = [False] * (len(right) + 1)
        if item in _STARS:
            step[0] = reach[0]
        for index, other in enumerate(right):
            step[index + 1] = _meets(item, other, (reach[index], reach[index + 1], step[index]))
        _skip_stars(step, right)
        reach = step
    return reach[-1]


def _meets(item: str, other: str, reached: tuple[bool, bool, bool]) -> bool:
    """One cell: `reached` before both, before `item` only, and before `other` only."""
    both, before_item, before_other = reached
    if item in _STARS:
        return before_item or (before_other and _may_hold(item, other))
    if other in _STARS:
        return (before_item and _may_hold(other, item)) or before_other
    return both and (item == other or "?" in (item, other))


def _may_hold(star: str, char: str) -> bool:
    return star == "*" or char != "/"


def _skip_stars(reach: list[bool], pattern: str) -> None:
    for index, char in enumerate(pattern):
        if char in _STARS and reach[index]:
            reach[index + 1] = True
