"""Rules on a Lambda function's configuration and on how its failures are caught.

Lambda Developer Guide: "Lambda runtimes" (deprecation), "Configuring reserved concurrency", "Capturing records of
Lambda asynchronous invocations". Whether a queue's messages outlive the function is judged in `lambda_trigger`.
"""

from __future__ import annotations

import re

from policies.pack.graph import Stack
from policies.pack.iam.arns import account_of
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Asset, Unknown, Value
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules._subnets import private_subnets
from policies.rules.access_keys import is_key_variable

FUNCTION = "aws:lambda/function:Function"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
SIGNING = "aws:lambda/codeSigningConfig:CodeSigningConfig"

# Lambda Developer Guide, "Lambda runtimes", table "Deprecated runtimes", and what that guide has dated up to this day.
DEPRECATED_AS_OF = "2026-11-21"
DEPRECATED = frozenset(
    {
        "dotnet5.0", "dotnet6", "dotnet7", "dotnet8", "dotnet9", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1",
        "dotnetcore3.1", "go1.x", "java8", "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10",
        "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "provided",
        "provided.al2", "python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "ruby2.5",
        "ruby2.7", "ruby3.2",
    }
)  # fmt: skip
# Stores that only what is in their VPC can reach.
_IN_A_VPC = frozenset(
    {
        "aws:docdb/cluster:Cluster",
        "aws:elasticache/cluster:Cluster",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:elasticache/serverlessCache:ServerlessCache",
        "aws:memorydb/cluster:Cluster",
        "aws:msk/cluster:Cluster",
        "aws:neptune/cluster:Cluster",
        "aws:rds/cluster:Cluster",
        "aws:rds/clusterInstance:ClusterInstance",
        "aws:rds/instance:Instance",
        "aws:rds/proxy:Proxy",
        "aws:redshift/cluster:Cluster",
    }
)
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY", re.IGNORECASE)
# A name that ends so says where the secret is, not what it is.
_REFERENCE = re.compile(r"_(?:ARN|NAME|ID|PATH|URL|URI)$", re.IGNORECASE)


@rule(
    on=FUNCTION,
    severity=LOW,
    theme=Theme.LOGGING,
    fix={"tracingConfig.mode": "Active"},
    same_as=["CKV_AWS_50", "SecurityHub Lambda.7"],
)
def lambda_function_traced(function: Resource) -> Verdict:
    """A trace shows which call of which service made a request slow or fail."""
    return function.expect("tracingConfig.mode", "Active")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_115"])
def lambda_function_concurrency_reserved(function: Resource) -> Verdict:
    """Without a limit of its own one busy function takes the concurrency of all others in the account."""
    limit = function.number("reservedConcurrentExecutions")
    if limit is not None and limit >= 0:
        return PASS
    remedy = "Set `reserved_concurrent_executions` to what the function and its database can bear."
    return violation("reservedConcurrentExecutions", "is not set", remedy)


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_117", "SecurityHub Lambda.3"])
def lambda_function_in_vpc(function: Resource, stack: Stack, *, everywhere: bool = False) -> Verdict:
    """A function outside the VPC does not reach the databases in it, unless they were opened to the internet.

    Functions that are told of no database stay outside: AWS's advice is a VPC for those that need one. With
    `everywhere` all are asked to be inside, as the controls are that this rule equals.
    """
    if not everywhere and not _told_of_a_store(function, stack):
        return PASS
    remedy = 'Set `vpc_config={"subnet_ids": ..., "security_group_ids": ...}`.'
    return function.expect_set("vpcConfig.subnetIds", remedy)


def _told_of_a_store(function: Resource, stack: Stack) -> bool:
    """Whether the function's environment is made from a data store that stands in a VPC."""
    urns = function.place.property_dependencies.get("environment", ())
    sources = [found for urn in urns if (found := stack.by_urn(urn))]
    return any(source.type in _IN_A_VPC for source in sources)


@rule(on=FUNCTION, severity=HIGH, theme=Theme.NETWORK)
def lambda_function_security_group(function: Resource) -> Verdict:
    """A function in a VPC without a group of its own can't be told from others by the database's group."""
    if not function.has("vpcConfig") or not function.each("vpcConfig.subnetIds"):
        return PASS
    remedy = 'Name a group in `vpc_config={"security_group_ids": [...]}`.'
    return function.expect_set("vpcConfig.securityGroupIds", remedy)


