"""Rules on AgentCore gateways: callers sign with SigV4, or show a company token where a profile accepts that."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import Verdict


@rule(on="aws:bedrock/agentcoreGateway:AgentcoreGateway", severity=HIGH, theme=Theme.SIGV4)
def bedrock_auth_gateway_iam(gateway: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """A gateway runs tools with its own role's rights for whomever it lets in."""
    return gateway.expect_one_of("authorizerType", accept or ("AWS_IAM",))
