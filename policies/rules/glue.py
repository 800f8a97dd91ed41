"""Rules on Glue: jobs, crawlers, connections, security configurations and the data catalogue."""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Unknown
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation
from policies.rules._stores import any_public, customer_key, is_on, version

JOB = "aws:glue/job:Job"
CONNECTION = "aws:glue/connection:Connection"
SECURITY = "aws:glue/securityConfiguration:SecurityConfiguration"
CATALOG = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings"
TABLE = "aws:glue/catalogTable:CatalogTable"

_SECRET_WORDS = ("password", "passwd", "pwd", "secret", "token", "apikey", "api_key", "api-key", "credential")
# Names of arguments that point to a secret, or say that there is one, without holding it.
_POINTER_ENDS = (
    "_arn",
    "-arn",
    "_id",
    "-id",
    "_name",
    "-name",
    "_path",
    "-path",
    "arn",
    "secretid",
    "secretname",
)


@rule(
    on=(JOB, "aws:glue/crawler:Crawler", "aws:glue/devEndpoint:DevEndpoint"),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_195"],
)
def glue_security_configuration_used(worker: Resource) -> Verdict:
    """Without a security configuration results, logs and bookmarks are written as each bucket and group likes."""
    remedy = "Set `security_configuration` to the name of an `aws.glue.SecurityConfiguration`."
    return worker.expect_set("securityConfiguration", remedy)


@rule(on=SECURITY, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_99"])
def glue_security_configuration_complete(configuration: Resource) -> Verdict:
    """Results, logs and bookmarks each have a setting of their own; one that is off writes in the clear."""
    part = configuration.part("encryptionConfiguration")
    return (
        part.expect("cloudwatchEncryption.cloudwatchEncryptionMode", "SSE-KMS")
        & part.expect("jobBookmarksEncryption.jobBookmarksEncryptionMode", "CSE-KMS")
        & part.expect("s3Encryption.s3EncryptionMode", "SSE-KMS")
    )


@rule(on=CATALOG, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_94"])
def glue_catalog_encrypted(settings: Resource) -> Verdict:
    """The catalogue tells what data there is and holds the passwords of connections."""
    part = settings.part("dataCatalogEncryptionSettings")
    rest = part.expect_one_of(
        "encryptionAtRest.catalogEncryptionMode", ("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE")
    )
    passwords = part.expect("connectionPasswordEncryption.returnConnectionPasswordEncrypted", value=True)
    return rest & passwords & customer_key(part, "connectionPasswordEncryption.awsKmsKeyId")


@rule(on="aws:glue/resourcePolicy:ResourcePolicy", severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def glue_policy_not_public(policy: Resource) -> Verdict:
    """A policy that allows everybody opens the catalogue to every account."""
    return any_public(policy, "policy", "Name the accounts, or add a condition on `aws:PrincipalOrgID`.")


@rule(on=JOB, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def glue_job_no_passwords(job: Resource) -> Verdict:
    """A job's arguments can be read by everyone who may look at the job, and stand in its runs for ever."""
    return _no_secrets(job, "defaultArguments") & _no_secrets(job, "nonOverridableArguments")


def _no_secrets(job: Resource, path: str) -> Verdict:
    arguments = job.get(path)
    if not isinstance(arguments, dict):
        return PASS
    total = PASS
    for name, value in arguments.items():
        if not _secret_name(name) or value in (None, ""):
            continue
        if isinstance(value, Unknown):
            raise NotKnownError(f"{path}.{name}")
        if not isinstance(value, str) or not value.startswith("arn:"):
            remedy = "Pass the secret's ARN and let the script read it."
            total &= violation(path, "holds an argument that looks like a password", remedy)
    return total


def _secret_name(name: str) -> bool:
    low = name.lower()
    return any(word in low for word in _SECRET_WORDS) and not low.endswith(_POINTER_ENDS)


@rule(on=CONNECTION, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def glue_connection_no_password(connection: Resource) -> Verdict:
    """A connection with `PASSWORD` keeps it where everyone who may read connections sees it; `SECRET_ID` does not."""
    properties = connection.part("connectionProperties")
    if not properties.has("PASSWORD"):
        return PASS
    remedy = 'Replace `USERNAME` and `PASSWORD` by `"SECRET_ID": secret.name`.'
    return violation("connectionProperties.PASSWORD", "is set", remedy)


@rule(on=CONNECTION, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def glue_connection_tls(connection: Resource) -> Verdict:
    """Without TLS whole tables go through the network in the clear, and the password before them."""
    if connection.text("connectionType", absent="JDBC") not in ("JDBC", "KAFKA"):
        return PASS
    properties = connection.part("connectionProperties")
    if connection.text("connectionType") == "KAFKA":
        name, wanted = "KAFKA_SSL_ENABLED", not properties.has("KAFKA_SSL_ENABLED")
    else:
        name, wanted = "JDBC_ENFORCE_SSL", False
    if wanted or is_on(properties.get(name)):
        return PASS  # Kafka connections use TLS unless it is switched off.
    return violation(f"connectionProperties.{name}", "is not true", f'Set `"{name}": "true"`.')


@rule(on=JOB, severity=LOW, theme=Theme.RESILIENCE)
def glue_job_bookmark(job: Resource) -> Verdict:
    """Without a bookmark every run reads everything again and writes rows twice."""
    if job.text("command.name", absent="glueetl") != "glueetl":
        return PASS  # Python shell and streaming jobs have no bookmarks.
    found = job.part("defaultArguments").text("--job-bookmark-option")
    if found == "job-bookmark-enable":
        return PASS
    remedy = 'Set `default_arguments={"--job-bookmark-option": "job-bookmark-enable"}`.'
    return violation("defaultArguments.--job-bookmark-option", "does not switch the bookmark on", remedy)


@rule(on=JOB, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub Glue.4"])
def glue_job_current_version(job: Resource) -> Verdict:
    """Glue 0.9 to 2.0 run versions of Spark and Python that get no security fixes any more."""
    if job.text("command.name", absent="glueetl") == "pythonshell":
        return PASS
    numbers = version(job.text("glueVersion"))
    if numbers >= (3,):
        return PASS
    what = "is not set, so Glue may take an old one" if not numbers else "is too old"
    return violation("glueVersion", what, 'Set `glue_version="5.0"`.')


@rule(on="aws:glue/workflow:Workflow", severity=LOW, theme=Theme.RESILIENCE)
def glue_workflow_bounded(workflow: Resource) -> Verdict:
    """Runs of one workflow at the same time write over each other unless their number is bounded."""
    return workflow.expect_set(
        "maxConcurrentRuns", "Set `max_concurrent_runs=1`, or as many as may run together."
    )


@rule(on=TABLE, severity=LOW, theme=Theme.RESILIENCE)
def glue_table_trail_partitioned(table: Resource) -> Verdict:
    """A table over CloudTrail's logs that is not partitioned makes every question read all logs."""
    if "cloudtrail" not in table.text("storageDescriptor.location").lower():
        return PASS
    if table.each("partitionKeys") or _projected(table):
        return PASS
    remedy = "Set `partition_keys`, and partition projection in `parameters`."
    return violation("partitionKeys", "is empty", remedy)


def _projected(table: Part) -> bool:
    parameters = table.get("parameters")
    return isinstance(parameters, dict) and is_on(parameters.get("projection.enabled"))
