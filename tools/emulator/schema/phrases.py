"""What the documentation of a property says in words: its default, and whether a change replaces the
resource.

The SDK's files hold this only as prose. The phrases below are the ones that the prose uses; anything less
certain (a default that depends on another property, "may force") is left out, because a wrong fact is worse
than none.
"""

from __future__ import annotations

import re
from typing import Any

_REPLACES = re.compile(
    r"\b(?:chang\w+|modif\w+|updat\w+)\b(?P<subject>[^.\n]{0,60}?)\b"
    r"(?:(?:will )?(?:forces?|requires?|causes?|results? in|creates?|triggers?)\b[^.\n]{0,50}?"
    r"(?:\bnew (?:\w+ )?(?:resource|cluster|instance)|\breplac\w+|\bre-?creat\w+)|(?:will )?re-?creates?\b)"
    r"|\bforces? (?:a )?(?:new resource|replacement)\b"
    r"|\b(?:this|value|it) (?:cannot|can't|can not) be (?:changed|modified|updated) (?:after|once)\b"
    r"|^cannot be (?:changed|modified|updated) (?:after|once)\b",
    re.IGNORECASE | re.MULTILINE,
)
# Sentences that speak of some changes only, or of a block's other members.
_PARTLY = re.compile(
    r"\b(?:if|when|unless|enabling|disabling|decreas\w+|lower|between|from|exception|any diff|remove all"
    r"|some)\b",
    re.IGNORECASE,
)
_ALWAYS_WHEN = re.compile(r"\b(?:if|when) (?:changed|modified|updated)\b", re.IGNORECASE)

_VALUE = (
    r"(?:`\"?(?P<code>[^`\"]*)\"?`|\"(?P<quoted>[^\"]*)\"|"
    r"(?P<bare>true|false|-?\d+(?:\.\d+)?)\b(?![,.]\d)(?! ?[%\-\w/]))"
)
_DEFAULT = re.compile(
    r"(?:\bdefaults? (?:value )?(?:is|to|of)(?: be)?(?: set to)?|\bdefaults? ?(?:value)?:|\bdefault(?= [`\"])"
    r"|\bdefaulting to) ?" + _VALUE + r"(?P<rest>[^.\n]*)",
    re.IGNORECASE,
)
# What follows a default that holds in some cases only, or that is spoken of for another property.
_CONDITION = re.compile(
    r"^\)?,? ?(?:if (?!not (?:set|specified|provided|given)|omitted|unset|no value)"
    r"|when (?!not |omitted|unset)"
    r"|for |unless |in |on |or |and |with |\(|by )",
    re.IGNORECASE,
)
_SDK_DEFAULT = "Managed by Pulumi"


def replaces(doc: str) -> bool:
    """Whether the documentation says that any change of the property replaces the resource."""
    for match in _REPLACES.finditer(doc):
        start = max(doc.rfind(". ", 0, match.start()), doc.rfind("\n", 0, match.start())) + 1
        stops = [at for at in (doc.find(". ", match.end()), doc.find("\n", match.end())) if at >= 0]
        sentence = doc[start : min(stops, default=len(doc))]
        if not _PARTLY.search(_ALWAYS_WHEN.sub("", sentence)):
            return True
    return False


def default(doc: str, kind: str) -> Any:
    """The default that the documentation states, as a value of the property's kind; None when it states none.

    Only one unconditional default counts: two different ones in the same text mean that it depends.
    """
    if kind not in _CONVERT or "efault" not in doc:
        return None
    found = []
    for match in _DEFAULT.finditer(doc):
        if _CONDITION.match(match["rest"]):
            return None
        word = next(text for text in (match["code"], match["quoted"], match["bare"]) if text is not None)
        # The end of the sentence may stand inside the quotes: `defaults to "SimpleScaling."`
        found.append(word[:-1] if len(word) > 1 and word.endswith(".") else word)
    if len(set(found)) != 1:
        return None
    try:
        return _CONVERT[kind](found[0])
    except ValueError:
        return None


def _boolean(word: str) -> bool:
    if word.lower() not in ("true", "false"):
        raise ValueError(f"not a boolean: {word}")
    return word.lower() == "true"


def _string(word: str) -> str:
    if word == _SDK_DEFAULT or re.fullmatch(r"[\w./:*$@-]*", word):
        return word
    raise ValueError(f"prose rather than a value: {word}")


_CONVERT: dict[str, Any] = {
    "string": _string,
    "integer": int,
    "number": float,
    "boolean": _boolean,
}
