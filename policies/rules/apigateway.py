"""Rules on API Gateway's REST and WebSocket/HTTP APIs: logs, caches, throttles, domains. Who may call is in
`apigateway_auth`.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

STAGE = "aws:apigateway/stage:Stage"
HTTP_STAGE = "aws:apigatewayv2/stage:Stage"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
REST_API = "aws:apigateway/restApi:RestApi"
HTTP_API = "aws:apigatewayv2/api:Api"
METHOD = "aws:apigateway/method:Method"
USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan"
# API Gateway Developer Guide, "Security policies": those that start at TLS 1.2 or 1.3.
_OLD_POLICY = "TLS_1_0"
DOMAINS = ("aws:apigateway/domainName:DomainName", "aws:apigatewayv2/domainName:DomainName")


@rule(on=STAGE, severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_73", "SecurityHub APIGateway.3"])
def apigateway_stage_traced(stage: Resource) -> Verdict:
    """A trace shows which call of which service made a request slow or fail."""
    return stage.expect("xrayTracingEnabled", value=True)


@rule(
    on=(STAGE, HTTP_STAGE),
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["CKV_AWS_76", "SecurityHub APIGateway.9"],
)
def apigateway_stage_access_log(stage: Resource) -> Verdict:
    """The access log is the only record of who called which method with what result."""
    remedy = 'Set `access_log_settings={"destination_arn": log_group.arn, "format": ...}`.'
    return stage.expect_set("accessLogSettings.destinationArn", remedy)


@rule(
    on=STAGE,
    severity=LOW,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV2_AWS_51", "SecurityHub APIGateway.2"],
)
def apigateway_stage_client_certificate(stage: Resource) -> Verdict:
    """With a client certificate the backend can tell the API's requests from anyone else's."""
    return stage.expect_set("clientCertificateId", "Set `client_certificate_id`.")


@rule(on=STAGE, severity=LOW, theme=Theme.RESILIENCE)
def apigateway_stage_logging_level(stage: Resource, stack: Stack) -> Verdict:
    """Without method settings a stage logs no errors, has no throttle of its own and no metrics."""
    links = stack.referring(stage, SETTINGS, "stageName")
    apis = stack.targets(stage, "restApi", REST_API).sure
    if links.sure or any(stack.referring(api, SETTINGS, "restApi").sure for api in apis):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.stageName")
    return violation(
        "methodSettings", "are missing", 'Add `aws.apigateway.MethodSettings(method_path="*/*", ...)`.'
    )


@rule(on=SETTINGS, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV2_AWS_4", "SecurityHub APIGateway.1"])
def apigateway_method_logging(settings: Resource) -> Verdict:
    """The execution log says why a request failed, which the access log does not."""
    return settings.expect_one_of("settings.loggingLevel", ("ERROR", "INFO"), absent="OFF")


@rule(
    on=SETTINGS,
    severity=HIGH,
    theme=Theme.LOGGING,
    fix={"settings.dataTraceEnabled": False},
    same_as=["CKV_AWS_276"],
)
def apigateway_method_no_data_trace(settings: Resource) -> Verdict:
    """Data tracing writes whole requests and answers, passwords and personal data too, into the log."""
    return settings.expect_not("settings.dataTraceEnabled", value=True)


@rule(
    on=SETTINGS,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"settings.cacheDataEncrypted": True},
    same_as=["CKV_AWS_308", "SecurityHub APIGateway.5"],
)
def apigateway_method_cache_encrypted(settings: Resource) -> Verdict:
    """The cache holds answers as they were sent to signed-in users."""
    if not settings.flag("settings.cachingEnabled"):
        return PASS
    return settings.expect("settings.cacheDataEncrypted", value=True)


@rule(on=SETTINGS, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def apigateway_method_cache_control_authorized(settings: Resource) -> Verdict:
    """A caller who may empty the cache sends every request to the backend."""
    if not settings.flag("settings.cachingEnabled"):
        return PASS
    return settings.expect("settings.requireAuthorizationForCacheControl", value=True, absent=True)


@rule(on=SETTINGS, severity=MEDIUM, theme=Theme.RESILIENCE)
def apigateway_method_throttled(settings: Resource) -> Verdict:
    """Without a throttle of its own one API takes the account's whole rate from all others."""

    def limited(path: str) -> Verdict:
        number = settings.number(path)
        if number is not None and number >= 0:
            return PASS
        return violation(path, "is not set", "Set `throttling_rate_limit` and `throttling_burst_limit`.")

    return every(("settings.throttlingRateLimit", "settings.throttlingBurstLimit"), limited)


@rule(on=HTTP_STAGE, severity=MEDIUM, theme=Theme.RESILIENCE)
def apigateway_http_stage_throttled(stage: Resource) -> Verdict:
    """Without a throttle of its own one API takes the account's whole rate from all others."""
    return stage.expect_at_least("defaultRouteSettings.throttlingRateLimit", 1, absent=0)


