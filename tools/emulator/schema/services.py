"""Which AWS services, by their names in botocore, stand behind a module of the SDK.

Most modules have the name of their service; the table holds the others, the most likely service first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import botocore

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alb": ("elbv2",),
        "appautoscaling": ("application-autoscaling",),
        "bcmdata": ("bcm-data-exports",),
        "bedrock": ("bedrock", "bedrock-agent", "bedrock-agentcore-control"),
        "bedrockfoundation": ("bedrock",),
        "bedrockmodel": ("bedrock",),
        "cfg": ("config",),
        "chime": ("chime-sdk-voice", "chime"),
        "cloudfront": ("cloudfront", "cloudfront-keyvaluestore"),
        "cloudwatch": ("cloudwatch", "logs", "events", "internetmonitor"),
        "cognito": ("cognito-idp", "cognito-identity"),
        "costexplorer": ("ce",),
        "directoryservice": ("ds",),
        "directoryservicedata": ("ds-data",),
        "docdb": ("docdb", "docdb-elastic"),
        "ebs": ("ec2",),
        "ec2clientvpn": ("ec2",),
        "ec2transitgateway": ("ec2",),
        "elasticsearch": ("es",),
        "kinesis": ("kinesis", "firehose", "kinesisanalytics", "kinesisvideo"),
        "lb": ("elbv2",),
        "lex": ("lexv2-models", "lex-models"),
        "macie": ("macie2",),
        "msk": ("kafka",),
        "mskconnect": ("kafkaconnect",),
        "opensearch": ("opensearch", "opensearchserverless"),
        "opensearchingest": ("osis",),
        "resourceexplorer": ("resource-explorer-2",),
        "route53": ("route53", "route53resolver", "route53profiles"),
        "route53recoverycontrol": ("route53-recovery-control-config",),
        "s3": ("s3", "s3control", "s3vectors", "s3files"),
        "serverlessrepository": ("serverlessrepo",),
        "servicecatalog": ("servicecatalog", "servicecatalog-appregistry"),
        "sfn": ("stepfunctions",),
        "ssm": ("ssm", "ssm-contacts", "ssm-quicksetup"),
        "verifiedaccess": ("ec2",),
        "vpc": ("ec2",),
        "vpn": ("ec2",),
    }
)
# Types that the API calls something else, or that belong to another service: service, what stands behind the
# verb.
_OTHER_ENTITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "alb/listenerRule": ("elbv2", "rule"),
        "alb/targetGroupAttachment": ("elbv2", "targets"),
        "cfg/deliveryChannel": ("config", "deliverychannel"),
        "cfg/recorder": ("config", "configurationrecorder"),
        "cfg/rule": ("config", "configrule"),
        "cloudwatch/eventBusPolicy": ("events", "permission"),
        "cloudwatch/eventRule": ("events", "rule"),
        "cloudwatch/eventTarget": ("events", "targets"),
        "docdb/clusterInstance": ("docdb", "dbinstance"),
        "ec2/ami": ("ec2", "image"),
        "ec2/amiCopy": ("ec2", "image"),
        "ec2/amiFromInstance": ("ec2", "image"),
        "ec2/eip": ("ec2", "address"),
        "ec2/eipAssociation": ("ec2", "address"),
        "ec2/launchConfiguration": ("autoscaling", "launchconfiguration"),
        "ec2/networkAclRule": ("ec2", "networkaclentry"),
        "ec2/securityGroupRule": ("ec2", "securitygroupingress"),
        "ec2/spotFleetRequest": ("ec2", "spotfleet"),
        "ec2/vpcDhcpOptions": ("ec2", "dhcpoptions"),
        "ec2/vpcDhcpOptionsAssociation": ("ec2", "dhcpoptions"),
        "ec2/vpcIpam": ("ec2", "ipam"),
        "ec2/vpcIpamPool": ("ec2", "ipampool"),
        "ec2/vpcIpamPoolCidr": ("ec2", "ipampoolcidr"),
        "ec2/vpcIpamPoolCidrAllocation": ("ec2", "ipampoolcidr"),
        "ec2/vpcIpamScope": ("ec2", "ipamscope"),
        "ec2/vpcIpv4CidrBlockAssociation": ("ec2", "vpccidrblock"),
        "ec2/vpcIpv6CidrBlockAssociation": ("ec2", "vpccidrblock"),
        "elb/attachment": ("elb", "instanceswithloadbalancer"),
        "iam/sshKey": ("iam", "sshpublickey"),
        "lb/listenerRule": ("elbv2", "rule"),
        "lb/targetGroupAttachment": ("elbv2", "targets"),
        "neptune/clusterInstance": ("neptune", "dbinstance"),
        "rds/clusterInstance": ("rds", "dbinstance"),
        "vpc/securityGroupEgressRule": ("ec2", "securitygroupegress"),
        "vpc/securityGroupIngressRule": ("ec2", "securitygroupingress"),
    }
)


def entity_of(token: str) -> str:
    """What the API calls a type, in lower case: `subnet` for `aws:ec2/subnet:Subnet`."""
    path = token.split(":")[1]
    if path in _OTHER_ENTITIES:
        return _OTHER_ENTITIES[path][1]
    return re.sub(r"[^a-z0-9]", "", path.partition("/")[2].lower())


def services_of(token: str) -> Sequence[str]:
    """The services that may stand behind a type, as botocore names them; empty when botocore has none."""
    path = token.split(":")[1]
    module = path.partition("/")[0]
    if path in _OTHER_ENTITIES:
        return (_OTHER_ENTITIES[path][0],)
    if module in _OTHER_NAMES:
        return tuple(name for name in _OTHER_NAMES[module] if name in _names().values())
    found = _names().get(module.lower())
    return (found,) if found else ()


@functools.cache
def _names() -> Mapping[str, str]:
    """The services of the installed botocore, by name without signs."""
    folder = Path(botocore.__file__).parent / "data"
    return {re.sub(r"[^a-z0-9]", "", path.name): path.name for path in folder.iterdir() if path.is_dir()}
