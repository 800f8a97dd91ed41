"""`pulumirpc.Analyzer` over the analyzer: what the engine asks, in protocol messages.

Follows the stock server (`pulumi_policy.policy._PolicyAnalyzerServicer`, 1.21.0) in every field the engine
reads, with these differences: a resource is decoded once and only when a rule looks at its type; an unknown
value leaves one rule undecided and is reported as *not applicable* with its path (and summed up in one line
at the end) where the stock server writes an advisory a policy; a rule that fails by itself becomes an
advisory that names the rule, where the stock server ends the call. `Handshake` and `Cancel` are answered.
"""

# ruff: noqa: N802, ARG002  (the protocol names the methods and fixes their arguments)

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from policies.pack import remedy
from policies.pack.analyzer import Analyzer, Outcome
from policies.pack.graph import Stack
from policies.pack.profiles import (
    DEFAULT_PROFILE,
    PROFILES,
    SETTINGS,
    ConfigurationError,
    Entry,
    Level,
    default_level,
    resolve,
)
from policies.pack.resource import Place, Resource
from policies.pack.rule import Option, Rule, Severity
from policies.pack.tokens import canonical
from policies.pack.values import Value, decode

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
_LEVEL_OF = {number: level for level, number in LEVELS.items()}
_JSON_TYPES = {int: "integer", bool: "boolean", str: "string"}


class AnalyzerService(analyzer_pb2_grpc.AnalyzerServicer):
    """Serves one pack to one engine. Calls may come in parallel."""

    def __init__(
        self,
        rules: Iterable[Rule],
        name: str = "groundplan",
        version: str = "0.0.1",
        on_cancel: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self._analyzer = Analyzer(rules)
        self._on_cancel = on_cancel
        self._lock = threading.Lock()
        self._undecided: dict[tuple[str, str], tuple[str, ...]] = {}
        self._inputs: dict[str, dict[str, Value]] = {}

    def Handshake(
        self, request: analyzer_pb2.AnalyzerHandshakeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerHandshakeResponse:
        """The engine says hello; nothing of it is needed."""
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The pack's version."""
        return plugin_pb2.PluginInfo(version=self.version)

    def GetAnalyzerInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        """Name, version, and every rule with its level, options and metadata."""
        policies = [_settings_info(), *(_rule_info(rule) for rule in self._analyzer.rules)]
        return analyzer_pb2.AnalyzerInfo(
            name=self.name, version=self.version, supportsConfig=True, policies=policies
        )

    def Configure(
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Levels and options from the policy configuration; a wrong one is refused with its remedy."""
        entries = {
            name: Entry(_LEVEL_OF.get(entry.enforcementLevel), json_format.MessageToDict(entry.properties))
            for name, entry in request.policyConfig.items()
        }
        try:
            settings = resolve(self._analyzer.rules, entries)
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"policy configuration: {error}")
        self._analyzer = Analyzer(self._analyzer.rules, settings)
        return empty_pb2.Empty()

    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """A new operation on a stack starts: what was left open before no longer counts."""
        with self._lock:
            self._undecided.clear()
            self._inputs.clear()
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge one resource by its inputs."""
        token = canonical(request.type)
        remembers = self._analyzer.remembers(token)
        if not remembers and not self._analyzer.judges(token):
            return analyzer_pb2.AnalyzeResponse()
        properties = decode(request.properties)
        if remembers:
            with self._lock:
                self._inputs[request.urn] = properties
        resource = Resource(token, request.name, request.urn, properties)
        return self._answer(self._analyzer.judge(resource))

    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge the stack by its resources' outputs, and sum up what is undecided."""
        stack = Stack(_placed(resource, self._inputs.get(resource.urn)) for resource in request.resources)
        response = self._answer(self._analyzer.judge_stack(stack))
        summary = self._summary()
        if summary:
            response.diagnostics.append(
                self._diagnostic(SETTINGS, "Rules that could not decide.", summary, Level.ADVISORY)
            )
        return response

    def Remediate(
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Change the resource where a rule at level `remediate` has a fix and finds a violation."""
        response = analyzer_pb2.RemediateResponse()
        rules = self._analyzer.fixing(canonical(request.type))
        if rules:
            remedy.remediate(rules, request, response, self.name, self.version)
        return response

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End the server after this answer."""
        if self._on_cancel:
            self._on_cancel()
        return empty_pb2.Empty()

    def _answer(self, outcomes: list[Outcome]) -> analyzer_pb2.AnalyzeResponse:
        response = analyzer_pb2.AnalyzeResponse()
        for outcome in outcomes:
            rule, verdict = outcome.rule, outcome.verdict
            if outcome.broken:
                what = f"The rule itself failed ({outcome.broken}) and judged nothing; the other rules ran."
                response.diagnostics.append(
                    self._diagnostic(rule.id, rule.reason, what, Level.ADVISORY, outcome.urn)
                )
            elif verdict.violated:
                response.diagnostics.extend(
                    self._diagnostic(
                        rule.id, rule.reason, str(finding), outcome.level, outcome.urn, rule.severity
                    )
                    for finding in verdict.findings
                )
            else:
                with self._lock:
                    self._undecided[rule.id, outcome.urn] = verdict.unknown
                reason = f"undecided until `up`: {', '.join(verdict.unknown)}"
                response.not_applicable.append(
                    analyzer_pb2.PolicyNotApplicable(policy_name=rule.id, reason=reason)
                )
        return response

    def _diagnostic(
        self, name: str, reason: str, what: str, level: Level, urn: str = "", severity: Severity | None = None
    ) -> analyzer_pb2.AnalyzeDiagnostic:
        return analyzer_pb2.AnalyzeDiagnostic(
            policyName=name,
            policyPackName=self.name,
            policyPackVersion=self.version,
            description=reason,
            message=f"{reason}\n{what}",
            enforcementLevel=LEVELS[level],
            urn=urn,
            severity=SEVERITIES[severity] if severity else analyzer_pb2.POLICY_SEVERITY_UNSPECIFIED,
        )

    def _summary(self) -> str:
        with self._lock:
            left_open = dict(self._undecided)
        if not left_open:
            return ""
        rules = Counter(rule for rule, _ in left_open)
        text = (
            f"{len(left_open)} checks of {len(rules)} rules wait for values that are only known during `up`."
        )
        if not self._analyzer.settings.details:
            return f'{text} `"{SETTINGS}": {{"details": true}}` in the policy configuration lists them.'
        lines = [
            f"{rule} on {urn.rpartition('::')[2]}: {', '.join(at)}"
            for (rule, urn), at in sorted(left_open.items())
        ]
        return "\n".join([text, *lines])


def _placed(message: analyzer_pb2.AnalyzerResource, inputs: dict[str, Value] | None) -> Resource:
    place = Place(
        message.parent,
        tuple(message.dependencies),
        {name: tuple(found.urns) for name, found in message.propertyDependencies.items()},
    )
    properties = decode(message.properties)
    return Resource(canonical(message.type), message.name, message.urn, properties, place, inputs)


def _rule_info(rule: Rule) -> analyzer_pb2.PolicyInfo:
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
        info.configSchema.properties.update({option.name: _schema(option) for option in rule.options})
    return info


def _schema(option: Option) -> dict[str, Any]:
    return {"type": _JSON_TYPES[option.kind], "default": option.default}


def _settings_info() -> analyzer_pb2.PolicyInfo:
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
        }
    )
    return info
