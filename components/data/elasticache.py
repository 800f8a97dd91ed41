"""A cache beside a database, or a store for sessions: Valkey or Redis OSS, without a single password.

    application --TLS, IAM token--> primary (zone a) ==replicates==> replica (zone b)    fails over by itself
                                      |  user "app": only its keys, only what it needs
                                      |  user "default": off
                                      +--> daily snapshots     +--> slow log, engine log (encrypted, owned)

Follows sources/001 lines 1062-1142: a cache before a database, a store for sessions, Redis with replicas and failover.
The document gives no settings; where it leaves encryption and log-in open, they are always on here: TLS only, a key of
the cache's own, users by IAM (`elasticache:Connect` on exactly one cache and one user) and `default` switched off. Its
durability by append-only file is gone from ElastiCache; snapshots take its place. Memcached, its other engine, knows
neither users nor snapshots, so it isn't offered. Lazy loading and write-through are the application's (docs/cache.md).
"""

from __future__ import annotations

import re

import pulumi
import pulumi_aws as aws

from components.data.cache_users import create_user_group, create_users, id_of
from components.data.elasticache_alarms import create_alarms, node_ids
from components.data.elasticache_args import ElastiCacheArgs
from components.data.placement import create_groups
from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.foundation.iam import Statement, policy_document
from components.foundation.names import AUTONAME_LENGTH, fit

MAX_GROUP_ID = 40
MAX_POLICY_NAME = 128 - AUTONAME_LENGTH
LOGS = ("slow-log", "engine-log")


