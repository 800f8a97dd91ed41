"""DynamoDB: tables with their indexes, streams, encryption, recovery and time to live, and items.

Replicas in other Regions are remembered from the program; moto has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of
from tools.emulator.services._common import pages, remembered, unless_gone, void, without_none

ON_DEMAND = "PAY_PER_REQUEST"


def _schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else keys


def _throughput(values: Mapping[str, Any]) -> dict[str, int]:
    read, write = values.get("readCapacity") or 1, values.get("writeCapacity") or 1
    return {"ReadCapacityUnits": int(read), "WriteCapacityUnits": int(write)}


def _projection(index: Mapping[str, Any]) -> dict[str, Any]:
    return without_none(
        ProjectionType=index["projectionType"], NonKeyAttributes=index.get("nonKeyAttributes") or None
    )


def _keys(index: Mapping[str, Any]) -> list[dict[str, str]]:
    given = index.get("keySchemas")
    if given:
        return [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in given]
    return _schema(index["hashKey"], index.get("rangeKey"))


def _global_index(index: Mapping[str, Any], on_demand: bool) -> dict[str, Any]:
    return without_none(
        IndexName=index["name"],
        KeySchema=_keys(index),
        Projection=_projection(index),
        ProvisionedThroughput=None if on_demand else _throughput(index),
    )


def _encryption(call: Call) -> dict[str, Any] | None:
    given = call.get("serverSideEncryption")
    if not given:
        return None
    kms = {"SSEType": "KMS"} if given.get("enabled") else {}
    return {
        "Enabled": bool(given.get("enabled")),
        **kms,
        **without_none(KMSMasterKeyId=given.get("kmsKeyArn")),
    }


def _stream(call: Call) -> dict[str, Any] | None:
    if not call.get("streamEnabled"):
        return None
    return {"StreamEnabled": True, "StreamViewType": call.get("streamViewType", "NEW_AND_OLD_IMAGES")}


def _attributes(call: Call) -> list[dict[str, str]]:
    return [{"AttributeName": a["name"], "AttributeType": a["type"]} for a in call.get("attributes", [])]


def _create(call: Call) -> str:
    name, on_demand = str(call.inputs["name"]), call.get("billingMode") == ON_DEMAND
    hash_key = call.inputs["hashKey"]
    local = [
        {"IndexName": i["name"], "KeySchema": _schema(hash_key, i["rangeKey"]), "Projection": _projection(i)}
        for i in call.get("localSecondaryIndexes", [])
    ]
    params = without_none(
        TableName=name,
        AttributeDefinitions=_attributes(call),
        KeySchema=_schema(hash_key, call.get("rangeKey")),
        BillingMode=call.get("billingMode", "PROVISIONED"),
        ProvisionedThroughput=None if on_demand else _throughput(call.inputs),
        GlobalSecondaryIndexes=[_global_index(i, on_demand) for i in call.get("globalSecondaryIndexes", [])]
        or None,
        LocalSecondaryIndexes=local or None,
        StreamSpecification=_stream(call),
        SSESpecification=_encryption(call),
        TableClass=call.get("tableClass"),
        DeletionProtectionEnabled=call.get("deletionProtectionEnabled"),
    )
    call.aws().create_table(**params)
    return name


def _settle(call: Call) -> None:
    dynamodb = call.aws()
    if call.changed("ttl"):
        wanted, before = call.get("ttl") or {}, call.old.get("ttl") or {}
        attribute = wanted.get("attributeName") or before.get("attributeName")
        if attribute and (wanted.get("enabled") or before.get("enabled")):
            ttl = {"Enabled": bool(wanted.get("enabled")), "AttributeName": attribute}
            dynamodb.update_time_to_live(TableName=call.id, TimeToLiveSpecification=ttl)
    recovery = call.get("pointInTimeRecovery")
    if call.changed("pointInTimeRecovery") and (recovery or call.old.get("pointInTimeRecovery")):
        wanted = without_none(
            PointInTimeRecoveryEnabled=bool((recovery or {}).get("enabled")),
            RecoveryPeriodInDays=(recovery or {}).get("recoveryPeriodInDays"),
        )
        dynamodb.update_continuous_backups(TableName=call.id, PointInTimeRecoverySpecification=wanted)


def _update(call: Call) -> None:
    dynamodb, on_demand = call.aws(), call.get("billingMode") == ON_DEMAND
    if call.changed("billingMode", "readCapacity", "writeCapacity"):
        throughput = {} if on_demand else {"ProvisionedThroughput": _throughput(call.inputs)}
        mode = call.get("billingMode", "PROVISIONED")
        dynamodb.update_table(TableName=call.id, BillingMode=mode, **throughput)
    if call.changed("streamEnabled", "streamViewType"):
        if call.old.get("streamEnabled"):
            dynamodb.update_table(TableName=call.id, StreamSpecification={"StreamEnabled": False})
        if call.get("streamEnabled"):
            dynamodb.update_table(TableName=call.id, StreamSpecification=_stream(call))
    if call.changed("serverSideEncryption"):
        dynamodb.update_table(TableName=call.id, SSESpecification=_encryption(call) or {"Enabled": False})
    if call.changed("deletionProtectionEnabled"):
        protected = bool(call.get("deletionProtectionEnabled"))
        dynamodb.update_table(TableName=call.id, DeletionProtectionEnabled=protected)
    if call.changed("globalSecondaryIndexes"):
        _update_indexes(call, on_demand)


def _update_indexes(call: Call, on_demand: bool) -> None:
    before = {index["name"]: index for index in call.old.get("globalSecondaryIndexes") or []}
    wanted = {index["name"]: index for index in call.get("globalSecondaryIndexes", [])}
    for name, index in before.items():
        if wanted.get(name) != index:
            _update_index(call, {"Delete": {"IndexName": name}})
    for name, index in wanted.items():
        if before.get(name) != index:
            _update_index(call, {"Create": _global_index(index, on_demand)})


def _update_index(call: Call, change: dict[str, Any]) -> None:
    call.aws().update_table(
        TableName=call.id, AttributeDefinitions=_attributes(call), GlobalSecondaryIndexUpdates=[change]
    )


def _key(schema: list[Mapping[str, str]], kind: str) -> str | None:
    return next((key["AttributeName"] for key in schema if key["KeyType"] == kind), None)


def _index(item: Mapping[str, Any]) -> dict[str, Any]:
    projection, throughput = item["Projection"], item.get("ProvisionedThroughput") or {}
    return without_none(
        name=item["IndexName"],
        hashKey=_key(item["KeySchema"], "HASH"),
        rangeKey=_key(item["KeySchema"], "RANGE"),
        projectionType=projection["ProjectionType"],
        nonKeyAttributes=projection.get("NonKeyAttributes"),
        readCapacity=throughput.get("ReadCapacityUnits"),
        writeCapacity=throughput.get("WriteCapacityUnits"),
    )


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_table, TableName=call.id)
    if answer is None:
        return None
    item = answer["Table"]
    throughput, stream = item.get("ProvisionedThroughput") or {}, item.get("StreamSpecification") or {}
    local = [_index(index) for index in item.get("LocalSecondaryIndexes") or []]
    found = without_none(
        name=item["TableName"],
        arn=item["TableArn"],
        hashKey=_key(item["KeySchema"], "HASH"),
        rangeKey=_key(item["KeySchema"], "RANGE"),
        attributes=[
            {"name": a["AttributeName"], "type": a["AttributeType"]} for a in item["AttributeDefinitions"]
        ],
        billingMode=(item.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        readCapacity=throughput.get("ReadCapacityUnits", 0),
        writeCapacity=throughput.get("WriteCapacityUnits", 0),
        globalSecondaryIndexes=[_index(index) for index in item.get("GlobalSecondaryIndexes") or []],
        localSecondaryIndexes=[{k: v for k, v in i.items() if k != "hashKey"} for i in local] or None,
        streamEnabled=stream.get("StreamEnabled", False),
        streamViewType=stream.get("StreamViewType", ""),
        streamArn=item.get("LatestStreamArn", ""),
        streamLabel=item.get("LatestStreamLabel", ""),
        deletionProtectionEnabled=item.get("DeletionProtectionEnabled", False),
        tableClass=(item.get("TableClassSummary") or {}).get(
            "TableClass", call.get("tableClass", "STANDARD")
        ),
        serverSideEncryption=_read_encryption(call, item.get("SSEDescription") or {}),
        pointInTimeRecovery=_read_recovery(call),
        ttl=_read_ttl(call),
    )
    for name in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        found[name] = _in_order(call.get(name), found.get(name, []))
    return found


def _in_order(given: Any, there: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Indexes in the order of the program, with what it says beyond what the API gives back."""
    places = {index["name"]: place for place, index in enumerate(given or [])}
    found = sorted(there, key=lambda index: places.get(index["name"], len(places)))
    return [remembered((given or [])[places[i["name"]]], i) if i["name"] in places else i for i in found]


