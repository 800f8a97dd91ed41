"""Rules on EKS clusters and node groups. Amazon EKS User Guide, "Kubernetes version lifecycle"."""

from __future__ import annotations

from policies.pack.cidr import is_world
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

CLUSTER = "aws:eks/cluster:Cluster"
_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
# Standard support of 1.33 ended on 29 July 2026, that of 1.34 ends on 2 December 2026.
_OLDEST = "1.34"


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_37", "SecurityHub EKS.8"])
def eks_cluster_logs(cluster: Resource) -> Verdict:
    """The control plane's logs are the only record of who did what in the cluster."""
    enabled = set(cluster.texts("enabledClusterLogTypes"))
    if enabled.issuperset(_LOGS):
        return PASS
    remedy = (
        'Set `enabled_cluster_log_types=["api", "audit", "authenticator", "controllerManager", "scheduler"]`.'
    )
    return violation("enabledClusterLogTypes", "does not name all five logs", remedy)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK, same_as=["CKV_AWS_38"])
def eks_cluster_endpoint_not_from_anywhere(cluster: Resource) -> Verdict:
    """An API server that answers everybody is attacked by everybody."""
    if not cluster.flag("vpcConfig.endpointPublicAccess", absent=True):
        return PASS
    ranges = cluster.known_each("vpcConfig.publicAccessCidrs")
    what, remedy = (
        "opens the API server to the internet",
        "Name the offices' ranges in `public_access_cidrs`.",
    )
    if not ranges:
        return violation("vpcConfig.publicAccessCidrs", f"is not set, which {what}", remedy)
    open_ranges = [item for item in ranges if isinstance(item.value, str) and is_world(item.value)]
    return every(open_ranges, lambda item: violation(item.path, what, remedy))


@rule(
    on=CLUSTER,
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["CKV_AWS_39", "SecurityHub EKS.1"],
)
def eks_cluster_endpoint_private(cluster: Resource) -> Verdict:
    """The API server has no reason to be on the internet when administrators come through the VPC."""
    public = cluster.expect_not("vpcConfig.endpointPublicAccess", value=True, absent=True)
    return public & cluster.expect("vpcConfig.endpointPrivateAccess", value=True, absent=False)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_58", "SecurityHub EKS.3"])
def eks_cluster_secrets_encrypted(cluster: Resource) -> Verdict:
    """A key of one's own around Kubernetes secrets lets CloudTrail tell who read them."""
    if "secrets" in cluster.texts("encryptionConfig.resources"):
        return PASS
    remedy = 'Set `encryption_config={"provider": {"key_arn": ...}, "resources": ["secrets"]}`.'
    return violation("encryptionConfig", "does not name `secrets`", remedy)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.RESILIENCE, same_as=["CKV_AWS_339", "SecurityHub EKS.2"])
def eks_cluster_version_supported(cluster: Resource, *, oldest: str = _OLDEST) -> Verdict:
    """A Kubernetes version out of standard support gets few patches, costs more, and is upgraded by force."""
    version = cluster.text("version")
    if not version or _number(version) >= _number(oldest):
        return PASS
    return violation("version", "is out of support", "Upgrade one minor version at a time.")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"deletionProtection": True})
def eks_cluster_deletion_protection(cluster: Resource) -> Verdict:
    """A deleted cluster takes everything that runs in it along."""
    return cluster.expect("deletionProtection", value=True)


@rule(on="aws:eks/nodeGroup:NodeGroup", severity=HIGH, theme=Theme.NETWORK, same_as=["CKV_AWS_100"])
def eks_node_group_no_ssh_from_anywhere(group: Resource) -> Verdict:
    """A key without source groups makes EKS open port 22 of every node to the internet."""
    if group.known("remoteAccess.ec2SshKey") and not group.has("remoteAccess.ec2SshKey"):
        return PASS
    remedy = "Leave `remote_access` out and use Session Manager, or name `source_security_group_ids`."
    return group.expect_set("remoteAccess.sourceSecurityGroupIds", remedy)


@rule(on="aws:eks/fargateProfile:FargateProfile", severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def eks_fargate_namespace_named(profile: Resource) -> Verdict:
    """A profile for any namespace runs whatever anyone deploys under the profile's role."""
    what, remedy = "takes pods of every namespace", "Name a namespace in each selector."
    return every(
        profile.each("selectors"),
        lambda item: violation(item.at("namespace"), what, remedy) if item.text("namespace") == "*" else PASS,
    )
