"""Connections to code hosts, and hosts: one service under two names (`codestarconnections` and `codeconnections`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.mapping import parameters, tags_of
from tools.emulator.services._common import void
from tools.emulator.services._tags import listed_tags

_TAGS = listed_tags(
    "tag_resource",
    "untag_resource",
    lambda call: {"ResourceArn": call.id},
    read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceArn=call.id)) or {},
)


def _network(item: Mapping[str, Any]) -> Any:
    there = item.get("VpcConfiguration")
    if not there:
        return None
    return {
        "vpcId": there["VpcId"],
        "subnetIds": there["SubnetIds"],
        "securityGroupIds": there["SecurityGroupIds"],
        "tlsCertificate": there.get("TlsCertificate"),
    }


def _update_host(call: Call) -> None:
    given = {name: call.inputs[name] for name in ("providerEndpoint", "vpcConfiguration") if call.get(name)}
    call.aws().update_host(HostArn=call.id, **parameters(call.aws(), "update_host", given))


def _connection(token: str, service: str) -> Emulated:
    return Emulated(
        token,
        service=service,
        create=Create("create_connection", id="ConnectionArn", send={"name": "ConnectionName"}),
        read=Read(
            "get_connection",
            by="ConnectionArn",
            item="Connection",
            take={"name": "ConnectionName", "arn": "ConnectionArn"},
        ),
        # Only tags and time-outs change.
        update=void,
        delete=Delete("delete_connection", by="ConnectionArn"),
        tags=_TAGS,
        replace_on=("hostArn", "name", "providerType", "region"),
        exact=True,
    )


def _host(token: str, service: str, *, tagged: bool) -> Emulated:
    return Emulated(
        token,
        service=service,
        create=Create("create_host", id="HostArn", send={"timeouts": ""}),
        read=Read(
            "get_host",
            by="HostArn",
            take={"vpcConfiguration": _network},
            more=lambda call, _item: {"arn": call.id},
        ),
        update=_update_host,
        delete=Delete("delete_host", by="HostArn"),
        tags=_TAGS if tagged else None,
        replace_on=("name", "providerType", "region"),
        exact=True,
    )


TYPES = (
    _connection("aws:codestarconnections/connection:Connection", "codestar-connections"),
    _connection("aws:codeconnections/connection:Connection", "codeconnections"),
    _host("aws:codestarconnections/host:Host", "codestar-connections", tagged=False),
    _host("aws:codeconnections/host:Host", "codeconnections", tagged=True),
)
