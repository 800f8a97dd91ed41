"""IPAM: scopes, pools, their ranges and what is allocated from them, and VPCs and ranges of VPCs that come from a pool.

moto does not know it. A pool hands out the first free range of the wanted size, in order. A child pool takes its ranges from
its parent. Resources that exist are not discovered.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.vpcs import VPCs

from tools.emulator.additions import asked, method
from tools.emulator.additions._documents import Document, Kind, tags_of

IPAM = Kind("IpamId", "ipam", "InvalidIpamId.NotFound")
SCOPE = Kind("IpamScopeId", "ipam-scope", "InvalidIpamScopeId.NotFound")
POOL = Kind("IpamPoolId", "ipam-pool", "InvalidIpamPoolId.NotFound")
RANGE = Kind("IpamPoolCidrId", "ipam-pool-cidr", "InvalidIpamPoolCidrId.NotFound", {"cidr": "Cidr"})
ALLOCATION = Kind(
    "IpamPoolAllocationId", "ipam-pool-alloc", "InvalidIpamPoolCidrAllocationId.NotFound", {"cidr": "Cidr"}
)


def install() -> None:
    """Add the operations of IPAM."""
    _install_ipams()
    _install_scopes()
    _install_pools()
    _install_ranges()
    _install_allocations()
    _install_vpcs()


def _arn(backend: Any, kind: str, resource_id: str) -> str:
    return f"arn:{backend.partition}:ec2::{backend.account_id}:{kind}/{resource_id}"


def _params(request: Any, *names: str) -> Document:
    return {name: asked(request, name) for name in names}


def _new_scope(backend: Any, ipam: Document, kind: str, *, default: bool, **more: Any) -> Document:
    tags = more.pop("tags", {})
    fields = {
        "IpamArn": ipam["IpamArn"],
        "IpamScopeType": kind,
        "IsDefault": default,
        "PoolCount": 0,
        "State": "create-complete",
        "OwnerId": backend.account_id,
        "IpamRegion": backend.region_name,
        **more,
    }
    scope = SCOPE.add(backend, fields, tags)
    scope["IpamScopeArn"] = _arn(backend, "ipam-scope", scope["IpamScopeId"])
    return scope


def _install_ipams() -> None:
    @method(VPCs)
    def create_ipam(self: Any) -> ActionResult:
        backend = self.ec2_backend
        fields = {
            **_params(self, "Description", "OperatingRegions", "EnablePrivateGua", "MeteredAccount"),
            "Tier": self._get_param("Tier", "advanced"),
            "State": "create-complete",
            "OwnerId": backend.account_id,
            "IpamRegion": backend.region_name,
            "ScopeCount": 2,
            "ResourceDiscoveryAssociationCount": 1,
        }
        ipam = IPAM.add(backend, fields, tags_of(self, "ipam"))
        ipam["IpamArn"] = _arn(backend, "ipam", ipam["IpamId"])
        ipam["PublicDefaultScopeId"] = _new_scope(backend, ipam, "public", default=True)["IpamScopeId"]
        ipam["PrivateDefaultScopeId"] = _new_scope(backend, ipam, "private", default=True)["IpamScopeId"]
        ipam["DefaultResourceDiscoveryId"] = f"ipam-res-disco-{ipam['IpamId'][5:]}"
        ipam["DefaultResourceDiscoveryAssociationId"] = f"ipam-res-disco-assoc-{ipam['IpamId'][5:]}"
        return ActionResult({"Ipam": IPAM.shown(backend, ipam)})

    @method(VPCs)
    def describe_ipams(self: Any) -> ActionResult:
        found = IPAM.described(
            self.ec2_backend, self._get_param("IpamIds", []), self._filters_from_querystring()
        )
        return ActionResult({"Ipams": found})

    @method(VPCs)
    def modify_ipam(self: Any) -> ActionResult:
        ipam = IPAM.get(self.ec2_backend, self._get_param("IpamId"))
        given = _params(self, "Description", "Tier", "EnablePrivateGua", "MeteredAccount")
        ipam |= {name: value for name, value in given.items() if value is not None}
        gone = [region["RegionName"] for region in self._get_param("RemoveOperatingRegions", [])]
        kept = [region for region in ipam["OperatingRegions"] if region["RegionName"] not in gone]
        ipam["OperatingRegions"] = [*kept, *self._get_param("AddOperatingRegions", [])]
        return ActionResult({"Ipam": IPAM.shown(self.ec2_backend, ipam)})

    @method(VPCs)
    def delete_ipam(self: Any) -> ActionResult:
        backend = self.ec2_backend
        ipam = IPAM.remove(backend, self._get_param("IpamId"))
        for scope in [s for s in SCOPE.all(backend).values() if s["IpamArn"] == ipam["IpamArn"]]:
            SCOPE.remove(backend, scope["IpamScopeId"])
        return ActionResult({"Ipam": ipam})


def _install_scopes() -> None:
    @method(VPCs)
    def create_ipam_scope(self: Any) -> ActionResult:
        backend = self.ec2_backend
        ipam = IPAM.get(backend, self._get_param("IpamId"))
        more = {**_params(self, "Description"), "tags": tags_of(self, "ipam-scope")}
        scope = _new_scope(backend, ipam, "private", default=False, **more)
        ipam["ScopeCount"] += 1
        return ActionResult({"IpamScope": SCOPE.shown(backend, scope)})

    @method(VPCs)
    def describe_ipam_scopes(self: Any) -> ActionResult:
        found = SCOPE.described(
            self.ec2_backend, self._get_param("IpamScopeIds", []), self._filters_from_querystring()
        )
        return ActionResult({"IpamScopes": found})

    @method(VPCs)
    def modify_ipam_scope(self: Any) -> ActionResult:
        scope = SCOPE.get(self.ec2_backend, self._get_param("IpamScopeId"))
        scope["Description"] = self._get_param("Description")
        return ActionResult({"IpamScope": SCOPE.shown(self.ec2_backend, scope)})

    @method(VPCs)
    def delete_ipam_scope(self: Any) -> ActionResult:
        return ActionResult({"IpamScope": SCOPE.remove(self.ec2_backend, self._get_param("IpamScopeId"))})


_OF_POOL = (
    "Locale",
    "SourceIpamPoolId",
    "Description",
    "AddressFamily",
    "AutoImport",
    "PubliclyAdvertisable",
    "AllocationMinNetmaskLength",
    "AllocationMaxNetmaskLength",
    "AllocationDefaultNetmaskLength",
    "AllocationResourceTags",
    "AwsService",
    "PublicIpSource",
    "SourceResource",
)
_CHANGEABLE = ("Description", "AutoImport", *_OF_POOL[6:9])


def _install_pools() -> None:
    @method(VPCs)
    def create_ipam_pool(self: Any) -> ActionResult:
        backend = self.ec2_backend
        scope = SCOPE.get(backend, self._get_param("IpamScopeId"))
        source = self._get_param("SourceIpamPoolId")
        fields = {
            **_params(self, *_OF_POOL),
            "IpamScopeArn": scope["IpamScopeArn"],
            "IpamScopeType": scope["IpamScopeType"],
            "IpamArn": scope["IpamArn"],
            "IpamRegion": backend.region_name,
            "OwnerId": backend.account_id,
            "PoolDepth": 1 + (POOL.get(backend, source)["PoolDepth"] if source else 0),
            "State": "create-complete",
        }
        fields["Locale"] = fields["Locale"] or "None"
        pool = POOL.add(backend, fields, tags_of(self, "ipam-pool"))
        pool["IpamPoolArn"] = _arn(backend, "ipam-pool", pool["IpamPoolId"])
        scope["PoolCount"] += 1
        return ActionResult({"IpamPool": POOL.shown(backend, pool)})

    @method(VPCs)
    def describe_ipam_pools(self: Any) -> ActionResult:
        found = POOL.described(
            self.ec2_backend, self._get_param("IpamPoolIds", []), self._filters_from_querystring()
        )
        return ActionResult({"IpamPools": found})

    @method(VPCs)
    def modify_ipam_pool(self: Any) -> ActionResult:
        pool = POOL.get(self.ec2_backend, self._get_param("IpamPoolId"))
        pool |= {name: value for name, value in _params(self, *_CHANGEABLE).items() if value is not None}
        if self._get_param("ClearAllocationDefaultNetmaskLength"):
            pool.pop("AllocationDefaultNetmaskLength", None)
        gone = self._get_param("RemoveAllocationResourceTags", [])
        kept = [tag for tag in pool.get("AllocationResourceTags", []) if tag not in gone]
        pool["AllocationResourceTags"] = [*kept, *self._get_param("AddAllocationResourceTags", [])]
        return ActionResult({"IpamPool": POOL.shown(self.ec2_backend, pool)})

    @method(VPCs)
    def delete_ipam_pool(self: Any) -> ActionResult:
        backend = self.ec2_backend
        pool = POOL.remove(backend, self._get_param("IpamPoolId"))
        for kind in (RANGE, ALLOCATION):
            for item in [d for d in kind.all(backend).values() if d["IpamPoolId"] == pool["IpamPoolId"]]:
                kind.remove(backend, item[kind.id_key])
        for allocation in [
            a for a in ALLOCATION.all(backend).values() if a.get("ResourceId") == pool["IpamPoolId"]
        ]:
            ALLOCATION.remove(backend, allocation["IpamPoolAllocationId"])
        return ActionResult({"IpamPool": pool})


def _next(backend: Any, pool: Document, length: int | None, refused: Any = ()) -> str:
    """The first free range of a pool. `length` defaults to the pool's own."""
    wanted = length or pool.get("AllocationDefaultNetmaskLength")
    if wanted is None:
        raise EC2ClientError(
            "MissingParameter", "Give a Cidr or a NetmaskLength; the pool has no default length"
        )
    taken = [ipaddress.ip_network(a["Cidr"]) for a in _of(ALLOCATION, backend, pool)]
    taken += [ipaddress.ip_network(cidr) for cidr in refused]
    for there in sorted(ipaddress.ip_network(r["Cidr"]) for r in _of(RANGE, backend, pool)):
        for candidate in there.subnets(new_prefix=wanted) if wanted >= there.prefixlen else ():
            if not any(candidate.overlaps(other) for other in taken):
                return str(candidate)
    raise EC2ClientError(
        "InsufficientCidrBlocks", f"{pool['IpamPoolId']} has no free range of length /{wanted}"
    )


