from __future__ import annotations

from collections.abc import Mapping

import pytest

from policies.pack.profiles import (
    PROFILES,
    SETTINGS,
    ConfigurationError,
    Entry,
    Level,
    default_level,
    resolve,
)
from policies.pack.rule import Severity
from policies.rules import all_rules

RULES = all_rules()
BY_ID = {rule.id: rule for rule in RULES}
LOW = "kms-key-deletion-window"
HIGH = "kms-key-rotation"


def filled(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the engine sends: every rule's entry, filled in from "all" or the announced default."""
    everywhere = entries["all"].level if "all" in entries else None
    sent = {rule.id: Entry(everywhere or default_level(rule)) for rule in RULES}
    for name, entry in entries.items():
        sent[name] = Entry(
            entry.level or (sent[name].level if name in sent else Level.ADVISORY), entry.options
        )
    return sent


def level(name: str, **entries: Level) -> Level:
    given = {key.replace("__", ":").replace("_", "-"): Entry(value) for key, value in entries.items()}
    return resolve(RULES, filled(given)).levels[name]


def test_baseline_stops_on_what_is_critical_or_high() -> None:
    levels = resolve(RULES).levels
    assert all(
        (levels[rule.id] is Level.MANDATORY) is (rule.severity in (Severity.CRITICAL, Severity.HIGH))
        for rule in RULES
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_is_one_setting(profile: str) -> None:
    entries = filled({SETTINGS: Entry(None, {"profile": profile})})
    levels = resolve(RULES, entries).levels
    assert all(levels[rule.id] is PROFILES[profile][rule.severity] for rule in RULES)


def test_strict_stops_everything_and_sandbox_nothing() -> None:
    assert set(PROFILES["strict"].values()) == {Level.MANDATORY}
    assert Level.MANDATORY not in PROFILES["sandbox"].values()


def test_groups_beat_all_and_rules_beat_groups() -> None:
    assert level(HIGH, all=Level.ADVISORY) is Level.ADVISORY
    assert level(HIGH, all=Level.ADVISORY, severity__high=Level.DISABLED) is Level.DISABLED
    assert (
        level(HIGH, severity__high=Level.DISABLED, theme__encryption_at_rest=Level.ADVISORY) is Level.ADVISORY
    )
    assert (
        level(HIGH, theme__encryption_at_rest=Level.ADVISORY, service__kms=Level.DISABLED) is Level.DISABLED
    )
    assert level(HIGH, service__kms=Level.DISABLED, kms_key_rotation=Level.REMEDIATE) is Level.REMEDIATE


def test_naming_a_rule_with_its_default_needs_the_prefix() -> None:
    assert level(HIGH, service__kms=Level.DISABLED, kms_key_rotation=Level.MANDATORY) is Level.DISABLED
    assert level(HIGH, service__kms=Level.DISABLED, rule__kms_key_rotation=Level.MANDATORY) is Level.MANDATORY


def test_options_are_typed() -> None:
    arguments = resolve(RULES, {LOW: Entry(Level.ADVISORY, {"minimumDays": 30.0})}).arguments
    assert arguments == {LOW: {"minimum_days": 30}}
    with pytest.raises(ConfigurationError, match=r"kms-key-deletion-window.minimumDays: must be of type int"):
        resolve(RULES, {LOW: Entry(Level.ADVISORY, {"minimumDays": "thirty"})})


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"kms-key-rotaton": Entry(Level.ADVISORY)}, "did you mean `kms-key-rotation`"),
        ({"severity:hgh": Entry(Level.ADVISORY)}, "did you mean `severity:high`"),
        ({"theme:networking": Entry(Level.ADVISORY)}, "did you mean `theme:network`"),
        ({LOW: Entry(Level.ADVISORY, {"minimalDays": 3})}, "did you mean `minimumDays`"),
        ({SETTINGS: Entry(None, {"profil": "strict"})}, "did you mean `profile`"),
        ({SETTINGS: Entry(None, {"profile": "stric"})}, "did you mean `strict`"),
        ({SETTINGS: Entry(None, {"profile": 7})}, "settings.profile: must be of type str"),
    ],
)
def test_a_typo_names_the_nearest_right_one(entries: dict[str, Entry], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolve(RULES, entries)
