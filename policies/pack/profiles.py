"""Levels: which rules stop a deployment, which only warn, and how a user says so.

A profile gives each severity a level. On top of it the policy configuration
(`pulumi up --policy-pack policies --policy-pack-config FILE`) may name, from weakest to strongest:

    "settings":           {"profile": "strict", "details": true, "waivers": "waivers.yaml"}
    "all":                "advisory"
    "severity:low":       "disabled"
    "theme:encryption-at-rest": "mandatory"
    "service:elbv2":      "advisory"
    "ec2-volume-encrypted": "remediate"

The engine fills in the level of every rule that the file does not name, so a rule counts as named when its
level differs from what the engine would have filled in; `"rule:ec2-volume-encrypted"` always counts.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from policies.pack.rule import Option, Rule, Severity, Theme

SETTINGS = "settings"
# The options of the whole pack, with their types and defaults.
PACK_OPTIONS: Mapping[str, object] = {"profile": "baseline", "details": False, "waivers": ""}


class Level(Enum):
    """What the engine does with a violation: nothing, warn, stop, or change the resource first."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"


_STOP, _WARN, _OFF = Level.MANDATORY, Level.ADVISORY, Level.DISABLED

# Severities in the order critical, high, medium, low.
PROFILES: Mapping[str, Mapping[Severity, Level]] = {
    "sandbox": dict(zip(Severity, (_WARN, _WARN, _WARN, _OFF), strict=True)),
    "baseline": dict(zip(Severity, (_STOP, _STOP, _WARN, _WARN), strict=True)),
    "production": dict(zip(Severity, (_STOP, _STOP, _STOP, _WARN), strict=True)),
    "strict": dict(zip(Severity, (_STOP, _STOP, _STOP, _STOP), strict=True)),
}
DEFAULT_PROFILE = "baseline"


class ConfigurationError(Exception):
    """The policy configuration is wrong; the message names the entry, the mistake and the nearest right one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the policy configuration: a level and the options beside it."""

    level: Level | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The outcome: the level of each rule, the arguments of each rule's options, and the pack's own options."""

    levels: Mapping[str, Level]
    arguments: Mapping[str, Mapping[str, object]]
    details: bool = False
    waivers: str = ""
    profile: str = DEFAULT_PROFILE


def default_level(rule: Rule, profile: str = DEFAULT_PROFILE) -> Level:
    """The level of a rule that the configuration does not name."""
    return PROFILES[profile][rule.severity]


def resolve(rules: Iterable[Rule], entries: Mapping[str, Entry] | None = None) -> Settings:
    """Work out every rule's level and options. Raises ConfigurationError for a name or value that is wrong."""
    rules = tuple(rules)
    entries = entries or {}
    _check_names(rules, entries)
    pack = entries.get(SETTINGS, Entry()).options
    profile = _profile(pack)
    everywhere = entries["all"].level if "all" in entries else None
    levels = {rule.id: _level(rule, entries, profile, everywhere) for rule in rules}
    given = {rule.id: arguments(rule, entries[rule.id].options) for rule in rules if rule.id in entries}
    return Settings(
        levels,
        {name: found for name, found in given.items() if found},
        details=pack.get("details") is True,
        waivers=str(pack.get("waivers", "")),
        profile=profile,
    )


def _level(rule: Rule, entries: Mapping[str, Entry], profile: str, everywhere: Level | None) -> Level:
    exact = entries.get(f"rule:{rule.id}")
    if exact and exact.level:
        return exact.level
    own = entries.get(rule.id)
    if own and own.level and own.level is not (everywhere or default_level(rule)):
        return own.level
    for group in (f"service:{rule.service}", f"theme:{rule.theme.value}", f"severity:{rule.severity.value}"):
        level = entries[group].level if group in entries else None
        if level:
            return level
    return everywhere or default_level(rule, profile)


def _profile(options: Mapping[str, object]) -> str:
    for name, value in options.items():
        if name not in PACK_OPTIONS:
            raise ConfigurationError(f"{SETTINGS}.{name}: no such option; {nearest(name, PACK_OPTIONS)}")
        wanted = type(PACK_OPTIONS[name])
        if type(value) is not wanted:
            raise ConfigurationError(f"{SETTINGS}.{name}: must be of type {wanted.__name__}")
    profile = options.get("profile", DEFAULT_PROFILE)
    if not isinstance(profile, str) or profile not in PROFILES:
        raise ConfigurationError(
            f"{SETTINGS}.profile: no profile of this name; {nearest(str(profile), PROFILES)}"
        )
    return profile


def _check_names(rules: tuple[Rule, ...], entries: Mapping[str, Entry]) -> None:
    known = {SETTINGS, "all", *(rule.id for rule in rules), *(f"rule:{rule.id}" for rule in rules)}
    known |= {f"severity:{severity.value}" for severity in Severity} | {
        f"theme:{theme.value}" for theme in Theme
    }
    known |= {f"service:{rule.service}" for rule in rules}
    for name in entries:
        if name not in known:
            raise ConfigurationError(
                f"{name}: no rule, theme, severity or service of this name; {nearest(name, known)}"
            )


def arguments(rule: Rule, options: Mapping[str, object]) -> dict[str, object]:
    """A rule's options from the configuration as the arguments of its function. Raises ConfigurationError."""
    known = {option.name: option for option in rule.options}
    found = {}
    for name, value in options.items():
        if name not in known:
            raise ConfigurationError(f"{rule.id}.{name}: the rule has no such option; {nearest(name, known)}")
        found[known[name].argument] = _typed(rule, known[name], value)
    return found


def _typed(rule: Rule, option: Option, value: object) -> object:
    if option.kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if option.kind is tuple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = tuple(value)
    if type(value) is not option.kind:
        wanted = "a list of texts" if option.kind is tuple else f"of type {option.kind.__name__}"
        raise ConfigurationError(f"{rule.id}.{option.name}: must be {wanted}")
    return value


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the name that was probably meant, or those there are."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    return (
        f"there is {', '.join(known)}" if 0 < len(known) < 12 else "`python -m policies.catalogue` lists them"
    )
