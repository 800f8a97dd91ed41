"""How the provider names resources that are not given a name.

Facts from the real provider (pulumi-aws 7, `provider/resource_overrides.go` and `provider/autonaming.go`): a
type with an input `name` gets `<logical name>-<7 hexadecimal digits>`, at most 255 characters; the types
below differ. `route53.Record` and `directoryservice.Directory` keep their names: they are domain names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tools.emulator.schema.model import AutoName, Property

_LOWER_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LETTERS_ONLY = AutoName("name", limit=0, separator="_", random=8, charset=_LOWER_LETTERS)
_UNDERSCORE = AutoName("name", separator="_")
# An Application or Network Load Balancer and its target groups: 32 characters at AWS.
_BALANCER = AutoName("name", limit=32)
_KEY = AutoName("key", limit=0, random=0)

_BY_TOKEN: Mapping[str, AutoName] = MappingProxyType(
    {
        "aws:alb/loadBalancer:LoadBalancer": _BALANCER,
        "aws:alb/targetGroup:TargetGroup": _BALANCER,
        "aws:appsync/dataSource:DataSource": _UNDERSCORE,
        "aws:appsync/function:Function": _UNDERSCORE,
        "aws:athena/database:Database": _UNDERSCORE,
        "aws:backup/restoreTestingPlan:RestoreTestingPlan": _UNDERSCORE,
        "aws:cloudwatch/eventRule:EventRule": AutoName("name", limit=64),
        "aws:cloudwatch/eventTarget:EventTarget": AutoName("targetId"),
        "aws:codedeploy/deploymentConfig:DeploymentConfig": AutoName(
            "deploymentConfigName", limit=100, separator="_"
        ),
        "aws:ec2/keyPair:KeyPair": AutoName("keyName"),
        "aws:efs/fileSystem:FileSystem": AutoName("creationToken"),
        "aws:eks/fargateProfile:FargateProfile": AutoName("fargateProfileName"),
        "aws:eks/nodeGroup:NodeGroup": AutoName("nodeGroupName"),
        "aws:elasticache/cluster:Cluster": AutoName("clusterId", limit=50, lower=True),
        "aws:elasticache/replicationGroup:ReplicationGroup": AutoName(
            "replicationGroupId", limit=40, lower=True
        ),
        "aws:elasticbeanstalk/environment:Environment": AutoName("name", limit=40),
        "aws:elasticsearch/domain:Domain": AutoName("domainName", limit=28, lower=True),
        "aws:elb/loadBalancer:LoadBalancer": _BALANCER,
        "aws:glue/catalogDatabase:CatalogDatabase": replace(_LETTERS_ONLY, lower=True),
        "aws:glue/catalogTable:CatalogTable": replace(_LETTERS_ONLY, lower=True),
        "aws:iam/role:Role": AutoName("name", limit=64),
        "aws:iot/topicRule:TopicRule": AutoName("name", limit=0, separator="_", random=8),
        "aws:kms/alias:Alias": AutoName("name", limit=238, start="alias/"),
        "aws:lambda/function:Function": AutoName("name", limit=64),
        "aws:lambda/permission:Permission": AutoName("statementId", limit=100),
        "aws:lb/loadBalancer:LoadBalancer": _BALANCER,
        "aws:lb/targetGroup:TargetGroup": _BALANCER,
        "aws:lex/bot:Bot": _LETTERS_ONLY,
        "aws:lex/botAlias:BotAlias": _LETTERS_ONLY,
        "aws:lex/intent:Intent": _LETTERS_ONLY,
        "aws:lex/slotType:SlotType": _LETTERS_ONLY,
        "aws:mq/broker:Broker": AutoName("brokerName", limit=55),
        "aws:msk/cluster:Cluster": AutoName("clusterName"),
        "aws:msk/serverlessCluster:ServerlessCluster": AutoName("clusterName"),
        "aws:opensearch/domain:Domain": AutoName("domainName"),
        # No separator, as the real provider has it.
        "aws:rds/instance:Instance": AutoName("identifier", separator=""),
        "aws:s3/bucket:Bucket": AutoName("bucket", limit=63, lower=True),
        "aws:s3/bucketObject:BucketObject": _KEY,
        "aws:s3/bucketObjectv2:BucketObjectv2": _KEY,
        "aws:s3/bucketV2:BucketV2": AutoName("bucket", limit=63, lower=True),
        "aws:sns/topic:Topic": AutoName("name", limit=80, fifo="fifoTopic"),
        "aws:sqs/queue:Queue": AutoName("name", limit=80, fifo="fifoQueue"),
    }
)


def naming_of(token: str, properties: Mapping[str, Property]) -> AutoName | None:
    """How a type's resources are named; None when the provider never makes up a name for the type."""
    found = _BY_TOKEN.get(token)
    if found is None:
        name = properties.get("name")
        if name is None or not name.input or name.required or name.type.kind != "string":
            return None
        found = AutoName("name")
    prefix = f"{found.property}Prefix"
    return replace(found, prefix=prefix) if prefix in properties else found
