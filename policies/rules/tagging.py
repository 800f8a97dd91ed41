"""Rules on tags, which tell resources apart on the bill, in policies, and when somebody asks whose they are.

Follows `sources/001...` lines 90-92, 2594 and 2680. Which names are asked for is each company's convention and so an
option. Tags that the provider adds to all resources (`defaultTags`) are among a resource's inputs already.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

# What is paid for or keeps data. Auto Scaling groups have tags of another form and a rule of their own.
_TYPES = (
    "aws:apigateway/restApi:RestApi",
    "aws:apigatewayv2/api:Api",
    "aws:backup/vault:Vault",
    "aws:cloudfront/distribution:Distribution",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:codebuild/project:Project",
    "aws:codepipeline/pipeline:Pipeline",
    "aws:dynamodb/table:Table",
    "aws:ebs/volume:Volume",
    "aws:ec2/eip:Eip",
    "aws:ec2/instance:Instance",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/cluster:Cluster",
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticbeanstalk/environment:Environment",
    "aws:iam/role:Role",
    "aws:kinesis/stream:Stream",
    "aws:kms/key:Key",
    "aws:lambda/function:Function",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:memorydb/cluster:Cluster",
    "aws:msk/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:opensearch/domain:Domain",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
    "aws:sfn/stateMachine:StateMachine",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
)


@rule(on=_TYPES, severity=LOW, theme=Theme.RESILIENCE)
def tagging_resource_tagged(resource: Resource, *, names: tuple[str, ...] = ()) -> Verdict:
    """What carries no tags is nobody's: not on the bill, not in a policy, not when somebody cleans up."""
    tags = resource.get("tags")
    found = {name.lower() for name in tags} if isinstance(tags, dict) else set()
    remedy = (
        'Set `tags={"Environment": ..., "Owner": ..., "CostCenter": ...}`, or the provider\'s `default_tags`.'
    )
    if not found:
        return violation("tags", "is not set", remedy)
    missing = [name for name in names if name.lower() not in found]
    if not missing:
        return PASS
    return violation("tags", f"lacks {', '.join(f'`{name}`' for name in missing)}", remedy)
