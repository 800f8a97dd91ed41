from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tests.tools.emulator.forgetting import forget_everything
from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import DEFAULT_ACCOUNT, Gate, environ_for, is_changing
from tools.emulator.journal import Journal

EAST, WEST = Place("111111111111", "us-east-1"), Place("222222222222", "eu-west-1")


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """moto's resources are the process's; each test starts and ends without any."""
    forget_everything()
    yield
    forget_everything()


class World:
    """An embedded AWS with a journal, that can be started again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.start()

    def start(self) -> None:
        self.gate = Gate(Journal(self.file))
        self.gate.replay()
        self.accounts = Accounts(self.gate)

    def restart(self) -> None:
        self.gate.close()
        forget_everything()
        self.start()

    def picture(self) -> Any:
        """Everything there is, as the describe operations tell it."""
        return {
            f"{place.region}.{name}": _plain(ask(self.accounts, place))
            for place in (EAST, WEST)
            for name, ask in ASKED
            if (name, place) != ("roles", WEST)
        }


def ask_for(service: str, action: str, answer: str, **args: Any) -> Callable[[Accounts, Place], Any]:
    return lambda accounts, place: getattr(accounts.client(service, place), action)(**args)[answer]


ASKED = [
    ("vpcs", ask_for("ec2", "describe_vpcs", "Vpcs")),
    ("subnets", ask_for("ec2", "describe_subnets", "Subnets")),
    ("groups", ask_for("ec2", "describe_security_groups", "SecurityGroups")),
    ("tables", ask_for("ec2", "describe_route_tables", "RouteTables")),
    ("tags", ask_for("ec2", "describe_tags", "Tags")),
    ("roles", ask_for("iam", "list_roles", "Roles")),
    ("buckets", ask_for("s3", "list_buckets", "Buckets")),
    ("keys", ask_for("kms", "list_keys", "Keys")),
    ("logs", ask_for("logs", "describe_log_groups", "logGroups")),
    ("queues", lambda accounts, place: accounts.client("sqs", place).list_queues().get("QueueUrls", [])),
]
TIMES = {"CreationDate", "CreateDate", "creationTime"}


def _plain(value: Any) -> Any:
    """Without the moments of creation: a restart makes all anew."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, list):
        return sorted(
            (_plain(item) for item in value), key=lambda item: json.dumps(item, default=str, sort_keys=True)
        )
    return str(value) if isinstance(value, dt.datetime) else value


