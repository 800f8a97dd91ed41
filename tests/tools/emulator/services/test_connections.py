"""Connections to code hosts, under both names that AWS has for them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

MODULES = [("codestarconnections", "codestar-connections"), ("codeconnections", "codeconnections")]


@pytest.mark.parametrize(("module", "service"), MODULES)
def test_connection(world: World, module: str, service: str) -> None:
    token = f"aws:{module}/connection:Connection"
    connection = world.create(token, name="code", providerType="GitHub", tags={"a": "b"})
    start = f"arn:aws:{service}:us-east-1:{world.place.account}:connection/"
    assert connection.id.startswith(start)
    assert connection.outputs["connectionStatus"] == "PENDING"
    connection.update(tags={"c": "d"})
    assert world.imported(token, connection.id)[1]["name"] == "code"
    client = world.client(service)
    assert len(client.list_connections(ProviderTypeFilter="GitHub")["Connections"]) == 1
    assert client.list_connections(ProviderTypeFilter="GitLab")["Connections"] == []
    with pytest.raises(ClientError, match="already exists"):
        client.create_connection(ConnectionName="code", ProviderType="GitHub")
    with pytest.raises(ClientError, match="needs a host"):
        client.create_connection(ConnectionName="own", ProviderType="GitLabSelfManaged")
    lifecycle(connection)


@pytest.mark.parametrize(("module", "service"), MODULES)
def test_host_with_a_connection(world: World, module: str, service: str) -> None:
    token = f"aws:{module}/host:Host"
    network = {
        "vpcId": "vpc-0123456789abcdef0",
        "subnetIds": ["subnet-0123456789abcdef0"],
        "securityGroupIds": ["sg-0123456789abcdef0"],
        "tlsCertificate": "-----BEGIN CERTIFICATE-----",
    }
    given: dict[str, Any] = {"tags": {"a": "b"}} if module == "codeconnections" else {}
    host = world.create(
        token,
        name="own",
        providerType="GitLabSelfManaged",
        providerEndpoint="https://git.example.org",
        vpcConfiguration=network,
        **given,
    )
    host.update(providerEndpoint="https://code.example.org")
    assert world.imported(token, host.id)[1]["vpcConfiguration"] == network
    connection = world.create(f"aws:{module}/connection:Connection", name="c", hostArn=host.id)
    assert connection.outputs["providerType"] == "GitLabSelfManaged"
    with pytest.raises(ClientError, match="has connections"):
        world.client(service).delete_host(HostArn=host.id)
    lifecycle(connection)
    lifecycle(host)
