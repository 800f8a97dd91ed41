"""`pulumirpc.Analyzer` over the analyzer: what the engine asks, in protocol messages.

Follows the stock server (`pulumi_policy.policy._PolicyAnalyzerServicer`, 1.21.0) in every field the engine
reads, with these differences: a resource is decoded once and only when a rule looks at its type; an unknown
value leaves one rule undecided and is reported as *not applicable* with its path (and summed up in one line
at the end) where the stock server writes an advisory a policy; a rule that fails by itself becomes an
advisory that names the rule, where the stock server ends the call. `Handshake` and `Cancel` are answered.
"""

# ruff: noqa: N802, ARG002  (the protocol names the methods and fixes their arguments)

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from policies.pack import remedy
from policies.pack.analyzer import Analyzer, Outcome
from policies.pack.announcement import LEVELS, SEVERITIES, rule_info, settings_info
from policies.pack.graph import Stack
from policies.pack.profiles import (
    SETTINGS,
    ConfigurationError,
    Entry,
    Level,
    resolve,
)
from policies.pack.resource import Place, Resource
from policies.pack.rule import Rule, Severity
from policies.pack.tokens import canonical
from policies.pack.values import Value, decode
from policies.pack.waivers import IN_ORDER, WaiverError, Waivers, load

# Where waivers stand when the configuration does not say: beside the pack, or where the environment says.
WAIVERS_FILE = "waivers.yaml"
WAIVERS_VARIABLE = "GROUNDPLAN_WAIVERS"
_LEVEL_OF = {number: level for level, number in LEVELS.items()}


class AnalyzerService(analyzer_pb2_grpc.AnalyzerServicer):
    """Serves one pack to one engine. Calls may come in parallel."""

    def __init__(
        self,
        rules: Iterable[Rule],
        name: str = "groundplan",
        version: str = "0.0.1",
        on_cancel: Callable[[], None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self._folder = folder
        self._analyzer = Analyzer((*rules, IN_ORDER))
        self._on_cancel = on_cancel
        self._lock = threading.Lock()
        self._undecided: dict[tuple[str, str], tuple[str, ...]] = {}
        self._inputs: dict[str, dict[str, Value]] = {}
        self._waived: set[tuple[str, str]] = set()

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
        policies = [settings_info(), *(rule_info(rule) for rule in self._analyzer.rules)]
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
            waivers = self._load_waivers(settings.waivers)
        except (ConfigurationError, WaiverError) as error:
            what = "waivers" if isinstance(error, WaiverError) else "policy configuration"
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{what}: {error}")
        self._analyzer = Analyzer(self._analyzer.rules, settings, waivers)
        return empty_pb2.Empty()

    def _load_waivers(self, named: str) -> Waivers:
        """The file of the configuration, of the environment, or `waivers.yaml` beside the pack if there is one."""
        folder = self._folder or Path.cwd()
        named = named or os.environ.get(WAIVERS_VARIABLE, "")
        path = folder / (named or WAIVERS_FILE)
        if not named and not path.exists():
            return Waivers()
        return load(path, [rule.id for rule in self._analyzer.rules])

    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """A new operation on a stack starts: what was left open before no longer counts."""
        with self._lock:
            self._undecided.clear()
            self._inputs.clear()
            self._waived.clear()
        self._analyzer.waivers.new_operation()
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
        response = self._answer([*self._analyzer.judge_stack(stack), *self._analyzer.judge_waivers(stack)])
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
        waived = self._analyzer.waivers.find
        rules = [
            rule
            for rule in self._analyzer.fixing(canonical(request.type))
            if not waived(rule.id, request.urn)
        ]
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
            elif verdict.violated and outcome.waiver:
                with self._lock:
                    self._waived.add((rule.id, outcome.urn))
                reason = f"waived by {outcome.waiver.owner} until {outcome.waiver.expires}: {outcome.waiver.reason}"
                response.not_applicable.append(
                    analyzer_pb2.PolicyNotApplicable(policy_name=rule.id, reason=reason)
                )
            elif verdict.violated:
                # What could not be changed stops the deployment; the stock server says it the same way.
                level = Level.MANDATORY if outcome.level is Level.REMEDIATE else outcome.level
                response.diagnostics.extend(
                    self._diagnostic(rule.id, rule.reason, str(finding), level, outcome.urn, rule.severity)
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
            left_open, waived = dict(self._undecided), sorted(self._waived)
        details = self._analyzer.settings.details
        lines = []
        if left_open:
            rules = Counter(rule for rule, _ in left_open)
            text = f"{len(left_open)} checks of {len(rules)} rules wait for values that are only known during `up`."
            hint = f' `"{SETTINGS}": {{"details": true}}` in the policy configuration lists them.'
            lines.append(text if details else text + hint)
        if details:
            lines += [
                f"{rule} on {urn.rpartition('::')[2]}: {', '.join(at)}"
                for (rule, urn), at in sorted(left_open.items())
            ]
        if waived:
            lines.append(f"{len(waived)} violations are waived.")
        if details:
            lines += [f"{rule} on {urn.rpartition('::')[2]}: waived" for rule, urn in waived]
        return "\n".join(lines)


def _placed(message: analyzer_pb2.AnalyzerResource, inputs: dict[str, Value] | None) -> Resource:
    place = Place(
        message.parent,
        tuple(message.dependencies),
        {name: tuple(found.urns) for name, found in message.propertyDependencies.items()},
    )
    properties = decode(message.properties)
    return Resource(canonical(message.type), message.name, message.urn, properties, place, inputs)
