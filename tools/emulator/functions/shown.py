"""Data sources that show one resource by its name as its own type reads it, and lists of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
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


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:cloudwatch/getLogGroup:getLogGroup": showing("aws:cloudwatch/logGroup:LogGroup", "name"),
    "aws:cloudwatch/getLogGroups:getLogGroups": log_groups,
    "aws:sns/getTopic:getTopic": topic,
    "aws:sqs/getQueue:getQueue": queue,
    "aws:sqs/getQueues:getQueues": queues,
    "aws:autoscaling/getGroup:getGroup": auto_scaling_group,
    "aws:rds/getSubnetGroup:getSubnetGroup": showing("aws:rds/subnetGroup:SubnetGroup", "name"),
}
