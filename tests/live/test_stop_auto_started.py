"""Databases that AWS starts again are stopped again: deployed, told by RDS's own message, and people hear of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.lambdas.stop_auto_started import create_cluster, create_instance, message
from tests.live.stand import ROOT, Stand
from tools.emulator.evaluate import Decision, may

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import StopAutoStarted, StopAutoStartedArgs
keep = StopAutoStarted("keep", StopAutoStartedArgs(poll_seconds=1, max_polls=20))
pulumi.export("events", keep.events.arn)
pulumi.export("people", keep.people_topic_arn)
pulumi.export("machine", keep.machine.arn)
pulumi.export("roles", {{one.name: one.role.arn for one in (keep.start, keep.state, keep.stop)}})
"""
TAG = {"auto-restart-protection": "yes"}
LIMIT_SECONDS = 60


def until(true: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is true; the answer."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.2)
    return found


def assert_least_rights(iam: Any, roles: dict[str, str]) -> None:
    """Of the deployed roles only one may stop databases, and only those with the tag."""
    tag = "aws:ResourceTag/auto-restart-protection"
    for kind, action in (("db", "rds:StopDBInstance"), ("cluster", "rds:StopDBCluster")):
        arn = f"arn:aws:rds:us-east-1:111111111111:{kind}:orders"
        stop = roles["keep-stop"]
        assert may(iam, stop, action, arn, context={tag: "yes"}) is Decision.ALLOWED
        assert may(iam, stop, action, arn, context={tag: "yesterday"}) is not Decision.ALLOWED
        assert may(iam, stop, action, arn) is not Decision.ALLOWED
        assert (
            may(iam, stop, action.replace("Stop", "Delete"), arn, context={tag: "yes"})
            is not Decision.ALLOWED
        )
        for other in ("keep-start", "keep-state"):
            assert may(iam, roles[other], action, arn, context={tag: "yes"}) is not Decision.ALLOWED


def test_a_tagged_database_is_stopped_and_people_are_told(stand: Stand) -> None:
    stand.write(PROGRAM.format(root=str(ROOT)))
    stand.up()
    assert stand.plan() == {}
    outputs = stand.outputs()
    rds, sns, sqs = stand.aws("rds"), stand.aws("sns"), stand.aws("sqs")
    workflows = stand.aws("stepfunctions")

    assert_least_rights(stand.aws("iam"), outputs["roles"])

    queue = sqs.create_queue(QueueName="people")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=outputs["people"], Protocol="sqs", Endpoint=arn)

    create_instance(rds, "orders", TAG)
    create_cluster(rds, "ledger", TAG)
    create_instance(rds, "untagged", {"auto-restart-protection": "no"})
    untagged = sns.publish(TopicArn=outputs["events"], Message=message("untagged"))["MessageId"]
    sns.publish(TopicArn=outputs["events"], Message=message("orders", "RDS-EVENT-0088"))
    orders = sns.publish(TopicArn=outputs["events"], Message=message("orders"))["MessageId"]
    cluster = message("ledger", "RDS-EVENT-0153", "db-cluster")
    ledger = sns.publish(TopicArn=outputs["events"], Message=cluster)["MessageId"]

    def ended() -> dict[str, str]:
        found = workflows.list_executions(stateMachineArn=outputs["machine"])["executions"]
        return {one["name"]: one["status"] for one in found if one["status"] != "RUNNING"}

    def state(name: str) -> str:
        return str(rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"])

    until(lambda: len(ended()) == 2)
    assert ended() == {orders: "SUCCEEDED", ledger: "SUCCEEDED"}
    assert untagged not in ended()
    assert state("orders") == "stopped"
    assert rds.describe_db_clusters(DBClusterIdentifier="ledger")["DBClusters"][0]["Status"] == "stopped"
    assert state("untagged") == "available"

    told: list[str] = []

    def heard() -> bool:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        told.extend(json.loads(one["Body"])["Message"] for one in answer.get("Messages", []))
        return len(told) >= 2

    until(heard)
    assert sorted(one.split()[2] for one in told) == ["ledger", "orders"]
    assert all(one.endswith("It is stopped again.") for one in told)
