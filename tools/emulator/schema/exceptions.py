"""What is known of well-used types where the rules of `replacement` judge wrongly.

Each line is a fact of the AWS API: what has no changing operation replaces the resource, what has one does
not. `*` stands for every property but those with a minus before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVERYTHING = "*"

REPLACED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "alb/loadBalancer": frozenset({"customerOwnedIpv4Pool", "internal", "loadBalancerType"}),
        "autoscaling/attachment": frozenset({EVERYTHING}),
        "autoscaling/group": frozenset({"initialLifecycleHooks"}),
        "autoscaling/schedule": frozenset({"scheduledActionName"}),
        "autoscaling/trafficSourceAttachment": frozenset({EVERYTHING}),
        "cloudwatch/eventBus": frozenset({"eventSourceName"}),
        "cloudwatch/eventRule": frozenset({"eventBusName"}),
        "cloudwatch/eventTarget": frozenset({"eventBusName", "rule", "targetId"}),
        "cloudwatch/logDestinationPolicy": frozenset({"destinationName"}),
        "cloudwatch/logGroup": frozenset({"logGroupClass"}),
        "cloudwatch/logSubscriptionFilter": frozenset({"destinationArn"}),
        "dynamodb/table": frozenset({"localSecondaryIndexes", "restoreDateTime", "restoreToLatestTime"}),
        "dynamodb/tableExport": frozenset({EVERYTHING}),
        "ebs/volume": frozenset({"availabilityZone", "encrypted", "multiAttachEnabled", "outpostArn"}),
        "ec2/ami": frozenset(
            {
                "architecture",
                "bootMode",
                "ebsBlockDevices",
                "enaSupport",
                "ephemeralBlockDevices",
                "imageLocation",
                "imdsSupport",
                "kernelId",
                "name",
                "ramdiskId",
                "rootDeviceName",
                "sriovNetSupport",
                "tpmSupport",
                "uefiData",
                "virtualizationType",
            }
        ),
        "ec2/amiCopy": frozenset({"ebsBlockDevices", "ephemeralBlockDevices", "name", "sourceAmiRegion"}),
        "ec2/amiFromInstance": frozenset({EVERYTHING, "-description", "-deprecationTime"}),
        "ec2/amiLaunchPermission": frozenset({EVERYTHING}),
        "ec2/eip": frozenset({"domain", "publicIpv4Pool"}),
        "ec2/managedPrefixList": frozenset({"addressFamily"}),
        "ec2/managedPrefixListEntry": frozenset({"cidr"}),
        "ec2/networkAclRule": frozenset({EVERYTHING}),
        "ec2/peeringConnectionOptions": frozenset({"vpcPeeringConnectionId"}),
        "ec2/securityGroupRule": frozenset({EVERYTHING}),
        "ecr/lifecyclePolicy": frozenset({"policy"}),
        "ecs/accountSettingDefault": frozenset({"name"}),
        "ecs/service": frozenset({"iamRole", "launchType"}),
        "elb/loadBalancer": frozenset({"internal"}),
        "elasticache/parameterGroup": frozenset({"description", "family"}),
        "elasticache/replicationGroup": frozenset({"securityGroupNames", "subnetGroupName"}),
        "elasticache/userGroupAssociation": frozenset({EVERYTHING}),
        "iam/policy": frozenset({"description", "name", "namePrefix", "path"}),
        "iam/userGroupMembership": frozenset({"user"}),
        "kms/ciphertext": frozenset({EVERYTHING}),
        "kms/key": frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"}),
        "lambda/layerVersion": frozenset({EVERYTHING}),
        "lambda/permission": frozenset({EVERYTHING}),
        "lb/loadBalancer": frozenset({"customerOwnedIpv4Pool", "internal", "loadBalancerType"}),
        "rds/cluster": frozenset({"engine", "masterUsername"}),
        "rds/clusterInstance": frozenset({"availabilityZone", "dbSubnetGroupName", "engine"}),
        "rds/instance": frozenset({"availabilityZone", "engine", "username"}),
        "route53/record": frozenset({"name"}),
        "route53/zoneAssociation": frozenset({EVERYTHING}),
        "s3/bucket": frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
        "s3/bucketV2": frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
        "s3/directoryBucket": frozenset({"bucket", "dataRedundancy", "location", "type"}),
        "sns/dataProtectionPolicy": frozenset({"arn"}),
        "sns/topicPolicy": frozenset({"arn"}),
        "sqs/queuePolicy": frozenset({"queueUrl"}),
        "sqs/redriveAllowPolicy": frozenset({"queueUrl"}),
        "sqs/redrivePolicy": frozenset({"queueUrl"}),
        "ssm/association": frozenset({"name"}),
        "ssm/parameter": frozenset({"dataType", "name"}),
    }
)

CHANGED_IN_PLACE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "acm/certificate": frozenset({"certificateBody", "certificateChain", "privateKey"}),
        "autoscaling/lifecycleHook": frozenset({"roleArn"}),
        "cloudwatch/logGroup": frozenset({"kmsKeyId"}),
        "ec2/defaultSubnet": frozenset({EVERYTHING}),
        "ec2/defaultVpc": frozenset({EVERYTHING}),
        "ec2/internetGateway": frozenset({"vpcId"}),
        # A change makes a new version of the template.
        "ec2/launchTemplate": frozenset({EVERYTHING, "-name", "-namePrefix"}),
        "ec2/mainRouteTableAssociation": frozenset({"routeTableId"}),
        "ec2/networkAcl": frozenset({"subnetIds"}),
        "ec2/route": frozenset({"egressOnlyGatewayId"}),
        "ec2/routeTableAssociation": frozenset({"routeTableId"}),
        "ec2/securityGroupRule": frozenset({"description"}),
        "ec2/vpc": frozenset(
            {"ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup", "ipv6IpamPoolId", "ipv6NetmaskLength"}
        ),
        "ec2/vpnGateway": frozenset({"vpcId"}),
        "ecr/pullThroughCacheRule": frozenset({"credentialArn", "customRoleArn"}),
        "elasticache/cluster": frozenset({"nodeType"}),
        "elasticache/replicationGroup": frozenset({"preferredCacheClusterAzs", "transitEncryptionEnabled"}),
        "iam/group": frozenset({"name"}),
        "iam/openIdConnectProvider": frozenset({"clientIdLists"}),
        "iam/policy": frozenset({"delayAfterPolicyCreationInMs", "policy"}),
        "iam/serverCertificate": frozenset({"name", "namePrefix"}),
        "iam/user": frozenset({"name"}),
        "kinesis/stream": frozenset({"kmsKeyId"}),
        "kms/keyPolicy": frozenset({"policy"}),
        "lambda/functionUrl": frozenset({"authorizationType"}),
        "lambda/layerVersion": frozenset({"skipDestroy"}),
        "rds/cluster": frozenset({"globalClusterIdentifier", "replicationSourceIdentifier"}),
        "rds/clusterInstance": frozenset({"caCertIdentifier"}),
        "rds/eventSubscription": frozenset({"snsTopic"}),
        "rds/instance": frozenset(
            {"caCertIdentifier", "dbSubnetGroupName", "identifier", "identifierPrefix"}
        ),
        "rds/proxy": frozenset({"name"}),
        "s3/bucketObject": frozenset({"kmsKeyId"}),
        "s3/bucketObjectv2": frozenset({"kmsKeyId"}),
        "vpc/securityGroupEgressRule": frozenset({EVERYTHING, "-securityGroupId"}),
        "vpc/securityGroupIngressRule": frozenset({EVERYTHING, "-securityGroupId"}),
    }
)


def named(table: Mapping[str, frozenset[str]], token: str, name: str) -> bool:
    """Whether a table names a property of a type."""
    names = table.get(token.split(":")[1], frozenset())
    return name in names or (EVERYTHING in names and f"-{name}" not in names)
