"""EC2: IPAM. moto does not know it; `additions/ec2_ipam.py` adds it."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read, Tagging
from tools.emulator.mapping import tag_list
from tools.emulator.services._ec2 import first, moved
from tools.emulator.services._tags import ec2_tags


def _regions(call: Call) -> None:
    if not call.old or not call.changed("operatingRegions"):
        return
    before = [region["regionName"] for region in call.old.get("operatingRegions") or []]
    gone, added = moved(before, [region["regionName"] for region in call.inputs["operatingRegions"]])
    call.aws().modify_ipam(
        IpamId=call.id,
        AddOperatingRegions=[{"RegionName": name} for name in added],
        RemoveOperatingRegions=[{"RegionName": name} for name in gone],
    )


IPAM = Emulated(
    "aws:ec2/vpcIpam:VpcIpam",
    service="ec2",
    exact=True,
    create=Create("create_ipam", id="Ipam.IpamId"),
    read=Read(
        "describe_ipams", by="IpamIds[]", item="Ipams[0]", take={"arn": "IpamArn"}, absent={"description": ""}
    ),
    changes=[
        Change(
            "modify_ipam",
            by="IpamId",
            at_create=False,
            send={
                "description": "Description",
                "tier": "Tier",
                "enablePrivateGua": "EnablePrivateGua",
                "meteredAccount": "MeteredAccount",
            },
        )
    ],
    settle=_regions,
    delete=Delete(
        "delete_ipam", by="IpamId", also=lambda call: {"Cascade": True} if call.get("cascade") else {}
    ),
    tags=ec2_tags("ipam"),
    unordered=("operatingRegions",),
)

SCOPE = Emulated(
    "aws:ec2/vpcIpamScope:VpcIpamScope",
    service="ec2",
    exact=True,
    create=Create("create_ipam_scope", id="IpamScope.IpamScopeId"),
    read=Read(
        "describe_ipam_scopes",
        by="IpamScopeIds[]",
        item="IpamScopes[0]",
        take={"arn": "IpamScopeArn", "ipamId": lambda item: item["IpamArn"].rpartition("/")[2]},
        absent={"description": ""},
    ),
    changes=[
        Change("modify_ipam_scope", by="IpamScopeId", at_create=False, send={"description": "Description"})
    ],
    delete=Delete("delete_ipam_scope", by="IpamScopeId"),
    tags=ec2_tags("ipam-scope"),
    replace_on=("ipamId",),
)


def _resource_tags(call: Call) -> None:
    if not call.old or not call.changed("allocationResourceTags"):
        return
    before, after = call.old.get("allocationResourceTags") or {}, call.get("allocationResourceTags", {})
    gone, added = moved(before.items(), after.items())
    call.aws().modify_ipam_pool(
        IpamPoolId=call.id,
        AddAllocationResourceTags=tag_list(dict(added)),
        RemoveAllocationResourceTags=tag_list(dict(gone)),
    )


def _new_pool(call: Call) -> dict[str, Any]:
    given = call.get("allocationResourceTags")
    return {"AllocationResourceTags": tag_list(given)} if given else {}


POOL = Emulated(
    "aws:ec2/vpcIpamPool:VpcIpamPool",
    service="ec2",
    exact=True,
    # The source of public addresses is asked of pools in public scopes only.
    create=Create(
        "create_ipam_pool",
        id="IpamPool.IpamPoolId",
        send={"allocationResourceTags": "", "publiclyAdvertisable": "", "publicIpSource": ""},
        also=_new_pool,
    ),
    read=Read(
        "describe_ipam_pools",
        by="IpamPoolIds[]",
        item="IpamPools[0]",
        take={
            "arn": "IpamPoolArn",
            "ipamScopeId": lambda item: item["IpamScopeArn"].rpartition("/")[2],
            "allocationResourceTags": lambda item: {
                t["Key"]: t["Value"] for t in item.get("AllocationResourceTags") or []
            },
        },
        absent={"description": "", "autoImport": False},
    ),
    changes=[
        Change(
            "modify_ipam_pool",
            by="IpamPoolId",
            at_create=False,
            send={
                "description": "Description",
                "autoImport": "AutoImport",
                "allocationMinNetmaskLength": "AllocationMinNetmaskLength",
                "allocationMaxNetmaskLength": "AllocationMaxNetmaskLength",
                "allocationDefaultNetmaskLength": "AllocationDefaultNetmaskLength",
            },
        )
    ],
    settle=_resource_tags,
    delete=Delete("delete_ipam_pool", by="IpamPoolId"),
    tags=ec2_tags("ipam-pool"),
    replace_on=(
        "addressFamily",
        "ipamScopeId",
        "awsService",
        "locale",
        "publicIpSource",
        "publiclyAdvertisable",
        "sourceIpamPoolId",
        "sourceResource",
    ),
)


def _read_range(call: Call) -> dict[str, Any] | None:
    cidr, _, pool = call.id.partition("_")
    found = call.aws().get_ipam_pool_cidrs(IpamPoolId=pool, Filters=[{"Name": "cidr", "Values": [cidr]}])
    there = first(found["IpamPoolCidrs"])
    return there and {
        "ipamPoolId": pool,
        "cidr": there["Cidr"],
        "netmaskLength": there["NetmaskLength"],
        "ipamPoolCidrId": there["IpamPoolCidrId"],
    }


def _delete_range(call: Call) -> None:
    cidr, _, pool = call.id.partition("_")
    call.aws().deprovision_ipam_pool_cidr(IpamPoolId=pool, Cidr=cidr)


POOL_CIDR = Emulated(
    "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr",
    service="ec2",
    exact=True,
    create=Create(
        "provision_ipam_pool_cidr",
        id=lambda call, answer: f"{answer['IpamPoolCidr']['Cidr']}_{call.inputs['ipamPoolId']}",
    ),
    read=_read_range,
    delete=_delete_range,
    replace_on=("ipamPoolId", "cidr", "cidrAuthorizationContext", "netmaskLength"),
)


def _read_allocation(call: Call) -> dict[str, Any] | None:
    allocation, _, pool = call.id.partition("_")
    found = call.aws().get_ipam_pool_allocations(IpamPoolId=pool, IpamPoolAllocationId=allocation)
    there = first(found["IpamPoolAllocations"])
    return there and {
        "ipamPoolId": pool,
        "ipamPoolAllocationId": allocation,
        "cidr": there["Cidr"],
        "description": there.get("Description", ""),
        "netmaskLength": int(there["Cidr"].rpartition("/")[2]),
        "resourceId": there.get("ResourceId", ""),
        "resourceOwner": there.get("ResourceOwner", ""),
        "resourceType": there.get("ResourceType") or "custom",
        "tags": {tag["Key"]: tag["Value"] for tag in there.get("Tags") or []},
    }


def _release(call: Call) -> None:
    allocation, _, pool = call.id.partition("_")
    there = _read_allocation(call)
    if there is not None:
        call.aws().release_ipam_pool_allocation(
            IpamPoolId=pool, IpamPoolAllocationId=allocation, Cidr=there["cidr"]
        )


def _allocation(call: Call) -> list[str]:
    return [call.id.partition("_")[0]]


_ALLOCATION_TAGS = Tagging(
    at_create=ec2_tags("ipam-pool-allocation").at_create,
    put=lambda call, tags: call.aws().create_tags(Resources=_allocation(call), Tags=tag_list(tags)),
    remove=lambda call, keys: call.aws().delete_tags(
        Resources=_allocation(call), Tags=[{"Key": key} for key in keys]
    ),
)

POOL_ALLOCATION = Emulated(
    "aws:ec2/vpcIpamPoolCidrAllocation:VpcIpamPoolCidrAllocation",
    service="ec2",
    exact=True,
    create=Create(
        "allocate_ipam_pool_cidr",
        id=lambda call, answer: (
            f"{answer['IpamPoolAllocation']['IpamPoolAllocationId']}_{call.inputs['ipamPoolId']}"
        ),
    ),
    read=_read_allocation,
    delete=_release,
    tags=_ALLOCATION_TAGS,
    replace_on=("ipamPoolId", "cidr", "description", "disallowedCidrs", "netmaskLength"),
)


def _preview(call: Call) -> str:
    length = {"NetmaskLength": call.inputs["netmaskLength"]} if call.get("netmaskLength") else {}
    answer = call.aws().allocate_ipam_pool_cidr(
        IpamPoolId=call.inputs["ipamPoolId"],
        PreviewNextCidr=True,
        DisallowedCidrs=call.get("disallowedCidrs", []),
        **length,
    )
    call.state["cidr"] = answer["IpamPoolAllocation"]["Cidr"]
    return f"{call.state['cidr']}_{call.inputs['ipamPoolId']}"


PREVIEW = Emulated(
    "aws:ec2/vpcIpamPreviewNextCidr:VpcIpamPreviewNextCidr",
    service="ec2",
    exact=True,
    create=_preview,
    read=lambda call: {"cidr": call.id.partition("_")[0], "ipamPoolId": call.id.partition("_")[2]},
    # It is a look-up that is remembered: there is nothing to take away.
    delete=lambda _: None,
    replace_on=("ipamPoolId", "disallowedCidrs", "netmaskLength"),
)

TYPES = (IPAM, SCOPE, POOL, POOL_CIDR, POOL_ALLOCATION, PREVIEW)
