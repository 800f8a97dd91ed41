"""Rules on EventBridge buses, targets, archives, pipes and schedules; who may put events is in `eventbridge_policy.py`."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key

BUS = "aws:cloudwatch/eventBus:EventBus"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive"
SCHEDULE = "aws:scheduler/schedule:Schedule"
PIPE = "aws:pipes/pipe:Pipe"


@rule(on=TARGET, severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_target_dead_letters(target: Resource) -> Verdict:
    """When a target stays away longer than the retries, an event without a dead-letter queue is dropped."""
    if not target.known("deadLetterConfig.arn"):
        return PASS
    return target.expect_set("deadLetterConfig.arn", 'Set `dead_letter_config={"arn": queue.arn}`.')


@rule(on=TARGET, severity=LOW, theme=Theme.RESILIENCE)
def eventbridge_target_retries(target: Resource) -> Verdict:
    """With no retries one hiccup of the target loses the event."""
    attempts = target.number("retryPolicy.maximumRetryAttempts")
    if attempts is None or attempts > 0:
        return PASS
    return violation(
        "retryPolicy.maximumRetryAttempts", "is 0", "Leave it out (185 tries in 24 hours) or set some tries."
    )


@rule(on=BUS, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def eventbridge_bus_customer_key(bus: Resource) -> Verdict:
    """With a key of one's own nobody reads stored events without a right to the key."""
    return customer_key(bus, "kmsKeyIdentifier")


@rule(on=ARCHIVE, severity=LOW, theme=Theme.RESILIENCE)
def eventbridge_archive_retention(archive: Resource, *, days: int = 30) -> Verdict:
    """An archive is for replaying what went wrong, which is often found out weeks later."""
    kept = archive.number("retentionDays")
    if kept is None or kept == 0 or kept >= days:
        return PASS  # 0 and none both mean for ever.
    return violation("retentionDays", f"is less than {days}", f"Set `retention_days={days}`, or 0 for ever.")


@rule(on=ARCHIVE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def eventbridge_archive_customer_key(archive: Resource) -> Verdict:
    """An archive holds every event for as long as it is kept."""
    return customer_key(archive, "kmsKeyIdentifier")


@rule(on=SCHEDULE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_297"])
def eventbridge_schedule_customer_key(schedule: Resource) -> Verdict:
    """A schedule's input may hold anything that its target needs."""
    return customer_key(schedule, "kmsKeyArn")


@rule(on=SCHEDULE, severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_schedule_dead_letters(schedule: Resource) -> Verdict:
    """A run that fails after all its retries leaves no trace unless it goes to a queue."""
    if not schedule.known("target.deadLetterConfig.arn"):
        return PASS
    return schedule.expect_set(
        "target.deadLetterConfig.arn", 'Set `"dead_letter_config": {"arn": queue.arn}` in `target`.'
    )


@rule(on=PIPE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def eventbridge_pipe_customer_key(pipe: Resource) -> Verdict:
    """A pipe keeps its filters, templates and enrichment parameters."""
    return customer_key(pipe, "kmsKeyIdentifier")


@rule(on=PIPE, severity=LOW, theme=Theme.LOGGING)
def eventbridge_pipe_logs(pipe: Resource) -> Verdict:
    """A pipe that logs nothing drops what it could not deliver without a word."""
    return pipe.expect_one_of("logConfiguration.level", ["ERROR", "INFO", "TRACE"], absent="OFF")


@rule(on=TARGET, severity=HIGH, theme=Theme.RESILIENCE)
def eventbridge_target_same_partition(target: Resource) -> Verdict:
    """Events don't cross between AWS, AWS GovCloud and AWS in China: each event for such a target is lost."""
    there, here = (
        _partition(target, "arn"),
        _partition(target, "roleArn") or _partition(target, "eventBusName"),
    )
    if not there or not here or there == here:
        return PASS
    return violation(
        "arn", "lies in another partition than the rule", "Choose a target in the same partition."
    )


def _partition(target: Resource, path: str) -> str:
    parts = target.text(path).split(":", 2) if target.known(path) else []
    return parts[1] if len(parts) == 3 and parts[0] == "arn" else ""


@rule(on=BUS, severity=LOW, theme=Theme.RESILIENCE)
def eventbridge_bus_dead_letters(bus: Resource) -> Verdict:
    """Events that can't be encrypted, because the key is gone, are dropped unless the bus has a queue for them."""
    if bus.known("kmsKeyIdentifier") and not bus.text("kmsKeyIdentifier"):
        return PASS
    return bus.expect_set("deadLetterConfig.arn", 'Set `dead_letter_config={"arn": queue.arn}`.')


_STREAM_PARAMETERS = ("dynamodbStreamParameters", "kinesisStreamParameters")


@rule(on=PIPE, severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_pipe_failures_kept(pipe: Resource) -> Verdict:
    """One record that always fails blocks its shard until it expires; with an end and a queue the others go on."""

    def judge(name: str) -> Verdict:
        if not pipe.has(f"sourceParameters.{name}"):
            return PASS
        source = pipe.part(f"sourceParameters.{name}")
        kept = source.expect_set(
            "deadLetterConfig.arn", 'Set `"dead_letter_config": {"arn": queue.arn}` there.'
        )
        limits = [source.number(path) for path in ("maximumRetryAttempts", "maximumRecordAgeInSeconds")]
        if any(limit is not None and limit >= 0 for limit in limits):
            return kept
        remedy = "Set `maximum_retry_attempts` there."
        return kept & violation(
            source.at("maximumRetryAttempts"), "is not set, so records are retried for ever", remedy
        )

    return every(_STREAM_PARAMETERS, judge)


@rule(on=PIPE, severity=MEDIUM, theme=Theme.LOGGING)
def eventbridge_pipe_no_data_in_logs(pipe: Resource) -> Verdict:
    """With execution data a pipe's log repeats whole events, passwords and personal data too."""
    return pipe.expect_absent(
        "logConfiguration.includeExecutionDatas", "Leave `include_execution_datas` out."
    )


@rule(on=TARGET, severity=HIGH, theme=Theme.SIGV4)
def eventbridge_target_api_signed(target: Resource) -> Verdict:
    """EventBridge signs its calls of an API with a role; without one the API has to let in callers who do not sign."""
    if not target.known("arn") or ":execute-api:" not in target.text("arn"):
        return PASS
    return target.expect_set("roleArn", "Set `role_arn` to a role that may `execute-api:Invoke` it.")


@rule(on=BUS, severity=MEDIUM, theme=Theme.LOGGING, fix={"logConfig.includeDetail": "NONE"})
def eventbridge_bus_no_detail_in_logs(bus: Resource) -> Verdict:
    """With full detail a bus's log repeats whole events, passwords and personal data too."""
    return bus.expect_not("logConfig.includeDetail", "FULL")


@rule(on="aws:cloudwatch/eventEndpoint:EventEndpoint", severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_endpoint_replicates(endpoint: Resource) -> Verdict:
    """Without replication the second Region misses what the first took in, and does not lead back by itself."""
    return endpoint.expect("replicationConfig.state", "ENABLED", absent="ENABLED")


@rule(on=SCHEDULE, severity=LOW, theme=Theme.RESILIENCE)
def eventbridge_schedule_retries(schedule: Resource) -> Verdict:
    """With no retries one hiccup of the target loses the run."""
    attempts = schedule.number("target.retryPolicy.maximumRetryAttempts")
    if attempts is None or attempts > 0:
        return PASS
    path = "target.retryPolicy.maximumRetryAttempts"
    return violation(path, "is 0", "Leave it out (185 tries in 24 hours) or set some tries.")
