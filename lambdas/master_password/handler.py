"""Gives a database's master user a new password: called by Secrets Manager, once for each step of a rotation.

    createSecret   a new password beside the current one (AWSPENDING)
    setSecret      RDS sets it: ModifyDBInstance, or ModifyDBCluster on the writer of a global database
    testSecret     RDS has done so, nothing is pending any more
    finishSecret   it becomes the current one (AWSCURRENT)

AWS source: "Lambda rotation functions" (Secrets Manager User Guide). Steps may come twice: each looks first whether it is
done. AWS's own functions log in to the database; this one asks RDS, so it has no driver and stands in no network.
Environment: TARGET_KIND (`instance` or `global`) and TARGET_ID, the identifier. No password is logged.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3

PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"
LENGTH = 32
"""Characters of a password; RDS takes 41 at most for MySQL. Without punctuation, so that no client has to quote it."""

POLL_SECONDS = 5
SPARE_SECONDS = 15
"""What is left of the invocation when it stops waiting, to say so."""


class RotationError(Exception):
    """The rotation can't go on; Secrets Manager keeps the current password and tries again."""


def handler(event: Mapping[str, str], context: Any) -> None:
    """One step of the rotation of one secret."""
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    secrets = boto3.client("secretsmanager")
    done = is_done(secrets.describe_secret(SecretId=secret), token)
    if not done:
        run_step(step, Rotation(secrets, secret, token, open_database(os.environ), _deadline(context)))
    record = {"message": step, "secret": secret, "version": token, "done_before": done}
    print(json.dumps(record))


def is_done(description: Mapping[str, Any], token: str) -> bool:
    """Whether this version is the current one already; raises `RotationError` when it isn't one to rotate to."""
    if not description.get("RotationEnabled"):
        raise RotationError("rotation is switched off")
    stages = description.get("VersionIdsToStages", {})
    if token not in stages:
        raise RotationError(f"the secret has no version {token}")
    if CURRENT in stages[token]:
        return True
    if PENDING not in stages[token]:
        raise RotationError(f"version {token} is not pending")
    return False


def is_set(status: str, pending: Mapping[str, Any]) -> bool:
    """Whether RDS has changed the password, and the database answers again."""
    return status == "available" and "MasterUserPassword" not in pending


class Rotation:
    """The steps, on one secret and one database."""

    def __init__(
        self,
        secrets: Any,
        secret: str,
        token: str,
        database: Any,
        deadline: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.secrets, self.secret, self.token, self.database = secrets, secret, token, database
        self.deadline, self.clock, self.sleep = deadline, clock, sleep

    def create(self) -> None:
        """Put a new password beside the current one, unless an earlier attempt did."""
        try:
            self._read(PENDING, VersionId=self.token)
        except self.secrets.exceptions.ResourceNotFoundException:
            made = self.secrets.get_random_password(PasswordLength=LENGTH, ExcludePunctuation=True)
            new = {**self._read(CURRENT), "password": made["RandomPassword"]}
            self.secrets.put_secret_value(
                SecretId=self.secret,
                ClientRequestToken=self.token,
                SecretString=json.dumps(new),
                VersionStages=[PENDING],
            )

    def set(self) -> None:
        """Ask RDS to make it the password."""
        self.database.set_password(self._read(PENDING, VersionId=self.token)["password"])

    def test(self) -> None:
        """Wait until RDS has done so; raises `RotationError` when the time is up."""
        while not is_set(*self.database.state()):
            if self.clock() > self.deadline:
                raise RotationError("RDS has not set the password in time")
            self.sleep(POLL_SECONDS)

    def finish(self) -> None:
        """Make it the current one."""
        stages = self.secrets.describe_secret(SecretId=self.secret)["VersionIdsToStages"]
        before = next((version for version, names in stages.items() if CURRENT in names), None)
        move = {"MoveToVersionId": self.token, **({"RemoveFromVersionId": before} if before else {})}
        self.secrets.update_secret_version_stage(SecretId=self.secret, VersionStage=CURRENT, **move)

    def _read(self, stage: str, **which: str) -> dict[str, Any]:
        answer = self.secrets.get_secret_value(SecretId=self.secret, VersionStage=stage, **which)
        found: dict[str, Any] = json.loads(answer["SecretString"])
        return found


STEPS: Mapping[str, Callable[[Rotation], None]] = {
    "createSecret": Rotation.create,
    "setSecret": Rotation.set,
    "testSecret": Rotation.test,
    "finishSecret": Rotation.finish,
}


def run_step(step: str, rotation: Rotation) -> None:
    """Run the step of that name; raises `RotationError` for one that isn't."""
    if step not in STEPS:
        raise RotationError(f"{step!r} is no step of a rotation")
    STEPS[step](rotation)


class Instance:
    """A single RDS instance."""

    def __init__(self, identifier: str, client: Any) -> None:
        self.identifier, self.client = identifier, client

    def set_password(self, password: str) -> None:
        """Ask RDS to change it now, not in the maintenance window."""
        self.client.modify_db_instance(
            DBInstanceIdentifier=self.identifier, MasterUserPassword=password, ApplyImmediately=True
        )

    def state(self) -> tuple[str, Mapping[str, Any]]:
        """Its status, and what RDS has still to change."""
        (found,) = self.client.describe_db_instances(DBInstanceIdentifier=self.identifier)["DBInstances"]
        return found["DBInstanceStatus"], found.get("PendingModifiedValues") or {}


class Cluster:
    """An Aurora cluster: the writer of a global database."""

    def __init__(self, identifier: str, client: Any) -> None:
        self.identifier, self.client = identifier, client

    def set_password(self, password: str) -> None:
        """Ask RDS to change it now, not in the maintenance window."""
        self.client.modify_db_cluster(
            DBClusterIdentifier=self.identifier, MasterUserPassword=password, ApplyImmediately=True
        )

    def state(self) -> tuple[str, Mapping[str, Any]]:
        """Its status, and what RDS has still to change."""
        (found,) = self.client.describe_db_clusters(DBClusterIdentifier=self.identifier)["DBClusters"]
        return found["Status"], found.get("PendingModifiedValues") or {}


def writer_of(global_cluster: Mapping[str, Any]) -> tuple[str, str]:
    """Region and identifier of the cluster that takes writes now; raises `RotationError` when none does."""
    for member in global_cluster.get("GlobalClusterMembers", []):
        if member.get("IsWriter"):
            # arn:PARTITION:rds:REGION:ACCOUNT:cluster:IDENTIFIER
            parts = member["DBClusterArn"].split(":")
            return parts[3], parts[6]
    raise RotationError("the global database has no writer at the moment")


def open_database(
    environment: Mapping[str, str], client: Callable[..., Any] = boto3.client
) -> Instance | Cluster:
    """The database whose password it is; after a switch-over the writer is in another Region."""
    kind, identifier = environment["TARGET_KIND"], environment["TARGET_ID"]
    if kind == "instance":
        return Instance(identifier, client("rds"))
    if kind != "global":
        raise RotationError(f"TARGET_KIND: {kind!r} is neither instance nor global")
    answer = client("rds").describe_global_clusters(GlobalClusterIdentifier=identifier)
    region, cluster = writer_of(answer["GlobalClusters"][0])
    return Cluster(cluster, client("rds", region_name=region))


def _deadline(context: Any) -> float:
    left = context.get_remaining_time_in_millis() / 1000 if context else 0.0
    return time.monotonic() + left - SPARE_SECONDS
