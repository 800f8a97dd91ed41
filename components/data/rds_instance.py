"""A single RDS instance of MySQL, PostgreSQL or MariaDB whose users log in with IAM tokens, over TLS only.

    role --rds-db:connect on db-ABC.../user-->  token, 15 minutes
                                                  | TLS, port of the engine
                                      +-----------v-----------+     Secrets Manager keeps and rotates
    application tier ---------------->| primary    (standby)  |     the master user's password
                                      |    |          zone b  |---> log groups, alarms, SNS topic
                                      +----|------------------+
                                           +--> read replicas, each with an endpoint, for reports

Follows "How to connect RDS with AWS IAM authentication" (sources/000 lines 1-130: MySQL) and sources/001 lines 883-1003
(backups, read replicas, Multi-AZ, encryption, private subnets). Mended: the document's policy names the instance where IAM
wants the resource id `db-...`, so it grants nothing (access.py); TLS is forced by the parameter group instead of by each
user; its CA of 2019 has expired; users with long-lived keys are not offered. A replica has its source's encryption, so
an unencrypted one can't come about (line 952).

RDS refuses read replicas of an instance whose master password it manages itself ("Limitations for Secrets Manager
integration"); with `replicas` the password is one of our own, rotated by a function (master_secret.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.data import access, aurora_records, notices, rds_alarms
from components.data.aurora_parameters import as_settings
from components.data.aurora_plan import identifier_for, member_identifier
from components.data.backup_plan import create_backup_plan
from components.data.master_secret import Target, create_master_secret, read_statements, rotate
from components.data.metric_alarms import create_alarms
from components.data.placement import create_groups
from components.data.rds_engines import AUDIT_PLUGIN, AUDIT_SETTINGS, parameters_of
from components.data.rds_instance_args import RdsInstanceArgs, Replica
from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement

MAX_ALARM_NAME = 200
"""Of 255: replicas' names come after the component's."""


class RdsInstance(Component):
    """An RDS instance with everything around it.

        database = RdsInstance("orders", RdsInstanceArgs(network=network, engine="mysql"))
        database.grant_connect(app.role, "orders")

    Outputs: `instance`, `replicas` by name, `endpoint` (host name), `port`, `resource_id` (the id that IAM knows it
    by), `secret_arn` (of the master user), `storage_key_arn`, `security_group_ids`, `topic`, `log_groups`, `alarms`.
    Raises `ComponentError` before anything is created when settings don't fit together, the engine knows no IAM
    authentication, or the network keeps the port closed.
    """

    def __init__(self, name: str, args: RdsInstanceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        try:
            args.check(args.listens_on)
            zones = {
                key: args.zone_name(f"replicas.{key}.zone", one.zone) for key, one in args.replicas.items()
            }
        except ComponentError as error:
            raise error.under(name) from None
        region = args.region or (args.network.region if args.network else None)
        super().__init__("groundplan:data:RdsInstance", name, args, opts, region=region, tags=args.tags)
        self.settings = args
        self.identifier = args.identifier or identifier_for(pulumi.get_project(), pulumi.get_stack(), name)
        self._create_keys()
        self.topic = notices.create_topic(self, self.records_key, args.notices.emails)
        self.log_groups = self._create_log_groups(self.identifier)
        self._monitoring = aurora_records.create_monitoring_role(self) if args.monitoring_seconds else None
        self.security_group_ids = create_groups(self, args, args.listens_on)
        self._parameters = self._create_parameter_group()
        self._options = self._create_option_group() if args.audited else None
        self.master_secret = (
            None
            if args.password_by_rds
            else create_master_secret(
                self, key=self.secret_key, username=args.master_username, engine=args.engine
            )
        )
        self.instance = self._create_instance()
        self.replicas = {
            key: self._create_replica(key, one, zones[key]) for key, one in args.replicas.items()
        }
        self.resource_id: pulumi.Output[str] = self.instance.resource_id
        self.endpoint = self.instance.address
        self.port = args.listens_on
        self.secret_arn = self._rotate_password()
        self.alarms = self._watch()
        if args.backup_plan is not None:
            create_backup_plan(self, args.backup_plan, [self.instance.arn])
        self.outputs(self._summary())

    def grant_connect(
        self, role: aws.iam.Role, db_user: str, *, replica: str | None = None
    ) -> aws.iam.RolePolicy:
        """Let `role` log in as `db_user`, and as nobody else; to a replica, which has an id of its own, when named.

        The user has to be there, made for IAM (`AWSAuthenticationPlugin`, `GRANT rds_iam`). Raises `ComponentError` for a
        name that could stand for several users, is too long, or belongs to the service, and for a replica that isn't.
        """
        if replica is not None and replica not in self.replicas:
            problem = f"there is no replica {replica!r}"
            raise ComponentError(f"{self.name}.grant_connect", problem, "name one of the replicas")
        if replica is None:
            return access.grant_connect(
                self, role, db_user, language=self.language, resource_id=self.resource_id
            )
        return access.grant_connect(
            self,
            role,
            db_user,
            language=self.language,
            resource_id=self.replicas[replica].resource_id,
            database=replica,
        )

    def master_statements(self) -> list[Statement]:
        """What somebody needs to read the master user's password: for what creates the first users, for nobody else."""
        return read_statements(self.site, self.secret_arn, self.secret_key.arn)

    @property
    def language(self) -> access.Language:
        """Whose rules the names of users follow."""
        return self.settings.version.facts.language

    # -- keys, logs, parameters

    def _create_keys(self) -> None:
        """Data, password and records each have a key; a final snapshot needs the first one when all else is gone."""
        args = self.settings
        self.storage_key_arn: pulumi.Input[str]
        if args.key_arn is not None:
            self.storage_key_arn = args.key_arn
        else:
            self.storage_key_arn = key_ring.create_key(
                self.name_for("storage"),
                site=self.site,
                users=[key_ring.through("rds")],
                description=f"{self.name}: storage, snapshots and insights",
                region=self.region,
                tags=self.tags("storage"),
                opts=self.child(retain_on_delete=args.final_snapshot or None),
            ).arn
        self.secret_key = self.key("password", users=[key_ring.through("secretsmanager")])
        pattern = aurora_records.log_group_pattern(f"{self.identifier}*", "instance")
        writers = [key_ring.service(writer) for writer in notices.WRITERS]
        self.records_key = self.key("records", users=[key_ring.log_groups(pattern), *writers])

    def _create_log_groups(self, identifier: str, *suffix: str) -> dict[str, aws.cloudwatch.LogGroup]:
        return aurora_records.create_log_groups(
            self,
            identifier,
            self.settings.exported_logs,
            key=self.records_key,
            days=self.settings.log_retention_days,
            kind="instance",
            suffix=suffix,
        )

    def _create_parameter_group(self) -> aws.rds.ParameterGroup:
        """A changed family gets a new group beside the old one, which goes when the instance has left it."""
        version = self.settings.version
        return aws.rds.ParameterGroup(
            self.name_for("parameters"),
            family=version.family,
            description=f"TLS and records of {self.name}",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(**one)
                for one in as_settings(parameters_of(version, self.settings.parameters))
            ],
            region=self.region,
            tags=self.tags("parameters"),
            opts=self.child(),
        )

    def _create_option_group(self) -> aws.rds.OptionGroup:
        """MySQL and MariaDB write an audit log only with a plugin."""
        version = self.settings.version
        return aws.rds.OptionGroup(
            self.name_for("options"),
            engine_name=version.engine,
            major_engine_version=version.line,
            option_group_description=f"Audit log of {self.name}",
            options=[
                {
                    "option_name": AUDIT_PLUGIN,
                    "option_settings": [
                        {"name": name, "value": value} for name, value in AUDIT_SETTINGS.items()
                    ],
                }
            ],
            region=self.region,
            tags=self.tags("options"),
            opts=self.child(),
        )

    # -- the instance and its replicas

    def _create_instance(self) -> aws.rds.Instance:
        args, storage, secret = self.settings, self.settings.storage, self.master_secret
        fresh = args.restore_from is None
        return aws.rds.Instance(
            self.name_for(),
            identifier=self.identifier,
            engine=args.engine,
            allocated_storage=storage.gib,
            max_allocated_storage=storage.max_gib,
            storage_type=storage.kind,
            iops=storage.iops,
            storage_throughput=storage.throughput,
            storage_encrypted=True,
            kms_key_id=self.storage_key_arn,
            username=args.master_username if fresh else None,
            manage_master_user_password=True if secret is None else None,
            master_user_secret_kms_key_id=self.secret_key.arn if secret is None else None,
            password_wo=secret.password if secret else None,
            password_wo_version=1 if secret else None,
            db_name=args.database_name if fresh else None,
            port=args.listens_on,
            network_type="DUAL" if args.dual_stack else "IPV4",
            db_subnet_group_name=args.subnet_group,
            multi_az=args.multi_az,
            backup_retention_period=args.backup_retention_days,
            backup_window=args.backup_window,
            delete_automated_backups=not args.final_snapshot,
            skip_final_snapshot=not args.final_snapshot,
            final_snapshot_identifier=self._final_snapshot() if args.final_snapshot else None,
            snapshot_identifier=args.restore_from,
            engine_version=args.version.text,
            engine_lifecycle_support=self._lifecycle(),
            allow_major_version_upgrade=args.allow_major_version_upgrade,
            instance_class=args.instance_class,
            option_group_name=self._options.name if self._options else None,
            **self._common(),
            tags=self.tags(),
            opts=self.child(
                depends_on=[*self.log_groups.values(), *(args.network.ready if args.network else [])],
                # A later change of where the data came from must never replace what has grown since.
                ignore_changes=["snapshotIdentifier"],
            ),
        )

    def _create_replica(
        self, name: str, replica: Replica, zone: pulumi.Input[str] | None
    ) -> aws.rds.Instance:
        """Engine, storage, users, key and subnets are those of the source.

        So is its encryption; the provider takes silence on it for a wish to have none, and would replace the replica.
        """
        identifier = member_identifier(self.identifier, name)
        groups = self._create_log_groups(identifier, name)
        return aws.rds.Instance(
            self.name_for(name, limit=200),
            identifier=identifier,
            replicate_source_db=self.instance.identifier,
            instance_class=replica.instance_class or self.settings.instance_class,
            availability_zone=zone if not replica.multi_az else None,
            multi_az=replica.multi_az,
            max_allocated_storage=self.settings.storage.max_gib,
            storage_encrypted=True,
            skip_final_snapshot=True,
            **self._common(),
            tags=self.tags(name),
            opts=self.child(depends_on=list(groups.values())),
        )

    def _common(self) -> dict[str, Any]:
        """What holds for the instance and for its replicas."""
        args = self.settings
        return {
            "iam_database_authentication_enabled": True,
            "publicly_accessible": False,
            "vpc_security_group_ids": self.security_group_ids,
            "parameter_group_name": self._parameters.name,
            "ca_cert_identifier": args.ca_certificate,
            "auto_minor_version_upgrade": args.auto_minor_version_upgrade,
            "apply_immediately": args.apply == "immediately",
            "maintenance_window": args.maintenance_window,
            "copy_tags_to_snapshot": True,
            "deletion_protection": args.deletion_protection,
            "enabled_cloudwatch_logs_exports": list(args.exported_logs),
            "database_insights_mode": args.insights.mode,
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": self.storage_key_arn,
            "performance_insights_retention_period": args.insights.days,
            "monitoring_interval": args.monitoring_seconds,
            "monitoring_role_arn": self._monitoring.arn if self._monitoring else None,
            "region": self.region,
        }

    def _lifecycle(self) -> str | None:
        """Extended support is there for MySQL and PostgreSQL."""
        if self.settings.engine == "mariadb":
            return None
        return f"open-source-rds-extended-support{'' if self.settings.extended_support else '-disabled'}"

    def _final_snapshot(self) -> pulumi.Output[str]:
        """A name that no former instance of the same name has taken: the records key is as old as the instance."""
        age = self.records_key.key_id.apply(lambda found: re.sub(r"[^a-z0-9]", "", found)[:8])
        return pulumi.Output.concat(self.identifier, "-final-", age)

    # -- around the instance

    def _rotate_password(self) -> pulumi.Output[str]:
        """RDS rotates the secret that it made itself; another one needs a function."""
        days = self.settings.password_rotation_days
        if self.master_secret is not None:
            rotate(
                self,
                self.master_secret,
                key=self.secret_key,
                target=Target("instance", self.identifier),
                databases=[self.site.arn("rds", f"db:{self.identifier}")],
                days=days,
                after=[self.instance],
            )
            return self.master_secret.arn
        arn = self.instance.master_user_secrets.apply(
            lambda secrets: (secrets[0].secret_arn or "") if secrets else ""
        )
        aws.secretsmanager.SecretRotation(
            self.name_for("password"),
            secret_id=arn,
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": days},
            region=self.region,
            opts=self.child(),
        )
        return arn

    def _watch(self) -> list[aws.cloudwatch.MetricAlarm]:
        """Events and alarms of the instance and its replicas go to the own topic, alarms to those given, too."""
        args = self.settings
        every: Mapping[str, aws.rds.Instance] = {"": self.instance, **self.replicas}
        ids = [one.identifier for one in every.values()]
        notices.subscribe(self, "db-instance", ids, self.topic.arn, notices.INSTANCE_EVENTS)
        if args.alarms is None:
            return []
        given = args.parameters.get("max_connections")
        topics = [self.topic.arn, *args.notices.topic_arns]
        made: list[aws.cloudwatch.MetricAlarm] = []
        for name, one in every.items():
            wanted = rds_alarms.watches(
                args.alarms,
                engine=args.engine,
                instance_class=(args.replicas[name].instance_class if name else None) or args.instance_class,
                gib=args.storage.gib,
                replica=bool(name),
                connections=int(given.value) if given is not None and given.value.isdecimal() else None,
            )
            watched = {"DBInstanceIdentifier": one.identifier}
            suffix = (name,) if name else ()
            made += create_alarms(self, wanted, watched, topics, suffix=suffix, limit=MAX_ALARM_NAME)
        return made

    def _summary(self) -> dict[str, pulumi.Input[object]]:
        return {
            "identifier": self.identifier,
            "arn": self.instance.arn,
            "resource_id": self.resource_id,
            "endpoint": self.endpoint,
            "port": self.port,
            "replicas": {name: one.address for name, one in self.replicas.items()},
            "secret_arn": self.secret_arn,
            "storage_key_arn": self.storage_key_arn,
            "topic_arn": self.topic.arn,
            "log_groups": {log: group.name for log, group in self.log_groups.items()},
        }
