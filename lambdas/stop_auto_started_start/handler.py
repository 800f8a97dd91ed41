"""Starts the workflow that stops a database again, when RDS has started it because it was stopped for seven days.

    RDS event --SNS--> which event? -> what is it, and how is it tagged? -> start the workflow, once a message

Follows sources/002 lines 1810-1889. Differences: the event is told by its exact id before anything is asked of RDS; the
tag must be equal, not contain the words; Aurora clusters count too (RDS-EVENT-0153); a message that comes twice starts
nothing twice; why a database is left alone is logged.

Environment: STATE_MACHINE_ARN, TAG_KEY, TAG_VALUE.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

LOG = logging.getLogger("stop_auto_started")
LOG.setLevel(logging.INFO)

EVENTS = {"RDS-EVENT-0153": "cluster", "RDS-EVENT-0154": "instance"}
"""RDS has started what exceeded the longest time of being stopped ("Amazon RDS event categories and event messages")."""

MAX_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_GONE = ("DBInstanceNotFound", "DBInstanceNotFoundFault", "DBClusterNotFoundFault")


@dataclass(frozen=True)
class Database:
    """What RDS has started: `kind` is `instance` or `cluster`, `name` its identifier."""

    kind: str
    name: str


@dataclass(frozen=True)
class Found:
    """What RDS says of a database: its tags, and the cluster that it is a member of."""

    tags: Mapping[str, str]
    member_of: str = ""


def handler(event: Mapping[str, Any], context: object) -> dict[str, list[str]]:
    """Start one execution for each message that asks for it; the names of the executions."""
    del context
    names = [_take(record["Sns"]) for record in event["Records"]]
    return {"executions": [name for name in names if name]}


def auto_started(message: str) -> Database | None:
    """The database that RDS has started by itself; None for every other message.

    The event's id is the end of a link: `http://docs.amazonwebservices.com/...#RDS-EVENT-0154`.
    """
    try:
        content = json.loads(message)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    kind = EVENTS.get(str(content.get("Event ID", "")).rpartition("#")[2])
    name = content.get("Source ID")
    return Database(kind, name) if kind and isinstance(name, str) and name else None


def why_not(found: Found | None, key: str, value: str) -> str:
    """Why a database is left alone; empty where it is to be stopped."""
    if found is None:
        return "is gone"
    if found.member_of:
        return f"belongs to the cluster {found.member_of}, which is stopped as a whole"
    if found.tags.get(key) != value:
        return f"has no tag {key} = {value}"
    return ""


def execution_name(message_id: str) -> str:
    """The name of the execution for a message: the same message never starts a second one."""
    return _NOT_IN_NAMES.sub("-", message_id)[:MAX_NAME]


def _take(notification: Mapping[str, Any]) -> str:
    database = auto_started(notification["Message"])
    if database is None:
        LOG.info("no start by RDS itself", extra={"message_id": notification["MessageId"]})
        return ""
    reason = why_not(_look_up(database), os.environ["TAG_KEY"], os.environ["TAG_VALUE"])
    about = {"kind": database.kind, "database": database.name, "message_id": notification["MessageId"]}
    if reason:
        LOG.info("left alone", extra={**about, "reason": reason})
        return ""
    name = execution_name(notification["MessageId"])
    _start(name, database)
    LOG.info("stopping it again", extra={**about, "execution": name})
    return name


def _look_up(database: Database) -> Found | None:
    """Ask RDS; None where there is no such database any more."""
    rds = _client("rds")
    try:
        if database.kind == "cluster":
            item = rds.describe_db_clusters(DBClusterIdentifier=database.name)["DBClusters"][0]
            return Found(_tags(item["DBClusterArn"]))
        item = rds.describe_db_instances(DBInstanceIdentifier=database.name)["DBInstances"][0]
        return Found(_tags(item["DBInstanceArn"]), item.get("DBClusterIdentifier", ""))
    except rds.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return None
        raise


def _tags(arn: str) -> dict[str, str]:
    found = _client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
    return {tag["Key"]: tag.get("Value", "") for tag in found}


def _start(name: str, database: Database) -> None:
    machine = _client("stepfunctions")
    given = {"kind": database.kind, "id": database.name, "polls": 0}
    try:
        machine.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=name, input=json.dumps(given)
        )
    except machine.exceptions.ExecutionAlreadyExists:
        LOG.info("delivered again", extra={"execution": name})


@functools.cache
def _client(service: str) -> Any:
    """One client of a service for the life of the execution environment."""
    return boto3.client(service)  # type: ignore[call-overload] # any service, by name