def _of(kind: Kind, backend: Any, pool: Document) -> list[Document]:
    return [item for item in kind.all(backend).values() if item["IpamPoolId"] == pool["IpamPoolId"]]


def allocate(backend: Any, pool_id: str, cidr: str | None, length: int | None, **more: Any) -> Document:
    """Take a range out of a pool, for whoever `ResourceId` and the like say."""
    pool, tags = POOL.get(backend, pool_id), more.pop("tags", {})
    refused = more.pop("refused", ())
    found = cidr or _next(backend, pool, length, refused)
    network = ipaddress.ip_network(found)
    ranges = [ipaddress.ip_network(r["Cidr"]) for r in _of(RANGE, backend, pool)]
    if not any(network.version == r.version and network.subnet_of(r) for r in ranges):  # type: ignore[arg-type]  # one version
        raise EC2ClientError("InvalidParameterValue", f"{found} is in no range of {pool_id}")
    if any(network.overlaps(ipaddress.ip_network(a["Cidr"])) for a in _of(ALLOCATION, backend, pool)):
        raise EC2ClientError("InvalidParameterValue", f"{found} is allocated already in {pool_id}")
    fields = {"IpamPoolId": pool_id, "Cidr": found, "ResourceOwner": backend.account_id, **more}
    return ALLOCATION.add(backend, {"ResourceRegion": backend.region_name, **fields}, tags)


