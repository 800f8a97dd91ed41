"""Rules on EMR: clusters, security configurations, block public access and studios."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.network import is_world
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key, json_object
from policies.rules._subnets import private_subnets

CLUSTER = "aws:emr/cluster:Cluster"
CONFIGURATION = "aws:emr/securityConfiguration:SecurityConfiguration"
GROUP = "aws:ec2/securityGroup:SecurityGroup"

_GROUPS = ("emrManagedMasterSecurityGroup", "emrManagedSlaveSecurityGroup", "serviceAccessSecurityGroup")


@rule(on=CLUSTER, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV2_AWS_55"])
def emr_cluster_security_configuration(cluster: Resource) -> Verdict:
    """Encryption of disks, S3 and the network is a matter of the security configuration; without one all are off."""
    remedy = "Set `security_configuration` to the name of an `aws.emr.SecurityConfiguration`."
    return cluster.expect_set("securityConfiguration", remedy)


def _encryption(configuration: Resource) -> Part:
    return json_object(configuration, "configuration").part("EncryptionConfiguration")


def _missing(what: str, remedy: str) -> Verdict:
    return violation("configuration", what, remedy)


@rule(on=CONFIGURATION, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_171"])
def emr_configuration_s3_encrypted(configuration: Resource) -> Verdict:
    """What jobs write to S3 is encrypted with S3's own key at best unless the configuration names one."""
    part = _encryption(configuration)
    mode = part.text("AtRestEncryptionConfiguration.S3EncryptionConfiguration.EncryptionMode")
    if part.flag("EnableAtRestEncryption") and mode in ("SSE-KMS", "CSE-KMS", "CSE-Custom"):
        return PASS
    remedy = (
        'Set `EnableAtRestEncryption` and `S3EncryptionConfiguration` with `"EncryptionMode": "SSE-KMS"`.'
    )
    return _missing("does not encrypt S3 with a KMS key", remedy)


@rule(
    on=CONFIGURATION,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub EMR.3", "CKV_AWS_349"],
)
def emr_configuration_disks_encrypted(configuration: Resource) -> Verdict:
    """Jobs spill data to local disks, in the clear unless the configuration says otherwise."""
    part = _encryption(configuration)
    local = part.part("AtRestEncryptionConfiguration.LocalDiskEncryptionConfiguration")
    if part.flag("EnableAtRestEncryption") and local.has("EncryptionKeyProviderType"):
        return PASS
    remedy = "Set `EnableAtRestEncryption` and `LocalDiskEncryptionConfiguration` with a key."
    return _missing("does not encrypt local disks", remedy)


@rule(on=CONFIGURATION, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_350"])
def emr_configuration_volumes_encrypted(configuration: Resource) -> Verdict:
    """Root and attached EBS volumes have a switch of their own."""
    local = _encryption(configuration).part("AtRestEncryptionConfiguration.LocalDiskEncryptionConfiguration")
    if local.flag("EnableEbsEncryption"):
        return PASS
    remedy = 'Set `"EnableEbsEncryption": true` in `LocalDiskEncryptionConfiguration`.'
    return _missing("does not encrypt EBS volumes", remedy)


@rule(
    on=CONFIGURATION,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub EMR.4", "CKV_AWS_351"],
)
def emr_configuration_tls(configuration: Resource) -> Verdict:
    """Nodes shuffle data between each other in the clear unless the configuration says otherwise."""
    if _encryption(configuration).flag("EnableInTransitEncryption"):
        return PASS
    remedy = "Set `EnableInTransitEncryption` and `InTransitEncryptionConfiguration` with certificates."
    return _missing("does not encrypt the network", remedy)


@rule(on=CONFIGURATION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def emr_configuration_imdsv2(configuration: Resource) -> Verdict:
    """IMDSv1 hands the role's credentials to any request that a job can be tricked into making."""
    settings = json_object(configuration, "configuration").part("InstanceMetadataServiceConfiguration")
    if settings.number("MinimumInstanceMetadataServiceVersion") == 2:
        return PASS
    remedy = (
        'Set `"InstanceMetadataServiceConfiguration": '
        '{"MinimumInstanceMetadataServiceVersion": 2, "HttpPutResponseHopLimit": 1}`.'
    )
    return _missing("allows IMDSv1", remedy)


@rule(
    on="aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration",
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"blockPublicSecurityGroupRules": True},
    same_as=["SecurityHub EMR.2", "CKV_AWS_390"],
)
def emr_public_access_blocked(block: Resource) -> Verdict:
    """The block refuses clusters whose security groups are open to the internet."""
    return block.expect("blockPublicSecurityGroupRules", value=True)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_114"])
def emr_cluster_kerberos_realm(cluster: Resource) -> Verdict:
    """Kerberos without a realm of its own takes everybody for a user of the default one."""
    if not cluster.has("kerberosAttributes"):
        return PASS
    remedy = 'Set `kerberos_attributes={"realm": "EC2.INTERNAL", ...}`.'
    return cluster.expect_set("kerberosAttributes.realm", remedy)


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.NETWORK, same_as=["CKV2_AWS_7"])
def emr_cluster_groups_closed(cluster: Resource, stack: Stack) -> Verdict:
    """EMR's consoles have no log-in of their own: a group that is open to the internet opens the cluster."""
    total = PASS
    for name in _GROUPS:
        path = f"ec2Attributes.{name}"
        for group in stack.targets(cluster, path, GROUP).sure:
            if any(_open(item) for item in group.given.each("ingress")):
                total &= violation(
                    path, "is open to the internet", "Name the addresses or groups that may come."
                )
    return total


def _open(item: Part) -> bool:
    # A rule that is not known yet is not an open one.
    return any(
        isinstance(part.value, str) and is_world(part.value)
        for path in ("cidrBlocks", "ipv6CidrBlocks")
        for part in item.each(path)
    )


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub EMR.1"])
def emr_cluster_private(cluster: Resource, stack: Stack) -> Verdict:
    """Nodes in a public subnet get public addresses."""
    return private_subnets(cluster, stack, "ec2Attributes.subnetId") & private_subnets(
        cluster, stack, "ec2Attributes.subnetIds"
    )


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING)
def emr_cluster_logged(cluster: Resource) -> Verdict:
    """Logs go with the cluster unless they are written to S3."""
    return cluster.expect_set("logUri", "Set `log_uri` to a bucket.")


@rule(on=CLUSTER, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def emr_cluster_logs_customer_key(cluster: Resource) -> Verdict:
    """Logs repeat what jobs handle; the key decides who reads them."""
    if not cluster.known("logUri") or cluster.has("logUri"):
        return customer_key(cluster, "logEncryptionKmsKeyId")
    return PASS


@rule(on="aws:emr/studio:Studio", severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def emr_studio_customer_key(studio: Resource) -> Verdict:
    """A studio's notebooks keep results next to the code; the key decides who reads them."""
    return customer_key(studio, "encryptionKeyArn")
