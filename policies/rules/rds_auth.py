"""Rules on RDS and Aurora: clients sign in with tokens made by SigV4, end to end through a proxy.

Amazon RDS User Guide and Aurora User Guide, "IAM database authentication": for MySQL, PostgreSQL and MariaDB from
10.6, for Aurora of both kinds, not for Db2, Oracle, SQL Server and Aurora Serverless v1. A proxy with the default
scheme `IAM_AUTH` signs in to the database with IAM too; with secrets it uses passwords behind IAM.
"""

from __future__ import annotations

import re

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.values import Value
from policies.pack.verdict import PASS, Verdict, every, violation

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
PROXY = "aws:rds/proxy:Proxy"
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"

_DEEPEST = 8
_IAM = "iamDatabaseAuthenticationEnabled"
_INSTANCE_ENGINES = frozenset({"mysql", "postgres", "mariadb"})
_CLUSTER_ENGINES = frozenset({"aurora-mysql", "aurora-postgresql", "mysql", "postgres"})
_FIRST_MARIADB = (10, 6)


def _knows_iam(instance: Resource) -> bool:
    """Whether the instance's engine has IAM authentication; engines are written in any case."""
    engine = instance.text("engine").lower()
    if engine != "mariadb" or not instance.text("engineVersion"):
        return engine in _INSTANCE_ENGINES
    found = re.match(r"(\d+)(?:\.(\d+))?", instance.text("engineVersion"))
    return found is None or (int(found[1]), int(found[2] or 99)) >= _FIRST_MARIADB


@rule(
    on=INSTANCE,
    severity=HIGH,
    theme=Theme.SIGV4,
    fix={_IAM: True},
    same_as=["SecurityHub RDS.10", "CKV_AWS_161"],
)
def rds_auth_instance_iam(instance: Resource) -> Verdict:
    """A token that is signed with SigV4 lives 15 minutes; a password lives until somebody changes it."""
    if instance.known(_IAM) and instance.flag(_IAM):
        return PASS
    # A replica has its source's engine and does not name it; it keeps the source's setting.
    if not _knows_iam(instance):
        return PASS
    return instance.expect(_IAM, value=True)


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.SIGV4,
    fix={_IAM: True},
    same_as=["SecurityHub RDS.12", "CKV_AWS_162"],
)
def rds_auth_cluster_iam(cluster: Resource) -> Verdict:
    """A token that is signed with SigV4 lives 15 minutes; a password lives until somebody changes it."""
    if cluster.known(_IAM) and cluster.flag(_IAM):
        return PASS
    if cluster.text("engine").lower() not in _CLUSTER_ENGINES or cluster.text("engineMode") == "serverless":
        return PASS
    return cluster.expect(_IAM, value=True)


@rule(on=PROXY, severity=HIGH, theme=Theme.SIGV4)
def rds_auth_proxy_iam(proxy: Resource) -> Verdict:
    """A proxy that takes passwords makes the database's IAM authentication worthless."""
    # ENABLED exists for SQL Server only (UserAuthConfig), which has no other way.
    choices = ("ENABLED", "REQUIRED") if proxy.text("engineFamily") == "SQLSERVER" else ("REQUIRED",)

    def judge(auth: Part) -> Verdict:
        return auth.expect_one_of("iamAuth", choices, absent="DISABLED")

    return every(proxy.each("auths"), judge)


@rule(on=PROXY, severity=MEDIUM, theme=Theme.SIGV4)
def rds_auth_proxy_end_to_end(proxy: Resource) -> Verdict:
    """With secrets the proxy speaks to the database with passwords; with IAM nobody has any."""
    if proxy.text("engineFamily") == "SQLSERVER":
        return PASS
    return proxy.expect("defaultAuthScheme", "IAM_AUTH", absent="NONE")


@rule(on=PROXY, severity=HIGH, theme=Theme.SIGV4, fix={"requireTls": True})
def rds_auth_proxy_tls(proxy: Resource) -> Verdict:
    """A token or password that travels without TLS can be used by whoever reads it."""
    return proxy.expect("requireTls", value=True, absent=False)


@rule(on=PROXY_TARGET, severity=HIGH, theme=Theme.SIGV4)
def rds_auth_proxy_target_iam(target: Resource, stack: Stack) -> Verdict:
    """A proxy that signs in with IAM can't reach a database that does not know IAM."""
    proxies = stack.targets(target, "dbProxyName", PROXY).sure
    if not any(proxy.text("defaultAuthScheme") == "IAM_AUTH" for proxy in proxies):
        return PASS
    databases = (
        *stack.targets(target, "dbClusterIdentifier", CLUSTER).sure,
        *stack.targets(target, "dbInstanceIdentifier", INSTANCE).sure,
    )

    def judge(database: Resource) -> Verdict:
        if database.flag(_IAM):
            return PASS
        remedy = "Set `iam_database_authentication_enabled=True` on the database."
        return violation("dbProxyName", "signs in with IAM, which the database does not know", remedy)

    return every(databases, judge)


# Where a token would be kept: type -> property.
_KEPT = {
    "aws:ssm/parameter:Parameter": ("value", "insecureValue"),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretString",),
    "aws:lambda/function:Function": ("environment.variables",),
    "aws:ecs/taskDefinition:TaskDefinition": ("containerDefinitions",),
    "aws:codebuild/project:Project": ("environment.environmentVariables",),
}


@rule(on=tuple(_KEPT), severity=MEDIUM, theme=Theme.SIGV4)
def rds_auth_token_not_stored(keeper: Resource) -> Verdict:
    """A token is good for 15 minutes and made without a call: one that is kept is either dead or a password again."""

    def judge(path: str) -> Verdict:
        if not _holds_token(keeper.get(path)):
            return PASS
        return violation(
            path, "holds a token of IAM database authentication", "Make one for each connection."
        )

    return every(_KEPT[keeper.type], judge)


def _holds_token(value: Value, depth: int = 0) -> bool:
    if isinstance(value, str):
        return "X-Amz-Signature=" in value and "Action=connect" in value
    if depth > _DEEPEST:
        return False
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds_token(item, depth + 1) for item in inner)
