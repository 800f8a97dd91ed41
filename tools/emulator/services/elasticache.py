"""ElastiCache: subnet groups."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import tags_of
from tools.emulator.services._tags import listed_tags


def _arn(call: Call) -> str:
    return call.arn("elasticache", f"subnetgroup:{call.id}")


def _read(call: Call) -> dict[str, Any]:
    group = call.aws().describe_cache_subnet_groups(CacheSubnetGroupName=call.id)["CacheSubnetGroups"][0]
    return {
        "name": call.id,
        "arn": group["ARN"],
        "description": group["CacheSubnetGroupDescription"],
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
        "vpcId": group["VpcId"],
    }


def _update(call: Call) -> None:
    if call.changed("subnetIds", "description"):
        call.aws().modify_cache_subnet_group(
            CacheSubnetGroupName=call.id,
            CacheSubnetGroupDescription=call.get("description", "Managed by Pulumi"),
            SubnetIds=call.inputs["subnetIds"],
        )


SUBNET_GROUP = Emulated(
    "aws:elasticache/subnetGroup:SubnetGroup",
    service="elasticache",
    create=Create(
        "create_cache_subnet_group",
        id="CacheSubnetGroup.CacheSubnetGroupName",
        send={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        also=lambda call: {"CacheSubnetGroupDescription": call.get("description", "Managed by Pulumi")},
    ),
    read=_read,
    update=_update,
    delete=Delete("delete_cache_subnet_group", by="CacheSubnetGroupName"),
    tags=listed_tags(
        "add_tags_to_resource",
        "remove_tags_from_resource",
        lambda call: {"ResourceName": _arn(call)},
        read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceName=_arn(call))) or {},
    ),
    replace_on=("name",),
    update_on=("subnetIds", "description"),
    unordered=("subnetIds",),
)

TYPES = (SUBNET_GROUP,)
