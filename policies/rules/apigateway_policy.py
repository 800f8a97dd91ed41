"""Rules on the resource policies of APIs."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

API = "aws:apigateway/restApi:RestApi"
API_POLICY = "aws:apigateway/restApiPolicy:RestApiPolicy"


@rule(on=API, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def apigateway_policy_private_api(api: Resource, stack: Stack) -> Verdict:
    """A private API without a policy answers nobody, and with too wide a one every VPC of AWS that finds it."""
    if "PRIVATE" not in api.part("endpointConfiguration").texts("types"):
        return PASS
    if not api.known("policy") or api.text("policy"):
        return PASS
    policies = stack.referring(api, API_POLICY, "restApiId")
    if policies.sure:
        return PASS
    if policies:
        return undecided("policy")
    remedy = "Set `policy`, or add a `RestApiPolicy`, that names the VPC endpoints in `aws:SourceVpce`."
    return violation("policy", "is not set on a private API", remedy)
