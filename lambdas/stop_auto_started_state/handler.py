"""Says in which state a database is; `gone` where there is none of that name any more.

Follows sources/002 lines 1895-1929. Differences: clusters too, and a database that was deleted in the meantime is an answer,
not a failure.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from typing import Any

import boto3

LOG = logging.getLogger("stop_auto_started")
LOG.setLevel(logging.INFO)

GONE = "gone"
_NOT_FOUND = ("DBInstanceNotFound", "DBInstanceNotFoundFault", "DBClusterNotFoundFault")


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:
    """The state of the database `id` of a `kind` (`instance` or `cluster`), as RDS names it."""
    del context
    status = _status(event["kind"], event["id"])
    LOG.info("state", extra={"kind": event["kind"], "database": event["id"], "status": status})
    return {"status": status}


def _status(kind: str, name: str) -> str:
    rds = _client()
    try:
        if kind == "cluster":
            return str(rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"])
        return str(rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"])
    except rds.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _NOT_FOUND:
            return GONE
        raise


@functools.cache
def _client() -> Any:
    """One client for the life of the execution environment."""
    return boto3.client("rds")
