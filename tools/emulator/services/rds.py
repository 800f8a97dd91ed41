"""RDS: subnet groups and parameter groups of instances and clusters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of
from tools.emulator.services._common import pages

DESCRIPTION = "Managed by Pulumi"


def rds_tags(
    kind: str, name: Callable[[Call], str] = lambda call: call.id, region: str | None = None
) -> Tagging:
    """Tags of RDS, by an ARN that is made of the kind (`subgrp`) and the name; `region=""` for what is in no Region."""

    def arn(call: Call) -> str:
        return call.arn("rds", f"{kind}:{name(call)}", region=region)

    return Tagging(
        at_create=lambda tags: {"Tags": tag_list(tags)},
        put=lambda call, tags: call.aws().add_tags_to_resource(ResourceName=arn(call), Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().remove_tags_from_resource(ResourceName=arn(call), TagKeys=keys),
        read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceName=arn(call))) or {},
    )


def _read_subnet_group(call: Call) -> dict[str, Any]:
    group = call.aws().describe_db_subnet_groups(DBSubnetGroupName=call.id)["DBSubnetGroups"][0]
    return {
        "name": call.id,
        "arn": group["DBSubnetGroupArn"],
        "description": group["DBSubnetGroupDescription"],
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
        "vpcId": group["VpcId"],
        "supportedNetworkTypes": group.get("SupportedNetworkTypes") or ["IPV4"],
    }


def _update_subnet_group(call: Call) -> None:
    if call.changed("subnetIds", "description"):
        call.aws().modify_db_subnet_group(
            DBSubnetGroupName=call.id,
            DBSubnetGroupDescription=call.get("description", DESCRIPTION),
            SubnetIds=call.inputs["subnetIds"],
        )


SUBNET_GROUP = Emulated(
    "aws:rds/subnetGroup:SubnetGroup",
    service="rds",
    create=Create(
        "create_db_subnet_group",
        id="DBSubnetGroup.DBSubnetGroupName",
        send={"name": "DBSubnetGroupName", "description": ""},
        also=lambda call: {"DBSubnetGroupDescription": call.get("description", DESCRIPTION)},
    ),
    read=_read_subnet_group,
    update=_update_subnet_group,
    delete=Delete("delete_db_subnet_group", by="DBSubnetGroupName"),
    tags=rds_tags("subgrp"),
    replace_on=("name", "namePrefix"),
    update_on=("subnetIds", "description"),
    unordered=("subnetIds",),
)


def _parameters(call: Call) -> list[dict[str, str]]:
    return [
        {
            "ParameterName": parameter["name"],
            "ParameterValue": str(parameter["value"]),
            "ApplyMethod": parameter.get("applyMethod") or "immediate",
        }
        for parameter in call.get("parameters", [])
    ]


def parameter_group(token: str, kind: str, tag_kind: str) -> Emulated:
    """Parameter groups of instances (`DB`) and of clusters (`DBCluster`)."""
    lower, name = kind.lower().replace("dbcluster", "db_cluster"), f"{kind}ParameterGroupName"

    def settle(call: Call) -> None:
        wanted = _parameters(call) if call.changed("parameters") else []
        # The API takes twenty parameters at a time.
        for start in range(0, len(wanted), 20):
            getattr(call.aws(), f"modify_{lower}_parameter_group")(
                **{name: call.id, "Parameters": wanted[start : start + 20]}
            )

    def read(call: Call) -> dict[str, Any] | None:
        rds = call.aws()
        groups = getattr(rds, f"describe_{lower}_parameter_groups")(**{name: call.id})[
            f"{kind}ParameterGroups"
        ]
        if not groups:
            return None
        group = groups[0]
        listed = "describe_db_parameters" if kind == "DB" else "describe_db_cluster_parameters"
        there = {item["ParameterName"]: item for item in pages(rds, listed, "Parameters", **{name: call.id})}
        given = [parameter["name"] for parameter in call.get("parameters", [])]
        found = [
            {
                "name": one,
                "value": str(there[one].get("ParameterValue", "")),
                "applyMethod": there[one].get("ApplyMethod", "immediate"),
            }
            for one in given
            if one in there
        ]
        return {
            "name": call.id,
            "arn": group[f"{kind}ParameterGroupArn"],
            "family": group["DBParameterGroupFamily"],
            "description": group["Description"],
            "parameters": found,
        }

    return Emulated(
        token,
        service="rds",
        create=Create(
            f"create_{lower}_parameter_group",
            id=f"{kind}ParameterGroup.{name}",
            send={"name": name, "family": "DBParameterGroupFamily", "parameters": ""},
            also=lambda call: {"Description": call.get("description", DESCRIPTION)},
        ),
        read=read,
        settle=settle,
        delete=Delete(f"delete_{lower}_parameter_group", by=name),
        tags=rds_tags(tag_kind),
        replace_on=("name", "namePrefix", "family", "description"),
        update_on=("parameters",),
        unordered=("parameters",),
    )


TYPES = (
    SUBNET_GROUP,
    parameter_group("aws:rds/parameterGroup:ParameterGroup", "DB", "pg"),
    parameter_group("aws:rds/clusterParameterGroup:ClusterParameterGroup", "DBCluster", "cluster-pg"),
)
