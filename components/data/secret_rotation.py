"""A password for a client that can't log in with IAM tokens: kept in a secret, changed every few days.

    Secrets Manager --four steps--> function --SQL over verified TLS--> database
         |  own key                  |  in a tier that may reach it
         |  alerts                   +--> the master's secret: who sets the password
         +--> clients that `grant_read` lets in

Follows sources/002 lines 1355-1506 (every 30 days; rotate at once to try it). Differences: no password stands in the
program or in its state, the first rotation, right after the deployment, makes the user with the first one; the function has
a role of its own, its rights are on this secret only; TLS is verified.

Prefer what needs none of this. Users log in with IAM tokens (`grant_connect`, `DatabaseUsers`): there is nothing to rotate.
The master's password is rotated by RDS itself (`AuroraCluster`, `RdsInstance`), so the master is refused here.

One user, one password: while it changes, a client may hold the old one for a moment, so clients read the secret again when
a login is refused. The user gets no rights here; an administrator grants them. In the embedded AWS there is no database
behind the endpoint: the rotation is recorded there, and the function's steps can't reach anything.
"""

from __future__ import annotations

import json
from typing import Annotated, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, InstanceOf, model_validator

from components.data.access import check_db_user
from components.data.aurora import AuroraCluster
from components.data.database_users import language_of, servers_of, stand_in
from components.data.rds_certificates import CA_FILE, bundle, create_layer
from components.data.rds_instance import RdsInstance
from components.data.secret_alerts import SecretAlerts, SecretAlertsArgs, SecretAlertsSettings
from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, policy_document
from components.foundation.retention import RetentionDays
from components.serverless import Function, FunctionAlarms, FunctionArgs, FunctionNetwork

SOURCE = "secret_rotation"
STEP_SECONDS = 60


class SecretRotationSettings(Args):
    """Whose password it is and how often it changes.

    `user`: the database user; made by the first rotation where there is none. `rotation_days` between two changes.
    `tier`: where the function stands (default: one that may reach the database and Secrets Manager). `ca_bundle`: a file
    of the authorities to trust, None for the project's. `recovery_days`: how long a deleted secret can be restored.
    `alerts`: who is told of its rotations and of its deletion; None tells nobody.
    """

    user: str
    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    tier: str | None = None
    ca_bundle: str | None = None
    recovery_days: Annotated[int, Field(ge=7, le=30)] = 30
    log_retention_days: RetentionDays = 365
    alarms: FunctionAlarms = FunctionAlarms()
    alerts: SecretAlertsSettings | None = SecretAlertsSettings()


class SecretRotationArgs(SecretRotationSettings):
    """The settings and the database; `place` as in `DatabaseUsersArgs`."""

    database: InstanceOf[AuroraCluster] | InstanceOf[RdsInstance]
    place: FunctionNetwork | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        database = self.database
        check_db_user(language_of(database), self.user, "user")
        if self.user == database.settings.master_username:
            problem = f"{self.user!r} is the master, whose password RDS rotates itself"
            raise ComponentError("user", problem, "name another user, or remove this")
        if (database.settings.network is None) == (self.place is None):
            remedy = "give it where the database stands on no network of this project, and only there"
            raise ComponentError("place", "the function stands in one place", remedy)
        return self


