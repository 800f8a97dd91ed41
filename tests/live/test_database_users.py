"""The users of a database, deployed: the function runs as it was shipped, and makes them on a real PostgreSQL.

The embedded AWS has no server behind a database's endpoint, so the deployed invocation is only recorded there. Here the
function's settings are turned to a real server; code, dependencies, rights and secret are those that were deployed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pg8000.exceptions
import pg8000.native
import pytest

from tests.live.stand import ROOT, Stand
from tests.servers.postgres import Postgres

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import RdsInstance, RdsInstanceArgs
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs
from components.data.database_users_args import DatabaseGrant, DatabaseUser
from components.serverless import FunctionNetwork

vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16")
subnets = [aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.9.{{i}}.0/24", availability_zone=f"us-east-1{{zone}}")
           for i, zone in enumerate("ab")]
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="databases")
places = aws.rds.SubnetGroup("places", subnet_ids=[one.id for one in subnets])
database = RdsInstance("db", RdsInstanceArgs(
    engine="postgres", subnet_group_name=places.name, security_group_ids=(group.id,), monitoring_seconds=0,
    alarms=None, backup_plan=None, deletion_protection=False, final_snapshot=False))
select = DatabaseGrant(database="postgres", in_schema="sales", tables="*", privileges=("SELECT",))
users = DatabaseUsers("users", DatabaseUsersArgs(
    database=database, users={{"reports": DatabaseUser(grants=(select,))}}, alarms=None,
    place=FunctionNetwork(subnet_ids=tuple(one.id for one in subnets), security_group_ids=(group.id,))))
pulumi.export("function", users.function.function_name)
pulumi.export("secret", database.secret_arn)
pulumi.export("asked", users.invocation.input)
"""


@pytest.fixture
def server() -> Iterator[Postgres]:
    one = Postgres()
    yield one
    one.stop()


def test_the_deployed_function_makes_the_users(stand: Stand, server: Postgres) -> None:
    stand.write(PROGRAM.format(root=str(ROOT)))
    stand.up()
    assert stand.plan() == {}
    outputs = stand.outputs()
    functions, secrets = stand.aws("lambda"), stand.aws("secretsmanager")
    server.run("ALTER DATABASE postgres OWNER TO master")
    server.run_as_master("CREATE SCHEMA sales")
    server.run_as_master("CREATE TABLE sales.orders (id int)")

    secret = {"username": server.master, "password": server.master_password}
    secrets.put_secret_value(SecretId=outputs["secret"], SecretString=json.dumps(secret))
    found = functions.get_function_configuration(FunctionName=outputs["function"])
    variables = found["Environment"]["Variables"]
    assert variables["DB_SECRET_ARN"] == outputs["secret"]
    assert len(found["Layers"]) == 1
    authority = str(server.certificates.authority)
    there = {**variables, "DB_HOST": server.host, "DB_PORT": str(server.port), "DB_CA_FILE": authority}
    functions.update_function_configuration(
        FunctionName=outputs["function"], Environment={"Variables": there}
    )

    def invoke(action: str) -> dict[str, object]:
        event = {**json.loads(outputs["asked"]), "tf": {"action": action, "prev_input": None}}
        answer = functions.invoke(FunctionName=outputs["function"], Payload=json.dumps(event))
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return dict(body)

    assert invoke("create")["users"] == ["reports"]
    assert invoke("update")["statements"] == 0
    server.accept("reports", "a token")
    with pg8000.native.Connection(
        "reports", host=server.host, port=server.port, database="postgres", password="a token",
        ssl_context=server.trusting(),
    ) as reports:  # fmt: skip
        assert reports.run("SELECT count(*) FROM sales.orders") == [[0]]
        with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
            reports.run("INSERT INTO sales.orders VALUES (1)")
    assert invoke("delete") == {"users": [], "removed": ["reports"], "statements": 5}
