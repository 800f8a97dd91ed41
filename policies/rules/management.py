"""Rules on what watches an account: Config, GuardDuty, Macie, alarms, certificates, DLM, MWAA, Cognito, Bedrock agents."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules.customer_keys import copies

MWAA = "aws:mwaa/environment:Environment"


@rule(
    on="aws:cfg/recorderStatus:RecorderStatus", severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV2_AWS_45"]
)
def management_config_recording(status: Resource) -> Verdict:
    """A recorder that is switched off looks like one that records."""
    return status.expect("isEnabled", value=True)


@rule(
    on="aws:cfg/recorder:Recorder",
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["FSBP Config.1", "CKV2_AWS_48"],
)
def management_config_all_types(recorder: Resource) -> Verdict:
    """What a recorder leaves out can change without anybody knowing when and to what."""
    if recorder.text("recordingGroup.recordingStrategies[0].useOnly") == "EXCLUSION_BY_RESOURCE_TYPES":
        return PASS  # All but what somebody chose to leave out.
    return recorder.expect("recordingGroup.allSupported", value=True, absent=True)


@rule(
    on="aws:cfg/configurationAggregator:ConfigurationAggregator",
    severity=LOW,
    theme=Theme.LOGGING,
    same_as=["CKV_AWS_121"],
)
def management_config_all_regions(aggregator: Resource) -> Verdict:
    """An aggregator of some Regions shows nothing of what is built in the others."""
    sources = [
        name for name in ("accountAggregationSource", "organizationAggregationSource") if aggregator.has(name)
    ]
    return every(sources, lambda name: aggregator.expect(f"{name}.allRegions", value=True))


@rule(
    on="aws:guardduty/detector:Detector",
    severity=HIGH,
    theme=Theme.LOGGING,
    same_as=["FSBP GuardDuty.1", "CKV_AWS_238"],
)
def management_guardduty_enabled(detector: Resource) -> Verdict:
    """A detector that is suspended finds nothing and costs the belief that it would."""
    return detector.expect("enable", value=True, absent=True)


@rule(on="aws:macie2/account:Account", severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub Macie.1"])
def management_macie_enabled(account: Resource) -> Verdict:
    """While Macie is paused nobody finds personal data that came into a bucket by mistake."""
    return account.expect("status", "ENABLED", absent="ENABLED")


@rule(
    on="aws:cloudwatch/metricAlarm:MetricAlarm",
    severity=MEDIUM,
    theme=Theme.LOGGING,
    fix={"actionsEnabled": True},
    same_as=["SecurityHub CloudWatch.17", "CKV_AWS_319"],
)
def management_alarm_actions_on(alarm: Resource) -> Verdict:
    """An alarm whose actions are off turns red and tells nobody."""
    return alarm.expect("actionsEnabled", value=True, absent=True)


@rule(on="aws:acm/certificate:Certificate", severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_234"])
def management_certificate_transparency(certificate: Resource) -> Verdict:
    """Browsers refuse certificates that stand in no public log, and so nobody sees a forged one."""
    path = "options.certificateTransparencyLoggingPreference"
    return certificate.expect(path, "ENABLED", absent="ENABLED")


@rule(on="aws:acm/certificate:Certificate", severity=MEDIUM, theme=Theme.RESILIENCE)
def management_certificate_dns_validation(certificate: Resource) -> Verdict:
    """A certificate proven by mail is renewed only if somebody reads that mail in time; DNS renews by itself."""
    if (
        certificate.has("privateKey")
        or certificate.has("certificateBody")
        or certificate.has("certificateAuthorityArn")
    ):
        return PASS
    return certificate.expect_not("validationMethod", "EMAIL")


@rule(
    on="aws:acm/certificate:Certificate",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["FSBP ACM.2"],
)
def management_certificate_key_length(certificate: Resource) -> Verdict:
    """RSA keys below 2,048 bits can be broken."""
    return certificate.expect_not("keyAlgorithm", "RSA_1024")


@rule(
    on="aws:dlm/lifecyclePolicy:LifecyclePolicy",
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_253", "CKV_AWS_255"],
)
def management_dlm_copies_encrypted(policy: Resource) -> Verdict:
    """A copy of a snapshot is unencrypted in the other Region unless the rule says otherwise."""
    return every(copies(policy), lambda pair: pair[0].expect("encrypted", value=True))


def _airflow_log(environment: Resource, kind: str) -> Verdict:
    return environment.expect(f"loggingConfiguration.{kind}.enabled", value=True)


@rule(
    on=MWAA,
    severity=MEDIUM,
    theme=Theme.LOGGING,
    fix={
        "loggingConfiguration.schedulerLogs.enabled": True,
        "loggingConfiguration.workerLogs.enabled": True,
        "loggingConfiguration.webserverLogs.enabled": True,
    },
    same_as=["CKV_AWS_242", "CKV_AWS_243", "CKV_AWS_244"],
)
def management_mwaa_logs(environment: Resource) -> Verdict:
    """Who used Airflow's pages, what it scheduled and what its workers did stands only in its logs."""
    return every(
        ("schedulerLogs", "workerLogs", "webserverLogs"), lambda kind: _airflow_log(environment, kind)
    )