class Doer:
    """Does what a drawn step says; what AWS refuses is part of the game."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.made: dict[str, list[str]] = {"vpc": [], "subnet": [], "group": []}

    def __call__(self, step: tuple[str, Place, int]) -> None:
        what, place, number = step
        try:
            getattr(self, what)(place, number)
        except ClientError:
            return

    def aws(self, service: str, place: Place) -> Any:
        return self.accounts.client(service, place)

    def some(self, kind: str, number: int) -> str:
        made = self.made[kind]
        return made[number % len(made)] if made else f"{kind}-0123456789abcdef0"

    def vpc(self, place: Place, number: int) -> None:
        answer = self.aws("ec2", place).create_vpc(CidrBlock=f"10.{number}.0.0/16")
        self.made["vpc"].append(answer["Vpc"]["VpcId"])

    def subnet(self, place: Place, number: int) -> None:
        made = self.aws("ec2", place).create_subnet(
            VpcId=self.some("vpc", number), CidrBlock=f"10.{number}.{number}.0/24"
        )
        self.made["subnet"].append(made["Subnet"]["SubnetId"])

    def group(self, place: Place, number: int) -> None:
        ec2 = self.aws("ec2", place)
        made = ec2.create_security_group(
            GroupName=f"g{number}", Description="x", VpcId=self.some("vpc", number)
        )["GroupId"]
        self.made["group"].append(made)
        permission = {
            "IpProtocol": "tcp",
            "FromPort": number,
            "ToPort": number,
            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        }
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])

    def tag(self, place: Place, number: int) -> None:
        tags = [{"Key": f"k{number}", "Value": str(number)}]
        self.aws("ec2", place).create_tags(Resources=[self.some("vpc", number)], Tags=tags)

    def drop(self, place: Place, number: int) -> None:
        self.aws("ec2", place).delete_vpc(VpcId=self.some("vpc", number))

    def role(self, place: Place, number: int) -> None:
        del place  # loading the managed policies of a second account takes a second
        self.aws("iam", EAST).create_role(RoleName=f"r{number}", AssumeRolePolicyDocument='{"Statement": []}')

    def bucket(self, place: Place, number: int) -> None:
        where = (
            {}
            if place.region == "us-east-1"
            else {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        )
        s3 = self.aws("s3", place)
        s3.create_bucket(Bucket=f"bucket-{number}", **where)
        s3.put_object(Bucket=f"bucket-{number}", Key="a/ä b", Body=b"\x00\xff" * number)

    def key(self, place: Place, number: int) -> None:
        made = self.aws("kms", place).create_key(Description=str(number))["KeyMetadata"]["KeyId"]
        self.aws("kms", place).create_alias(AliasName=f"alias/k{number}", TargetKeyId=made)

    def log(self, place: Place, number: int) -> None:
        self.aws("logs", place).create_log_group(logGroupName=f"/app/{number}")

    def queue(self, place: Place, number: int) -> None:
        self.aws("sqs", place).create_queue(QueueName=f"q{number}")

    def look(self, place: Place, number: int) -> None:
        name, ask = ASKED[number % len(ASKED)]
        ask(self.accounts, EAST if name == "roles" else place)


ACTIONS = ["vpc", "subnet", "group", "tag", "drop", "role", "bucket", "key", "log", "queue", "look"]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from([EAST, WEST]), st.integers(0, 9)),
    min_size=1,
    max_size=14,
)


# A failing example is short as it is; making it shorter takes minutes, because each try starts moto anew.
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, cut=st.integers(0, 14))
def test_a_restart_gives_the_same_answers(
    tmp_path_factory: pytest.TempPathFactory, steps: Any, cut: int
) -> None:
    forget_everything()
    world = World(tmp_path_factory.mktemp("journal") / "journal.jsonl")
    do = Doer(world.accounts)
    for number, step in enumerate(steps):
        if number == cut:
            world.restart()
            do.accounts = world.accounts
        do(step)
    before = world.picture()
    world.restart()
    assert world.picture() == before
    world.gate.close()


def test_a_crash_in_the_middle_of_a_line_loses_only_that_request(tmp_path: Path) -> None:
    world = World(tmp_path / "journal.jsonl")
    first = world.accounts.client("ec2", EAST).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    world.gate.close()
    whole = world.file.read_bytes()
    world.start()
    second = world.accounts.client("ec2", EAST).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    world.gate.close()
    grown = world.file.read_bytes()
    world.file.write_bytes(grown[: (len(whole) + len(grown)) // 2])
    world.restart()
    found = {item["VpcId"] for item in world.accounts.client("ec2", EAST).describe_vpcs()["Vpcs"]}
    assert first in found
    assert second not in found
    third = world.accounts.client("ec2", EAST).create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    world.restart()
    assert third in {item["VpcId"] for item in world.accounts.client("ec2", EAST).describe_vpcs()["Vpcs"]}


def test_only_changes_are_journalled(tmp_path: Path) -> None:
    world = World(tmp_path / "journal.jsonl")
    world.picture()
    assert len(world.file.read_bytes().splitlines()) == 1, "the seed"
    world.accounts.client("sqs", EAST).create_queue(QueueName="q")
    assert len(world.file.read_bytes().splitlines()) == 2, "the seed and one request"


def test_two_embedded_aws_have_different_ids(tmp_path: Path) -> None:
    ids = []
    for name in ("a", "b"):
        world = World(tmp_path / name)
        ids.append(world.accounts.client("ec2", EAST).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
        world.gate.close()
    assert ids[0] != ids[1]


def request(method: str = "POST", url: str = "/", body: bytes = b"", **headers: str) -> dict[str, Any]:
    return environ_for(method, url, headers, body)


@pytest.mark.parametrize(
    ("environ", "body", "changing"),
    [
        (request(HTTP_X_AMZ_TARGET="DynamoDB_20120810.CreateTable"), b"", True),
        (request(HTTP_X_AMZ_TARGET="DynamoDB_20120810.Query"), b"", False),
        (request(HTTP_X_AMZ_TARGET="TrentService.ListKeys"), b"", False),
        (request(), b"Action=CreateVpc&CidrBlock=x", True),
        (request(), b"Version=1&Action=DescribeVpcs", False),
        (request(), b"Action=GetSessionToken", True),
        (request(url="/?Action=DescribeVpcs"), b"", False),
        (request("PUT", "/bucket"), b"", True),
        (request("GET", "/bucket"), b"", False),
        (request("HEAD", "/bucket"), b"", False),
        (request("DELETE", "/bucket/key"), b"", True),
    ],
)
def test_what_changes_something(environ: dict[str, Any], body: bytes, changing: bool) -> None:
    assert is_changing(environ, body) is changing


def whoami(gate: Gate, key: str) -> str:
    credential = f"AWS4-HMAC-SHA256 Credential={key}/20250101/us-east-1/sts/aws4_request"
    headers = {
        "HTTP_AUTHORIZATION": credential,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_HOST": "sts.amazonaws.com",
    }
    _, _, body = gate.call(environ_for("POST", "/", headers, b"Action=GetCallerIdentity&Version=2011-06-15"))
    return body.decode().split("<Account>")[1].split("</Account>")[0]


def test_the_account_of_a_request() -> None:
    gate = Gate(Journal(None))
    assert whoami(gate, "222222222222") == "222222222222", "an access key of twelve digits is the account"
    assert whoami(gate, "AKIAIOSFODNN7EXAMPLE") == DEFAULT_ACCOUNT
    sts = Accounts(gate).client("sts", EAST)
    assumed = sts.assume_role(RoleArn="arn:aws:iam::333333333333:role/x", RoleSessionName="session")[
        "Credentials"
    ]
    assert whoami(gate, assumed["AccessKeyId"]) == "333333333333", "an assumed role acts in its account"
