"""Rules on AWS Batch. Container properties come as JSON text with the API's names."""

from __future__ import annotations

import json

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

JOB = "aws:batch/jobDefinition:JobDefinition"


def _container(job: Resource) -> Part:
    value = job.get("containerProperties")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None  # Batch refuses it by itself.
    return Part(value, "containerProperties")


@rule(on=JOB, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_210"])
def batch_job_not_privileged(job: Resource) -> Verdict:
    """A privileged container is root on the server that it shares with other jobs."""
    if not _container(job).flag("privileged"):
        return PASS
    return violation("containerProperties", "makes the container privileged", "Leave `privileged` out.")


@rule(on=JOB, severity=MEDIUM, theme=Theme.NETWORK)
def batch_job_no_public_ip(job: Resource) -> Verdict:
    """A job only fetches and computes; nobody has to reach it from the internet."""
    if _container(job).text("networkConfiguration.assignPublicIp") != "ENABLED":
        return PASS
    remedy = "Set `assignPublicIp` to `DISABLED` and use a NAT gateway or endpoints."
    return violation("containerProperties", "gives the job a public address", remedy)


@rule(on=JOB, severity=LOW, theme=Theme.RESILIENCE)
def batch_job_timeout(job: Resource) -> Verdict:
    """A job that hangs runs, and is paid for, until somebody notices."""
    return job.expect_set(
        "timeout.attemptDurationSeconds", 'Set `timeout={"attempt_duration_seconds": ...}`.'
    )


@rule(on=JOB, severity=LOW, theme=Theme.RESILIENCE)
def batch_job_retried(job: Resource) -> Verdict:
    """Spot servers are taken away at any time; a job without a second attempt is then lost."""
    return job.expect_at_least("retryStrategy.attempts", 2, absent=1)