def _read_encryption(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    enabled = item.get("Status") in ("ENABLED", "UPDATING")
    given = call.get("serverSideEncryption") or {}
    key = given.get("kmsKeyArn") or (item.get("KMSMasterKeyArn") if enabled else None)
    return without_none(enabled=enabled, kmsKeyArn=key)


def _read_recovery(call: Call) -> dict[str, Any]:
    answer = unless_gone(call.aws().describe_continuous_backups, TableName=call.id) or {}
    described = answer.get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
    enabled = described.get("PointInTimeRecoveryStatus") == "ENABLED"
    given = call.get("pointInTimeRecovery") or {}
    return without_none(
        enabled=enabled, recoveryPeriodInDays=given.get("recoveryPeriodInDays") if enabled else None
    )


def _read_ttl(call: Call) -> dict[str, Any]:
    answer = unless_gone(call.aws().describe_time_to_live, TableName=call.id) or {}
    described = answer.get("TimeToLiveDescription", {})
    enabled = described.get("TimeToLiveStatus") == "ENABLED"
    given = call.get("ttl") or {}
    return without_none(
        enabled=enabled, attributeName=described.get("AttributeName") or given.get("attributeName")
    )


def _arn(call: Call) -> str:
    return call.arn("dynamodb", f"table/{call.id}")


TABLE = Emulated(
    "aws:dynamodb/table:Table",
    service="dynamodb",
    create=_create,
    read=_read,
    settle=_settle,
    update=_update,
    delete=lambda call: void(call.aws().delete_table(TableName=call.id)),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(ResourceArn=_arn(call), Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().untag_resource(ResourceArn=_arn(call), TagKeys=keys),
        read=lambda call: (
            tags_of({"Tags": pages(call.aws(), "list_tags_of_resource", "Tags", ResourceArn=_arn(call))})
            or {}
        ),
    ),
    replace_on=("name", "hashKey", "rangeKey", "localSecondaryIndexes"),
    update_on=("attributes", "globalSecondaryIndexes", "serverSideEncryption", "billingMode", "tableClass"),
    unordered=("attributes", "globalSecondaryIndexes", "localSecondaryIndexes", "replicas"),
)


def _item_key(call: Call) -> dict[str, Any]:
    item = json.loads(call.inputs["item"])
    names = [call.inputs["hashKey"], call.get("rangeKey")]
    return {name: item[name] for name in names if name}


def _put_item(call: Call) -> str:
    call.aws().put_item(TableName=call.inputs["tableName"], Item=json.loads(call.inputs["item"]))
    parts = [next(iter(value.values())) for value in _item_key(call).values()]
    return "|".join([call.inputs["tableName"], *_item_key(call), *map(str, parts)])


def _read_item(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_item, TableName=call.inputs["tableName"], Key=_item_key(call))
    if answer is None or not answer.get("Item"):
        return None
    return {"tableName": call.inputs["tableName"], "item": json.dumps(answer["Item"], sort_keys=True)}


def _update_item(call: Call) -> None:
    before = json.loads(call.old["item"])
    key = _item_key(call)
    if {name: before.get(name) for name in key} != key:
        call.aws().delete_item(TableName=call.inputs["tableName"], Key={name: before[name] for name in key})
    _put_item(call)


ITEM = Emulated(
    "aws:dynamodb/tableItem:TableItem",
    service="dynamodb",
    create=_put_item,
    read=_read_item,
    update=_update_item,
    delete=lambda call: void(
        unless_gone(call.aws().delete_item, TableName=call.inputs["tableName"], Key=_item_key(call))
    ),
    replace_on=("tableName", "hashKey", "rangeKey"),
    update_on=("item",),
)

TYPES = (TABLE, ITEM)
