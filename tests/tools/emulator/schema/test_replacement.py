"""Which properties replace a resource: facts of AWS types that everybody knows."""

from __future__ import annotations

import pytest

from tools.emulator.schema import resource, tokens

FACTS = {
    "aws:ec2/vpc:Vpc": ("cidrBlock region", "enableDnsSupport enableDnsHostnames tags"),
    "aws:ec2/subnet:Subnet": ("vpcId cidrBlock availabilityZone", "mapPublicIpOnLaunch tags"),
    "aws:ec2/instance:Instance": ("ami subnetId keyName availabilityZone", "disableApiTermination tags"),
    "aws:ec2/securityGroup:SecurityGroup": ("name namePrefix description vpcId", "ingress egress tags"),
    "aws:ec2/networkAclRule:NetworkAclRule": ("ruleNumber protocol cidrBlock fromPort", ""),
    "aws:ec2/natGateway:NatGateway": ("subnetId connectivityType", "tags"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("name", "imageId instanceType userData metadataOptions"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ("securityGroupId", "fromPort cidrIpv4"),
    "aws:iam/role:Role": ("name path", "assumeRolePolicy description maxSessionDuration"),
    "aws:iam/rolePolicy:RolePolicy": ("name role", "policy"),
    "aws:iam/policy:Policy": ("name description", "policy"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role policyArn", ""),
    "aws:kms/alias:Alias": ("name", "targetKeyId"),
    "aws:kms/key:Key": ("keyUsage multiRegion", "description policy enableKeyRotation"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", "retentionInDays kmsKeyId"),
    "aws:s3/bucket:Bucket": ("bucket", "tags forceDestroy"),
    "aws:s3/bucketVersioning:BucketVersioning": ("bucket", "versioningConfiguration"),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", "policy"),
    "aws:lb/targetGroup:TargetGroup": ("port protocol vpcId name", "healthCheck deregistrationDelay"),
    "aws:lb/loadBalancer:LoadBalancer": ("name internal loadBalancerType", "idleTimeout"),
    "aws:rds/cluster:Cluster": ("clusterIdentifier engine storageEncrypted", "engineVersion"),
    "aws:rds/instance:Instance": ("engine username", "allocatedStorage instanceClass"),
    "aws:sqs/queue:Queue": ("name fifoQueue", "visibilityTimeoutSeconds"),
    "aws:sns/topic:Topic": ("name fifoTopic", "displayName"),
    "aws:lambda/function:Function": ("name packageType", "runtime handler timeout memorySize"),
    "aws:dynamodb/table:Table": ("name hashKey rangeKey", "billingMode readCapacity ttl"),
    "aws:route53/record:Record": ("zoneId name", "ttl records"),
}


@pytest.mark.parametrize("token", FACTS)
def test_what_replaces_and_what_does_not(token: str) -> None:
    found = resource(token)
    assert found is not None
    replacing, changing = (names.split() for names in FACTS[token])
    assert {name: found.properties[name].replace for name in replacing} == dict.fromkeys(replacing, True)
    assert {name: found.properties[name].replace for name in changing} == dict.fromkeys(changing, False)


def test_only_inputs_replace_and_the_region_always_does() -> None:
    for token in tokens()[::25]:
        found = resource(token)
        assert found is not None
        assert not any(prop.replace for prop in found.properties.values() if not prop.input)
        assert "region" not in found.inputs or found.properties["region"].replace
        assert "tags" not in found.inputs or not found.properties["tags"].replace