def _install_ranges() -> None:
    @method(VPCs)
    def provision_ipam_pool_cidr(self: Any) -> ActionResult:
        backend = self.ec2_backend
        pool = POOL.get(backend, self._get_param("IpamPoolId"))
        cidr, length, source = (
            self._get_param("Cidr"),
            self._get_param("NetmaskLength"),
            pool.get("SourceIpamPoolId"),
        )
        if source:
            taken = {"ResourceType": "ipam-pool", "ResourceId": pool["IpamPoolId"]}
            cidr = allocate(backend, source, cidr, length, **taken)["Cidr"]
        if cidr is None:
            raise EC2ClientError("MissingParameter", "A pool without a source pool needs a Cidr")
        fields = {"IpamPoolId": pool["IpamPoolId"], "Cidr": cidr, "State": "provisioned"}
        made = RANGE.add(backend, {**fields, "NetmaskLength": ipaddress.ip_network(cidr).prefixlen})
        return ActionResult({"IpamPoolCidr": made})

    @method(VPCs)
    def get_ipam_pool_cidrs(self: Any) -> ActionResult:
        wanted = {**self._filters_from_querystring(), "ipam-pool-id": [self._get_param("IpamPoolId")]}
        return ActionResult({"IpamPoolCidrs": RANGE.described(self.ec2_backend, (), wanted)})

    @method(VPCs)
    def deprovision_ipam_pool_cidr(self: Any) -> ActionResult:
        backend, cidr = self.ec2_backend, self._get_param("Cidr")
        pool = POOL.get(backend, self._get_param("IpamPoolId"))
        found = next((r for r in _of(RANGE, backend, pool) if r["Cidr"] == cidr), None)
        if found is None:
            raise EC2ClientError(
                "InvalidIpamPoolCidrId.NotFound", f"{cidr} is no range of {pool['IpamPoolId']}"
            )
        RANGE.remove(backend, found["IpamPoolCidrId"])
        for allocation in list(ALLOCATION.all(backend).values()):
            if allocation.get("ResourceId") == pool["IpamPoolId"] and allocation["Cidr"] == cidr:
                ALLOCATION.remove(backend, allocation["IpamPoolAllocationId"])
        return ActionResult({"IpamPoolCidr": {**found, "State": "pending-deprovision"}})


