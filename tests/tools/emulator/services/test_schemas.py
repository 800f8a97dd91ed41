"""The schema registry of EventBridge, a service that moto has nothing of."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

REGISTRY = "aws:schemas/registry:Registry"


def test_registry_with_a_policy_and_a_schema(world: World) -> None:
    registry = world.create(REGISTRY, name="orders", description="Of orders", tags={"a": "b"})
    arn = f"arn:aws:schemas:us-east-1:{world.place.account}:registry/orders"
    assert registry.outputs["arn"] == arn
    registry.update(description=None, tags={"c": "d"})
    there = world.client("schemas").describe_registry(RegistryName="orders")
    assert (there.get("Description"), there["Tags"]) == ("", {"c": "d"})
    assert world.client("schemas").list_tags_for_resource(ResourceArn=arn)["Tags"] == {"c": "d"}
    assert world.imported(REGISTRY, "orders")[1]["name"] == "orders"

    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "schemas:Describe*", "Resource": arn}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = world.create(
        "aws:schemas/registryPolicy:RegistryPolicy", registryName="orders", policy=json.dumps(document)
    )
    policy.update(policy=json.dumps({**document, "Id": "x"}))
    assert policy.refresh() == policy.inputs

    token = "aws:schemas/schema:Schema"
    schema = world.create(
        token,
        name="aws.orders@Placed",
        registryName="orders",
        type="OpenApi3",
        content='{"openapi":"3.0.0"}',
        tags={"a": "b"},
    )
    assert (schema.id, schema.outputs["version"]) == ("aws.orders@Placed/orders", "1")
    schema.update(content='{"openapi":"3.0.1"}', description="New", tags={"e": "f"})
    assert schema.outputs["version"] == "2"
    assert world.imported(token, schema.id)[1]["registryName"] == "orders"
    lifecycle(schema)
    lifecycle(policy)
    lifecycle(registry)


def test_discoverer_of_a_bus(world: World) -> None:
    token = "aws:schemas/discoverer:Discoverer"
    bus = world.create("aws:cloudwatch/eventBus:EventBus", name="hub")
    discoverer = world.create(token, sourceArn=bus.outputs["arn"], tags={"a": "b"})
    assert discoverer.id == "events-event-bus-hub"
    discoverer.update(description="Of the hub", tags={"c": "d"})
    assert world.imported(token, discoverer.id)[1]["sourceArn"] == bus.outputs["arn"]
    lifecycle(discoverer)
    key = world.create("aws:kms/key:Key").outputs["arn"]
    secret = world.create("aws:cloudwatch/eventBus:EventBus", name="secret", kmsKeyIdentifier=key)
    with pytest.raises(ClientError, match="customer managed key"):
        world.client("schemas").create_discoverer(SourceArn=secret.outputs["arn"])


def test_places_are_apart(world: World) -> None:
    for region in ("us-east-1", "eu-west-1"):
        world.create(REGISTRY, region, name="same")
    world.client("schemas", "eu-west-1").delete_registry(RegistryName="same")
    left = world.client("schemas").list_registries()["Registries"]
    assert [one["RegistryName"] for one in left] == ["same"]
