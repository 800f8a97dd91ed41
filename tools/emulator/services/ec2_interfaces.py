"""EC2: network interfaces, key pairs, single tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, owned, private_name
from tools.emulator.services._tags import ec2_tags


def _addresses(call: Call) -> dict[str, Any]:
    given = call.get("privateIpLists") if call.get("privateIpListEnabled") else call.get("privateIps")
    found: dict[str, Any] = {}
    if given:
        found["PrivateIpAddresses"] = [
            {"PrivateIpAddress": address, "Primary": index == 0} for index, address in enumerate(given)
        ]
    elif call.get("privateIpsCount"):
        found["SecondaryPrivateIpAddressCount"] = int(call.inputs["privateIpsCount"])
    if call.get("ipv6Addresses"):
        found["Ipv6Addresses"] = [{"Ipv6Address": address} for address in call.inputs["ipv6Addresses"]]
    return found


def _interface(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    addresses = [address["PrivateIpAddress"] for address in item.get("PrivateIpAddresses") or []]
    there = item.get("Attachment") or {}
    six = [address["Ipv6Address"] for address in item.get("Ipv6Addresses") or []]
    attachment = {
        "attachmentId": there.get("AttachmentId", ""),
        "deviceIndex": there.get("DeviceIndex", 0),
        "instance": there.get("InstanceId", ""),
        "networkCardIndex": 0,
    }
    return {
        **owned(call, "network-interface"),
        "privateIp": item.get("PrivateIpAddress", ""),
        "privateIps": addresses,
        "privateIpLists": addresses,
        "privateIpsCount": max(len(addresses) - 1, 0),
        "ipv6Addresses": six,
        "ipv6AddressLists": six,
        "ipv6AddressCount": len(six),
        "securityGroups": [group["GroupId"] for group in item.get("Groups") or []],
        "attachments": [attachment] if there.get("InstanceId") else [],
        "privateDnsName": private_name(call, item.get("PrivateIpAddress", "")),
        "outpostArn": "",
    }


def _settle(call: Call) -> None:
    """Secondary addresses and the instance of an existing interface; the instance of a new one."""
    client = call.aws()
    if call.old and call.changed("privateIps") and call.get("privateIps"):
        item = client.describe_network_interfaces(NetworkInterfaceIds=[call.id])["NetworkInterfaces"][0]
        there = [
            address["PrivateIpAddress"] for address in item["PrivateIpAddresses"] if not address["Primary"]
        ]
        wanted = [address for address in call.inputs["privateIps"] if address != item["PrivateIpAddress"]]
        gone, added = moved(there, wanted)
        if gone:
            client.unassign_private_ip_addresses(NetworkInterfaceId=call.id, PrivateIpAddresses=gone)
        if added:
            client.assign_private_ip_addresses(NetworkInterfaceId=call.id, PrivateIpAddresses=added)
    if call.changed("attachments") and call.get("attachments") is not None:
        if call.old.get("attachments"):
            _detach(call)
        for item in call.inputs["attachments"]:
            client.attach_network_interface(
                NetworkInterfaceId=call.id, InstanceId=item["instance"], DeviceIndex=int(item["deviceIndex"])
            )


def _detach(call: Call) -> None:
    client = call.aws()
    item = first(
        client.describe_network_interfaces(Filters=filters(network_interface_id=call.id))["NetworkInterfaces"]
    )
    attachment = ((item or {}).get("Attachment") or {}).get("AttachmentId")
    if attachment:
        client.detach_network_interface(AttachmentId=attachment, Force=True)


def _delete(call: Call) -> None:
    _detach(call)
    call.aws().delete_network_interface(NetworkInterfaceId=call.id)


NETWORK_INTERFACE = Emulated(
    "aws:ec2/networkInterface:NetworkInterface",
    service="ec2",
    exact=True,
    create=Create(
        "create_network_interface",
        id="NetworkInterface.NetworkInterfaceId",
        only=("subnetId", "description", "securityGroups", "interfaceType", "ipv6AddressCount", "privateIp"),
        send={"securityGroups": "Groups", "privateIp": "PrivateIpAddress"},
        also=_addresses,
    ),
    read=Read(
        "describe_network_interfaces",
        by="NetworkInterfaceIds[]",
        item="NetworkInterfaces[0]",
        take={"tags": lambda item: {tag["Key"]: tag["Value"] for tag in item.get("TagSet") or []}},
        absent={"description": ""},
        more=_interface,
    ),
    changes=[
        Change(
            "modify_network_interface_attribute",
            by="NetworkInterfaceId",
            each=True,
            send={
                "sourceDestCheck": "SourceDestCheck.Value",
                "description": "Description.Value",
                "securityGroups": "Groups",
            },
        )
    ],
    settle=_settle,
    delete=_delete,
    tags=ec2_tags("network-interface"),
    replace_on=("subnetId", "interfaceType", "privateIp"),
    unordered=("privateIps", "securityGroups", "attachments", "ipv6Addresses"),
)


def _read_attachment(call: Call) -> dict[str, Any] | None:
    wanted = filters(**{"attachment.attachment-id": call.id})
    known = {**call.state, **call.inputs}
    if known.get("networkInterfaceId"):
        wanted = filters(network_interface_id=str(known["networkInterfaceId"]))
    items = call.aws().describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    for item in items:
        there = item.get("Attachment") or {}
        if there.get("AttachmentId") == call.id:
            return {
                "attachmentId": call.id,
                "networkInterfaceId": item["NetworkInterfaceId"],
                "instanceId": there["InstanceId"],
                "deviceIndex": int(there["DeviceIndex"]),
                "networkCardIndex": int(there.get("NetworkCardIndex") or 0),
                "status": there.get("Status", "attached"),
            }
    return None


INTERFACE_ATTACHMENT = Emulated(
    "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
    service="ec2",
    exact=True,
    create=Create("attach_network_interface", id="AttachmentId"),
    read=_read_attachment,
    delete=lambda call: (
        call.aws().detach_network_interface(AttachmentId=call.id, Force=True)
        if _read_attachment(call)
        else None
    ),
    replace_on=("deviceIndex", "instanceId", "networkInterfaceId", "networkCardIndex"),
)


def _membership(call: Call) -> tuple[str, str]:
    """Group and interface: from the inputs, or from an import's `INTERFACE_GROUP`."""
    if call.id.startswith("eni-"):
        interface, _, group = call.id.partition("_")
        return group, interface
    known = {**call.state, **call.inputs}
    return str(known["securityGroupId"]), str(known["networkInterfaceId"])