class SecretRotation(Component):
    """The secret of one database user, and the function that changes its password.

        rotation = SecretRotation("reports", SecretRotationArgs(database=database, user="reports_tool"))
        rotation.grant_read(role)

    Outputs: `secret_arn`, `key_arn`, `function_name`, `alerts_topic_arn`. Raises `ComponentError` before anything is
    created.
    """

    secret: aws.secretsmanager.Secret
    function: Function

    def __init__(
        self, name: str, args: SecretRotationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        database = args.database
        try:
            certificates = bundle(args.ca_bundle)
            place = args.place or stand_in(database.settings.network, args.tier, database)
            if not database.master_statements():
                problem = f"{database.name} has no master user of its own, who could set a password"
                raise ComponentError("database", problem, "create users where they are replicated from")
        except ComponentError as error:
            raise error.under(name) from None
        super().__init__(
            "groundplan:data:SecretRotation", name, args, opts, region=database.region, tags=args.tags
        )
        self._args = args
        self.encryption_key = self.key("secret", users=[key_ring.through("secretsmanager")])
        self.secret, first = self._create_secret()
        self.layer = create_layer(self, certificates)
        self.function = self._create_function(place)
        self.rotation = self._rotate(first)
        self.alerts = self._watch(args.alerts) if args.alerts else None
        self.outputs(
            {
                "secret_arn": self.secret.arn,
                "key_arn": self.encryption_key.arn,
                "function_name": self.function.function_name,
                "alerts_topic_arn": self.alerts.topic_arn if self.alerts else None,
            }
        )

    def grant_read(self, role: aws.iam.Role, *, purpose: str = "reader") -> aws.iam.RolePolicy:
        """Let a role read the secret; `purpose` tells several roles apart."""
        return aws.iam.RolePolicy(
            self.name_for("read-by", purpose),
            role=role.name,
            policy=policy_document(
                Statement(
                    "ReadPassword",
                    ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    [self.secret.arn],
                ),
                self._use_key("DecryptPassword", ["kms:Decrypt"]),
            ),
            opts=self.child(),
        )

    def _create_secret(self) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
        secret = aws.secretsmanager.Secret(
            self.name_for("secret"),
            description=f"Password of the database user {self._args.user}",
            kms_key_id=self.encryption_key.arn,
            recovery_window_in_days=self._args.recovery_days,
            region=self.region,
            tags=self.tags("secret"),
            opts=self.child(),
        )
        first = aws.secretsmanager.SecretVersion(
            self.name_for("secret"),
            secret_id=secret.id,
            # No password: the first rotation makes one. A rotation needs a version to start from.
            secret_string=json.dumps({"username": self._args.user}),
            region=self.region,
            opts=self.child(ignore_changes=["secretString"]),
        )
        return secret, first

    def _create_function(self, place: FunctionNetwork) -> Function:
        args, database = self._args, self._args.database
        home = database.settings.database_name
        return Function(
            self.name_for("function"),
            FunctionArgs(
                source=SOURCE,
                description=f"Changes the password of {args.user} in {database.name}",
                timeout_seconds=STEP_SECONDS,
                environment={
                    "DB_ENGINE": language_of(database),
                    "DB_HOST": database.endpoint,
                    "DB_PORT": str(database.port),
                    **({"DB_NAME": home} if home else {}),
                    "DB_USER": args.user,
                    "DB_CA_FILE": CA_FILE,
                    "DB_ADMIN_SECRET_ARN": pulumi.Output.from_input(database.secret_arn or ""),
                },
                network=place,
                layers=(self.layer.arn,),
                reserved_concurrency=1,
                log_retention_days=args.log_retention_days,
                alarms=args.alarms,
            ),
            [*database.master_statements(), *self._rights()],
            self.child(),
            region=self.region,
            tags=args.tags,
        )

    def _rights(self) -> list[Statement]:
        return [
            Statement(
                "RotateTheSecret",
                [
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                ],
                [self.secret.arn],
            ),
            # AWS takes no resource for it.
            Statement("MakePasswords", ["secretsmanager:GetRandomPassword"], ["*"]),
            self._use_key("UseItsKey", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ]

    def _use_key(self, sid: str, actions: list[str]) -> Statement:
        via = pulumi.Output.concat("secretsmanager.", self.site.region, ".", self.site.dns_suffix)
        return Statement(
            sid, actions, [self.encryption_key.arn], conditions={"StringEquals": {"kms:ViaService": via}}
        )

    def _watch(self, alerts: SecretAlertsSettings) -> SecretAlerts:
        args = SecretAlertsArgs(
            **dict(alerts), secret_arns=(self.secret.arn,), region=self.region, tags=self._args.tags
        )
        return SecretAlerts(self.name_for("alerts"), args, self.child())

    def _rotate(self, first: pulumi.Resource) -> aws.secretsmanager.SecretRotation:
        database = self._args.database
        network = database.settings.network
        permission = self.function.grant_invoke("secretsmanager", source_arn=self.secret.arn)
        return aws.secretsmanager.SecretRotation(
            self.name_for("secret"),
            secret_id=self.secret.id,
            rotation_lambda_arn=self.function.arn,
            rotation_rules={"automatically_after_days": self._args.rotation_days},
            region=self.region,
            # The first rotation starts at once: somebody must be there to take the password.
            opts=self.child(
                depends_on=[first, permission, *servers_of(database), *(network.ready if network else [])]
            ),
        )
