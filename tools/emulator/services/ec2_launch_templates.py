"""EC2: launch templates. Any change of what a template launches is a new version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import from_api, parameters, tag_list
from tools.emulator.services._ec2 import first, owned
from tools.emulator.services._tags import ec2_tags
from tools.emulator.values import UNKNOWN

# What is of the template itself; all else is of its versions.
_OWN = frozenset(
    {
        "name",
        "namePrefix",
        "description",
        "tags",
        "tagsAll",
        "region",
        "defaultVersion",
        "updateDefaultVersion",
    }
)
_GROUPS = {"vpcSecurityGroupIds": "SecurityGroupIds", "securityGroupNames": "SecurityGroups"}


def _data(call: Call) -> dict[str, Any]:
    """The inputs as `LaunchTemplateData`."""
    given = {
        name: value for name, value in call.inputs.items() if name not in _OWN and not name.startswith("__")
    }
    special = {
        name: given.pop(name)
        for name in (*_GROUPS, "networkInterfaces", "tagSpecifications")
        if name in given
    }
    params = parameters(call.aws(), "create_launch_template", {"launchTemplateData": given})
    data: dict[str, Any] = _without_empty(params.get("LaunchTemplateData", {}))
    for name, api in _GROUPS.items():
        if special.get(name):
            data[api] = list(special[name])
    if special.get("networkInterfaces"):
        data["NetworkInterfaces"] = [_interface(call, item) for item in special["networkInterfaces"]]
    if special.get("tagSpecifications"):
        data["TagSpecifications"] = [
            {"ResourceType": item["resourceType"], "Tags": tag_list(item.get("tags") or {})}
            for item in special["tagSpecifications"]
        ]
    return data


def _without_empty(value: Any) -> Any:
    """A document without empty text, which the API takes for a value."""
    if isinstance(value, dict):
        return {name: _without_empty(item) for name, item in value.items() if item != ""}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


_ADDRESSES = {
    "ipv4Addresses": ("PrivateIpAddresses", "PrivateIpAddress"),
    "ipv6Addresses": ("Ipv6Addresses", "Ipv6Address"),
    "ipv4Prefixes": ("Ipv4Prefixes", "Ipv4Prefix"),
    "ipv6Prefixes": ("Ipv6Prefixes", "Ipv6Prefix"),
}


def _interface(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        name: value
        for name, value in item.items()
        if name not in (*_ADDRESSES, "securityGroups", "ipv4AddressCount")
    }
    params = parameters(
        call.aws(), "create_launch_template", {"launchTemplateData": {"networkInterfaces": [plain]}}
    )
    found: dict[str, Any] = _without_empty(params["LaunchTemplateData"]["NetworkInterfaces"][0])
    for name, (api, field) in _ADDRESSES.items():
        if item.get(name):
            found[api] = [{field: address} for address in item[name]]
    if item.get("securityGroups"):
        found["Groups"] = list(item["securityGroups"])
    if item.get("ipv4AddressCount"):
        found["SecondaryPrivateIpAddressCount"] = int(item["ipv4AddressCount"])
    return found


def _new(call: Call) -> dict[str, Any]:
    described = {"VersionDescription": call.inputs["description"]} if call.get("description") else {}
    return {"LaunchTemplateName": call.inputs["name"], "LaunchTemplateData": _data(call), **described}


def _read(call: Call) -> dict[str, Any] | None:
    client = call.aws()
    template = first(client.describe_launch_templates(LaunchTemplateIds=[call.id])["LaunchTemplates"])
    if template is None:
        return None
    latest = str(template["LatestVersionNumber"])
    versions = client.describe_launch_template_versions(LaunchTemplateId=call.id, Versions=[latest])
    version = versions["LaunchTemplateVersions"][0]
    return {
        "arn": owned(call, "launch-template")["arn"],
        "name": template["LaunchTemplateName"],
        "defaultVersion": int(template["DefaultVersionNumber"]),
        "latestVersion": int(latest),
        "description": version.get("VersionDescription", ""),
        "tags": {tag["Key"]: tag["Value"] for tag in template.get("Tags") or []},
        **_properties(call, version["LaunchTemplateData"]),
    }


def _properties(call: Call, data: Mapping[str, Any]) -> dict[str, Any]:
    """`LaunchTemplateData` as properties. What the template does not say is null, so that its removal shows."""
    by_name = {name.lower(): value for name, value in data.items()}
    found: dict[str, Any] = {}
    for name, prop in call.type.outputs.items():
        if name in _OWN or not prop.input:
            continue
        value = by_name.get(_GROUPS.get(name, name).lower())
        found[name] = None if value is None else from_api(prop.type, value)
    if data.get("NetworkInterfaces"):
        found["networkInterfaces"] = [_interface_properties(call, item) for item in data["NetworkInterfaces"]]
    found["tagSpecifications"] = [
        {
            "resourceType": item["ResourceType"],
            "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []},
        }
        for item in data.get("TagSpecifications") or []
        if item["ResourceType"] != "launch-template"
    ]
    if not data.get("MetadataOptions"):
        del found["metadataOptions"]
    return found


def _interface_properties(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    element = call.type.properties["networkInterfaces"].type.element
    assert element is not None  # a list has a type of its items
    plain = {
        name: value for name, value in item.items() if name not in (api for api, _ in _ADDRESSES.values())
    }
    found: dict[str, Any] = from_api(element, plain)
    for name, (api, field) in _ADDRESSES.items():
        if item.get(api):
            found[name] = [address[field] for address in item[api]]
    if item.get("Groups"):
        found["securityGroups"] = list(item["Groups"])
    if item.get("SecondaryPrivateIpAddressCount"):
        found["ipv4AddressCount"] = item["SecondaryPrivateIpAddressCount"]
    return found


def _changes_version(call: Call) -> bool:
    return call.changed(*(name for name in call.type.inputs if name not in _OWN), "description")


def _update(call: Call) -> None:
    client = call.aws()
    if _changes_version(call):
        params: dict[str, Any] = {"LaunchTemplateId": call.id, "LaunchTemplateData": _data(call)}
        if call.get("description"):
            params["VersionDescription"] = call.inputs["description"]
        version = client.create_launch_template_version(**params)["LaunchTemplateVersion"]["VersionNumber"]
        if call.get("updateDefaultVersion"):
            client.modify_launch_template(LaunchTemplateId=call.id, DefaultVersion=str(version))
    if call.get("defaultVersion") and call.changed("defaultVersion"):
        client.modify_launch_template(
            LaunchTemplateId=call.id, DefaultVersion=str(call.inputs["defaultVersion"])
        )


def _known(call: Call) -> dict[str, Any]:
    if not call.id or not _changes_version(call):
        return {}
    return {
        "latestVersion": UNKNOWN,
        **({"defaultVersion": UNKNOWN} if call.get("updateDefaultVersion") else {}),
    }


LAUNCH_TEMPLATE = Emulated(
    "aws:ec2/launchTemplate:LaunchTemplate",
    service="ec2",
    exact=True,
    create=Create("create_launch_template", id="LaunchTemplate.LaunchTemplateId", only=(), also=_new),
    read=_read,
    update=_update,
    delete=Delete("delete_launch_template", by="LaunchTemplateId"),
    tags=ec2_tags("launch-template"),
    replace_on=("name", "namePrefix"),
    unordered=("vpcSecurityGroupIds", "securityGroupNames"),
    known=_known,
)

TYPES = (LAUNCH_TEMPLATE,)