@rule(on=MWAA, severity=HIGH, theme=Theme.NETWORK, same_as=["CKV2_AWS_66"])
def management_mwaa_private(environment: Resource) -> Verdict:
    """Airflow's pages on the internet are one stolen session away from every job's credentials."""
    return environment.expect("webserverAccessMode", "PRIVATE_ONLY", absent="PRIVATE_ONLY")


@rule(
    on="aws:bedrock/agentAgent:AgentAgent",
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_383"],
)
def management_bedrock_guardrail(agent: Resource) -> Verdict:
    """Without a guardrail an agent repeats, and does, what a text that it reads tells it to."""
    return agent.expect_set(
        "guardrailConfigurations", "Add a guardrail (`aws.bedrock.Guardrail`) and its version."
    )


@rule(on="aws:cognito/userPool:UserPool", severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def management_cognito_mfa(pool: Resource) -> Verdict:
    """A stolen password is enough unless a second factor may at least be used."""
    return pool.expect_one_of("mfaConfiguration", ["ON", "OPTIONAL"], absent="OFF")


@rule(on="aws:cognito/userPool:UserPool", severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def management_cognito_password(pool: Resource, *, length: int = 12) -> Verdict:
    """Short passwords are guessed; Cognito's default takes eight characters."""
    if not pool.has("passwordPolicy"):
        return violation(
            "passwordPolicy", "is not set", f'Set `password_policy={{"minimum_length": {length}, ...}}`.'
        )

    def judge(policy: Part) -> Verdict:
        return policy.expect_at_least("minimumLength", length, absent=8)

    return every(pool.each("passwordPolicy"), judge)


@rule(
    on="aws:cognito/userPool:UserPool",
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": "ACTIVE"},
)
def management_cognito_protected(pool: Resource) -> Verdict:
    """A deleted pool takes all users with it; their passwords can't be brought back."""
    return pool.expect("deletionProtection", "ACTIVE", absent="INACTIVE")


CONFIG_RULE = "aws:cfg/rule:Rule"
REMEDIATION = "aws:cfg/remediationConfiguration:RemediationConfiguration"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"


@rule(on=CONFIG_RULE, severity=LOW, theme=Theme.LOGGING)
def management_config_rule_answered(config_rule: Resource, stack: Stack) -> Verdict:
    """A rule of one's own that nothing answers turns red in a list that nobody opens."""
    if config_rule.text("source.owner") not in ("CUSTOM_LAMBDA", "CUSTOM_POLICY"):
        return PASS  # AWS's own rules are shown by Security Hub.
    links = stack.referring(config_rule, REMEDIATION, "configRuleName")
    name = config_rule.text("name") if config_rule.known("name") else ""
    given = [item for item in stack.by_type(REMEDIATION) if item.known("configRuleName")]
    if links.sure or (name and any(item.text("configRuleName") == name for item in given)):
        return PASS
    events = stack.by_type(EVENT_RULE)
    if any(item.known("eventPattern") and '"aws.config"' in item.text("eventPattern") for item in events):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.configRuleName")
    for item in events:
        if not item.known("eventPattern"):
            return undecided(f"{item.name}.eventPattern")
    remedy = 'Add `aws.cfg.RemediationConfiguration`, or an `EventRule` on `"source": ["aws.config"]` that tells somebody.'
    return violation("source", "is a rule of one's own without remediation or notification", remedy)
