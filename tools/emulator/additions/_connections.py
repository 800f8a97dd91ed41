"""Connections to code hosts, and the hosts of those that run in a network of one's own.

A service that AWS has under two names, each with ARNs of its own. Connections wait for somebody to complete them in the
console, so they stay `PENDING`; so do hosts.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused
from tools.emulator.additions._services import responses

_GONE, _TAKEN = "ResourceNotFoundException", "ResourceAlreadyExistsException"
CONNECTIONS = Shelf("connections", "Connection", _GONE, _TAKEN)
HOSTS = Shelf("hosts", "Host", _GONE, _TAKEN)
_OWN = ("GitHubEnterpriseServer", "GitLabSelfManaged")


def _tags(asked: Asked) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in asked.params.get("Tags") or []}


def _listed(tags: dict[str, str]) -> list[Document]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _create_connection(asked: Asked) -> Document:
    name, host = asked.params["ConnectionName"], asked.params.get("HostArn")
    if any(one["ConnectionName"] == name for one in CONNECTIONS.listed(asked.backend)):
        raise refused("InvalidInputException", f"Connection {name} already exists")
    provider = HOSTS.get(asked.backend, host)["ProviderType"] if host else asked.params.get("ProviderType")
    if provider in _OWN and not host:
        raise refused("InvalidInputException", f"A connection to {provider} needs a host")
    arn = asked.arn(asked.service, f"connection/{mock_random.uuid4()}")
    document = {
        "ConnectionArn": arn,
        "ConnectionStatus": "PENDING",
        "OwnerAccountId": asked.account,
        "ProviderType": provider,
        "tags": _tags(asked),
        **asked.given("ConnectionName", "HostArn"),
    }
    CONNECTIONS.add(asked.backend, arn, document)
    return {"ConnectionArn": arn, "Tags": _listed(document["tags"])}


def _get_connection(asked: Asked) -> Document:
    return {"Connection": CONNECTIONS.get(asked.backend, asked.params["ConnectionArn"])}


def _delete_connection(asked: Asked) -> Document:
    CONNECTIONS.remove(asked.backend, asked.params["ConnectionArn"])
    return {}


def _list_connections(asked: Asked) -> Document:
    wanted = {"ProviderType": "ProviderTypeFilter", "HostArn": "HostArnFilter"}
    terms = {name: asked.params[term] for name, term in wanted.items() if asked.params.get(term)}
    found = CONNECTIONS.listed(asked.backend)
    return {"Connections": [one for one in found if all(one.get(k) == v for k, v in terms.items())]}


def _create_host(asked: Asked) -> Document:
    name = asked.params["Name"]
    if any(one["Name"] == name for one in HOSTS.listed(asked.backend)):
        raise refused(_TAKEN, f"Host {name} already exists")
    arn = asked.arn(asked.service, f"host/{name}-{str(mock_random.uuid4())[:8]}")
    document = {
        "HostArn": arn,
        "Status": "PENDING",
        "tags": _tags(asked),
        **asked.given("Name", "ProviderType", "ProviderEndpoint", "VpcConfiguration"),
    }
    HOSTS.add(asked.backend, arn, document)
    return {"HostArn": arn, "Tags": _listed(document["tags"])}


def _get_host(asked: Asked) -> Document:
    return HOSTS.get(asked.backend, asked.params["HostArn"])


def _update_host(asked: Asked) -> Document:
    HOSTS.change(asked.backend, asked.params["HostArn"], asked.given("ProviderEndpoint", "VpcConfiguration"))
    return {}


def _delete_host(asked: Asked) -> Document:
    arn = asked.params["HostArn"]
    HOSTS.get(asked.backend, arn)
    if any(one.get("HostArn") == arn for one in CONNECTIONS.listed(asked.backend)):
        raise refused("ResourceUnavailableException", f"Host {arn} has connections")
    HOSTS.remove(asked.backend, arn)
    return {}


def _list_hosts(asked: Asked) -> Document:
    return {"Hosts": HOSTS.listed(asked.backend)}


def _tagged(asked: Asked) -> dict[str, str]:
    arn = asked.params["ResourceArn"]
    shelf = HOSTS if ":host/" in arn else CONNECTIONS
    tags: dict[str, str] = shelf.get(asked.backend, arn)["tags"]
    return tags


def _tag_resource(asked: Asked) -> Document:
    _tagged(asked).update(_tags(asked))
    return {}


def _untag_resource(asked: Asked) -> Document:
    for key in asked.params["TagKeys"]:
        _tagged(asked).pop(key, None)
    return {}


def _list_tags_for_resource(asked: Asked) -> Document:
    return {"Tags": _listed(_tagged(asked))}


_OPERATIONS: tuple[Any, ...] = (
    _create_connection,
    _get_connection,
    _delete_connection,
    _list_connections,
    _create_host,
    _get_host,
    _update_host,
    _delete_host,
    _list_hosts,
    _tag_resource,
    _untag_resource,
    _list_tags_for_resource,
)


def install(service: str) -> None:
    """Add the operations to a service of this kind."""
    api = Api(service)
    for function in _OPERATIONS:
        api.operation(function)
    api.install(responses(service))
