"""Container repositories and clusters."""

from __future__ import annotations

import json

from tests.tools.emulator.services.world import World, lifecycle

REPOSITORY = "aws:ecr/repository:Repository"


def test_repository_from_creation_to_deletion(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    encryption = [{"encryptionType": "KMS", "kmsKey": key}]
    repository = world.create(REPOSITORY, name="app", encryptionConfigurations=encryption, tags={"a": "b"})
    url = f"{world.place.account}.dkr.ecr.us-east-1.amazonaws.com/app"
    assert repository.outputs["repositoryUrl"] == url
    scanning = {"scanOnPush": True}
    repository.update(imageTagMutability="IMMUTABLE", imageScanningConfiguration=scanning, tags={"c": "d"})
    assert world.imported(REPOSITORY, "app")[1]["imageTagMutability"] == "IMMUTABLE"
    lifecycle(repository)


def test_policies_of_a_repository(world: World) -> None:
    world.create(REPOSITORY, name="app")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    allowed = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    lifecycle(world.create("aws:ecr/repositoryPolicy:RepositoryPolicy", repository="app", policy=allowed))
    selection = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3}
    rules = json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]})
    lifecycle(world.create("aws:ecr/lifecyclePolicy:LifecyclePolicy", repository="app", policy=rules))


def test_cluster(world: World) -> None:
    insights = [{"name": "containerInsights", "value": "enabled"}]
    cluster = world.create("aws:ecs/cluster:Cluster", name="app", settings=insights, tags={"a": "b"})
    assert cluster.id == f"arn:aws:ecs:us-east-1:{world.place.account}:cluster/app"
    cluster.update(settings=[{"name": "containerInsights", "value": "disabled"}], tags={"c": "d"})
    assert world.imported("aws:ecs/cluster:Cluster", "app")[0] == cluster.id
    lifecycle(cluster)
