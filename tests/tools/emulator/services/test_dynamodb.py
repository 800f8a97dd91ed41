"""Tables and items."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

TABLE = "aws:dynamodb/table:Table"
KEYS: dict[str, Any] = {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]}


def test_table_from_creation_to_deletion(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    table = world.create(
        TABLE,
        name="orders",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        rangeKey="day",
        attributes=[
            {"name": "id", "type": "S"},
            {"name": "day", "type": "N"},
            {"name": "owner", "type": "S"},
        ],
        globalSecondaryIndexes=[{"name": "by-owner", "hashKey": "owner", "projectionType": "ALL"}],
        serverSideEncryption={"enabled": True, "kmsKeyArn": key},
        pointInTimeRecovery={"enabled": True},
        ttl={"attributeName": "expires", "enabled": True},
        streamEnabled=True,
        streamViewType="NEW_IMAGE",
        tags={"a": "b"},
    )
    assert table.id == "orders"
    assert table.outputs["arn"] == f"arn:aws:dynamodb:us-east-1:{world.place.account}:table/orders"
    assert "/stream/" in table.outputs["streamArn"]
    assert table.refresh() == table.inputs
    table.update(ttl={"attributeName": "expires", "enabled": False}, tags={"c": "d"}, streamEnabled=False)
    described = world.client("dynamodb").describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    assert described["TimeToLiveStatus"] == "DISABLED"
    assert world.imported(TABLE, "orders")[1]["rangeKey"] == "day"


def test_provisioned_table(world: World) -> None:
    table = world.create(TABLE, name="orders", readCapacity=5, writeCapacity=5, **KEYS)
    table.update(readCapacity=10)
    there = world.client("dynamodb").describe_table(TableName="orders")["Table"]["ProvisionedThroughput"]
    assert there["ReadCapacityUnits"] == 10
    lifecycle(table)


def test_indexes_come_and_go(world: World) -> None:
    given = {"name": "orders", "billingMode": "PAY_PER_REQUEST", **KEYS}
    table = world.create(TABLE, **given)
    attributes = [*KEYS["attributes"], {"name": "owner", "type": "S"}]
    index = {"name": "by-owner", "hashKey": "owner", "projectionType": "KEYS_ONLY"}
    table.update(attributes=attributes, globalSecondaryIndexes=[index])
    assert [i["name"] for i in table.outputs["globalSecondaryIndexes"]] == ["by-owner"]
    table.update(globalSecondaryIndexes=[])
    assert table.outputs["globalSecondaryIndexes"] == []


def test_a_protected_table_stays(world: World) -> None:
    table = world.create(TABLE, name="orders", deletionProtectionEnabled=True, **KEYS)
    with pytest.raises(ClientError, match=r"(?i)protect"):
        table.delete()
    table.update(deletionProtectionEnabled=False)
    lifecycle(table)


def test_item(world: World) -> None:
    world.create(TABLE, name="orders", **KEYS)
    item = {"id": {"S": "1"}, "price": {"N": "5"}}
    token = "aws:dynamodb/tableItem:TableItem"
    live = world.create(token, tableName="orders", hashKey="id", item=json.dumps(item))
    assert live.id == "orders|id|1"
    live.update(item=json.dumps({**item, "price": {"N": "6"}}))
    stored = world.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "1"}})["Item"]
    assert stored["price"] == {"N": "6"}
    lifecycle(live)
