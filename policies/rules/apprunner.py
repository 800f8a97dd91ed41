"""Rules on App Runner services."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

SERVICE = "aws:apprunner/service:Service"


@rule(on=SERVICE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def apprunner_service_customer_key(service: Resource) -> Verdict:
    """App Runner keeps a copy of the source and the logs; a key of one's own can be taken away."""
    return service.expect_set(
        "encryptionConfiguration.kmsKey", 'Set `encryption_configuration={"kms_key": ...}`.'
    )


@rule(on=SERVICE, severity=LOW, theme=Theme.LOGGING)
def apprunner_service_observed(service: Resource) -> Verdict:
    """A trace shows which call of which service made a request slow or fail."""
    return service.expect("observabilityConfiguration.observabilityEnabled", value=True)


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.NETWORK)
def apprunner_service_through_vpc(service: Resource) -> Verdict:
    """Outgoing traffic through the VPC can be limited and logged; App Runner's own can not."""
    return service.expect("networkConfiguration.egressConfiguration.egressType", "VPC", absent="DEFAULT")


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def apprunner_service_role(service: Resource) -> Verdict:
    """A service with a role of its own needs no keys among its environment variables."""
    return service.expect_set("instanceConfiguration.instanceRoleArn", "Set `instance_role_arn`.")


@rule(on=SERVICE, severity=LOW, theme=Theme.RESILIENCE)
def apprunner_service_http_health_check(service: Resource) -> Verdict:
    """A port that answers says nothing of the program behind it; a page does."""
    return service.expect("healthCheckConfiguration.protocol", "HTTP", absent="TCP")
