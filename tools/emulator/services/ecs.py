"""ECS: clusters."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list
from tools.emulator.services._common import remembered, unless_gone, void

_SENT = ("configuration", "serviceConnectDefaults", "settings")


def _params(call: Call, action: str) -> dict[str, Any]:
    return parameters(
        call.aws(), action, {name: call.inputs[name] for name in _SENT if call.inputs.get(name)}
    )


def _create(call: Call) -> str:
    answer = call.aws().create_cluster(clusterName=call.inputs["name"], **_params(call, "create_cluster"))
    return str(answer["cluster"]["clusterArn"])


def _read(call: Call) -> dict[str, Any] | None:
    included = ["SETTINGS", "CONFIGURATIONS", "TAGS"]
    answer = unless_gone(call.aws().describe_clusters, clusters=[call.id], include=included)
    there = [item for item in (answer or {}).get("clusters", []) if item.get("status") != "INACTIVE"]
    if not there:
        return None
    item = there[0]
    call.id = item["clusterArn"]
    settings = [{"name": one["name"], "value": one["value"]} for one in item.get("settings") or []]
    given = {
        name: call.inputs[name]
        for name in ("configuration", "serviceConnectDefaults")
        if call.inputs.get(name)
    }
    return {
        "name": item["clusterName"],
        "arn": item["clusterArn"],
        "settings": remembered(call.get("settings"), settings),
        "tags": {tag["key"]: tag["value"] for tag in item.get("tags") or []},
        **given,
    }


CLUSTER = Emulated(
    "aws:ecs/cluster:Cluster",
    service="ecs",
    create=_create,
    read=_read,
    update=lambda call: void(call.aws().update_cluster(cluster=call.id, **_params(call, "update_cluster"))),
    delete=lambda call: void(call.aws().delete_cluster(cluster=call.id)),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(
            resourceArn=call.id, tags=tag_list(tags, "key", "value")
        ),
        remove=lambda call, keys: call.aws().untag_resource(resourceArn=call.id, tagKeys=keys),
    ),
    replace_on=("name",),
    update_on=_SENT,
)

TYPES = (CLUSTER,)
