"""Data sources of EC2's machines: images, instance types and where they are offered, key pairs, zones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._ec2 import Listing, One, arn, complete, only, wanted
from tools.emulator.mapping import take
from tools.emulator.schema import function


def _images(request: Request) -> list[Any]:
    params: dict[str, Any] = {}
    for argument, parameter in (("owners", "Owners"), ("executableUsers", "ExecutableUsers")):
        if request.args.get(argument):
            params[parameter] = [str(item) for item in request.args[argument]]
    filters = wanted(request, {})
    if filters:
        params["Filters"] = filters
    images = request.aws("ec2").describe_images(**params)["Images"]
    pattern = request.args.get("nameRegex")
    return [image for image in images if not pattern or re.search(pattern, image.get("Name") or "")]


def ami(request: Request) -> Mapping[str, Any]:
    """The only image that matches, or the newest with `mostRecent`."""
    images = _images(request)
    if not images:
        raise Refused("Your query returned no results. Please change your search criteria and try again.")
    if len(images) > 1 and not request.args.get("mostRecent"):
        raise Refused(
            "Your query returned more than one result. Please try a more specific search criteria, "
            "or set `most_recent` attribute to true."
        )
    newest = max(images, key=lambda image: (str(image["CreationDate"]), str(image["ImageId"])))
    found = function(request.token)
    assert found is not None  # a data source of the SDK
    platform = newest.get("Platform")
    ebs = [mapping.get("Ebs") or {} for mapping in newest["BlockDeviceMappings"]]
    return complete(
        found,
        {
            **take(found, newest, {"public": "Public", "productCodes": "", "blockDeviceMappings": ""}),
            "id": newest["ImageId"],
            "arn": f"arn:{request.place.partition}:ec2:{request.place.region}::image/{newest['ImageId']}",
            "platform": platform if platform == "windows" else "",
            "rootSnapshotId": next((item["SnapshotId"] for item in ebs if item.get("SnapshotId")), ""),
            "blockDeviceMappings": [
                {
                    "deviceName": mapping["DeviceName"],
                    "ebs": {_camel(key): _text(value) for key, value in (mapping.get("Ebs") or {}).items()},
                    "noDevice": "",
                    "virtualName": "",
                }
                for mapping in newest["BlockDeviceMappings"]
            ],
            "productCodes": [],
            "stateReason": {},
            "imageOwnerAlias": newest.get("ImageOwnerAlias", ""),
        },
    )


def _camel(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def ami_ids(request: Request) -> Mapping[str, Any]:
    """All matching images, the newest first unless `sortAscending`."""
    images = sorted(
        _images(request),
        key=lambda image: (str(image["CreationDate"]), str(image["ImageId"])),
        reverse=not request.args.get("sortAscending"),
    )
    return {"ids": [image["ImageId"] for image in images]}


def instance_type(request: Request) -> Mapping[str, Any]:
    """What an instance type has. moto knows the sizes and limits; a few details come out as the usual."""
    name = str(request.args["instanceType"])
    item = only(
        request.aws("ec2").describe_instance_types(InstanceTypes=[name])["InstanceTypes"], "EC2 Instance Type"
    )
    found = function(request.token)
    assert found is not None  # a data source of the SDK
    cpu, network, ebs = item.get("VCpuInfo") or {}, item.get("NetworkInfo") or {}, item.get("EbsInfo") or {}
    speed = ebs.get("EbsOptimizedInfo") or {}
    return complete(
        found,
        {
            **take(found, item, {"supportedArchitectures": "ProcessorInfo.SupportedArchitectures"}),
            "id": name,
            "instanceType": name,
            "memorySize": (item.get("MemoryInfo") or {}).get("SizeInMiB"),
            "defaultVcpus": cpu.get("DefaultVCpus"),
            "defaultCores": cpu.get("DefaultCores"),
            "defaultThreadsPerCore": cpu.get("DefaultThreadsPerCore"),
            "validCores": cpu.get("ValidCores") or [],
            "validThreadsPerCores": cpu.get("ValidThreadsPerCore") or [],
            "sustainedClockSpeed": (item.get("ProcessorInfo") or {}).get("SustainedClockSpeedInGhz"),
            "bootModes": item.get("SupportedBootModes") or [],
            "supportedRootDeviceTypes": item.get("SupportedRootDeviceTypes") or [],
            "supportedUsagesClasses": item.get("SupportedUsageClasses") or [],
            "supportedVirtualizationTypes": item.get("SupportedVirtualizationTypes") or [],
            "supportedPlacementStrategies": (item.get("PlacementGroupInfo") or {}).get("SupportedStrategies")
            or [],
            "totalInstanceStorage": (item.get("InstanceStorageInfo") or {}).get("TotalSizeInGB"),
            "maximumNetworkInterfaces": network.get("MaximumNetworkInterfaces"),
            "maximumNetworkCards": network.get("MaximumNetworkCards"),
            "maximumIpv4AddressesPerInterface": network.get("Ipv4AddressesPerInterface"),
            "maximumIpv6AddressesPerInterface": network.get("Ipv6AddressesPerInterface"),
            "ipv6Supported": bool(network.get("Ipv6Supported")),
            "efaSupported": bool(network.get("EfaSupported")),
            "enaSupport": network.get("EnaSupport"),
            "encryptionInTransitSupported": bool(network.get("EncryptionInTransitSupported")),
            "networkPerformance": network.get("NetworkPerformance"),
            "ebsEncryptionSupport": ebs.get("EncryptionSupport"),
            "ebsNvmeSupport": ebs.get("NvmeSupport"),
            "ebsOptimizedSupport": ebs.get("EbsOptimizedSupport"),
            **{f"ebsPerformance{name}": speed.get(api) for name, api in _SPEEDS.items()},
        },
    )


_SPEEDS = {
    "BaselineBandwidth": "BaselineBandwidthInMbps",
    "BaselineIops": "BaselineIops",
    "BaselineThroughput": "BaselineThroughputInMBps",
    "MaximumBandwidth": "MaximumBandwidthInMbps",
    "MaximumIops": "MaximumIops",
    "MaximumThroughput": "MaximumThroughputInMBps",
}


def instance_types(request: Request) -> Mapping[str, Any]:
    """The names of the instance types that match."""
    items = Listing("describe_instance_types", "InstanceTypes")(request)
    return {"instanceTypes": sorted(item["InstanceType"] for item in items)}


def _offered(request: Request) -> list[Any]:
    params: dict[str, Any] = {"LocationType": request.args.get("locationType") or "region"}
    filters = wanted(request, {})
    if filters:
        params["Filters"] = filters
    found: list[Any] = request.aws("ec2").describe_instance_type_offerings(**params)["InstanceTypeOfferings"]
    return found


def offering(request: Request) -> Mapping[str, Any]:
    """The first of the preferred types that is offered, else the only one that matches."""
    items = _offered(request)
    preferred = request.args.get("preferredInstanceTypes") or []
    for name in preferred:
        hit = next((item for item in items if item["InstanceType"] == name), None)
        if hit:
            return {
                "instanceType": name,
                "id": name,
                "location": hit["Location"],
                "locationType": hit["LocationType"],
            }
    item = only(items, "EC2 Instance Type Offering")
    return {"instanceType": item["InstanceType"], "id": item["InstanceType"], "location": item["Location"]}


def offerings(request: Request) -> Mapping[str, Any]:
    """What is offered, and where: three lists of one length."""
    items = _offered(request)
    return {
        "instanceTypes": [item["InstanceType"] for item in items],
        "locations": [item["Location"] for item in items],
        "locationTypes": [item["LocationType"] for item in items],
    }


def availability_zone(request: Request) -> Mapping[str, Any]:
    """One zone, by its name, its id or filters."""
    filters = wanted(request, {"name": "zone-name", "zoneId": "zone-id", "state": "state"})
    params = {"Filters": filters} if filters else {}
    item = only(
        request.aws("ec2").describe_availability_zones(**params)["AvailabilityZones"], "EC2 Availability Zone"
    )
    name = str(item["ZoneName"])
    return {
        "id": name,
        "name": name,
        "nameSuffix": name.removeprefix(request.place.region),
        "zoneId": item["ZoneId"],
        "zoneType": item.get("ZoneType", "availability-zone"),
        "state": item.get("State", "available"),
        "groupName": item.get("GroupName") or request.place.region,
        "groupLongName": item.get("GroupLongName", ""),
        "networkBorderGroup": item.get("NetworkBorderGroup") or request.place.region,
        "optInStatus": item.get("OptInStatus") or "opt-in-not-required",
        "parentZoneId": "",
        "parentZoneName": "",
    }


def _key_pair(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "arn": arn(request, f"key-pair/{item['KeyName']}"),
        "fingerprint": item.get("KeyFingerprint", ""),
        "keyType": item.get("KeyType", "rsa"),
        "publicKey": item.get("PublicKey", "") if request.args.get("includePublicKey") else "",
    }


def instances(request: Request) -> Mapping[str, Any]:
    """Running instances (or those in the given states) that match."""
    states = request.args.get("instanceStateNames") or ["running"]
    filters = [*wanted(request, {}), {"Name": "instance-state-name", "Values": list(states)}]
    answer = request.aws("ec2").describe_instances(Filters=filters)
    found = [item for reservation in answer["Reservations"] for item in reservation["Instances"]]
    return {
        "ids": [item["InstanceId"] for item in found],
        "privateIps": [item["PrivateIpAddress"] for item in found if item.get("PrivateIpAddress")],
        "publicIps": [item["PublicIpAddress"] for item in found if item.get("PublicIpAddress")],
        "ipv6Addresses": [item["Ipv6Address"] for item in found if item.get("Ipv6Address")],
    }


def default_encryption(request: Request) -> Mapping[str, Any]:
    """Whether new volumes are encrypted by themselves."""
    return {"enabled": bool(request.aws("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"])}


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:ec2/getAmi:getAmi": ami,
    "aws:ec2/getAmiIds:getAmiIds": ami_ids,
    "aws:ec2/getInstanceType:getInstanceType": instance_type,
    "aws:ec2/getInstanceTypes:getInstanceTypes": instance_types,
    "aws:ec2/getInstanceTypeOffering:getInstanceTypeOffering": offering,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": offerings,
    "aws:index/getAvailabilityZone:getAvailabilityZone": availability_zone,
    "aws:ec2/getKeyPair:getKeyPair": One(
        Listing("describe_key_pairs", "KeyPairs", {"keyName": "key-name", "keyPairId": "key-pair-id"}),
        "EC2 Key Pair",
        "KeyPairId",
        more=_key_pair,
    ),
    "aws:ec2/getInstances:getInstances": instances,
    "aws:ebs/getEncryptionByDefault:getEncryptionByDefault": default_encryption,
}
