"""What moto lacks of DynamoDB."""

from __future__ import annotations

from pathlib import Path

from tests.tools.emulator.forgetting import forget_everything
from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal

PLACE = Place("311111111111", "us-east-1")


def stream_of(gate: Gate) -> str:
    table = Accounts(gate).client("dynamodb", PLACE).describe_table(TableName="orders")["Table"]
    return str(table["LatestStreamArn"])


def test_a_stream_keeps_its_arn_over_a_restart(tmp_path: Path) -> None:
    gate = Gate(Journal(tmp_path / "journal.jsonl"))
    Accounts(gate).client("dynamodb", PLACE).create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    before = stream_of(gate)
    gate.close()
    forget_everything()
    again = Gate(Journal(tmp_path / "journal.jsonl"))
    again.replay()
    assert stream_of(again) == before
    again.close()
