"""What a deployment makes runs: events go through a rule and a queue to a function, and the simulator knows its rights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

from tests.live.stand import Stand
from tools import emulator
from tools.emulator import status

PROGRAM = """
import json

def trust(service):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]})

def allow(action, resource, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource, **more}]})

table = aws.dynamodb.Table("seen", billing_mode="PAY_PER_REQUEST", hash_key="id",
    attributes=[{"name": "id", "type": "S"}])
role = aws.iam.Role("worker", assume_role_policy=trust("lambda.amazonaws.com"))
right = aws.iam.RolePolicy("write", role=role.name, policy=table.arn.apply(lambda arn: allow("dynamodb:PutItem", arn)))
worker = aws.lambda_.Function("worker", role=role.arn, runtime="python3.13", handler="handler.handler", timeout=20,
    code=pulumi.AssetArchive({"handler.py": pulumi.FileAsset("handler.py")}),
    environment={"variables": {"TABLE": table.name}})
queue = aws.sqs.Queue("events", visibility_timeout_seconds=60)
aws.sqs.QueuePolicy("events", queue_url=queue.url, policy=queue.arn.apply(
    lambda arn: allow("sqs:SendMessage", arn, Principal={"Service": "events.amazonaws.com"})))
aws.lambda_.EventSourceMapping("events", event_source_arn=queue.arn, function_name=worker.arn)
pattern = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}
rule = aws.cloudwatch.EventRule("orders", event_pattern=json.dumps(pattern))
aws.cloudwatch.EventTarget("orders", rule=rule.name, arn=queue.arn)
pulumi.export("table", table.name)
pulumi.export("tableArn", table.arn)
pulumi.export("role", role.arn)
pulumi.export("function", worker.name)
"""
HANDLER = """
import json, os, boto3
TABLE = boto3.client("dynamodb")

def handler(event, context):
    if "pid" in event:
        return os.getpid()
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        TABLE.put_item(TableName=os.environ["TABLE"], Item={"id": {"S": detail["id"]}})
"""


def put(stand: Stand, **totals: int) -> None:
    entries = [
        {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"id": name, "total": total})}
        for name, total in totals.items()
    ]
    assert stand.aws("events").put_events(Entries=entries)["FailedEntryCount"] == 0
    running = emulator.find(stand.state / "aws")
    assert running is not None
    assert status.settle(running)


def seen(stand: Stand) -> list[str]:
    items = stand.aws("dynamodb").scan(TableName=stand.outputs()["table"])["Items"]
    return sorted(item["id"]["S"] for item in items)


def until(look: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def test_events_run_through_a_deployment_and_no_process_is_left(stand: Stand) -> None:
    (stand.folder / "handler.py").write_text(HANDLER)
    stand.write(PROGRAM)
    stand.up()
    assert stand.plan() == {}
    put(stand, large=11, small=9)
    assert seen(stand) == ["large"]
    outputs = stand.outputs()
    simulated = stand.aws("iam").simulate_principal_policy(
        PolicySourceArn=outputs["role"],
        ActionNames=["dynamodb:PutItem", "dynamodb:DeleteItem"],
        ResourceArns=[outputs["tableArn"]],
    )["EvaluationResults"]
    assert [one["EvalDecision"] for one in simulated] == ["allowed", "implicitDeny"]

    def worker() -> int:
        answer = stand.aws("lambda").invoke(FunctionName=outputs["function"], Payload='{"pid": true}')
        return int(answer["Payload"].read())

    first = worker()
    assert worker() == first
    stand.stop()
    until(lambda: not runs(first))

    second = worker()  # starts the embedded AWS again
    assert seen(stand) == ["large"]
    put(stand, later=12)
    assert seen(stand) == ["large", "later"]
    running = emulator.find(stand.state / "aws")
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    until(lambda: not runs(second))
