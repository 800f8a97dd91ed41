"""Container repositories and clusters."""

from __future__ import annotations

import json

from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services.ecs_services import TASK_DEFINITION

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


def test_task_definition_and_service(world: World) -> None:
    cluster = world.create("aws:ecs/cluster:Cluster", name="app")
    containers = json.dumps(
        [{"name": "web", "image": "nginx", "essential": True, "portMappings": [{"containerPort": 80}]}]
    )
    task = world.create(
        "aws:ecs/taskDefinition:TaskDefinition",
        family="web",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=containers,
        tags={"a": "b"},
    )
    assert task.id == "web"
    assert task.outputs["arn"].endswith(":task-definition/web:1")
    assert task.outputs["arnWithoutRevision"].endswith(":task-definition/web")
    assert task.refresh() == task.inputs
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    token = "aws:ecs/service:Service"
    service = world.create(
        token,
        name="web",
        cluster=cluster.id,
        taskDefinition=task.outputs["arn"],
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"subnets": [subnet], "assignPublicIp": False},
        deploymentCircuitBreaker={"enable": True, "rollback": True},
        tags={"a": "b"},
    )
    assert service.refresh() == service.inputs
    service.update(desiredCount=3, tags={"c": "d"})
    assert world.imported(token, "app/web")[0] == service.id
    lifecycle(service)
    lifecycle(task)


def test_container_definitions_mean_the_same_in_any_spelling() -> None:
    form = TASK_DEFINITION.normal["containerDefinitions"]
    one = '[{"name": "a", "image": "x", "environment": []}, {"name": "b"}]'
    assert form(one) == form('[{"name":"b"},{"image":"x","name":"a"}]')
    assert form(one) != form('[{"name":"b"},{"image":"y","name":"a"}]')