@rule(on=FUNCTION, severity=HIGH, theme=Theme.NETWORK)
def lambda_function_private_subnets(function: Resource, stack: Stack) -> Verdict:
    """A function in a public subnet gets no public address, so it reaches neither the internet nor AWS."""
    return private_subnets(function, stack, "vpcConfig.subnetIds")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_173"])
def lambda_function_environment_customer_key(function: Resource) -> Verdict:
    """Environment variables under a key of one's own can be read only by those the key's policy names."""
    if not function.known("environment.variables") or function.get("environment.variables"):
        return function.expect_set("kmsKeyArn", "Set `kms_key_arn` to a customer managed key.")
    return PASS


@rule(on=FUNCTION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lambda_function_no_secret_in_environment(function: Resource) -> Verdict:
    """Whoever may read a function's configuration reads the passwords among its environment variables."""
    variables = function.get("environment.variables")
    entries = variables.items() if isinstance(variables, dict) else ()
    found = every(entries, lambda entry: _no_secret(*entry))
    return Verdict(found.findings[:1], found.unknown[:1])


def _no_secret(name: str, value: Value) -> Verdict:
    if value in (None, "") or not _SECRET_NAME.search(name) or _REFERENCE.search(name):
        return PASS
    if is_key_variable(name, value) or (isinstance(value, str) and value.startswith("arn:")):
        return PASS  # An access key is `access-keys-not-in-lambda`'s matter.
    if isinstance(value, Unknown):
        return undecided("environment.variables")
    remedy = "Put the secret into Secrets Manager, name its ARN here and read it in the function."
    return violation("environment.variables", "seems to hold a secret", remedy)


@rule(on=FUNCTION, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_272"])
def lambda_function_code_signed(function: Resource, stack: Stack, *, everywhere: bool = False) -> Verdict:
    """Code signing keeps out what the build did not sign, if no function beside the signed ones is left open.

    It needs a signing profile and a build that signs, so a stack without any is let be. `everywhere` asks for it.
    """
    if function.text("packageType") == "Image":
        return PASS  # Lambda signs zip packages only.
    signs = everywhere or stack.by_type(SIGNING) or stack.by_type("aws:signer/signingProfile:SigningProfile")
    if not signs:
        return PASS
    return function.expect_set("codeSigningConfigArn", "Set `code_signing_config_arn`.")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_363", "SecurityHub Lambda.2"])
def lambda_function_runtime_supported(function: Resource) -> Verdict:
    """A deprecated runtime gets no security patches, and later no updates of the function either."""
    if function.text("runtime") not in DEPRECATED:
        return PASS
    return violation("runtime", "is deprecated", "Choose a runtime that AWS still supports.")


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_timeout_given(function: Resource) -> Verdict:
    """The timeout that Lambda takes by itself is three seconds, which a cold start can use up."""
    return _chosen(function, "timeout", "Set `timeout` (seconds, at most 900).")


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_memory_given(function: Resource) -> Verdict:
    """Memory also decides how much processor a function gets; Lambda's 128 MB are the slowest there is."""
    return _chosen(function, "memorySize", "Set `memory_size` (MB, 128 to 10,240).")


def _chosen(function: Resource, name: str, remedy: str) -> Verdict:
    """Pass when the program gives the property; the provider fills in Lambda's own default where it does not."""
    if function.defaulted(name):
        return violation(name, "is not set", remedy)
    return function.expect_set(name, remedy)


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_concurrency_not_zero(function: Resource) -> Verdict:
    """A reserved concurrency of 0 is the emergency stop: the function takes no event until it is raised again."""
    return function.expect_not("reservedConcurrentExecutions", 0)


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_no_inline_code(function: Resource) -> Verdict:
    """Code in a text of the program has no tests, no lint and no types; in a file it has them all."""
    code = function.get("code")
    if not isinstance(code, Asset) or not _holds_text(code):
        return PASS
    return violation("code", "holds source code as text", "Put it into a file: `pulumi.FileArchive(...)`.")


def _holds_text(asset: Asset) -> bool:
    inner = asset.fields.get("assets")
    parts = inner.values() if isinstance(inner, dict) else ()
    return isinstance(asset.fields.get("text"), str) or any(
        isinstance(part, Asset) and _holds_text(part) for part in parts
    )


@rule(on=FUNCTION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_code_version(function: Resource) -> Verdict:
    """Pulumi sees new code in S3 only by its object version or hash; without one it deploys nothing."""
    if not function.known("s3Bucket") or function.has("s3Bucket"):
        given = ("s3ObjectVersion", "sourceCodeHash", "s3Key")
        hashed = [path for path in given[:2] if not function.known(path) or function.has(path)]
        if not hashed:
            return violation(
                "s3ObjectVersion", "is not set", "Set `s3_object_version` or `source_code_hash`."
            )
    return PASS


@rule(on=FUNCTION, severity=LOW, theme=Theme.LOGGING)
def lambda_function_structured_logs(function: Resource) -> Verdict:
    """Logs in JSON can be filtered by level and searched by field."""
    return function.expect("loggingConfig.logFormat", "JSON")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_116"])
def lambda_function_failures_kept(function: Resource, stack: Stack) -> Verdict:
    """An event that fails three times is thrown away unless a destination or dead-letter queue takes it."""
    if not function.known("deadLetterConfig.targetArn") or function.has("deadLetterConfig.targetArn"):
        return PASS
    links = stack.referring(function, INVOKE_CONFIG, "functionName")
    for config in links.sure:
        path = "destinationConfig.onFailure.destination"
        if not config.known(path) or config.has(path):
            return PASS
    if stack.referring(function, "aws:lambda/eventSourceMapping:EventSourceMapping", "functionName").sure:
        return PASS  # Called by a poller: the source's own failure settings count.
    if links.possible:
        return undecided(f"{links.possible[0].name}.functionName")
    remedy = "Add `aws.lambda_.FunctionEventInvokeConfig` with an `on_failure` destination."
    return violation("deadLetterConfig", "is not set, nor is a destination for failures", remedy)


@rule(on=FUNCTION, severity=LOW, theme=Theme.LOGGING)
def lambda_function_log_group(function: Resource, stack: Stack) -> Verdict:
    """A log group that Lambda makes by itself keeps logs for ever, unencrypted by your key, and outlives the function."""
    given = function.given
    if not given.known("loggingConfig.logGroup") or given.has("loggingConfig.logGroup"):
        return PASS
    if stack.referring(function, GROUP, "name").sure:
        return PASS
    name = function.text("name") if function.known("name") else ""
    names, all_known = stack.once(_log_groups)
    if f"/aws/lambda/{name}" in names:
        return PASS
    if not name and not all_known:
        return undecided("name")
    remedy = (
        'Make an `aws.cloudwatch.LogGroup` and name it in `logging_config={"log_group": group.name, ...}`.'
    )
    return violation("loggingConfig.logGroup", "is not set, and no log group is the function's", remedy)


def _log_groups(stack: Stack) -> tuple[frozenset[str], bool]:
    """The names of the stack's log groups, and whether all of them are known."""
    groups = stack.by_type(GROUP)
    known = [group.text("name") for group in groups if group.known("name")]
    return frozenset(known), len(known) == len(groups)


@rule(on="aws:lambda/alias:Alias", severity=LOW, theme=Theme.RESILIENCE)
def lambda_function_alias_of_version(alias: Resource) -> Verdict:
    """An alias of `$LATEST` changes under its callers, and there is nothing to roll back to."""
    return alias.expect_not("functionVersion", "$LATEST")


@rule(on=SIGNING, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lambda_function_signing_enforced(config: Resource) -> Verdict:
    """A code signing configuration that only warns lets unsigned code in."""
    return config.expect("policies.untrustedArtifactOnDeployment", "Enforce", absent="Warn")


@rule(on=SIGNING, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lambda_function_signing_publishers(
    config: Resource, stack: Stack, *, publishers: tuple[str, ...] = ()
) -> Verdict:
    """Whoever owns a signing profile decides which code runs: it is ours, or of an account that `publishers` names."""
    del stack  # Judged over the stack, because the own account is known from the ARN after `up` only.

    def judge(profile: Part) -> Verdict:
        if isinstance(profile.value, Unknown) or not isinstance(profile.value, str):
            return PASS  # Computed, so a profile of this program.
        account = account_of(profile.value)
        if not account or account in publishers:
            return PASS
        own = account_of(config.text("arn"))
        if not own:
            return undecided("arn")
        if account == own:
            return PASS
        remedy = "Sign with a profile of your own, or name its account in the option `publishers`."
        return violation(profile.path, "is a profile of another account", remedy)

    return every(config.each("allowedPublishers.signingProfileVersionArns"), judge)
