"""What the pack tells the engine about its rules: levels, severities, options and tags, in protocol messages."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from policies.pack.profiles import DEFAULT_PROFILE, PROFILES, SETTINGS, Level, default_level
from policies.pack.rule import Option, Rule, Severity

LEVELS = {
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
    Level.DISABLED: analyzer_pb2.DISABLED,
    Level.REMEDIATE: analyzer_pb2.REMEDIATE,
}
SEVERITIES = {
    Severity.LOW: analyzer_pb2.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: analyzer_pb2.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}
_JSON_TYPES = {int: "integer", bool: "boolean", str: "string"}


def rule_info(rule: Rule) -> analyzer_pb2.PolicyInfo:
    """One rule as a policy of the pack."""
    info = analyzer_pb2.PolicyInfo(
        name=rule.id,
        displayName=rule.id,
        description=rule.reason,
        enforcementLevel=LEVELS[default_level(rule)],
        policy_type=analyzer_pb2.POLICY_TYPE_STACK if rule.over_stack else analyzer_pb2.POLICY_TYPE_RESOURCE,
        severity=SEVERITIES[rule.severity],
        tags=[f"theme:{rule.theme.value}", f"service:{rule.service}", *rule.same_as],
    )
    if rule.options:
        info.configSchema.properties.update({option.name: schema(option) for option in rule.options})
    return info


def schema(option: Option) -> dict[str, Any]:
    """The JSON schema of an option."""
    if option.kind is tuple:
        return {"type": "array", "items": {"type": "string"}, "default": list(_texts(option.default))}
    return {"type": _JSON_TYPES[option.kind], "default": option.default}


def _texts(default: object) -> tuple[str, ...]:
    return default if isinstance(default, tuple) else ()


def settings_info() -> analyzer_pb2.PolicyInfo:
    """The options of the whole pack, which the protocol only knows as those of a policy."""
    info = analyzer_pb2.PolicyInfo(
        name=SETTINGS,
        displayName=SETTINGS,
        description="Options of the whole pack; not a rule.",
        enforcementLevel=analyzer_pb2.ADVISORY,
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
    )
    info.configSchema.properties.update(
        {
            "profile": {"type": "string", "enum": list(PROFILES), "default": DEFAULT_PROFILE},
            "details": {"type": "boolean", "default": False},
            "waivers": {"type": "string", "default": ""},
        }
    )
    return info
