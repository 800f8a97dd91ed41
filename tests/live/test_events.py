"""Hub and spokes over three Regions and two accounts: six events are put, as the document does, and those meant arrive."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.live.stand import ROOT, Stand

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.events import (
    CrossRegionEventRouting, CrossRegionEventRoutingArgs, EventRule, EventRuleArgs, Target,
)
CrossRegionEventRouting("security", CrossRegionEventRoutingArgs.read({settings!r}, "events"))
gone = EventRule("gone", EventRuleArgs(
    pattern={{"source": ["com.company.lost"]}},
    targets={{"queue": Target(kind="sqs", arn="arn:aws:sqs:us-east-1:111111111111:nowhere", policy=False)}}))
pulumi.export("dead_letters", gone.dead_letters.url)
"""
OTHER = "222222222222"
SETTINGS: dict[str, Any] = {
    "hub": {
        "region": "ap-southeast-1",
        "bus": {"name": "SecurityEventBus"},
        "excluded_sources": ["com.company.security"],
    },
    "spokes": {
        "virginia": {
            "region": "us-east-1",
            "account": OTHER,
            "bus": "custom-eventbus-account-2",
            "create": True,
            "rules": {"marketing": {"source": ["com.company.marketing"]}},
        },
        "frankfurt": {
            "region": "eu-central-1",
            "rules": {"all": {"source": [{"anything-but": {"prefix": ["com.company.security", "aws."]}}]}},
        },
    },
    "accounts": {OTHER: {}},
}
LOG_GROUP = "/aws/events/SecurityAnalysisRule"
PATIENCE_SECONDS = 20


def entry(source: str, number: int, bus: str = "default") -> dict[str, str]:
    detail = json.dumps({"number": number})
    return {"Source": source, "DetailType": "order", "Detail": detail, "EventBusName": bus}


def arrived(stand: Stand) -> list[dict[str, Any]]:
    """The events in the hub's log group."""
    logs = stand.aws("logs", "ap-southeast-1")
    found = logs.filter_log_events(logGroupName=LOG_GROUP)["events"]
    return [json.loads(one["message"]) for one in found]


def eventually(ask: Any, wanted: int) -> Any:
    """The answer as soon as it has `wanted` items; deliveries are worked on beside the calls."""
    until = time.monotonic() + PATIENCE_SECONDS
    while len(found := ask()) < wanted and time.monotonic() < until:
        time.sleep(0.2)
    return found


def test_six_events_and_those_that_are_meant_arrive(stand: Stand) -> None:
    stand.write(PROGRAM.format(root=str(ROOT), settings=SETTINGS))
    stand.up()

    bus = "custom-eventbus-account-2"
    sources = ["marketing", "marketing", "sales", "security", "marketing", "sales"]
    events = stand.aws("events", "us-east-1", OTHER)
    put = events.put_events(
        Entries=[entry(f"com.company.{name}", number, bus) for number, name in enumerate(sources)]
    )
    assert put["FailedEntryCount"] == 0
    assert len({one["EventId"] for one in put["Entries"]}) == 6
    stand.aws("events", "eu-central-1").put_events(
        Entries=[entry("com.company.orders", 7), entry("com.company.security", 8)]
    )

    found = eventually(lambda: arrived(stand), 4)
    assert sorted(one["detail"]["number"] for one in found) == [0, 1, 4, 7]
    # An event keeps where it comes from.
    assert {(one["account"], one["region"]) for one in found} == {
        (OTHER, "us-east-1"),
        ("111111111111", "eu-central-1"),
    }

    # What can't be delivered is kept, with the reason.
    stand.aws("events").put_events(Entries=[entry("com.company.lost", 9)])
    queue = stand.outputs()["dead_letters"]

    def letters() -> list[dict[str, Any]]:
        answer = stand.aws("sqs").receive_message(QueueUrl=queue, MessageAttributeNames=["All"])
        return list(answer.get("Messages", []))

    (letter,) = eventually(letters, 1)
    assert json.loads(letter["Body"])["detail"] == {"number": 9}
    assert {"ERROR_CODE", "RULE_ARN", "TARGET_ARN"} <= set(letter["MessageAttributes"])

    # Who is not let in by the bus's policy can't put, nor plant a rule.
    hub = "arn:aws:events:ap-southeast-1:111111111111:event-bus/SecurityEventBus"
    stranger = stand.aws("events", "ap-southeast-1", OTHER)
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.put_events(Entries=[entry("com.company.sales", 10, hub)])
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.put_rule(Name="mine", EventBusName=hub, EventPattern='{"source": ["a"]}')
    assert sorted(one["detail"]["number"] for one in arrived(stand)) == [0, 1, 4, 7]
