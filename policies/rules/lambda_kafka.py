"""Rules on functions that read Kafka: with which credentials, and who notices that they fall behind.

Lambda Developer Guide, "Using Lambda with Amazon MSK", "Using Lambda with self-managed Apache Kafka"; follows
`sources/004...` lines 143-266 (OffsetLag) and 465-659 (credentials in Secrets Manager). That MSK is read with IAM is
judged in `msk_auth`.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, violation

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_ACCESS = "sourceAccessConfigurations"
_ROOT = "SERVER_ROOT_CA_CERTIFICATE"
# Kinds of access whose `uri` names a secret; the others name a subnet, a group or a virtual host.
_SECRETS = frozenset(
    {"BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH", _ROOT}
)


@rule(on=MAPPING, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lambda_kafka_credentials_in_secret(mapping: Resource) -> Verdict:
    """What a function shows to a broker is kept in Secrets Manager, where it can be rotated and each read is recorded."""

    def judge(access: Part) -> Verdict:
        if access.text("type") not in _SECRETS:
            return PASS
        where = access.text("uri")
        if where.startswith("arn:") and ":secretsmanager:" in where:
            return PASS
        return violation(access.at("uri"), "names no secret of Secrets Manager", "Set `uri=secret.arn`.")

    return every(mapping.each(_ACCESS), judge)


@rule(on=MAPPING, severity=LOW, theme=Theme.RESILIENCE)
def lambda_kafka_root_certificate(mapping: Resource) -> Verdict:
    """A root certificate of one's own is for brokers of one's own: Lambda knows those of MSK, and refuses the mapping."""
    if mapping.known("eventSourceArn") and not mapping.has("eventSourceArn"):
        return PASS

    def judge(access: Part) -> Verdict:
        if access.text("type") != _ROOT:
            return PASS
        return violation(access.at("type"), "is set for a cluster of MSK", "Leave it out.")

    return every(mapping.each(_ACCESS), judge)


@rule(on=MAPPING, severity=LOW, theme=Theme.LOGGING)
def lambda_kafka_lag_alarmed(mapping: Resource, stack: Stack) -> Verdict:
    """A consumer that falls behind fails nowhere: only the metric OffsetLag tells, if an alarm looks at it."""
    if not mapping.each("topics"):
        return PASS
    unknown: NotKnownError | None = None
    for alarm in stack.by_type(ALARM):
        try:
            if _looks_at_lag(alarm):
                return PASS
        except NotKnownError as error:
            unknown = unknown or error
    if unknown:
        raise unknown
    remedy = 'Add an `aws.cloudwatch.MetricAlarm` on `metric_name="OffsetLag"`, `namespace="AWS/Lambda"`.'
    return violation("topics", "are read, and no alarm looks at OffsetLag", remedy)


def _looks_at_lag(alarm: Resource) -> bool:
    if alarm.text("metricName") == "OffsetLag":
        return True
    return any(query.text("metric.metricName") == "OffsetLag" for query in alarm.each("metricQueries"))
