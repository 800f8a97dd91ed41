"""Rules on canaries of CloudWatch Synthetics; follows `sources/004...` lines 2855-2899 (an alarm on each canary)."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation

CANARY = "aws:synthetics/canary:Canary"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@rule(on=CANARY, severity=LOW, theme=Theme.LOGGING)
def synthetics_canary_alarmed(canary: Resource, stack: Stack) -> Verdict:
    """A canary that fails tells nobody: the alarm on its success does."""
    unknown: NotKnownError | None = None
    for alarm in stack.by_type(ALARM):
        try:
            if alarm.text("namespace") == "CloudWatchSynthetics" and _is_about(alarm, canary):
                return PASS
        except NotKnownError as error:
            unknown = unknown or error
    if unknown:
        raise unknown
    remedy = (
        'Add an `aws.cloudwatch.MetricAlarm` on `namespace="CloudWatchSynthetics"` with this canary\'s name.'
    )
    return violation("alarm", "is missing for this canary", remedy)


def _is_about(alarm: Resource, canary: Resource) -> bool:
    """Whether an alarm names the canary; a name that both are given, or the engine's note of what it was made from."""
    if canary.urn in alarm.place.property_dependencies.get("dimensions", ()):
        return True
    return alarm.text("dimensions.CanaryName") == canary.text("name")


@rule(on=CANARY, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def synthetics_canary_artifacts_customer_key(canary: Resource) -> Verdict:
    """Screenshots and recordings show what a signed-in user sees; a key of one's own decides who may look."""
    return canary.expect("artifactConfig.s3Encryption.encryptionMode", "SSE_KMS")
