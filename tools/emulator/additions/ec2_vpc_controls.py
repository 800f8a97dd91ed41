"""VPC Block Public Access and VPC Encryption Control, which moto does not know.

They are settings only: no packet flows in the embedded AWS that could be blocked.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.vpcs import VPCs

from tools.emulator.additions import method
from tools.emulator.additions._documents import Document, Kind, tags_of

EXCLUSION = Kind(
    "ExclusionId",
    "vpcbpa-exclude",
    "InvalidVpcBlockPublicAccessExclusionId.NotFound",
    {"internet-gateway-exclusion-mode": "InternetGatewayExclusionMode"},
)
CONTROL = Kind("VpcEncryptionControlId", "vpcec", "InvalidVpcEncryptionControlId.NotFound")
# What an encryption control can let out, and the parameter that does.
EXCLUDED = (
    "InternetGateway",
    "EgressOnlyInternetGateway",
    "NatGateway",
    "VirtualPrivateGateway",
    "VpcPeering",
    "Lambda",
    "VpcLattice",
    "ElasticFileSystem",
    "GlobalAccelerator",
    "ApiGatewayV2",
)


def install() -> None:
    """Add the operations of both."""
    _install_options()
    _install_exclusions()
    _install_encryption()


def _options(backend: Any) -> Document:
    found: Document = backend.__dict__.setdefault(
        "public_access_options",
        {
            "AwsAccountId": backend.account_id,
            "AwsRegion": backend.region_name,
            "State": "default-state",
            "InternetGatewayBlockMode": "off",
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
        },
    )
    return found


def _install_options() -> None:
    @method(VPCs)
    def describe_vpc_block_public_access_options(self: Any) -> ActionResult:
        return ActionResult({"VpcBlockPublicAccessOptions": _options(self.ec2_backend)})

    @method(VPCs)
    def modify_vpc_block_public_access_options(self: Any) -> ActionResult:
        options = _options(self.ec2_backend)
        options["InternetGatewayBlockMode"] = self._get_param("InternetGatewayBlockMode")
        options["State"] = "update-complete"
        options["LastUpdateTimestamp"] = utcnow()
        return ActionResult({"VpcBlockPublicAccessOptions": options})


def _install_exclusions() -> None:
    @method(VPCs)
    def create_vpc_block_public_access_exclusion(self: Any) -> ActionResult:
        backend = self.ec2_backend
        vpc, subnet = self._get_param("VpcId"), self._get_param("SubnetId")
        if bool(vpc) == bool(subnet):
            raise EC2ClientError("InvalidParameterCombination", "Give exactly one of VpcId and SubnetId")
        what = f"vpc/{backend.get_vpc(vpc).id}" if vpc else f"subnet/{backend.get_subnet(subnet).id}"
        fields = {
            "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
            "ResourceArn": f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:{what}",
            "State": "create-complete",
            "CreationTimestamp": utcnow(),
        }
        made = EXCLUSION.add(backend, fields, tags_of(self, "vpc-block-public-access-exclusion"))
        return ActionResult({"VpcBlockPublicAccessExclusion": EXCLUSION.shown(backend, made)})

    @method(VPCs)
    def describe_vpc_block_public_access_exclusions(self: Any) -> ActionResult:
        found = EXCLUSION.described(
            self.ec2_backend, self._get_param("ExclusionIds", []), self._filters_from_querystring()
        )
        return ActionResult({"VpcBlockPublicAccessExclusions": found})

    @method(VPCs)
    def modify_vpc_block_public_access_exclusion(self: Any) -> ActionResult:
        backend = self.ec2_backend
        document = EXCLUSION.get(backend, self._get_param("ExclusionId"))
        document["InternetGatewayExclusionMode"] = self._get_param("InternetGatewayExclusionMode")
        document |= {"State": "update-complete", "LastUpdateTimestamp": utcnow()}
        return ActionResult({"VpcBlockPublicAccessExclusion": EXCLUSION.shown(backend, document)})

    @method(VPCs)
    def delete_vpc_block_public_access_exclusion(self: Any) -> ActionResult:
        gone = EXCLUSION.remove(self.ec2_backend, self._get_param("ExclusionId"))
        return ActionResult({"VpcBlockPublicAccessExclusion": {**gone, "State": "delete-in-progress"}})


def _install_encryption() -> None:
    @method(VPCs)
    def create_vpc_encryption_control(self: Any) -> ActionResult:
        backend = self.ec2_backend
        vpc = backend.get_vpc(self._get_param("VpcId")).id
        if any(control["VpcId"] == vpc for control in CONTROL.all(backend).values()):
            raise EC2ClientError(
                "VpcEncryptionControlAlreadyExists", f"{vpc} has an encryption control already"
            )
        fields = {
            "VpcId": vpc,
            "Mode": "monitor",
            "State": "available",
            "ResourceExclusions": {name: {"State": "disabled"} for name in EXCLUDED},
        }
        made = CONTROL.add(backend, fields, tags_of(self, "vpc-encryption-control"))
        return ActionResult({"VpcEncryptionControl": CONTROL.shown(backend, made)})

    @method(VPCs)
    def describe_vpc_encryption_controls(self: Any) -> ActionResult:
        backend = self.ec2_backend
        wanted, vpcs = self._get_param("VpcEncryptionControlIds", []), self._get_param("VpcIds", [])
        found = CONTROL.described(backend, wanted, self._filters_from_querystring())
        return ActionResult(
            {"VpcEncryptionControls": [control for control in found if not vpcs or control["VpcId"] in vpcs]}
        )

    @method(VPCs)
    def modify_vpc_encryption_control(self: Any) -> ActionResult:
        backend = self.ec2_backend
        control = CONTROL.get(backend, self._get_param("VpcEncryptionControlId"))
        control["Mode"] = self._get_param("Mode") or control["Mode"]
        for name in EXCLUDED:
            wanted = self._get_param(f"{name}Exclusion")
            if wanted:
                control["ResourceExclusions"][name] = {"State": f"{wanted}d"}
        return ActionResult({"VpcEncryptionControl": CONTROL.shown(backend, control)})

    @method(VPCs)
    def delete_vpc_encryption_control(self: Any) -> ActionResult:
        gone = CONTROL.remove(self.ec2_backend, self._get_param("VpcEncryptionControlId"))
        return ActionResult({"VpcEncryptionControl": {**gone, "State": "deleting"}})
