"""The master user's password where RDS does not keep it itself: a secret of our own, rotated by a function.

    Secrets Manager --every N days--> function --ModifyDBInstance, ModifyDBCluster--> database
         |  (own key, copies in other Regions)      sets the new password, waits until it holds, then makes it current

RDS refuses to manage the password of an instance with read replicas and of clusters of a global database
("Limitations for Secrets Manager integration", RDS and Aurora User Guides). AWS's own rotation functions log in to the
database; this one asks RDS to change the password, so it needs no driver, no network of its own, and finds the writer of
a global database after a switch-over. The right to modify the database is the price: IAM knows no smaller one.

The first password is made by the program and lives, encrypted, in the stack's state until the first rotation, which
happens right after the deployment. Later programs make another one, which is ignored.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement
from components.serverless import Function, FunctionArgs

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.foundation.partition import Site

PASSWORD_BYTES = 24
"""Gives 32 characters of letters, digits, `-` and `_`: RDS takes 41 at most for MySQL, and no `/`, `@` or `"`."""

ROTATION_SECONDS = 600


@dataclass(frozen=True)
class Target:
    """Whose password it is: one `instance`, or the writer of a `global` database, by its identifier."""

    kind: Literal["instance", "global"]
    identifier: str


@dataclass(frozen=True)
class MasterSecret:
    """The secret, and the password as the database's first one."""

    secret: aws.secretsmanager.Secret
    password: pulumi.Output[str]

    @property
    def arn(self) -> pulumi.Output[str]:
        """The secret's ARN."""
        return self.secret.arn


def read_statements(site: Site, secret_arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> list[Statement]:
    """What somebody needs to read a secret, and to decrypt it through Secrets Manager only."""
    via = pulumi.Output.concat("secretsmanager.", site.region, ".", site.dns_suffix)
    return [
        Statement(
            "ReadMasterPassword",
            actions=["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            resources=[secret_arn],
        ),
        Statement(
            "DecryptMasterPassword",
            actions=["kms:Decrypt"],
            resources=[key_arn],
            conditions={"StringEquals": {"kms:ViaService": via}},
        ),
    ]


def create_master_secret(
    owner: Component,
    *,
    key: aws.kms.Key,
    username: str,
    engine: str,
    copies: Sequence[tuple[str, pulumi.Input[str]]] = (),
) -> MasterSecret:
    """The secret with a first password; `copies` are Regions, each with a key there, that hold it, too.

    `rotate` belongs to it, after the database is there.
    """
    secret = aws.secretsmanager.Secret(
        owner.name_for("password"),
        description=f"Master user of {owner.name}",
        kms_key_id=key.arn,
        replicas=[{"region": region, "kms_key_id": copy} for region, copy in copies],
        region=owner.region,
        tags=owner.tags("password"),
        opts=owner.child(),
    )
    first = {"engine": engine, "username": username, "password": secrets.token_urlsafe(PASSWORD_BYTES)}
    version = aws.secretsmanager.SecretVersion(
        owner.name_for("password"),
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(json.dumps(first)),
        region=owner.region,
        # The password is new with each run of the program; only the first one counts, then the function makes them.
        opts=owner.child(ignore_changes=["secretString"]),
    )
    return MasterSecret(secret, pulumi.Output.secret(version.secret_string.apply(password_in)))


def password_in(text: str | None) -> str:
    """The password in a secret's text."""
    found = json.loads(text or "{}")
    return str(found.get("password", ""))


def rotate(
    owner: Component,
    master: MasterSecret,
    *,
    key: aws.kms.Key,
    target: Target,
    databases: Sequence[pulumi.Input[str]],
    days: int,
    after: Sequence[pulumi.Resource],
) -> aws.secretsmanager.SecretRotation:
    """Rotate the password every `days` days and at once; `databases` are the ARNs that the function may modify."""
    function = Function(
        owner.name_for("rotation"),
        FunctionArgs(
            source="master_password",
            description=f"Rotates the master password of {owner.name}",
            timeout_seconds=ROTATION_SECONDS,
            environment={"TARGET_KIND": target.kind, "TARGET_ID": target.identifier},
        ),
        statements=_rights(owner.site, master.arn, key.arn, target, databases),
        opts=owner.child(),
        region=owner.region,
        tags=owner.tags("rotation"),
    )
    permission = function.grant_invoke("secretsmanager", source_arn=master.arn)
    return aws.secretsmanager.SecretRotation(
        owner.name_for("password"),
        secret_id=master.secret.id,
        rotation_lambda_arn=function.arn,
        rotation_rules={"automatically_after_days": days},
        region=owner.region,
        opts=owner.child(depends_on=[permission, *after]),
    )


def _rights(
    site: Site,
    secret: pulumi.Input[str],
    key: pulumi.Input[str],
    target: Target,
    databases: Sequence[pulumi.Input[str]],
) -> list[Statement]:
    via = pulumi.Output.concat("secretsmanager.", site.region, ".", site.dns_suffix)
    modify, describe = {
        "instance": ("rds:ModifyDBInstance", "rds:DescribeDBInstances"),
        "global": ("rds:ModifyDBCluster", "rds:DescribeDBClusters"),
    }[target.kind]
    found = [
        Statement(
            "RotateTheSecret",
            actions=[
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            resources=[secret],
        ),
        # AWS takes no resource for it.
        Statement("MakePasswords", actions=["secretsmanager:GetRandomPassword"], resources=["*"]),
        Statement(
            "UseItsKey",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[key],
            conditions={"StringEquals": {"kms:ViaService": via}},
        ),
        Statement("SetThePassword", actions=[modify, describe], resources=databases),
    ]
    if target.kind == "global":
        arn = site.arn("rds", f"global-cluster:{target.identifier}", region=False)
        found.append(Statement("FindTheWriter", actions=["rds:DescribeGlobalClusters"], resources=[arn]))
    return found
