"""A rotated password, deployed: Secrets Manager calls the function, which sets it on a real PostgreSQL.

As in `test_database_users`: the embedded AWS has no server behind a database's endpoint, so the function's settings are
turned to a real one. Code, dependencies, permission and secret are those that were deployed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pg8000.exceptions
import pg8000.native
import pytest

from tests.live.stand import ROOT, Stand
from tests.live.test_stop_auto_started import until
from tests.servers.postgres import Postgres

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import RdsInstance, RdsInstanceArgs, SecretRotation, SecretRotationArgs
from components.serverless import FunctionNetwork

vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16")
subnets = [aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.9.{{i}}.0/24", availability_zone=f"us-east-1{{zone}}")
           for i, zone in enumerate("ab")]
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="databases")
places = aws.rds.SubnetGroup("places", subnet_ids=[one.id for one in subnets])
database = RdsInstance("db", RdsInstanceArgs(
    engine="postgres", subnet_group_name=places.name, security_group_ids=(group.id,), monitoring_seconds=0,
    alarms=None, backup_plan=None, deletion_protection=False, final_snapshot=False))
rotation = SecretRotation("tool", SecretRotationArgs(
    database=database, user="reports",
    place=FunctionNetwork(subnet_ids=tuple(one.id for one in subnets), security_group_ids=(group.id,))))
pulumi.export("function", rotation.function.function_name)
pulumi.export("master", database.secret_arn)
pulumi.export("secret", rotation.secret.arn)
"""


@pytest.fixture
def server() -> Iterator[Postgres]:
    one = Postgres()
    yield one
    one.stop()


def test_secrets_manager_rotates_a_password_on_a_real_server(stand: Stand, server: Postgres) -> None:
    stand.write(PROGRAM.format(root=str(ROOT)))
    stand.up()
    assert stand.plan() == {}
    outputs = stand.outputs()
    functions, secrets = stand.aws("lambda"), stand.aws("secretsmanager")

    def value() -> dict[str, Any]:
        return dict(json.loads(secrets.get_secret_value(SecretId=outputs["secret"])["SecretString"]))

    def lets_in(password: str) -> bool:
        try:
            pg8000.native.Connection(
                "reports", host=server.host, port=server.port, database="postgres", password=password,
                ssl_context=server.trusting(),
            ).close()  # fmt: skip
        except pg8000.exceptions.DatabaseError:
            return False
        return True

    assert value() == {"username": "reports"}
    master = {"username": server.master, "password": server.master_password}
    secrets.put_secret_value(SecretId=outputs["master"], SecretString=json.dumps(master))
    found = functions.get_function_configuration(FunctionName=outputs["function"])
    authority = str(server.certificates.authority)
    there = {"DB_HOST": server.host, "DB_PORT": str(server.port), "DB_CA_FILE": authority}
    variables = {**found["Environment"]["Variables"], **there}
    functions.update_function_configuration(
        FunctionName=outputs["function"], Environment={"Variables": variables}
    )

    # The rotation of the deployment met no server and is tried again.
    versions = secrets.describe_secret(SecretId=outputs["secret"])["VersionIdsToStages"]
    (begun,) = [version for version, stages in versions.items() if "AWSPENDING" in stages]
    secrets.rotate_secret(SecretId=outputs["secret"], ClientRequestToken=begun)
    first = until(lambda: value().get("password"))
    assert lets_in(first)
    assert value()["host"] == server.host

    secrets.rotate_secret(SecretId=outputs["secret"])
    until(lambda: value()["password"] != first)
    assert lets_in(value()["password"])
    assert not lets_in(first)
