"""Stops a database. Its role allows that only for databases that have the tag.

Follows sources/002 lines 1931-1963. Differences: clusters too, and a database that can't be stopped just now is told by an
error of its own, on which the workflow waits and looks again.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from typing import Any

import boto3

LOG = logging.getLogger("stop_auto_started")
LOG.setLevel(logging.INFO)

_NOT_NOW = ("InvalidDBInstanceState", "InvalidDBInstanceStateFault", "InvalidDBClusterStateFault")


class NotStoppable(Exception):  # noqa: N818 -- the workflow knows it by this name
    """The database is in a state in which RDS does not stop it; it may be in another one later."""


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:
    """Ask RDS to stop the database `id` of a `kind`; raises `NotStoppable` where its state does not allow that."""
    del context
    about = {"kind": event["kind"], "database": event["id"]}
    rds = _client()
    try:
        _stop(rds, event["kind"], event["id"])
    except rds.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _NOT_NOW:
            LOG.info("not stoppable now", extra=about)
            raise NotStoppable(error.response["Error"].get("Message", "")) from None
        raise
    LOG.info("stop requested", extra=about)
    return {"requested": "stop"}


def _stop(rds: Any, kind: str, name: str) -> None:
    if kind == "cluster":
        rds.stop_db_cluster(DBClusterIdentifier=name)
    else:
        rds.stop_db_instance(DBInstanceIdentifier=name)


@functools.cache
def _client() -> Any:
    """One client for the life of the execution environment."""
    return boto3.client("rds")