def _install_allocations() -> None:
    @method(VPCs)
    def allocate_ipam_pool_cidr(self: Any) -> ActionResult:
        backend, pool_id = self.ec2_backend, self._get_param("IpamPoolId")
        cidr, length = self._get_param("Cidr"), self._get_param("NetmaskLength")
        refused = self._get_param("DisallowedCidrs", [])
        if self._get_param("PreviewNextCidr"):
            preview = _next(backend, POOL.get(backend, pool_id), length, refused)
            return ActionResult({"IpamPoolAllocation": {"Cidr": preview}})
        more = {"Description": self._get_param("Description"), "refused": refused, "ResourceType": "custom"}
        made = allocate(backend, pool_id, cidr, length, **more, tags=tags_of(self, "ipam-pool-allocation"))
        return ActionResult({"IpamPoolAllocation": ALLOCATION.shown(backend, made)})

    @method(VPCs)
    def get_ipam_pool_allocations(self: Any) -> ActionResult:
        wanted = {**self._filters_from_querystring(), "ipam-pool-id": [self._get_param("IpamPoolId")]}
        one = self._get_param("IpamPoolAllocationId")
        found = ALLOCATION.described(self.ec2_backend, [one] if one else (), wanted)
        return ActionResult({"IpamPoolAllocations": found})

    @method(VPCs)
    def release_ipam_pool_allocation(self: Any) -> ActionResult:
        ALLOCATION.remove(self.ec2_backend, self._get_param("IpamPoolAllocationId"))
        return ActionResult({"Success": True})


def _with_range(request: Any, run: Any) -> ActionResult:
    """Answer a request that may take an IPv4 range from a pool; moto is told the range."""
    pool, backend = asked(request, "Ipv4IpamPoolId"), request.ec2_backend
    if not pool:
        return run(request)
    taken = allocate(backend, pool, asked(request, "CidrBlock"), asked(request, "Ipv4NetmaskLength"))
    request.params["CidrBlock"] = taken["Cidr"]
    answer = run(request)
    taken |= {"ResourceId": asked(request, "VpcId") or answer.result["Vpc"].id, "ResourceType": "vpc"}
    return answer


def _release(backend: Any, vpc: str, cidr: str | None = None) -> None:
    """Give back what a VPC has from pools: all of it, or one range."""
    for allocation in list(ALLOCATION.all(backend).values()):
        if allocation.get("ResourceId") == vpc and cidr in (None, allocation["Cidr"]):
            ALLOCATION.remove(backend, allocation["IpamPoolAllocationId"])


def _install_vpcs() -> None:
    """VPCs, and further ranges of VPCs, that take their addresses from a pool."""
    created, associated, deleted = VPCs.create_vpc, VPCs.associate_vpc_cidr_block, VPCs.delete_vpc
    disassociated = VPCs.disassociate_vpc_cidr_block

    @method(VPCs)
    def create_vpc(self: Any) -> ActionResult:
        return _with_range(self, created)

    @method(VPCs)
    def associate_vpc_cidr_block(self: Any) -> ActionResult:
        return _with_range(self, associated)

    @method(VPCs)
    def delete_vpc(self: Any) -> ActionResult:
        answer = deleted(self)
        _release(self.ec2_backend, self._get_param("VpcId"))
        return answer

    @method(VPCs)
    def disassociate_vpc_cidr_block(self: Any) -> ActionResult:
        answer = disassociated(self)
        item = answer.result.get("CidrBlockAssociation")
        if item:
            _release(self.ec2_backend, answer.result["VpcId"], item["CidrBlock"])
        return answer
