"""Data sources that find what is there: keys, buckets, load balancers, zones, certificates, secrets, groups."""

from __future__ import annotations

import json

import pytest

from tests.tools.emulator.functions.asking import ask
from tests.tools.emulator.services.world import World
from tools.emulator.functions import Refused


def test_keys(world: World) -> None:
    key = world.create("aws:kms/key:Key", description="d")
    world.create("aws:kms/alias:Alias", name="alias/app", targetKeyId=key.id)
    for wanted in (key.id, key.outputs["arn"], "alias/app"):
        assert ask(world, "kms/getKey", keyId=wanted)["arn"] == key.outputs["arn"]
    assert ask(world, "kms/getAlias", name="alias/app")["targetKeyArn"] == key.outputs["arn"]
    assert ask(world, "kms/getAlias", name="alias/aws/s3")["targetKeyId"]
    with pytest.raises(Refused, match="no KMS alias alias/none"):
        ask(world, "kms/getAlias", name="alias/none")


def test_buckets_and_objects(world: World) -> None:
    name = f"b{world.place.account}"
    world.create("aws:s3/bucket:Bucket", bucket=name)
    assert ask(world, "s3/getBucket", bucket=name)["bucketDomainName"] == f"{name}.s3.amazonaws.com"
    document = json.dumps({"a": 1})
    world.create(
        "aws:s3/bucketObject:BucketObject",
        bucket=name,
        key="x.json",
        content=document,
        contentType="application/json",
    )
    found = ask(world, "s3/getObject", bucket=name, key="x.json")
    assert (found["body"], found["contentLength"]) == (document, len(document))
    assert ask(world, "s3/getObjects", bucket=name)["keys"] == ["x.json"]
    owner = world.client("s3").get_bucket_acl(Bucket=name)["Owner"]["ID"]
    assert ask(world, "s3/getCanonicalUserId")["id"] == owner
    with pytest.raises(Refused, match="no S3 bucket none"):
        ask(world, "s3/getBucket", bucket="none")


def test_load_balancers(world: World) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("ab")
    ]
    lb = world.create("aws:lb/loadBalancer:LoadBalancer", name="app", subnets=subnets, tags={"a": "b"})
    group = world.create("aws:lb/targetGroup:TargetGroup", name="app", port=80, protocol="HTTP", vpcId=vpc)
    actions = [{"type": "forward", "targetGroupArn": group.id}]
    listener = world.create(
        "aws:lb/listener:Listener", loadBalancerArn=lb.id, port=80, defaultActions=actions
    )
    assert ask(world, "lb/getLoadBalancer", name="app")["dnsName"] == lb.outputs["dnsName"]
    assert ask(world, "alb/getLoadBalancer", tags={"a": "b"})["arn"] == lb.id
    assert ask(world, "lb/getTargetGroup", name="app")["healthCheck"]["path"] == "/"
    assert ask(world, "lb/getListener", loadBalancerArn=lb.id, port=80)["arn"] == listener.id
    assert ask(world, "lb/getLbs", tags={"a": "c"})["arns"] == []


def test_what_load_balancing_has_in_a_region(world: World) -> None:
    assert ask(world, "elb/getServiceAccount")["arn"] == "arn:aws:iam::127311923021:root"
    assert ask(world, "elb/getServiceAccount", region="us-gov-west-1")["id"] == "048591011584"
    assert ask(world, "lb/getHostedZoneId", loadBalancerType="network")["id"] == "Z26RNL4JYFTOTI"
    with pytest.raises(Refused, match="logdelivery"):
        ask(world, "elb/getServiceAccount", region="me-central-1")


def test_zones_and_certificates(world: World) -> None:
    vpc = world.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    public = world.create("aws:route53/zone:Zone", name="example.com")
    private = world.create("aws:route53/zone:Zone", name="example.com", vpcs=[{"vpcId": vpc}])
    assert ask(world, "route53/getZone", name="example.com.")["zoneId"] == public.id
    assert ask(world, "route53/getZone", name="example.com", privateZone=True)["zoneId"] == private.id
    assert sorted(ask(world, "route53/getZones")["ids"]) == sorted([public.id, private.id])
    certificate = world.create(
        "aws:acm/certificate:Certificate", domainName="a.example.com", validationMethod="DNS"
    )
    found = ask(
        world, "acm/getCertificate", domain="a.example.com", statuses=["ISSUED", "PENDING_VALIDATION"]
    )
    assert found["arn"] == certificate.id


