"""Rules on CloudWatch Logs."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

GROUP = "aws:cloudwatch/logGroup:LogGroup"


@rule(on=GROUP, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_158"])
def logs_group_encrypted(group: Resource) -> Verdict:
    """Logs repeat what programs handle; a key of one's own decides who may read them, and can be taken back."""
    return group.expect_set(
        "kmsKeyId", "Set `kms_key_id=key.arn` of a key that `logs.REGION.amazonaws.com` may use."
    )


@rule(on=GROUP, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub CloudWatch.16", "CKV_AWS_66"])
def logs_group_retention(group: Resource, *, minimum_days: int = 7) -> Verdict:
    """Without a retention logs are kept, and billed, for ever; with too short a one nobody can look back."""
    if group.text("logGroupClass") == "DELIVERY":
        return PASS  # AWS fixes its retention at two days.
    return group.expect_at_least("retentionInDays", minimum_days)


@rule(on="aws:cloudwatch/logResourcePolicy:LogResourcePolicy", severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def logs_resource_policy_not_public(policy: Resource) -> Verdict:
    """A policy that names everybody lets every account write into the logs, or subscribe to them."""

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone or statement.conditions:
            return PASS
        return violation(
            f"{statement.path}.Principal", "is everybody", "Name the service or account that writes."
        )

    return every(policy.document("policyDocument").allowing, judge)


@rule(on=GROUP, severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_338"])
def logs_group_kept_a_year(group: Resource, *, minimum_days: int = 365) -> Verdict:
    """Most intrusions are found months later, and then the logs of that day have to be there still."""
    if group.text("logGroupClass") == "DELIVERY":
        return PASS  # AWS fixes its retention at two days.
    days = group.number("retentionInDays")
    if days is None or days == 0 or days >= minimum_days:
        return PASS  # None and 0 keep for ever, which another rule judges.
    return violation(
        "retentionInDays", f"is less than {minimum_days}", f"Set `retention_in_days={minimum_days}`."
    )