def _groups(call: Call, interface: str) -> list[str]:
    items = call.aws().describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    return [group["GroupId"] for group in items[0].get("Groups") or []]


def _join(call: Call) -> str:
    group, interface = _membership(call)
    groups = [*_groups(call, interface), group]
    call.aws().modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=list(dict.fromkeys(groups))
    )
    return f"{group}_{interface}"


def _read_membership(call: Call) -> dict[str, Any] | None:
    group, interface = _membership(call)
    if group not in _groups(call, interface):
        return None
    call.id = f"{group}_{interface}"
    return {"securityGroupId": group, "networkInterfaceId": interface}


def _leave(call: Call) -> None:
    group, interface = _membership(call)
    left = [other for other in _groups(call, interface) if other != group]
    call.aws().modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=left)


INTERFACE_GROUP = Emulated(
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
    service="ec2",
    exact=True,
    create=_join,
    read=_read_membership,
    delete=_leave,
    replace_on=("networkInterfaceId", "securityGroupId"),
)


def _read_key(call: Call) -> dict[str, Any] | None:
    answer = call.aws().describe_key_pairs(Filters=filters(key_name=call.id), IncludePublicKey=True)
    item = first(answer["KeyPairs"])
    if item is None:
        return None
    return {
        "arn": call.arn("ec2", f"key-pair/{call.id}"),
        "keyName": call.id,
        "keyNamePrefix": call.get("keyNamePrefix") or "",
        "keyPairId": item["KeyPairId"],
        "keyType": item.get("KeyType", "rsa"),
        "fingerprint": item.get("KeyFingerprint", ""),
        "publicKey": item.get("PublicKey") or call.get("publicKey", ""),
        "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []},
    }


def _tag_key(call: Call, tags: dict[str, str]) -> None:
    # The id of a key pair is its name; its tags hang on the id that AWS gives it.
    pair = _pair(call)
    if pair:
        call.aws().create_tags(Resources=[pair], Tags=[{"Key": k, "Value": v} for k, v in tags.items()])


def _untag_key(call: Call, keys: list[str]) -> None:
    pair = _pair(call)
    if pair:
        call.aws().delete_tags(Resources=[pair], Tags=[{"Key": key} for key in keys])


def _pair(call: Call) -> str:
    there = _read_key(call)
    return str(there["keyPairId"]) if there else ""


KEY_PAIR = Emulated(
    "aws:ec2/keyPair:KeyPair",
    service="ec2",
    exact=True,
    create=Create("import_key_pair", id="KeyName", send={"publicKey": "PublicKeyMaterial"}),
    read=_read_key,
    delete=Delete("delete_key_pair", by="KeyName"),
    tags=replace(ec2_tags("key-pair"), put=_tag_key, remove=_untag_key),
    replace_on=("publicKey", "keyName", "keyNamePrefix"),
    # AWS gives the key back without the comment and the space around it.
    normal={"publicKey": lambda key: " ".join(str(key).split()[:2])},
)


def _tag_parts(call: Call) -> tuple[str, str]:
    resource, _, key = call.id.partition(",")
    return resource, key


def _put_tag(call: Call) -> str:
    resource, key = str(call.inputs["resourceId"]), str(call.inputs["key"])
    call.aws().create_tags(Resources=[resource], Tags=[{"Key": key, "Value": str(call.inputs["value"])}])
    return f"{resource},{key}"


def _read_tag(call: Call) -> dict[str, Any] | None:
    resource, key = _tag_parts(call)
    there = first(
        t for t in call.aws().describe_tags(Filters=filters(resource_id=resource))["Tags"] if t["Key"] == key
    )
    return there and {"resourceId": resource, "key": key, "value": there["Value"]}


TAG = Emulated(
    "aws:ec2/tag:Tag",
    service="ec2",
    exact=True,
    create=_put_tag,
    read=_read_tag,
    update=lambda call: (_put_tag(call), None)[1],
    delete=lambda call: call.aws().delete_tags(
        Resources=[_tag_parts(call)[0]], Tags=[{"Key": _tag_parts(call)[1]}]
    ),
    replace_on=("resourceId", "key"),
)

TYPES = (NETWORK_INTERFACE, INTERFACE_ATTACHMENT, INTERFACE_GROUP, KEY_PAIR, TAG)
