"""Rules on Elastic Beanstalk environments, whose options come as a list of namespace, name and value."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment"


def _option(environment: Resource, namespace: str, name: str) -> str:
    for setting in environment.each("settings"):
        if setting.text("namespace") == namespace and setting.text("name") == name:
            return setting.text("value")
    return ""


def _expect(environment: Resource, namespace: str, name: str, *values: str) -> Verdict:
    if _option(environment, namespace, name).lower() in values:
        return PASS
    remedy = f'Add `{{"namespace": "{namespace}", "name": "{name}", "value": "{values[0]}"}}`.'
    return violation("settings", f"does not set `{name}` as it should be", remedy)


@rule(
    on=ENVIRONMENT,
    severity=LOW,
    theme=Theme.LOGGING,
    same_as=["CKV_AWS_312", "SecurityHub ElasticBeanstalk.1"],
)
def elasticbeanstalk_enhanced_health(environment: Resource) -> Verdict:
    """Basic health sees whether a server runs; enhanced health sees whether it answers."""
    return _expect(environment, "aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced")


@rule(
    on=ENVIRONMENT,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    same_as=["CKV_AWS_340", "SecurityHub ElasticBeanstalk.2"],
)
def elasticbeanstalk_managed_updates(environment: Resource) -> Verdict:
    """Managed updates keep the platform patched in a window that you choose."""
    return _expect(environment, "aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", "true")


@rule(on=ENVIRONMENT, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub ElasticBeanstalk.3"])
def elasticbeanstalk_logs_streamed(environment: Resource) -> Verdict:
    """Logs on a server are lost with the server."""
    return _expect(environment, "aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs", "true")


@rule(on=ENVIRONMENT, severity=MEDIUM, theme=Theme.RESILIENCE)
def elasticbeanstalk_not_all_at_once(environment: Resource) -> Verdict:
    """A deployment to all servers at once is an outage, and a bad version is one everywhere."""
    policies = ("immutable", "rollingwithadditionalbatch", "rolling", "trafficsplitting")
    return _expect(environment, "aws:elasticbeanstalk:command", "DeploymentPolicy", *policies)


@rule(on=ENVIRONMENT, severity=HIGH, theme=Theme.RESILIENCE)
def elasticbeanstalk_no_database_inside(environment: Resource) -> Verdict:
    """A database that belongs to the environment is deleted with it."""
    for setting in environment.each("settings"):
        if setting.text("namespace") == "aws:rds:dbinstance":
            return violation(setting.path, "puts a database into the environment", "Use `aws.rds.Instance`.")
    return PASS


@rule(on=ENVIRONMENT, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def elasticbeanstalk_imdsv1_off(environment: Resource) -> Verdict:
    """IMDSv1 hands the role's credentials to any request that a program can be tricked into making."""
    return _expect(environment, "aws:autoscaling:launchconfiguration", "DisableIMDSv1", "true")


# A listener's options by the kind of load balancer: its protocol, and its certificate.
_LISTENERS = (
    ("aws:elbv2:listener", "Protocol", "SSLCertificateArns"),
    ("aws:elb:listener", "ListenerProtocol", "SSLCertificateId"),
)


@rule(on=ENVIRONMENT, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def elasticbeanstalk_https(environment: Resource) -> Verdict:
    """Elastic Beanstalk opens plain HTTP only, unless a listener with a certificate is asked for."""
    if environment.text("tier") == "Worker" or environment.has("templateName"):
        return PASS  # A worker has no listener; a template's options are not seen here.
    if _option(environment, "aws:elasticbeanstalk:environment", "EnvironmentType") == "SingleInstance":
        return PASS
    if _option(environment, "aws:elasticbeanstalk:environment", "LoadBalancerIsShared").lower() == "true":
        return PASS
    if any(_encrypted(environment, *names) for names in _LISTENERS):
        return PASS
    remedy = 'Set `Protocol` to `HTTPS` and `SSLCertificateArns` in the namespace `"aws:elbv2:listener:443"`.'
    return violation("settings", "name no HTTPS listener with a certificate", remedy)


def _encrypted(environment: Resource, namespace: str, protocol: str, certificate: str) -> bool:
    """Whether one namespace asks for HTTPS or TLS and names a certificate, known or not."""
    found: dict[str, set[str]] = {}
    for setting in environment.each("settings"):
        place, name = setting.text("namespace"), setting.text("name")
        if not place.startswith(namespace):
            continue
        secure = name == protocol and setting.text("value") in ("HTTPS", "SSL", "TLS")
        if secure or (name == certificate and (not setting.known("value") or setting.text("value"))):
            found.setdefault(place, set()).add(name)
    return any(len(names) == 2 for names in found.values())


@rule(on="aws:elasticbeanstalk/application:Application", severity=LOW, theme=Theme.RESILIENCE)
def elasticbeanstalk_versions_removed(application: Resource) -> Verdict:
    """Old versions count against a quota of a thousand, and the next deployment fails at it."""
    if application.has("appversionLifecycle"):
        return PASS
    return violation(
        "appversionLifecycle", "is not set", 'Set `appversion_lifecycle={"max_count": 100, ...}`.'
    )
