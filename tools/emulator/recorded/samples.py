"""What the SDK's documentation says of a type's id: the samples of `pulumi import`, and the words around them.

Each type's documentation has a section like

    Using `pulumi import`, import Backup selection using the role plan_id and id separated by `|`. For example:
    $ pulumi import aws:backup/selection:Selection example abcd1234|efgh5678

The sample shows the shape of an id, the words say which properties it is made of.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from tools.emulator.schema import source

_SECTION = re.compile(r"^ +## Import\n(.*?)(?=^ +\"\"\"|^ +:param |^ +## )", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"\$ pulumi import (?P<token>\S+) \S+ (?P<id>.+)")
_USING = re.compile(
    r"\busing (?P<words>(?:(?!\busing )[^\n])*?)(?:\. For example|\.\s*$|:\s*$|\n)", re.MULTILINE
)
_SEPARATED = re.compile(
    r",?\s*(?:,\s*)?(?:\(?(?:all )?(?:separated|delimited|joined|combined)(?: with| by)?\b.*|with a .* separator.*)$"
)
_NAMED = {
    "comma": ",",
    "colon": ":",
    "slash": "/",
    "underscore": "_",
    "pipe": "|",
    "semicolon": ";",
    "hash": "#",
    "hyphen": "-",
    "dash": "-",
}
_MARK = re.compile(r"`([,:/_|;#-]|__)`")
_CODE = re.compile(r"`<?([A-Za-z][\w./:,|<>-]*)>?`")
_FORM = re.compile(r"delimited|separated|format|composite", re.IGNORECASE)
_PROSE = re.compile(r", and |, or |, | and | or ")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample id, the words for its parts (lowercase, `zone id`), and what the words say stands between them."""

    text: str
    words: tuple[str, ...]
    separator: str | None


@functools.lru_cache(maxsize=2048)
def sample(token: str) -> Sample | None:
    """The sample id of a type; None where its documentation has none."""
    section = _SECTION.search(source.text(source.file_of(token)))
    if section is None:
        return None
    found = [
        match["id"].strip().strip("\"'").strip()
        for match in _COMMAND.finditer(section[1])
        if match["token"] == token
    ]
    usable = [text for text in found if text and not set("<>[") & set(text)]
    if not usable:
        return None
    said = _USING.search(section[1])
    words, separator = _words(said["words"]) if said else ((), None)
    return Sample(usable[0], words, separator)


def _words(text: str) -> tuple[tuple[str, ...], str | None]:
    """The words for the parts of an id, and the separator that the text names."""
    mark = _MARK.search(text)
    separator = (
        mark[1]
        if mark
        else next((sign for name, sign in _NAMED.items() if re.search(rf"\b{name}", text)), None)
    )
    text = _SEPARATED.sub("", text)
    code = [name for name in _CODE.findall(text) if not re.match(r"[a-z0-9]+\.[A-Z]", name)]
    if len(code) == 1 and (joined := re.search(r"\w>?([,:|/;])<?\w", code[0])):
        return tuple(_plain(part) for part in re.split(r"[,:|/;]", code[0])), joined[1]
    if code:
        return tuple(_plain(name) for name in code), separator
    return tuple(
        _plain(part) for part in _PROSE.split(text) if part.strip() and not _FORM.search(part)
    ), separator


def _plain(word: str) -> str:
    """`the Hosted Zone ID` and `hosted_zone_id` are `hosted zone id`."""
    found = re.sub(r"[^a-z0-9]+", " ", word.lower()).strip()
    return re.sub(r"^(?:the|their|its|a|an|resource) ", "", found).replace("identifier", "id")
