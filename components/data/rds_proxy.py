"""RDS Proxy in front of an Aurora cluster or an RDS instance: IAM and TLS from the client to the database.

    role --rds-db:connect on prx-ABC.../user--> [ proxy ] --rds-db:connect on cluster-ABC.../user--> database
              token, TLS                        shares connections   token, TLS
                                                    |---> log group, encrypted; alarms

The proxy keeps few connections for many clients, so functions that start by the hundred don't use up the database's.
It takes no password and, by default, has none: its role may log in as exactly the users that are named (`IAM_AUTH`, end
to end). Where a database can't do that, each user has a secret, which only this proxy's role reads.

It stands in the tier of the database and wears that tier's security group; the network must let that tier reach
itself. AWS sources: "Configuring IAM authentication for RDS Proxy", "Connecting to a database through RDS Proxy",
"Monitoring RDS Proxy metrics". Not in the documents, which connect to the instance directly.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.data import access
from components.data.aurora import AuroraCluster
from components.data.aurora_plan import identifier_for
from components.data.metric_alarms import Watch, create_alarms
from components.data.rds_proxy_args import FAMILIES, ProxyAlarms, RdsProxyArgs, check_place
from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.foundation.iam import Statement, assume_role_policy, policy_document

SubnetIds = Sequence[pulumi.Input[str]] | pulumi.Output[list[str]] | pulumi.Output[Sequence[str]]
MAX_ENDPOINT = 63


class RdsProxy(Component):
    """A proxy that takes IAM tokens over TLS and hands connections on.

        proxy = RdsProxy("orders-proxy", RdsProxyArgs(database=database, network=network, users=("orders",)))
        proxy.grant_connect(app.role, "orders")

    Outputs: `proxy`, `endpoint`, `reader_endpoint` (None without `reader`), `port`, `resource_id` (`prx-...`, the id
    that IAM knows it by), `role`, `log_group`, `alarms`. Raises `ComponentError` before anything is created.
    """

    def __init__(self, name: str, args: RdsProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        network, database = args.network, args.database
        if network is not None:
            try:
                check_place(network.settings, args.tier, args.listens_on, database.port)
            except ComponentError as error:
                raise error.under(name) from None
        super().__init__(
            "groundplan:data:RdsProxy",
            name,
            args,
            opts,
            region=args.region or database.region,
            tags=args.tags,
        )
        self.settings = args
        self.identifier = args.identifier or identifier_for(pulumi.get_project(), pulumi.get_stack(), name)
        self.log_group = self._create_log_group()
        self.role = self._create_role()
        rights = self._grant_role()
        self.proxy = self._create_proxy(rights)
        self.target = self._create_target()
        self.endpoint = self.proxy.endpoint
        self.port = args.listens_on
        # arn:PARTITION:rds:REGION:ACCOUNT:db-proxy:prx-ABC...
        self.resource_id: pulumi.Output[str] = self.proxy.arn.apply(lambda arn: arn.rpartition(":")[2])
        self.reader = self._create_reader() if args.reader else None
        self.reader_endpoint = self.reader.endpoint if self.reader else None
        self.alarms = self._create_alarms(args.alarms) if args.alarms else []
        self.outputs(
            {
                "identifier": self.identifier,
                "endpoint": self.endpoint,
                "reader_endpoint": self.reader_endpoint,
                "port": self.port,
                "resource_id": self.resource_id,
                "log_group": self.log_group.name,
            }
        )

    def grant_connect(self, role: aws.iam.Role, db_user: str) -> aws.iam.RolePolicy:
        """Let `role` come through as `db_user`, one of the arguments' `users`, and as nobody else.

        It does not let the role past the proxy: for that the database has its own `grant_connect`. Raises
        `ComponentError` for a user that the proxy can't log in as.
        """
        if db_user not in self.settings.users:
            problem = f"the proxy does not know the user {db_user!r}"
            remedy = nearest(db_user, self.settings.users)
            raise ComponentError(f"{self.name}.grant_connect", problem, remedy)
        return access.grant_connect(
            self, role, db_user, language=self.settings.language, resource_id=self.resource_id
        )

    # -- the proxy and what it may do

    def _create_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            self.name_for("proxy"),
            description=f"Logs in to the database behind {self.name}",
            # AWS documents no aws:SourceAccount for proxies; who may hand the role to one is iam:PassRole's matter.
            assume_role_policy=assume_role_policy(self.site, service="rds"),
            tags=self.tags("proxy"),
            opts=self.child(),
        )

    def _grant_role(self) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            self.name_for("proxy"),
            role=self.role.name,
            policy=policy_document(*self._statements()),
            opts=self.child(),
        )

    def _statements(self) -> list[Statement]:
        args = self.settings
        if args.end_to_end:
            resource_id = args.database.resource_id
            users = [access.connect_arn(self.site, resource_id, user) for user in args.users]
            return [Statement("Connect", actions=["rds-db:connect"], resources=users)]
        via = pulumi.Output.concat("secretsmanager.", self.site.region, ".", self.site.dns_suffix)
        return [
            Statement(
                "ReadPasswords",
                actions=["secretsmanager:GetSecretValue"],
                resources=[secret.arn for secret in args.secrets],
            ),
            Statement(
                "DecryptPasswords",
                actions=["kms:Decrypt"],
                resources=[secret.key_arn for secret in args.secrets],
                conditions={"StringEquals": {"kms:ViaService": via}},
            ),
        ]

    def _create_log_group(self) -> aws.cloudwatch.LogGroup:
        """The proxy would make it itself, without key and for ever; so it is there first."""
        name = f"/aws/rds/proxy/{self.identifier}"
        key = self.key("logs", users=[key_ring.log_groups(name)])
        return aws.cloudwatch.LogGroup(
            self.name_for("logs"),
            name=name,
            retention_in_days=self.settings.log_retention_days,
            kms_key_id=key.arn,
            region=self.region,
            tags=self.tags("logs"),
            opts=self.child(),
        )

    def _create_proxy(self, rights: pulumi.Resource) -> aws.rds.Proxy:
        args = self.settings
        return aws.rds.Proxy(
            self.name_for(),
            name=self.identifier,
            engine_family=FAMILIES[args.language],
            role_arn=self.role.arn,
            default_auth_scheme="IAM_AUTH" if args.end_to_end else "NONE",
            auths=[
                {"auth_scheme": "SECRETS", "iam_auth": "REQUIRED", "secret_arn": secret.arn}
                for secret in args.secrets
            ]
            or None,
            require_tls=True,
            debug_logging=False,
            idle_client_timeout=args.idle_client_seconds,
            vpc_subnet_ids=self._subnet_ids(),
            vpc_security_group_ids=self._security_group_ids(),
            region=self.region,
            tags=self.tags(),
            opts=self.child(depends_on=[rights, self.log_group]),
        )

    def _subnet_ids(self) -> SubnetIds:
        args = self.settings
        return args.subnet_ids if args.network is None else args.network.tier(args.tier).subnet_ids

    def _security_group_ids(self) -> list[pulumi.Input[str]]:
        args = self.settings
        own = [] if args.network is None else [args.network.tier(args.tier).security_group.id]
        return [*args.security_group_ids, *own]

    def _create_target(self) -> aws.rds.ProxyTarget:
        """A proxy has one target group, and one database in it."""
        args, database = self.settings, self.settings.database
        pool = args.pool
        group = aws.rds.ProxyDefaultTargetGroup(
            self.name_for("pool"),
            db_proxy_name=self.proxy.name,
            connection_pool_config={
                "max_connections_percent": pool.max_connections_percent,
                "max_idle_connections_percent": pool.idle_percent,
                "connection_borrow_timeout": pool.borrow_seconds,
                "init_query": pool.init_query,
                "session_pinning_filters": ["EXCLUDE_VARIABLE_SETS"] if pool.share_after_set else None,
            },
            region=self.region,
            opts=self.child(),
        )
        cluster = database if isinstance(database, AuroraCluster) else None
        instance = None if isinstance(database, AuroraCluster) else database.instance
        return aws.rds.ProxyTarget(
            self.name_for("target"),
            db_proxy_name=self.proxy.name,
            target_group_name=group.name,
            db_cluster_identifier=cluster.cluster.id if cluster else None,
            db_instance_identifier=instance.identifier if instance else None,
            region=self.region,
            opts=self.child(depends_on=list(cluster.instances.values()) if cluster else []),
        )

    def _create_reader(self) -> aws.rds.ProxyEndpoint:
        return aws.rds.ProxyEndpoint(
            self.name_for("reader"),
            db_proxy_name=self.proxy.name,
            db_proxy_endpoint_name=f"{self.identifier[: MAX_ENDPOINT - 7].rstrip('-')}-reader",
            target_role="READ_ONLY",
            vpc_subnet_ids=self._subnet_ids(),
            vpc_security_group_ids=self._security_group_ids(),
            region=self.region,
            tags=self.tags("reader"),
            opts=self.child(depends_on=[self.target]),
        )

    # -- alarms

    def _create_alarms(self, alarms: ProxyAlarms) -> list[aws.cloudwatch.MetricAlarm]:
        wanted: list[Watch] = []
        if alarms.refused is not None:
            metric = "ClientConnectionsSetupFailedAuth"
            wanted.append(Watch("refused", metric, "Clients fail to log in", alarms.refused, "Sum"))
        if alarms.wait_ms is not None:
            metric, microseconds = "DatabaseConnectionsBorrowLatency", alarms.wait_ms * 1000
            wanted.append(Watch("wait", metric, "Clients wait for a connection", microseconds, "Average"))
        return create_alarms(self, wanted, {"ProxyName": self.identifier}, alarms.topic_arns)
