"""EC2: peering between VPCs, also across Regions and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import first
from tools.emulator.services._tags import ec2_tags

_OVER = ("deleted", "rejected", "failed", "expired")
_DNS = "AllowDnsResolutionFromRemoteVpc"


def _options(info: Mapping[str, Any]) -> dict[str, bool]:
    return {"allowRemoteVpcDnsResolution": bool((info.get("PeeringOptions") or {}).get(_DNS))}


def _peering(_: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    ours, theirs = item["RequesterVpcInfo"], item["AccepterVpcInfo"]
    return {
        "acceptStatus": item["Status"]["Code"],
        "vpcId": ours["VpcId"],
        "peerVpcId": theirs["VpcId"],
        "peerOwnerId": theirs["OwnerId"],
        "peerRegion": theirs["Region"],
        "requester": _options(ours),
        "accepter": _options(theirs),
    }


def _settle(call: Call) -> None:
    """Accept where that is asked for, then set the options of both sides."""
    client = call.aws()
    item = client.describe_vpc_peering_connections(VpcPeeringConnectionIds=[call.id])[
        "VpcPeeringConnections"
    ][0]
    if call.get("autoAccept") and item["Status"]["Code"] == "pending-acceptance":
        client.accept_vpc_peering_connection(VpcPeeringConnectionId=call.id)
    params = {}
    for name, api in (("requester", "Requester"), ("accepter", "Accepter")):
        if call.changed(name) and call.get(name):
            allowed = bool(call.inputs[name].get("allowRemoteVpcDnsResolution"))
            params[f"{api}PeeringConnectionOptions"] = {_DNS: allowed}
    if params:
        client.modify_vpc_peering_connection_options(VpcPeeringConnectionId=call.id, **params)


_GONE = "||".join(f"Status.Code=='{state}'" for state in _OVER)
_READ = Read(
    "describe_vpc_peering_connections",
    by="VpcPeeringConnectionIds[]",
    item=f"VpcPeeringConnections[?!({_GONE})] | [0]",
    more=_peering,
)


def _delete(call: Call) -> None:
    if _READ.fetch(call):
        call.aws().delete_vpc_peering_connection(VpcPeeringConnectionId=call.id)


PEERING = Emulated(
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    service="ec2",
    exact=True,
    create=Create(
        "create_vpc_peering_connection",
        id="VpcPeeringConnection.VpcPeeringConnectionId",
        only=("vpcId", "peerVpcId", "peerOwnerId", "peerRegion"),
    ),
    read=_READ,
    settle=_settle,
    delete=_delete,
    tags=ec2_tags("vpc-peering-connection"),
    replace_on=("vpcId", "peerVpcId", "peerOwnerId", "peerRegion"),
)


def _accepted(call: Call) -> dict[str, Any] | None:
    """The connection as its accepter sees it: `vpcId` is the accepter's own VPC."""
    item = _READ.fetch(call)
    if item is None:
        return None
    seen = dict(_peering(call, item))
    ours = item["RequesterVpcInfo"]
    return {
        **seen,
        "vpcPeeringConnectionId": call.id,
        "vpcId": seen["peerVpcId"],
        "peerVpcId": ours["VpcId"],
        "peerOwnerId": ours["OwnerId"],
        "peerRegion": ours["Region"],
        "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []},
    }


ACCEPTER = Emulated(
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    service="ec2",
    exact=True,
    create=lambda call: str(call.inputs["vpcPeeringConnectionId"]),
    read=_accepted,
    settle=_settle,
    # The connection is its requester's to delete.
    delete=lambda _: None,
    tags=ec2_tags("vpc-peering-connection"),
    replace_on=("vpcPeeringConnectionId",),
)


def _read_options(call: Call) -> dict[str, Any] | None:
    item = first([_READ.fetch(call)])
    if item is None:
        return None
    seen = _peering(call, item)
    return {"vpcPeeringConnectionId": call.id, "requester": seen["requester"], "accepter": seen["accepter"]}


OPTIONS = Emulated(
    "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
    service="ec2",
    exact=True,
    create=lambda call: str(call.inputs["vpcPeeringConnectionId"]),
    read=_read_options,
    settle=_settle,
    # The options stay as they are when nobody manages them any more.
    delete=lambda _: None,
    replace_on=("vpcPeeringConnectionId",),
)

TYPES = (PEERING, ACCEPTER, OPTIONS)
