"""The policy configuration file, read as the engine reads it (`--policy-pack-config`), and the waiver file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from policies.pack.profiles import SETTINGS, ConfigurationError, Entry, Level, Settings, nearest, resolve
from policies.pack.rule import Rule
from policies.pack.waivers import Waivers, load

_LEVEL = "enforcementLevel"


def settings(rules: Iterable[Rule], file: Path | None, profile: str) -> Settings:
    """Levels and options from a configuration file and the command line. Raises ConfigurationError."""
    rules = tuple(rules)
    ids = {rule.id for rule in rules}
    entries: dict[str, Entry] = {}
    for name, content in (_read(file) if file else {}).items():
        entry = _entry(name, content)
        entries[name] = entry
        if name in ids and entry.level:  # The engine fills in levels that a file leaves out; a file does not.
            entries[f"rule:{name}"] = entry
            entries[name] = replace(entry, level=None)
    if profile:
        options = {**entries.get(SETTINGS, Entry()).options, "profile": profile}
        entries[SETTINGS] = Entry(None, options)
    return resolve(rules, entries)


def waivers(rules: Iterable[Rule], named: Path | None, beside: Path) -> Waivers:
    """The waivers of the file that is named, or of `beside` if there is such a file. Raises WaiverError."""
    if named is None and not beside.exists():
        return Waivers()
    return load(named or beside, [rule.id for rule in rules])


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: can't be read ({error.strerror}); mend the path") from None
    except ValueError as error:
        raise ConfigurationError(f"{file}: is not JSON ({error})") from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{file}: must be an object with rules as names; see docs/policies.md")
    return content


def _entry(name: str, content: object) -> Entry:
    if isinstance(content, str):
        return Entry(_level(name, content))
    if not isinstance(content, dict):
        raise ConfigurationError(f"{name}: must be a level or an object of options")
    options = {option: value for option, value in content.items() if option != _LEVEL}
    return Entry(_level(name, content[_LEVEL]) if _LEVEL in content else None, options)


def _level(name: str, text: object) -> Level:
    known = [level.value for level in Level]
    if text not in known:
        raise ConfigurationError(f"{name}: no level of this name; {nearest(str(text), known)}")
    return Level(text)
