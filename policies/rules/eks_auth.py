"""Rules on who gets into a Kubernetes cluster: IAM, whose token is a presigned SigV4 request to STS."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict, violation


@rule(on="aws:eks/cluster:Cluster", severity=MEDIUM, theme=Theme.SIGV4)
def eks_auth_access_entries(cluster: Resource) -> Verdict:
    """With access entries IAM alone maps roles to rights; the old ConfigMap is edited where nobody looks."""
    # AWS takes CONFIG_MAP when an API client names nothing (CreateClusterRequest, accessConfig).
    return cluster.expect_one_of("accessConfig.authenticationMode", ("API", "API_AND_CONFIG_MAP"))


@rule(on="aws:eks/identityProviderConfig:IdentityProviderConfig", severity=MEDIUM, theme=Theme.SIGV4)
def eks_auth_no_outside_provider(provider: Resource) -> Verdict:
    """Who signs in with an OIDC token leaves no trace in CloudTrail and passes IAM's policies by."""
    return violation(
        provider.at("oidc"), "lets in people whom IAM does not know", "Use IAM roles and access entries."
    )
