"""A Lambda function with what belongs to it, so that each has rights, logs and failures of its own.

    caller --(alias)--> function --JSON logs--> log group  -+
                         |   |                               +- encrypted with one key
                         |   +--failed events--> queue     --+
                         +--role: this log group, traces, this queue, and the statements given

Follows sources/002 lines 768-904 (start-up practice: tracing, warm copies, the saved queries) and the Lambda Developer
Guide. Differences from the document: logs are JSON, the environment is encrypted with a key of its own, an asynchronous
call that fails is kept, and copies that run at the same time are bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, assume_role_policy, policy_document
from components.foundation.names import AUTONAME_LENGTH
from components.serverless import rights
from components.serverless.artefact import Artefact, build_artefact
from components.serverless.function_alarms import create_alarms
from components.serverless.function_args import FunctionArgs, check_value
from components.serverless.insights import create_queries
from components.serverless.signing import Signer

MAX_FUNCTION_NAME = 64
MAX_STATEMENT_ID = 100
DEAD_LETTER_SECONDS = 14 * 24 * 3600
"""How long a failed event waits for somebody: as long as SQS keeps anything."""


def function_key_users(log_group: pulumi.Input[str]) -> list[key_ring.KeyUser]:
    """Who must be able to use a key that functions are given (`key_arn`); `log_group` may be a pattern."""
    return [key_ring.log_groups(log_group), key_ring.through("lambda"), key_ring.through("sqs")]


def log_group_name(component: str) -> str:
    """The name of the log group of a function component of this name (`*` for a pattern)."""
    return f"/{pulumi.get_project()}/{pulumi.get_stack()}/{component}/function"


class Function(Component):
    """A function, its role, log group, queue for failures, alarms; alias, warm copies and saved queries if asked for.

        function = Function("orders", FunctionArgs(source="orders", environment={"TABLE": table.name}),
                            statements=[Statement("Read", ["dynamodb:GetItem"], [table.arn])])
        function.grant_invoke("sns", source_arn=topic.arn)

    `signer`: have the code signed; Lambda then takes nothing else. `arn` is what callers call: the alias where there is
    one. Outputs: `arn`, `function_name`, `role_arn`, `log_group`, `failures_arn`. Raises `ComponentError` before
    anything is created.
    """

    function: aws.lambda_.Function
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup
    alias: aws.lambda_.Alias | None
    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    dead_letters: aws.sqs.Queue | None
    key_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: FunctionArgs,
        statements: Sequence[Statement] = (),
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: str | None = None,
        tags: dict[str, str] | None = None,
        signer: Signer | None = None,
    ) -> None:
        try:
            artefact = build_artefact(args.source, args.platform)
        except ComponentError as error:
            raise error.under(name) from None
        super().__init__("groundplan:serverless:Function", name, args, opts, region=region, tags=tags)
        self._args = args
        self.key_arn = self._key_arn()
        self.log_group = self._create_log_group()
        self.dead_letters = None if args.on_failure_arn is not None else self._create_queue()
        self.failures_arn = (
            self.dead_letters.arn
            if self.dead_letters
            else pulumi.Output.from_input(args.on_failure_arn or "")
        )
        self.role = self._create_role()
        ready = [self._grant_own_rights(), *([self.grant("work", *statements)] if statements else [])]
        self.function = self._create_function(artefact, signer, ready)
        self.function_name = self.function.name
        self.alias = self._create_alias()
        self.arn = self.alias.arn if self.alias else self.function.arn
        self.invoke_arn = self.alias.invoke_arn if self.alias else self.function.invoke_arn
        self._keep_failures()
        self.alarms = create_alarms(self, args.alarms, self.function_name) if args.alarms else []
        self.queries = create_queries(self, self.log_group.name) if args.saved_queries else []
        self.outputs(
            {
                "arn": self.arn,
                "function_name": self.function_name,
                "role_arn": self.role.arn,
                "log_group": self.log_group.name,
                "failures_arn": self.failures_arn,
            }
        )

    def grant(self, purpose: str, *statements: Statement) -> aws.iam.RolePolicy:
        """Let the function do more; one inline policy for each `purpose`."""
        return aws.iam.RolePolicy(
            self.name_for(purpose),
            role=self.role.name,
            policy=policy_document(*statements),
            opts=self.child(),
        )

    def grant_invoke(
        self,
        caller: aws.iam.Role | str,
        *,
        purpose: str = "",
        source_arn: pulumi.Input[str] | None = None,
        source_account: pulumi.Input[str] | None = None,
    ) -> aws.lambda_.Permission | aws.iam.RolePolicy:
        """Let a role, or an AWS service (`sns`, `events`, `secretsmanager`), call the function.

        A service calls for all its customers, so it needs `source_arn` or `source_account`: whose call is meant.
        `purpose` tells several callers of one kind apart. Raises `ComponentError` for a service without a source.
        """
        if isinstance(caller, aws.iam.Role):
            return aws.iam.RolePolicy(
                self.name_for("invoked-by", purpose or "role"),
                role=caller.name,
                policy=policy_document(self.invoke_statement()),
                opts=self.child(),
            )
        if source_arn is None and source_account is None:
            problem = f"{caller} calls for everybody who asks it to"
            raise ComponentError(f"{self.name}.grant_invoke", problem, "give source_arn or source_account")
        return aws.lambda_.Permission(
            self.name_for("invoked-by", purpose or caller, limit=MAX_STATEMENT_ID - AUTONAME_LENGTH),
            action="lambda:InvokeFunction",
            function=self.function.name,
            qualifier=self.alias.name if self.alias else None,
            principal=self.site.service_principal(caller),
            source_arn=source_arn,
            source_account=source_account,
            region=self.region,
            opts=self.child(),
        )

    def invoke_statement(self, sid: str = "Invoke") -> Statement:
        """The statement that lets a role call this function."""
        return Statement(sid, actions=["lambda:InvokeFunction"], resources=[self.arn])

    # -- the parts

    def _key_arn(self) -> pulumi.Output[str]:
        if self._args.key_arn is not None:
            return pulumi.Output.from_input(self._args.key_arn)
        return self.key("function", users=function_key_users(log_group_name(self.name))).arn

    def _create_log_group(self) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            self.name_for("logs"),
            name=log_group_name(self.name),
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self.key_arn,
            region=self.region,
            tags=self.tags("logs"),
            opts=self.child(),
        )

    def _create_queue(self) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            self.name_for("failures"),
            kms_master_key_id=self.key_arn,
            message_retention_seconds=DEAD_LETTER_SECONDS,
            receive_wait_time_seconds=20,
            region=self.region,
            tags=self.tags("failures"),
            opts=self.child(),
        )

    def _create_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            self.name_for(),
            description=f"Runs the function {self.name}",
            assume_role_policy=assume_role_policy(self.site, service="lambda"),
            permissions_boundary=self._args.permissions_boundary,
            tags=self.tags(),
            opts=self.child(),
        )

    def _grant_own_rights(self) -> aws.iam.RolePolicy:
        network = rights.network_interfaces(self.site, f"{self._short_name}-*") if self._args.network else []
        statements = [*rights.logs_and_traces(self.log_group.arn), *network, *self._key_statements()]

        def document(deliver: Statement) -> pulumi.Output[str]:
            return policy_document(*statements, deliver)

        policy: pulumi.Output[str] = rights.deliver_failures(self.failures_arn).apply(document)
        return aws.iam.RolePolicy(self.name_for("own"), role=self.role.name, policy=policy, opts=self.child())

    def _key_statements(self) -> list[Statement]:
        if self._args.on_failure_arn is None:
            return [rights.use_key(self.site, self.key_arn, ["lambda", "sqs"])]
        own = rights.use_key(self.site, self.key_arn, ["lambda"])
        if self._args.on_failure_key_arn is None:
            return [own]
        services = ["sqs", "sns", "events"]
        return [own, rights.use_key(self.site, self._args.on_failure_key_arn, services, "UseKeyOfFailures")]

    @property
    def _short_name(self) -> str:
        return self.name_for(limit=MAX_FUNCTION_NAME - AUTONAME_LENGTH)

    def _create_function(
        self, artefact: Artefact, signer: Signer | None, ready: Sequence[pulumi.Resource]
    ) -> aws.lambda_.Function:
        args = self._args
        signed = signer.sign(self, artefact) if signer else None
        config_arn = args.code_signing_config_arn
        if config_arn is None and signer is not None:
            config_arn = signer.config_arn
        return aws.lambda_.Function(
            self._short_name,
            description=args.description,
            code=None if signed else artefact.code,
            s3_bucket=signed.bucket if signed else None,
            s3_key=signed.key if signed else None,
            source_code_hash=artefact.digest,
            handler=args.handler,
            runtime=args.runtime,
            architectures=[args.architecture],
            role=self.role.arn,
            memory_size=args.memory_mb,
            timeout=args.timeout_seconds,
            ephemeral_storage={"size": args.ephemeral_storage_mb},
            environment={"variables": self._environment()} if args.environment else None,
            kms_key_arn=self.key_arn,
            layers=list(args.layers) or None,
            vpc_config=self._vpc_config(),
            reserved_concurrent_executions=(
                -1 if args.reserved_concurrency is None else args.reserved_concurrency
            ),
            publish=args.alias_name is not None,
            tracing_config={"mode": "Active"},
            logging_config={
                "log_format": "JSON",
                "log_group": self.log_group.name,
                "application_log_level": args.log_level,
                # The queries on cold starts read reports, which are of this level.
                "system_log_level": "INFO",
            },
            code_signing_config_arn=config_arn,
            region=self.region,
            tags=self.tags(),
            # Lambda tries the role's rights when the function is made.
            opts=self.child(depends_on=list(ready)),
        )

    def _environment(self) -> dict[str, pulumi.Input[str]]:
        return {name: _checked(self.name, name, value) for name, value in self._args.environment.items()}

    def _vpc_config(self) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
        network = self._args.network
        if network is None:
            return None
        ids = network.subnet_ids
        return {
            "subnet_ids": ids if isinstance(ids, pulumi.Output) else list(ids),
            "security_group_ids": list(network.security_group_ids),
        }

    def _create_alias(self) -> aws.lambda_.Alias | None:
        name = self._args.alias_name
        if name is None:
            return None
        alias = aws.lambda_.Alias(
            self.name_for("alias"),
            name=name,
            description=f"What callers of {self.name} call",
            function_name=self.function.name,
            function_version=self.function.version,
            region=self.region,
            opts=self.child(),
        )
        if self._args.provisioned_concurrency:
            aws.lambda_.ProvisionedConcurrencyConfig(
                self.name_for("warm"),
                function_name=self.function.name,
                qualifier=alias.name,
                provisioned_concurrent_executions=self._args.provisioned_concurrency,
                region=self.region,
                opts=self.child(),
            )
        return alias

    def _keep_failures(self) -> aws.lambda_.FunctionEventInvokeConfig:
        return aws.lambda_.FunctionEventInvokeConfig(
            self.name_for("failures"),
            function_name=self.function.name,
            qualifier=self.alias.name if self.alias else None,
            maximum_retry_attempts=self._args.retries,
            maximum_event_age_in_seconds=self._args.max_event_age_seconds,
            destination_config={"on_failure": {"destination": self.failures_arn}},
            region=self.region,
            opts=self.child(),
        )


def _checked(component: str, name: str, value: pulumi.Input[str]) -> pulumi.Input[str]:
    """The value, checked once it is known where it is an output."""
    if not isinstance(value, pulumi.Output):
        return value

    def check(known: str) -> str:
        try:
            return check_value(name, known)
        except ComponentError as error:
            # Not the ComponentError itself: the SDK would wrap a ValueError into one message a resource.
            raise pulumi.RunError(str(error.under(component))) from None

    return value.apply(check)
