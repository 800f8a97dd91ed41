"""Rules on the organisation itself: without its guard rails every account is on its own."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

ORGANIZATION = "aws:organizations/organization:Organization"


@rule(on=ORGANIZATION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def organizations_all_features(organization: Resource) -> Verdict:
    """With consolidated billing alone no guard rail of the organisation holds in its accounts."""
    return organization.expect("featureSet", "ALL", absent="ALL")


@rule(on=ORGANIZATION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def organizations_control_policies(organization: Resource) -> Verdict:
    """Service and resource control policies are the only limits that an account's administrator can't lift."""
    enabled = organization.texts("enabledPolicyTypes")
    missing = [name for name in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY") if name not in enabled]
    if not missing:
        return PASS
    remedy = 'Set `enabled_policy_types=["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]`.'
    return violation("enabledPolicyTypes", "leaves out control policies", remedy)
