"""EC2: instances. They run at once and run nothing; a change that stops the real one stops and starts this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.mapping import take
from tools.emulator.services._ec2 import filters, first, moved
from tools.emulator.services._ec2_instance import launch, properties, user_data
from tools.emulator.services._tags import EC2_TAGS_LATER, ec2_tags


def _run(call: Call) -> str:
    return str(call.aws().run_instances(**launch(call))["Instances"][0]["InstanceId"])


def _find(call: Call) -> Any:
    answer = call.aws().describe_instances(InstanceIds=[call.id])
    item = first(instance for reservation in answer["Reservations"] for instance in reservation["Instances"])
    return None if item is None or item["State"]["Name"] in ("terminated", "shutting-down") else item


def _read(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    found = {**take(call.type, item), **properties(call, item)}
    for name in ("disableApiTermination", "disableApiStop", "instanceInitiatedShutdownBehavior"):
        answer = call.aws().describe_instance_attribute(InstanceId=call.id, Attribute=name)
        found[name] = answer[name[0].upper() + name[1:]]["Value"]
    return found


def _set(call: Call, **attribute: Any) -> None:
    call.aws().modify_instance_attribute(InstanceId=call.id, **attribute)


# Changed by one operation each, while the instance runs.
_ATTRIBUTES = {
    "disableApiTermination": "DisableApiTermination",
    "disableApiStop": "DisableApiStop",
    "sourceDestCheck": "SourceDestCheck",
}


def _update(call: Call) -> None:
    client = call.aws()
    for name, api in _ATTRIBUTES.items():
        if call.changed(name) and call.get(name) is not None:
            _set(call, **{api: {"Value": bool(call.inputs[name])}})
    if call.changed("instanceInitiatedShutdownBehavior") and call.get("instanceInitiatedShutdownBehavior"):
        _set(
            call,
            Attribute="instanceInitiatedShutdownBehavior",
            Value=call.inputs["instanceInitiatedShutdownBehavior"],
        )
    if call.changed("vpcSecurityGroupIds") and call.get("vpcSecurityGroupIds"):
        _set(call, Groups=list(call.inputs["vpcSecurityGroupIds"]))
    if call.changed("monitoring") and call.get("monitoring") is not None:
        switch = client.monitor_instances if call.inputs["monitoring"] else client.unmonitor_instances
        switch(InstanceIds=[call.id])
    if call.changed("metadataOptions") and call.get("metadataOptions"):
        _metadata(call)
    if call.changed("creditSpecification") and call.get("creditSpecification"):
        wanted = {
            "InstanceId": call.id,
            "CpuCredits": call.inputs["creditSpecification"].get("cpuCredits", "standard"),
        }
        client.modify_instance_credit_specification(InstanceCreditSpecifications=[wanted])
    _profile(call)
    _while_stopped(call)
    _root(call)
    _volume_tags(call)


def _metadata(call: Call) -> None:
    # The operation leaves alone what it is not told; moto forgets it.
    there = {name: value for name, value in _find(call)["MetadataOptions"].items() if name != "State"}
    given = call.inputs["metadataOptions"]
    wanted = {
        **there,
        **{name[0].upper() + name[1:]: value for name, value in given.items() if value is not None},
    }
    call.aws().modify_instance_metadata_options(InstanceId=call.id, **wanted)


def _profile(call: Call) -> None:
    if not call.changed("iamInstanceProfile"):
        return
    client, wanted = call.aws(), call.get("iamInstanceProfile")
    there = client.describe_iam_instance_profile_associations(Filters=filters(instance_id=call.id))
    for association in there["IamInstanceProfileAssociations"]:
        client.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    if wanted:
        client.associate_iam_instance_profile(InstanceId=call.id, IamInstanceProfile={"Name": wanted})


def _while_stopped(call: Call) -> None:
    if not call.changed("instanceType", "userData", "userDataBase64"):
        return
    client = call.aws()
    client.stop_instances(InstanceIds=[call.id])
    if call.changed("instanceType") and call.get("instanceType"):
        _set(call, InstanceType={"Value": call.inputs["instanceType"]})
    if call.changed("userData", "userDataBase64"):
        _set(call, UserData={"Value": user_data(call) or b""})
    client.start_instances(InstanceIds=[call.id])


def _root(call: Call) -> None:
    """Size, kind and speed of the root volume change in place."""
    if not call.changed("rootBlockDevice") or not call.get("rootBlockDevice"):
        return
    client, given, item = call.aws(), call.inputs["rootBlockDevice"], _find(call)
    before = call.old.get("rootBlockDevice") or {}
    mapping = first(m for m in item["BlockDeviceMappings"] if m["DeviceName"] == item.get("RootDeviceName"))
    if mapping is None:
        return
    volume, names = mapping["Ebs"]["VolumeId"], {"volumeSize": "Size", "volumeType": "VolumeType"}
    names |= {"iops": "Iops", "throughput": "Throughput"}
    wanted = {
        api: given[n] for n, api in names.items() if given.get(n) is not None and given[n] != before.get(n)
    }
    if wanted:
        client.modify_volume(VolumeId=volume, **wanted)
    if given.get("deleteOnTermination") is not None:
        ebs = {"DeleteOnTermination": bool(given["deleteOnTermination"])}
        _set(call, BlockDeviceMappings=[{"DeviceName": mapping["DeviceName"], "Ebs": ebs}])


def _volume_tags(call: Call) -> None:
    if not call.changed("volumeTags"):
        return
    client, item = call.aws(), _find(call)
    volumes = [mapping["Ebs"]["VolumeId"] for mapping in item["BlockDeviceMappings"]]
    gone, added = moved((call.old.get("volumeTags") or {}).items(), call.get("volumeTags", {}).items())
    if gone:
        client.delete_tags(Resources=volumes, Tags=[{"Key": key} for key, _ in gone])
    if added:
        client.create_tags(Resources=volumes, Tags=[{"Key": key, "Value": value} for key, value in added])


def _terminate(call: Call) -> None:
    if _find(call) is None:
        return
    if call.get("forceDestroy"):
        _set(call, DisableApiTermination={"Value": False})
    call.aws().terminate_instances(InstanceIds=[call.id])


def _replacing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = old.get("rootBlockDevice") or {}, new.get("rootBlockDevice") or {}
    found = []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        fixed = ("encrypted", "kmsKeyId")
        if any(after.get(name) is not None and before.get(name) != after[name] for name in fixed):
            found.append("rootBlockDevice")
    if new.get("userDataReplaceOnChange"):
        found += ["userData", "userDataBase64"]
    return found


INSTANCE = Emulated(
    "aws:ec2/instance:Instance",
    service="ec2",
    exact=True,
    create=_run,
    read=_read,
    update=_update,
    delete=_terminate,
    tags=EC2_TAGS_LATER,
    replace_on=(
        "ami",
        "associatePublicIpAddress",
        "availabilityZone",
        "cpuOptions",
        "ebsBlockDevices",
        "ebsOptimized",
        "enclaveOptions",
        "ephemeralBlockDevices",
        "hibernation",
        "hostId",
        "hostResourceGroupArn",
        "instanceMarketOptions",
        "ipv6AddressCount",
        "ipv6Addresses",
        "keyName",
        "launchTemplate",
        "networkInterfaces",
        "placementGroup",
        "placementGroupId",
        "placementPartitionNumber",
        "primaryNetworkInterface",
        "privateIp",
        "secondaryNetworkInterfaces",
        "securityGroups",
        "subnetId",
        "tenancy",
    ),
    replace_if=_replacing,
    unordered=("ebsBlockDevices", "ephemeralBlockDevices", "vpcSecurityGroupIds", "securityGroups"),
)


def _group_tags(call: Call, tags: dict[str, str]) -> None:
    call.aws().create_tags(
        Resources=[_group_id(call)], Tags=[{"Key": k, "Value": v} for k, v in tags.items()]
    )


def _group_id(call: Call) -> str:
    # The id of a placement group is its name; its tags hang on the id that AWS gives it.
    return str(call.aws().describe_placement_groups(GroupNames=[call.id])["PlacementGroups"][0]["GroupId"])


_READ_GROUP = Read(
    "describe_placement_groups",
    also=lambda call: {"Filters": filters(group_name=call.id)},
    item="PlacementGroups[0]",
    take={"arn": "GroupArn", "name": "GroupName", "placementGroupId": "GroupId"},
    absent={"spreadLevel": "", "partitionCount": 0},
)


def _delete_group(call: Call) -> None:
    if _READ_GROUP.fetch(call):
        call.aws().delete_placement_group(GroupName=call.id)


PLACEMENT_GROUP = Emulated(
    "aws:ec2/placementGroup:PlacementGroup",
    service="ec2",
    exact=True,
    create=Create("create_placement_group", id="PlacementGroup.GroupName", send={"name": "GroupName"}),
    read=_READ_GROUP,
    delete=_delete_group,
    tags=replace(
        ec2_tags("placement-group"),
        put=_group_tags,
        remove=lambda call, keys: call.aws().delete_tags(
            Resources=[_group_id(call)], Tags=[{"Key": key} for key in keys]
        ),
    ),
    replace_on=("name", "strategy", "partitionCount", "spreadLevel"),
)

TYPES = (INSTANCE, PLACEMENT_GROUP)
