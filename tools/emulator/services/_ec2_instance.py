"""An instance in the forms of `RunInstances`, of `DescribeInstances`, and of the type `Instance`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call
from tools.emulator.mapping import parameters, tag_list
from tools.emulator.services._ec2 import first, present

# Given by the same name.
_SAME = (
    "instanceType", "keyName", "ebsOptimized", "disableApiTermination", "disableApiStop", "ipv6AddressCount",
    "instanceInitiatedShutdownBehavior", "metadataOptions", "creditSpecification", "cpuOptions", "enclaveOptions",
    "maintenanceOptions", "privateDnsNameOptions", "instanceMarketOptions", "capacityReservationSpecification",
)  # fmt: skip
_PLACEMENT = {
    "availabilityZone": "AvailabilityZone", "tenancy": "Tenancy", "placementGroup": "GroupName", "hostId": "HostId",
    "placementPartitionNumber": "PartitionNumber", "hostResourceGroupArn": "HostResourceGroupArn",
}  # fmt: skip
_VOLUME = {
    "volumeSize": "VolumeSize", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput",
    "encrypted": "Encrypted", "kmsKeyId": "KmsKeyId", "snapshotId": "SnapshotId",
    "deleteOnTermination": "DeleteOnTermination",
}  # fmt: skip
_DEFAULT_SIZE = 8


def launch(call: Call) -> dict[str, Any]:
    """The parameters of `RunInstances`."""
    given = {name: call.inputs[name] for name in _SAME if call.get(name) is not None}
    found: dict[str, Any] = {"MinCount": 1, "MaxCount": 1, **parameters(call.aws(), "run_instances", given)}
    if call.get("ami"):
        found["ImageId"] = call.inputs["ami"]
    if call.get("iamInstanceProfile"):
        found["IamInstanceProfile"] = {"Name": call.inputs["iamInstanceProfile"]}
    if call.get("monitoring") is not None:
        found["Monitoring"] = {"Enabled": bool(call.inputs["monitoring"])}
    if call.get("hibernation"):
        found["HibernationOptions"] = {"Configured": True}
    template = call.get("launchTemplate")
    if template:
        by = (
            {"LaunchTemplateId": template["id"]}
            if template.get("id")
            else {"LaunchTemplateName": template["name"]}
        )
        found["LaunchTemplate"] = {**by, "Version": str(template.get("version") or "$Default")}
    placement = {
        api: call.inputs[name] for name, api in _PLACEMENT.items() if call.get(name) not in (None, "")
    }
    if placement:
        found["Placement"] = placement
    data = user_data(call)
    if data is not None:
        found["UserData"] = data
    devices = _devices(call)
    return {**found, **_network(call), **({"BlockDeviceMappings": devices} if devices else {}), **_tags(call)}


def user_data(call: Call) -> bytes | None:
    """The user data as it is; text that is base64 already is not encoded again."""
    text = call.get("userDataBase64") or call.get("userData")
    if text is None:
        return None
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        return str(text).encode()


def _network(call: Call) -> dict[str, Any]:
    primary = call.get("primaryNetworkInterface")
    interfaces = list(call.get("networkInterfaces", []))
    if primary:
        interfaces = [{"deviceIndex": 0, "networkInterfaceId": primary["networkInterfaceId"]}, *interfaces]
    if interfaces:
        return {
            "NetworkInterfaces": [
                {"DeviceIndex": int(item["deviceIndex"]), "NetworkInterfaceId": item["networkInterfaceId"]}
                for item in interfaces
            ]
        }
    fields = {
        "SubnetId": call.get("subnetId"),
        "PrivateIpAddress": call.get("privateIp"),
        "SecurityGroupIds": call.get("vpcSecurityGroupIds"),
    }
    if call.get("associatePublicIpAddress") is None or not call.get("subnetId"):
        names = {"SecurityGroups": call.get("securityGroups")}
        return present({**fields, **names})
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": bool(call.inputs["associatePublicIpAddress"])}
    fields["Groups"] = fields.pop("SecurityGroupIds")
    return {"NetworkInterfaces": [{**interface, **present(fields)}]}


def root_of(call: Call, image: str) -> tuple[str, int]:
    """The name of the root device of an image, and its size in GiB."""
    there = first(call.aws().describe_images(Filters=[{"Name": "image-id", "Values": [image]}])["Images"])
    if there is None:
        return "/dev/sda1", _DEFAULT_SIZE
    root = str(there.get("RootDeviceName") or "/dev/sda1")
    sizes = [m["Ebs"].get("VolumeSize") for m in there.get("BlockDeviceMappings") or [] if m.get("Ebs")]
    return root, int(first(sizes) or _DEFAULT_SIZE)


def _devices(call: Call) -> list[dict[str, Any]]:
    """Block devices: the root device of the image comes first, unless a launch template says what there is."""
    devices = []
    if call.get("ami") and (not call.get("launchTemplate") or call.get("rootBlockDevice")):
        name, size = root_of(call, str(call.inputs["ami"]))
        given = call.get("rootBlockDevice", {})
        ebs = {"VolumeSize": size, "DeleteOnTermination": True, **_ebs(given)}
        devices.append({"DeviceName": name, "Ebs": ebs})
    for block in call.get("ebsBlockDevices", []):
        ebs = {"VolumeSize": _DEFAULT_SIZE, "DeleteOnTermination": True, **_ebs(block)}
        devices.append({"DeviceName": block["deviceName"], "Ebs": ebs})
    return devices


def _ebs(block: Mapping[str, Any]) -> dict[str, Any]:
    return {api: block[name] for name, api in _VOLUME.items() if block.get(name) not in (None, "")}


def _tags(call: Call) -> dict[str, Any]:
    # The instance's own tags are put on it like those of any other resource.
    tags = call.get("volumeTags")
    return {"TagSpecifications": [{"ResourceType": "volume", "Tags": tag_list(tags)}]} if tags else {}


def properties(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    """An API instance as output properties."""
    interfaces = item.get("NetworkInterfaces") or []
    main: Mapping[str, Any] = interfaces[0] if interfaces else {}
    groups = item.get("SecurityGroups") or main.get("Groups") or []
    profile = str((item.get("IamInstanceProfile") or {}).get("Arn") or "")
    placement = item.get("Placement") or {}
    addresses = main.get("PrivateIpAddresses") or []
    return {
        "arn": call.arn("ec2", f"instance/{call.id}"),
        "ami": item.get("ImageId", ""),
        "instanceState": item["State"]["Name"],
        "availabilityZone": placement.get("AvailabilityZone", ""),
        "tenancy": placement.get("Tenancy") or "default",
        "placementGroup": placement.get("GroupName", ""),
        "hostId": placement.get("HostId") or "",
        "iamInstanceProfile": profile.rpartition("/")[2],
        "monitoring": (item.get("Monitoring") or {}).get("State") == "enabled",
        "keyName": item.get("KeyName", ""),
        "subnetId": item.get("SubnetId", ""),
        "vpcSecurityGroupIds": [group["GroupId"] for group in groups],
        "securityGroups": [],
        "primaryNetworkInterfaceId": main.get("NetworkInterfaceId", ""),
        "privateIp": item.get("PrivateIpAddress", ""),
        "secondaryPrivateIps": [a["PrivateIpAddress"] for a in addresses if not a.get("Primary")],
        "privateDns": item.get("PrivateDnsName", ""),
        "publicIp": item.get("PublicIpAddress", ""),
        "publicDns": item.get("PublicDnsName", ""),
        "associatePublicIpAddress": bool(item.get("PublicIpAddress")),
        "ipv6Addresses": [a["Ipv6Address"] for a in main.get("Ipv6Addresses") or []],
        "sourceDestCheck": bool(item.get("SourceDestCheck", True)),
        "instanceLifecycle": item.get("InstanceLifecycle", ""),
        "spotInstanceRequestId": item.get("SpotInstanceRequestId", ""),
        "primaryNetworkInterface": {
            "networkInterfaceId": main.get("NetworkInterfaceId", ""),
            "deleteOnTermination": bool((main.get("Attachment") or {}).get("DeleteOnTermination")),
        },
        "networkInterfaces": call.get("networkInterfaces", []),
        **dict.fromkeys(("outpostArn", "passwordData", "hostResourceGroupArn", "placementGroupId"), ""),
        **_volumes(call, item),
    }


def _volumes(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    mappings = [m for m in item.get("BlockDeviceMappings") or [] if m.get("Ebs")]
    ids = [mapping["Ebs"]["VolumeId"] for mapping in mappings]
    volumes = call.aws().describe_volumes(VolumeIds=ids)["Volumes"] if ids else []
    by_id = {volume["VolumeId"]: volume for volume in volumes}
    root = item.get("RootDeviceName")
    found: dict[str, Any] = {"ebsBlockDevices": [], "ephemeralBlockDevices": []}
    for mapping in mappings:
        block = _block(mapping, by_id.get(mapping["Ebs"]["VolumeId"], {}))
        if mapping["DeviceName"] == root or (len(mappings) == 1 and not call.get("ebsBlockDevices")):
            found["rootBlockDevice"] = {name: value for name, value in block.items() if name != "snapshotId"}
        else:
            found["ebsBlockDevices"].append(block)
    return found


def _block(mapping: Mapping[str, Any], volume: Mapping[str, Any]) -> dict[str, Any]:
    tags = {tag["Key"]: tag["Value"] for tag in volume.get("Tags") or []}
    return {
        "deviceName": mapping["DeviceName"],
        "volumeId": mapping["Ebs"]["VolumeId"],
        "deleteOnTermination": bool(mapping["Ebs"].get("DeleteOnTermination")),
        "volumeSize": volume.get("Size", 0),
        "volumeType": volume.get("VolumeType", "gp2"),
        "encrypted": bool(volume.get("Encrypted")),
        "kmsKeyId": volume.get("KmsKeyId", ""),
        "snapshotId": volume.get("SnapshotId", ""),
        "iops": volume.get("Iops") or 0,
        "throughput": volume.get("Throughput") or 0,
        "tags": tags,
        "tagsAll": tags,
    }
