"""An Aurora cluster that nobody reaches with a stored password: users log in with IAM tokens, over TLS only.

    role --rds-db:connect--> user            cluster "main"                      Secrets Manager
      |                                 +-------------------------+   keeps the master password, rotates it
      +--token, TLS, port-------------->| writer  reader  reader  |---logs--> log groups, encrypted
          (data tier's security group)  +-----------|-------------+---events, alarms--> SNS topic, encrypted
                                          storage, snapshots: own key

Follows "How to connect RDS with AWS IAM authentication" (sources/000 lines 1-130) and the database part of the study guide
(sources/001 lines 971-1059). Differences: Aurora instead of one MySQL instance (rds_instance.py has that); TLS is forced
by the cluster's parameters instead of by each user's `REQUIRE SSL`; the CA is one of 2024, as that of 2019 has ended;
only roles are granted, no users with keys. The password of the master user is needed once, to create the first IAM user.

Instances are named: adding or removing one touches no other, and a changed version, class or number never replaces the
cluster. What its settings may not be together is in aurora_checks.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.data import access, aurora_alarms, aurora_records, notices
from components.data.aurora_args import AuroraClusterArgs
from components.data.aurora_parameters import as_settings, cluster_parameters
from components.data.aurora_plan import (
    identifier_for,
    lifecycle,
    member_identifier,
    restore_point,
    scaling_configuration,
)
from components.data.backup_plan import create_backup_plan
from components.data.master_secret import read_statements
from components.data.metric_alarms import create_alarms
from components.data.placement import create_groups
from components.data.replica_scaling import create_scaling
from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement


class AuroraCluster(Component):
    """An Aurora cluster of MySQL or PostgreSQL with everything around it.

        database = AuroraCluster("orders", AuroraClusterArgs(network=network))
        database.grant_connect(app.role, "orders")

    Outputs: `cluster`, `instances` by name, `endpoint`, `reader_endpoint`, `endpoints` by name, `port`, `resource_id` (the
    id that IAM knows it by), `secret_arn` (of the master user), `storage_key_arn`, `security_group_ids`, `topic`,
    `log_groups`, `alarms`. Raises `ComponentError` before anything is created when settings don't fit together, the
    network keeps the port closed, or a version lacks what is asked of it.
    """

    def __init__(
        self, name: str, args: AuroraClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        try:
            zones = checked_zones(args)
        except ComponentError as error:
            raise error.under(name) from None
        region = args.region or (args.network.region if args.network else None)
        super().__init__("groundplan:data:AuroraCluster", name, args, opts, region=region, tags=args.tags)
        self.settings = args
        self.identifier = args.identifier or identifier_for(pulumi.get_project(), pulumi.get_stack(), name)
        self._create_keys(args)
        self.topic = notices.create_topic(self, self.records_key, args.notices.emails)
        self.log_groups = aurora_records.create_log_groups(
            self, self.identifier, args.exported_logs, key=self.records_key, days=args.log_retention_days
        )
        self._monitoring = aurora_records.create_monitoring_role(self) if args.monitoring_seconds else None
        self.security_group_ids = create_groups(self, args, args.listens_on)
        self.cluster = self._create_cluster(args)
        self.instances = self._create_instances(args, zones)
        self.resource_id: pulumi.Output[str] = self.cluster.cluster_resource_id
        self.endpoint = self.cluster.endpoint
        self.reader_endpoint = self.cluster.reader_endpoint
        self.port = args.listens_on
        self.secret_arn = self._rotate_password(args)
        self.endpoints = self._create_endpoints(args)
        self.activity_stream = self._create_activity_stream(args)
        self.alarms = self._watch(args)
        if args.replica_scaling is not None:
            create_scaling(self, args.replica_scaling, self.cluster, list(self.instances.values()))
        if args.backup_plan is not None:
            create_backup_plan(self, args.backup_plan, [self.cluster.arn])
        self.outputs(self._summary())

    def grant_connect(self, role: aws.iam.Role, db_user: str) -> aws.iam.RolePolicy:
        """Let `role` log in as `db_user`, and as nobody else.

        The user has to be there, made for IAM (`GRANT rds_iam`, `AWSAuthenticationPlugin`). Raises `ComponentError` for a
        name that could stand for several users, is too long, or belongs to the service.
        """
        return access.grant_connect(
            self,
            role,
            db_user,
            language=self.settings.version.engine.language,
            resource_id=self.resource_id,
        )

    def master_statements(self) -> list[Statement]:
        """What somebody needs to read the master user's password: for what creates the first users, for nobody else."""
        member = self.settings.global_member
        key = self.secret_key.arn if self.secret_key else member.secret_key_arn if member else None
        if self.secret_arn is None or key is None:
            return []
        return read_statements(self.site, self.secret_arn, key)

    @property
    def is_secondary(self) -> bool:
        """Whether it follows the primary of a global database."""
        member = self.settings.global_member
        return member is not None and member.secondary

    # -- keys

    def _create_keys(self, args: AuroraClusterArgs) -> None:
        """Data, password and records each have a key; a final snapshot needs the first one when all else is gone."""
        self.storage_key_arn: pulumi.Input[str]
        self.storage_key: aws.kms.Key | None = None
        if args.key_arn is not None:
            self.storage_key_arn = args.key_arn
        else:
            self.storage_key = key_ring.create_key(
                self.name_for("storage"),
                site=self.site,
                users=[key_ring.through("rds")],
                description=f"{self.name}: storage, snapshots and insights",
                region=self.region,
                tags=self.tags("storage"),
                opts=self.child(retain_on_delete=args.final_snapshot or None),
            )
            self.storage_key_arn = self.storage_key.arn
        self.secret_key = (
            None
            if args.global_member is not None
            # RDS makes and rotates the secret with the rights of whoever deploys, through Secrets Manager and itself.
            else self.key("password", users=[key_ring.through("secretsmanager"), key_ring.through("rds")])
        )
        pattern = aurora_records.log_group_pattern(self.identifier)
        writers = [key_ring.service(writer) for writer in notices.WRITERS]
        self.records_key = self.key("records", users=[key_ring.log_groups(pattern), *writers])

    # -- cluster and instances

    def _create_cluster(self, args: AuroraClusterArgs) -> aws.rds.Cluster:
        group = self._create_parameter_group(args)
        fresh = args.restore is None and not self.is_secondary
        point = args.restore.point_in_time if args.restore else None
        member = args.global_member
        # These say where the data came from, once; a later change of them must never replace what has grown since.
        beginnings = ["snapshotIdentifier", "restoreToPointInTime"]
        # A switch-over changes who replicates whom, and the global cluster upgrades its members.
        moved = ["engineVersion", "globalClusterIdentifier", "replicationSourceIdentifier"] if member else []
        return aws.rds.Cluster(
            self.name_for(),
            cluster_identifier=self.identifier,
            engine=args.engine,
            engine_version=args.version.text,
            allow_major_version_upgrade=args.allow_major_version_upgrade,
            auto_minor_version_upgrade=args.auto_minor_version_upgrade,
            apply_immediately=args.apply == "immediately",
            engine_lifecycle_support=lifecycle(args, "member" if member else "cluster"),
            storage_type="aurora-iopt1" if args.storage == "io-optimized" else None,
            storage_encrypted=True,
            kms_key_id=self.storage_key_arn,
            iam_database_authentication_enabled=True,
            master_username=args.master_username if fresh else None,
            manage_master_user_password=None if member else True,
            master_user_secret_kms_key_id=self.secret_key.arn if self.secret_key else None,
            master_password_wo=member.password if member else None,
            master_password_wo_version=1 if member and member.password is not None else None,
            database_name=args.database_name if fresh else None,
            port=args.listens_on,
            network_type="DUAL" if args.dual_stack else "IPV4",
            db_subnet_group_name=args.subnet_group,
            vpc_security_group_ids=self.security_group_ids,
            db_cluster_parameter_group_name=group.name,
            db_instance_parameter_group_name=self._instance_group_for_upgrade(args),
            serverlessv2_scaling_configuration=scaling_configuration(args.serverless),
            backup_retention_period=args.backup_retention_days,
            preferred_backup_window=args.backup_window,
            preferred_maintenance_window=args.maintenance_window,
            backtrack_window=args.backtrack_seconds or None,
            copy_tags_to_snapshot=True,
            deletion_protection=args.deletion_protection,
            delete_automated_backups=not args.final_snapshot,
            skip_final_snapshot=not args.final_snapshot,
            final_snapshot_identifier=self._final_snapshot() if args.final_snapshot else None,
            snapshot_identifier=args.restore.snapshot if args.restore else None,
            restore_to_point_in_time=restore_point(point) if point else None,
            global_cluster_identifier=member.id if member else None,
            enable_global_write_forwarding=member.write_forwarding or None if member else None,
            enabled_cloudwatch_logs_exports=list(args.exported_logs),
            database_insights_mode=args.insights.mode,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=self.storage_key_arn,
            performance_insights_retention_period=args.insights.days,
            monitoring_interval=args.monitoring_seconds,
            monitoring_role_arn=self._monitoring.arn if self._monitoring else None,
            enable_http_endpoint=args.data_api,
            enable_local_write_forwarding=args.local_write_forwarding or None,
            region=self.region,
            tags=self.tags(),
            opts=self.child(
                depends_on=[
                    *self.log_groups.values(),
                    *(args.network.ready if args.network else []),
                    *(member.after if member else []),
                ],
                ignore_changes=[*beginnings, *moved],
            ),
        )

    def _create_parameter_group(self, args: AuroraClusterArgs) -> aws.rds.ClusterParameterGroup:
        """A changed family gets a new group beside the old one, which goes when the cluster has left it."""
        return aws.rds.ClusterParameterGroup(
            self.name_for("parameters"),
            family=args.version.family,
            description=f"TLS and records of {self.name}",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(**one)
                for one in as_settings(cluster_parameters(args.version, args.parameters))
            ],
            region=self.region,
            tags=self.tags("parameters"),
            opts=self.child(),
        )

    def _create_instances(
        self, args: AuroraClusterArgs, zones: Mapping[str, pulumi.Input[str] | None]
    ) -> dict[str, aws.rds.ClusterInstance]:
        """The writer first: Aurora makes the first instance of a cluster its writer."""
        first = self._create_instance(args, args.writer, zones[args.writer], [])
        others = {
            name: self._create_instance(args, name, zones[name], [first])
            for name in args.instances
            if name != args.writer
        }
        return {name: first if name == args.writer else others[name] for name in args.instances}

    def _create_instance(
        self,
        args: AuroraClusterArgs,
        name: str,
        zone: pulumi.Input[str] | None,
        after: Sequence[pulumi.Resource],
    ) -> aws.rds.ClusterInstance:
        return aws.rds.ClusterInstance(
            self.name_for(name, limit=200),
            identifier=member_identifier(self.identifier, name),
            cluster_identifier=self.cluster.id,
            engine=aws.rds.EngineType(args.engine),
            instance_class=args.class_of(name),
            promotion_tier=args.instances[name].promotion_tier,
            availability_zone=zone,
            db_subnet_group_name=args.subnet_group,
            db_parameter_group_name=self._instance_group.name if self._instance_group else None,
            ca_cert_identifier=args.ca_certificate,
            publicly_accessible=False,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=args.auto_minor_version_upgrade,
            apply_immediately=args.apply == "immediately",
            preferred_maintenance_window=args.maintenance_window,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=self.storage_key_arn,
            performance_insights_retention_period=args.insights.days,
            monitoring_interval=args.monitoring_seconds,
            monitoring_role_arn=self._monitoring.arn if self._monitoring else None,
            region=self.region,
            tags=self.tags(name),
            opts=self.child(depends_on=list(after)),
        )

    def _instance_group_for_upgrade(self, args: AuroraClusterArgs) -> pulumi.Output[str] | None:
        """A major upgrade moves the instances to their new group together with the cluster."""
        self._instance_group = self._create_instance_group(args) if args.instance_parameters else None
        if self._instance_group is None or not args.allow_major_version_upgrade:
            return None
        return self._instance_group.name

    def _create_instance_group(self, args: AuroraClusterArgs) -> aws.rds.ParameterGroup:
        return aws.rds.ParameterGroup(
            self.name_for("instance-parameters"),
            family=args.version.family,
            description=f"Instances of {self.name}",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(**one) for one in as_settings(args.instance_parameters)
            ],
            region=self.region,
            tags=self.tags("instance-parameters"),
            opts=self.child(),
        )

    def _final_snapshot(self) -> pulumi.Output[str]:
        """A name that no former cluster of the same name has taken: the records key is as old as the cluster."""
        age = self.records_key.key_id.apply(lambda found: re.sub(r"[^a-z0-9]", "", found)[:8])
        return pulumi.Output.concat(self.identifier, "-final-", age)

    # -- around the cluster

    def _rotate_password(self, args: AuroraClusterArgs) -> pulumi.Output[str] | None:
        if args.global_member is not None:
            given = args.global_member.secret_arn
            return None if given is None else pulumi.Output.from_input(given)
        arn = self.cluster.master_user_secrets.apply(
            lambda secrets: (secrets[0].secret_arn or "") if secrets else ""
        )
        aws.secretsmanager.SecretRotation(
            self.name_for("password"),
            secret_id=arn,
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": args.password_rotation_days},
            region=self.region,
            opts=self.child(),
        )
        return arn

    def _create_endpoints(self, args: AuroraClusterArgs) -> dict[str, aws.rds.ClusterEndpoint]:
        def ids(names: Sequence[str]) -> list[pulumi.Output[str]] | None:
            return [self.instances[name].identifier for name in names] or None

        return {
            name: aws.rds.ClusterEndpoint(
                self.name_for("endpoint", name, limit=200),
                cluster_identifier=self.cluster.id,
                cluster_endpoint_identifier=member_identifier(self.identifier, name),
                custom_endpoint_type=endpoint.kind,
                static_members=ids(endpoint.members),
                excluded_members=ids(endpoint.excluded),
                region=self.region,
                tags=self.tags("endpoint", name),
                opts=self.child(depends_on=list(self.instances.values())),
            )
            for name, endpoint in args.endpoints.items()
        }

    def _create_activity_stream(self, args: AuroraClusterArgs) -> aws.rds.ClusterActivityStream | None:
        if args.activity_stream is None:
            return None
        key = self.key("activity", users=[key_ring.through("rds"), key_ring.through("kinesis")])
        return aws.rds.ClusterActivityStream(
            self.name_for("activity"),
            resource_arn=self.cluster.arn,
            mode=args.activity_stream,
            kms_key_id=key.key_id,
            region=self.region,
            opts=self.child(depends_on=list(self.instances.values())),
        )

    def _watch(self, args: AuroraClusterArgs) -> list[aws.cloudwatch.MetricAlarm]:
        """Events and alarms go to the own topic and to those that are given; RDS takes one topic a subscription."""
        cluster, instances = self.cluster.id, [one.id for one in self.instances.values()]
        notices.subscribe(self, "db-cluster", [cluster], self.topic.arn, notices.CLUSTER_EVENTS)
        notices.subscribe(self, "db-instance", instances, self.topic.arn, notices.INSTANCE_EVENTS)
        if args.alarms is None:
            return []
        wanted = aurora_alarms.watches(args, args.alarms)
        topics = [self.topic.arn, *args.notices.topic_arns]
        return create_alarms(self, wanted, {"DBClusterIdentifier": cluster}, topics)

    def _summary(self) -> dict[str, pulumi.Input[object]]:
        return {
            "identifier": self.identifier,
            "arn": self.cluster.arn,
            "resource_id": self.resource_id,
            "endpoint": self.endpoint,
            "reader_endpoint": self.reader_endpoint,
            "port": self.port,
            "instances": {name: one.endpoint for name, one in self.instances.items()},
            "endpoints": {name: one.endpoint for name, one in self.endpoints.items()},
            "secret_arn": self.secret_arn,
            "storage_key_arn": self.storage_key_arn,
            "topic_arn": self.topic.arn,
            "log_groups": {log: group.name for log, group in self.log_groups.items()},
        }


def checked_zones(args: AuroraClusterArgs) -> dict[str, pulumi.Input[str] | None]:
    """The zones of the instances by name; raises `ComponentError` when the place does not fit the settings."""
    args.check(args.listens_on)
    return {key: args.zone_name(f"instances.{key}.zone", one.zone) for key, one in args.instances.items()}
