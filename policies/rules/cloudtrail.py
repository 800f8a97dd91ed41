"""Rules on CloudTrail trails and event data stores; what concerns SigV4 is in `cloudtrail_sigv4.py`."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules._stores import customer_key

TRAIL = "aws:cloudtrail/trail:Trail"
STORE = "aws:cloudtrail/eventDataStore:EventDataStore"


@rule(
    on=TRAIL,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["FSBP CloudTrail.2", "CIS v3 3.5", "CKV_AWS_35"],
)
def cloudtrail_trail_customer_key(trail: Resource) -> Verdict:
    """With a key of one's own reading the record of who did what is itself a right that can be given and taken."""
    return customer_key(trail, "kmsKeyId")


@rule(
    on=TRAIL,
    severity=HIGH,
    theme=Theme.LOGGING,
    fix={"enableLogFileValidation": True},
    same_as=["FSBP CloudTrail.4", "CIS v3 3.2", "CKV_AWS_36"],
)
def cloudtrail_trail_validation(trail: Resource) -> Verdict:
    """Without digests nobody can show that a log file was not changed or removed."""
    return trail.expect("enableLogFileValidation", value=True)


@rule(
    on=TRAIL,
    severity=HIGH,
    theme=Theme.LOGGING,
    fix={"isMultiRegionTrail": True},
    same_as=["FSBP CloudTrail.1", "CIS v3 3.1", "CKV_AWS_67"],
)
def cloudtrail_trail_all_regions(trail: Resource) -> Verdict:
    """An intruder works in the Region that nobody uses, and so nobody records."""
    return trail.expect("isMultiRegionTrail", value=True)


@rule(on=TRAIL, severity=HIGH, theme=Theme.LOGGING, fix={"enableLogging": True}, same_as=["CKV_AWS_251"])
def cloudtrail_trail_logging(trail: Resource) -> Verdict:
    """A trail that is switched off looks like one in every list of trails."""
    return trail.expect("enableLogging", value=True, absent=True)


@rule(on=TRAIL, severity=MEDIUM, theme=Theme.LOGGING)
def cloudtrail_trail_global_events(trail: Resource) -> Verdict:
    """IAM, STS and CloudFront report as global services; without their events the most telling calls are missing."""
    return trail.expect("includeGlobalServiceEvents", value=True, absent=True)


@rule(on=TRAIL, severity=MEDIUM, theme=Theme.LOGGING, same_as=["FSBP CloudTrail.5", "CKV2_AWS_10"])
def cloudtrail_trail_to_logs(trail: Resource) -> Verdict:
    """Alarms on what happens need the events in CloudWatch Logs; files in S3 come minutes late and trigger nothing."""
    if not trail.known("cloudWatchLogsGroupArn"):
        return PASS
    return trail.expect_set(
        "cloudWatchLogsGroupArn", 'Set it to `pulumi.Output.concat(log_group.arn, ":*")`.'
    )


@rule(on=TRAIL, severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_252"])
def cloudtrail_trail_notifies(trail: Resource) -> Verdict:
    """A topic tells readers of new files; without one they list the bucket."""
    return (
        trail.expect_set("snsTopicName", "Set `sns_topic_name=topic.name`.")
        if trail.known("snsTopicName")
        else PASS
    )


@rule(on=STORE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_294"])
def cloudtrail_store_customer_key(store: Resource) -> Verdict:
    """The key of an event data store is chosen once; with AWS's own nobody can withdraw it."""
    return customer_key(store, "kmsKeyId")


@rule(on=STORE, severity=MEDIUM, theme=Theme.RESILIENCE)
def cloudtrail_store_protected(store: Resource) -> Verdict:
    """Termination protection keeps a slip, or an intruder, from deleting years of records."""
    return store.expect("terminationProtectionEnabled", value=True, absent=True)