def test_secrets(world: World) -> None:
    secret = world.create("aws:secretsmanager/secret:Secret", name="db", description="d")
    world.create("aws:secretsmanager/secretVersion:SecretVersion", secretId=secret.id, secretString="x")
    assert ask(world, "secretsmanager/getSecret", name="db")["arn"] == secret.id
    assert ask(world, "secretsmanager/getSecretVersion", secretId="db")["secretString"] == "x"
    password = ask(world, "secretsmanager/getRandomPassword", passwordLength=40, excludePunctuation=True)
    assert len(password["randomPassword"]) == 40
    secret.delete()
    with pytest.raises(Refused, match="no secret db"):
        ask(world, "secretsmanager/getSecret", name="db")


def test_groups_topics_and_queues(world: World) -> None:
    group = world.create("aws:cloudwatch/logGroup:LogGroup", name="/app/a", retentionInDays=7)
    assert ask(world, "cloudwatch/getLogGroup", name="/app/a")["retentionInDays"] == 7
    assert ask(world, "cloudwatch/getLogGroups", logGroupNamePrefix="/app")["arns"] == [group.outputs["arn"]]
    topic, queue = (
        world.create("aws:sns/topic:Topic", name="t"),
        world.create("aws:sqs/queue:Queue", name="q"),
    )
    assert ask(world, "sns/getTopic", name="t")["arn"] == topic.id
    assert ask(world, "sqs/getQueue", name="q")["url"] == queue.id
    assert ask(world, "sqs/getQueues", queueNamePrefix="q")["queueUrls"] == [queue.id]


def test_an_organisation_is_made_up_until_there_is_one(world: World) -> None:
    made_up = ask(world, "organizations/getOrganization")
    assert made_up["id"].startswith("o-")
    assert made_up["id"] == ask(world, "organizations/getOrganization")["id"]
    assert made_up["masterAccountId"] == world.place.account
    real = world.client("organizations").create_organization(FeatureSet="ALL")["Organization"]
    assert ask(world, "organizations/getOrganization")["id"] == real["Id"]


def test_tables_streams_functions_and_clusters(world: World) -> None:
    world.create("aws:dynamodb/table:Table", name="t", hashKey="id", attributes=[{"name": "id", "type": "S"}])
    found = ask(world, "dynamodb/getTable", name="t")
    assert (found["hashKey"], found["pointInTimeRecovery"]) == ("id", {"enabled": False})
    stream = world.create("aws:kinesis/stream:Stream", name="s", shardCount=2)
    seen = ask(world, "kinesis/getStream", name="s")
    assert (seen["arn"], len(seen["openShards"]), seen["streamModeDetails"]) == (
        stream.id,
        2,
        [{"streamMode": "PROVISIONED"}],
    )
    cluster = world.create("aws:ecs/cluster:Cluster", name="app")
    assert ask(world, "ecs/getCluster", clusterName="app")["arn"] == cluster.id
    repository = world.create("aws:ecr/repository:Repository", name="app")
    assert ask(world, "ecr/getRepository", name="app")["repositoryUrl"] == repository.outputs["repositoryUrl"]
    bus = world.create("aws:cloudwatch/eventBus:EventBus", name="own")
    assert ask(world, "cloudwatch/getEventBus", name="own")["arn"] == bus.outputs["arn"]
    assert [item["name"] for item in ask(world, "cloudwatch/getEventBuses")["eventBuses"]] == [
        "default",
        "own",
    ]


def test_databases(world: World) -> None:
    instance = world.create(
        "aws:rds/instance:Instance",
        identifier="db",
        engine="postgres",
        instanceClass="db.t4g.micro",
        allocatedStorage=20,
        username="admin1",
        password="not-a-secret",
        skipFinalSnapshot=True,
    )
    found = ask(world, "rds/getInstance", dbInstanceIdentifier="db")
    assert (found["dbInstanceArn"], found["masterUsername"]) == (instance.outputs["arn"], "admin1")
    with pytest.raises(Refused, match="no Cluster none"):
        ask(world, "rds/getCluster", clusterIdentifier="none")
