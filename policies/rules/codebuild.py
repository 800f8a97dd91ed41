"""Rules on CodeBuild projects and report groups.

Follows `sources/001...` lines 2539-2600: builds in a VPC where needed, logs to S3 and CloudWatch, artifacts encrypted.
"""

from __future__ import annotations

import re

from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key
from policies.rules.access_keys import is_key_variable

PROJECT = "aws:codebuild/project:Project"
_SECRET_NAME = re.compile(r"(secret|passw|token|api_?key|access_?key|private_?key|credential)", re.IGNORECASE)
_CREDENTIALS_IN_URL = re.compile(r"^https?://[^/@\s]+@")


def _artifacts(project: Resource) -> list[Part]:
    return [*project.each("artifacts"), *project.each("secondaryArtifacts")]


@rule(on=PROJECT, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_78"])
def codebuild_artifacts_encrypted(project: Resource) -> Verdict:
    """Artifacts are encrypted unless the project switches it off; they are what is deployed next."""
    kept = [part for part in _artifacts(project) if part.text("type") != "NO_ARTIFACTS"]
    return every(kept, lambda part: part.expect_not("encryptionDisabled", value=True))


@rule(on=PROJECT, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_147"])
def codebuild_customer_key(project: Resource) -> Verdict:
    """AWS's own key for S3 can't be given to the account that deploys the artifacts."""
    return customer_key(project, "encryptionKey")


@rule(
    on=PROJECT,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub CodeBuild.3", "CKV_AWS_311"],
)
def codebuild_s3_logs_encrypted(project: Resource) -> Verdict:
    """Build logs hold names, paths and now and then a secret that a script printed."""
    return project.expect_not("logsConfig.s3Logs.encryptionDisabled", value=True)


@rule(on=PROJECT, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub CodeBuild.4", "CKV_AWS_314"])
def codebuild_logs(project: Resource) -> Verdict:
    """A build that logs nowhere can't be explained when it goes wrong."""
    off_in_cloudwatch = project.text("logsConfig.cloudwatchLogs.status", "ENABLED") == "DISABLED"
    if off_in_cloudwatch and project.text("logsConfig.s3Logs.status", "DISABLED") != "ENABLED":
        return violation("logsConfig", "switches all logs off", "Enable `cloudwatch_logs` or `s3_logs`.")
    return PASS


@rule(
    on=PROJECT, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub CodeBuild.5", "CKV_AWS_316"]
)
def codebuild_not_privileged(project: Resource) -> Verdict:
    """Privileged mode gives the build the host's devices; only builds of container images need it."""
    return project.expect_not("environment.privilegedMode", value=True)


@rule(on=PROJECT, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub CodeBuild.2"])
def codebuild_no_plain_secrets(project: Resource) -> Verdict:
    """A plain variable shows its value to everybody who may look at the project."""

    def judge(variable: Part) -> Verdict:
        plain = variable.text("type", "PLAINTEXT") == "PLAINTEXT"
        name = variable.text("name")
        if not plain or not _SECRET_NAME.search(name):
            return PASS
        if is_key_variable(name, variable.get("value") if variable.known("value") else None):
            return PASS  # `access-keys-not-in-codebuild`'s matter.
        remedy = (
            'Set `"type": "SECRETS_MANAGER"` or `"PARAMETER_STORE"`, and the secret\'s name as the value.'
        )
        return violation(variable.at("type"), "keeps a secret in plain text", remedy)

    return every(project.each("environment.environmentVariables"), judge)


@rule(on=PROJECT, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub CodeBuild.1"])
def codebuild_source_without_credentials(project: Resource) -> Verdict:
    """Credentials in the repository's address are shown with it."""

    def judge(source: Part) -> Verdict:
        if not source.known("location") or not _CREDENTIALS_IN_URL.match(source.text("location")):
            return PASS
        return violation(
            source.at("location"), "holds credentials", "Use a connection (`aws.codeconnections.Connection`)."
        )

    return every([*project.each("source"), *project.each("secondarySources")], judge)


@rule(on=PROJECT, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def codebuild_source_tls_checked(project: Resource) -> Verdict:
    """Without a check of the certificate anybody on the way can hand the build another source."""
    sources = [*project.each("source"), *project.each("secondarySources")]
    return every(sources, lambda source: source.expect_not("insecureSsl", value=True))


@rule(on=PROJECT, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def codebuild_private(project: Resource) -> Verdict:
    """A public project shows its builds, logs and artifacts to the internet."""
    return project.expect_not("projectVisibility", "PUBLIC_READ")


@rule(
    on="aws:codebuild/reportGroup:ReportGroup",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub CodeBuild.7"],
)
def codebuild_reports_encrypted(group: Resource) -> Verdict:
    """Exported reports are encrypted unless the group switches it off."""
    return group.expect_not("exportConfig.s3Destination.encryptionDisabled", value=True)