@rule(on=HTTP_STAGE, severity=HIGH, theme=Theme.LOGGING, fix={"defaultRouteSettings.dataTraceEnabled": False})
def apigateway_http_stage_no_data_trace(stage: Resource) -> Verdict:
    """Data tracing writes whole messages, passwords and personal data too, into the log."""
    return stage.expect_not("defaultRouteSettings.dataTraceEnabled", value=True)


@rule(
    on="aws:apigateway/domainName:DomainName",
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"securityPolicy": "TLS_1_2"},
    same_as=["CKV_AWS_206"],
)
def apigateway_domain_tls_modern(domain: Resource) -> Verdict:
    """TLS 1.0 is broken; a domain that still speaks it can be talked down to it."""
    if domain.text("securityPolicy") not in ("", _OLD_POLICY):
        return PASS
    return domain.expect("securityPolicy", "TLS_1_2")


@rule(on="aws:apigatewayv2/domainName:DomainName", severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def apigateway_http_domain_tls_modern(domain: Resource) -> Verdict:
    """TLS 1.0 is broken; a domain that still speaks it can be talked down to it."""
    return domain.expect("domainNameConfiguration.securityPolicy", "TLS_1_2")


@rule(on=REST_API, severity=MEDIUM, theme=Theme.NETWORK)
def apigateway_private_names_endpoint(api: Resource) -> Verdict:
    """A private API without an endpoint can only be called by those who know how to forge the host name."""
    if api.text("endpointConfiguration.types") != "PRIVATE":
        return PASS
    remedy = 'Name the endpoint: `endpoint_configuration={"vpc_endpoint_ids": [...], ...}`.'
    return api.expect_set("endpointConfiguration.vpcEndpointIds", remedy)


@rule(on=METHOD, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def apigateway_key_has_plan(method: Resource, stack: Stack) -> Verdict:
    """An API key without a usage plan opens nothing and limits nobody."""
    if not method.flag("apiKeyRequired") or stack.by_type(USAGE_PLAN):
        return PASS
    return violation(
        "apiKeyRequired", "is true, but the stack has no usage plan", "Add `aws.apigateway.UsagePlan`."
    )


@rule(on=METHOD, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_53"])
def apigateway_method_validated(method: Resource) -> Verdict:
    """A validator turns malformed requests away before they reach, and are billed by, the backend."""
    if method.text("httpMethod") == "OPTIONS":
        return PASS
    return method.expect_set("requestValidatorId", "Set `request_validator_id`.")


@rule(on=HTTP_API, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_75"])
def apigateway_cors_named_origins(api: Resource) -> Verdict:
    """With `*` any page that a user visits may call the API from the user's browser."""
    if "*" not in api.texts("corsConfiguration.allowOrigins"):
        return PASS
    return violation(
        "corsConfiguration.allowOrigins", "names every origin", "Name the sites that call the API."
    )


@rule(on="aws:apigateway/deployment:Deployment", severity=MEDIUM, theme=Theme.RESILIENCE)
def apigateway_deployment_triggers(deployment: Resource) -> Verdict:
    """A deployment is a snapshot; without triggers a changed method never reaches the stage."""
    return deployment.expect_set(
        "triggers", 'Set `triggers={"redeploy": ...}` to a hash of the API\'s resources.'
    )


@rule(on="aws:apigatewayv2/integration:Integration", severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def apigateway_http_integration_encrypted(integration: Resource) -> Verdict:
    """A backend that is called over plain HTTP gets its requests across the internet in the open."""
    if not integration.text("integrationUri").startswith("http://"):
        return PASS
    return violation("integrationUri", "is plain HTTP", "Use `https://`.")


@rule(on="aws:apigateway/integration:Integration", severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def apigateway_integration_encrypted(integration: Resource) -> Verdict:
    """A backend that is called over plain HTTP gets its requests across the internet in the open."""
    if integration.text("connectionType") == "VPC_LINK" or not integration.text("uri").startswith("http://"):
        return PASS
    return violation("uri", "is plain HTTP", "Use `https://`, or a VPC link.")


@rule(on=USAGE_PLAN, severity=MEDIUM, theme=Theme.RESILIENCE)
def apigateway_usage_plan_limited(plan: Resource) -> Verdict:
    """A plan without throttle and quota counts calls and stops none; one without a stage does not even count."""
    rate = plan.expect_set(
        "throttleSettings.rateLimit", 'Set `throttle_settings={"rate_limit": ..., "burst_limit": ...}`.'
    )
    quota = plan.expect_set("quotaSettings.limit", 'Set `quota_settings={"limit": ..., "period": "DAY"}`.')
    return rate & quota & plan.expect_set("apiStages", "Name the stages that it is for, in `api_stages`.")


@rule(on=DOMAINS, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def apigateway_domain_truststore_versioned(domain: Resource) -> Verdict:
    """Whoever may write the trust store's object decides whose certificates are good; a version keeps what was checked."""
    path = "mutualTlsAuthentication"
    if domain.known(f"{path}.truststoreUri") and not domain.text(f"{path}.truststoreUri"):
        return PASS
    return domain.expect_set(f"{path}.truststoreVersion", "Set `truststore_version` to the object's version.")