class ElastiCache(Component):
    """A replication group that only holders of IAM tokens reach, over TLS.

        cache = ElastiCache("cache", ElastiCacheArgs(
            network=network, users={"sessions": CacheUser(keys=("session:*",))}))
        cache.grant_connect(app.role, "sessions")

    Outputs: `host` (of the primary, or of the cluster with cluster mode), `reader_host` (None with cluster mode),
    `port`, `arn`, `cache_name` (that tokens are made for), `user_names` (of `users`, as the engine knows them),
    `security_group_ids`, `group`, `key_arn`, `log_groups` by kind, `alarms`.

    Raises `ComponentError` before anything is created when the arguments don't fit together or the network keeps the
    port closed.
    """

    group: aws.elasticache.ReplicationGroup
    users: dict[str, aws.elasticache.User]
    alarms: list[aws.cloudwatch.MetricAlarm]

    def __init__(self, name: str, args: ElastiCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        try:
            args.check(args.port)
        except ComponentError as error:
            raise error.under(name) from None
        region = args.network.region if args.network is not None and args.region is None else args.region
        super().__init__("groundplan:data:ElastiCache", name, args, opts, region=region, tags=args.tags)
        self.args = args
        self.users = create_users(self, args.users)
        self.user_names = {user: made.user_name for user, made in self.users.items()}
        self.security_group_ids = create_groups(self, args, args.port)
        self.key_arn = args.key_arn or self._create_data_key().arn
        self.log_key = self.key("logs", users=[key_ring.log_groups(f"{self._log_prefix}/*")])
        self.log_groups = self._create_log_groups()
        self.group = self._create_group()
        self.arn = self.group.arn
        self.cache_name = self.group.replication_group_id
        self.port = args.port
        group, clustered = self.group, args.cluster_mode == "enabled"
        self.host = group.configuration_endpoint_address if clustered else group.primary_endpoint_address
        self.reader_host = None if clustered else group.reader_endpoint_address
        self.alarms = create_alarms(self, args.alarms, self._nodes()) if args.alarms else []
        self.outputs(
            {
                "host": self.host,
                "reader_host": self.reader_host,
                "port": self.port,
                "arn": self.arn,
                "cache_name": self.cache_name,
                "user_names": self.user_names,
                "security_group_ids": self.security_group_ids,
            }
        )

    def grant_connect(self, role: aws.iam.Role, user: str) -> aws.iam.RolePolicy:
        """Let `role` log in as `user` (one of the arguments' `users`), and as nobody else.

        Raises `ComponentError` when the cache has no such user.
        """
        if user not in self.users:
            problem = f"the cache has no user {user!r}"
            raise ComponentError(f"{self.name}.grant_connect", problem, nearest(user, self.users))
        name = f"{self.name}-connect-{role.pulumi_resource_name}-{user}"
        return aws.iam.RolePolicy(
            fit(name, MAX_POLICY_NAME),
            role=role.name,
            policy=policy_document(self.connect_statement(user)),
            opts=self.child(),
        )

    def connect_statement(self, user: str) -> Statement:
        """The statement that lets somebody log in as `user` of this cache."""
        resources = [self.arn, self.users[user].arn]
        return Statement("Connect", actions=["elasticache:Connect"], resources=resources)

    def _create_group(self) -> aws.elasticache.ReplicationGroup:
        args = self.args
        clustered = args.cluster_mode == "enabled"
        return aws.elasticache.ReplicationGroup(
            self.name_for(limit=MAX_GROUP_ID - AUTONAME_LENGTH),
            description=f"Cache {self.name}",
            engine=args.engine,
            engine_version=args.version,
            node_type=args.node_type,
            port=args.port,
            cluster_mode=args.cluster_mode,
            num_cache_clusters=None if clustered else args.replicas + 1,
            num_node_groups=args.shards if clustered else None,
            replicas_per_node_group=args.replicas if clustered else None,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            at_rest_encryption_enabled=True,
            kms_key_id=self.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[create_user_group(self, list(self.users.values())).user_group_id],
            parameter_group_name=self._create_parameters().name,
            subnet_group_name=args.cache_subnet_group,
            security_group_ids=self.security_group_ids,
            data_tiering_enabled=args.tiers_data,
            snapshot_retention_limit=args.snapshot_retention_days,
            snapshot_window=args.snapshot_window,
            snapshot_name=args.restore_from,
            final_snapshot_identifier=self._final_snapshot() if args.final_snapshot else None,
            maintenance_window=args.maintenance_window,
            auto_minor_version_upgrade=args.auto_minor_version_upgrade,
            notification_topic_arn=args.notification_topic_arn,
            apply_immediately=args.apply == "immediately",
            log_delivery_configurations=[
                {
                    "destination": group.name,
                    "destination_type": "cloudwatch-logs",
                    "log_format": "json",
                    "log_type": log,
                }
                for log, group in self.log_groups.items()
            ],
            region=self.region,
            tags=self.tags(),
            opts=self.child(),
        )

    def _create_parameters(self) -> aws.elasticache.ParameterGroup:
        return aws.elasticache.ParameterGroup(
            self.name_for("parameters"),
            family=self.args.family,
            description=f"Cache {self.name}",
            parameters=[
                {"name": name, "value": value} for name, value in sorted(self.args.engine_parameters.items())
            ],
            region=self.region,
            tags=self.tags("parameters"),
            opts=self.child(),
        )

    def _create_data_key(self) -> aws.kms.Key:
        """A final snapshot needs it when all else is gone."""
        return key_ring.create_key(
            self.name_for("data"),
            site=self.site,
            users=[key_ring.through("elasticache")],
            description=f"{self.name}: data and snapshots",
            region=self.region,
            tags=self.tags("data"),
            opts=self.child(retain_on_delete=self.args.final_snapshot or None),
        )

    def _final_snapshot(self) -> pulumi.Output[str]:
        """A name that no former cache of the same name has taken: the key of the logs is as old as the cache."""
        age = self.log_key.key_id.apply(lambda found: re.sub(r"[^a-z0-9]", "", found)[:8])
        return pulumi.Output.concat(id_of(self.name, "final"), "-", age)

    @property
    def _log_prefix(self) -> str:
        return f"/{pulumi.get_project()}/{pulumi.get_stack()}/{self.name}"

    def _create_log_groups(self) -> dict[str, aws.cloudwatch.LogGroup]:
        """One a log, both under one key that only CloudWatch Logs can use."""
        return {
            log: aws.cloudwatch.LogGroup(
                self.name_for(log),
                name=f"{self._log_prefix}/{log}",
                retention_in_days=self.args.log_retention_days,
                kms_key_id=self.log_key.arn,
                region=self.region,
                tags=self.tags(log),
                opts=self.child(),
            )
            for log in LOGS
        }

    def _nodes(self) -> list[pulumi.Output[str]]:
        """The ids of all nodes, worked out from the group's id, so that their number is known while planning."""
        args = self.args
        clustered = args.cluster_mode == "enabled"
        names = node_ids("", args.shards, args.replicas + 1, clustered=clustered)
        return [pulumi.Output.concat(self.cache_name, name) for name in names]
