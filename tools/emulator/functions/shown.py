"""Data sources that show one resource by its name as its own type reads it, and lists of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import as_source, missing, needed, read, showing
from tools.emulator.services._common import pages


def log_groups(request: Request) -> Mapping[str, Any]:
    """The log groups whose names begin alike."""
    prefix = request.args.get("logGroupNamePrefix")
    params = {"logGroupNamePrefix": prefix} if prefix else {}
    found = pages(request.aws("logs"), "describe_log_groups", "logGroups", **params)
    return {
        "arns": [str(item["arn"]).removesuffix(":*") for item in found],
        "logGroupNames": [item["logGroupName"] for item in found],
    }


def topic(request: Request) -> Mapping[str, Any]:
    """A topic by its name."""
    name = needed(request, "name")
    arn = f"arn:{request.place.partition}:sns:{request.place.region}:{request.place.account}:{name}"
    found = read(request, "aws:sns/topic:Topic", arn)
    if found is None:
        raise missing(request, f"SNS topic {name}")
    return as_source(request, found)


def queue(request: Request) -> Mapping[str, Any]:
    """A queue by its name."""
    name, place = needed(request, "name"), request.place
    url = f"https://sqs.{place.region}.{place.dns_suffix}/{place.account}/{name}"
    found = read(request, "aws:sqs/queue:Queue", url)
    if found is None:
        raise missing(request, f"SQS queue {name}")
    return as_source(request, found)


def queues(request: Request) -> Mapping[str, Any]:
    """The URLs of the queues whose names begin alike."""
    prefix, place = request.args.get("queueNamePrefix") or "", request.place
    found = request.aws("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", [])
    names = [url.rsplit("/", 1)[-1] for url in found]
    return {
        "queueUrls": [
            f"https://sqs.{place.region}.{place.dns_suffix}/{place.account}/{name}" for name in names
        ]
    }


def auto_scaling_group(request: Request) -> Mapping[str, Any]:
    """An Auto Scaling group by its name."""
    name = needed(request, "name")
    found = read(request, "aws:autoscaling/group:Group", name)
    if found is None:
        raise missing(request, f"Auto Scaling group {name}")
    subnets = ",".join(found.get("vpcZoneIdentifiers") or [])
    return as_source(request, {**found, "vpcZoneIdentifier": subnets})


def database(request: Request) -> Mapping[str, Any]:
    """A database instance by its identifier."""
    name = needed(request, "dbInstanceIdentifier")
    found = read(request, "aws:rds/instance:Instance", name)
    if found is None:
        raise missing(request, f"database instance {name}")
    renamed = {
        "dbClusterIdentifier": found.get("clusterIdentifier"),
        "dbInstanceArn": found["arn"],
        "dbInstanceClass": found["instanceClass"],
        "dbInstancePort": found["port"],
        "dbParameterGroups": [found.get("parameterGroupName")],
        "dbSubnetGroup": found.get("dbSubnetGroupName"),
        "masterUsername": found.get("username"),
        "preferredBackupWindow": found.get("backupWindow"),
        "preferredMaintenanceWindow": found.get("maintenanceWindow"),
        "vpcSecurityGroups": found.get("vpcSecurityGroupIds"),
    }
    return as_source(request, {**found, **renamed})


def stream(request: Request) -> Mapping[str, Any]:
    """A Kinesis stream by its name, with its shards."""
    name = needed(request, "name")
    found = read(request, "aws:kinesis/stream:Stream", name)
    if found is None:
        raise missing(request, f"Kinesis stream {name}")
    shards = request.aws("kinesis").list_shards(StreamName=name)["Shards"]
    closed = [shard["ShardId"] for shard in shards if "EndingSequenceNumber" in shard["SequenceNumberRange"]]
    open_ = [shard["ShardId"] for shard in shards if shard["ShardId"] not in closed]
    return as_source(request, {**found, "openShards": open_, "closedShards": closed, "status": "ACTIVE"})


def state_machine(request: Request) -> Mapping[str, Any]:
    """A state machine by its name."""
    name, place = needed(request, "name"), request.place
    arn = f"arn:{place.partition}:states:{place.region}:{place.account}:stateMachine:{name}"
    found = read(request, "aws:sfn/stateMachine:StateMachine", arn)
    if found is None:
        raise missing(request, f"state machine {name}")
    return as_source(request, found)


def event_buses(request: Request) -> Mapping[str, Any]:
    """The event buses whose names begin alike."""
    prefix = str(request.args.get("namePrefix") or "")
    found = request.aws("events").list_event_buses(**({"NamePrefix": prefix} if prefix else {}))["EventBuses"]
    names = {"arn": "Arn", "name": "Name", "policy": "Policy", "description": "Description"}
    return {"eventBuses": [{name: str(item.get(api) or "") for name, api in names.items()} for item in found]}


def log_delivery_user(request: Request) -> Mapping[str, Any]:
    """The user that CloudFront writes access logs with, in the partition `aws`."""
    if request.place.partition != "aws":
        raise Refused(
            f"{request.token}: known for the partition aws only, not {request.place.partition}", "region"
        )
    return {"id": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"}


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:cloudwatch/getLogGroup:getLogGroup": showing("aws:cloudwatch/logGroup:LogGroup", "name"),
    "aws:cloudwatch/getLogGroups:getLogGroups": log_groups,
    "aws:sns/getTopic:getTopic": topic,
    "aws:sqs/getQueue:getQueue": queue,
    "aws:sqs/getQueues:getQueues": queues,
    "aws:autoscaling/getGroup:getGroup": auto_scaling_group,
    "aws:cloudfront/getLogDeliveryCanonicalUserId:getLogDeliveryCanonicalUserId": log_delivery_user,
    "aws:cloudwatch/getEventBus:getEventBus": showing("aws:cloudwatch/eventBus:EventBus", "name"),
    "aws:cloudwatch/getEventBuses:getEventBuses": event_buses,
    "aws:dynamodb/getTable:getTable": showing("aws:dynamodb/table:Table", "name"),
    "aws:ecr/getRepository:getRepository": showing("aws:ecr/repository:Repository", "name"),
    "aws:ecs/getCluster:getCluster": showing("aws:ecs/cluster:Cluster", "clusterName"),
    "aws:ecs/getTaskDefinition:getTaskDefinition": showing(
        "aws:ecs/taskDefinition:TaskDefinition", "taskDefinition"
    ),
    "aws:elasticache/getSubnetGroup:getSubnetGroup": showing(
        "aws:elasticache/subnetGroup:SubnetGroup", "name"
    ),
    "aws:kinesis/getStream:getStream": stream,
    "aws:lambda/getFunction:getFunction": showing("aws:lambda/function:Function", "functionName"),
    "aws:rds/getCluster:getCluster": showing("aws:rds/cluster:Cluster", "clusterIdentifier"),
    "aws:rds/getInstance:getInstance": database,
    "aws:sfn/getStateMachine:getStateMachine": state_machine,
    "aws:rds/getSubnetGroup:getSubnetGroup": showing("aws:rds/subnetGroup:SubnetGroup", "name"),
}
