r"""One Aurora database over several Regions: a primary that takes writes, secondaries that follow within a second.

                        global cluster  (endpoint follows the writer)
                       /                \
    eu-central-1  [ primary ] ==storage replication==> [ secondary ]  eu-west-1
                    network, key, logs, alarms            network, key, logs, alarms
                       \                                /
                        master password: one secret, a copy in each Region, rotated where the writer is

Follows sources/001 lines 1049-1059 (one primary, read-only secondaries, promotion in under a minute) and takes the
document's advice to prefer it over cross-Region read replicas. Each Region is a whole `AuroraCluster` with a key of its
own. The document's limit of 5 secondaries is 10 by now.

*Switch-over* (planned; nothing is lost) and *failover* (the primary's Region is gone; the last moments may be lost) are
operations on the running database, not changes of the program:

    aws rds switchover-global-cluster --global-cluster-identifier ID --target-db-cluster-identifier ARN
    aws rds failover-global-cluster ... --allow-data-loss

Afterwards the program is the same and its plan is empty: the provider would otherwise want to cut the replication of the
former primary (`replicationSourceIdentifier`, "promoting to standalone is not supported"), or take a member out of the
global cluster, so members ignore these. `primary` keeps naming the Region where the database was made. A new engine
version is asked of the global cluster, which upgrades its members.

RDS keeps no master password for members of a global database; master_secret.py does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws

from components.data import access
from components.data.aurora import AuroraCluster
from components.data.aurora_args import AuroraClusterArgs, GlobalMember
from components.data.aurora_global_args import AuroraGlobalDatabaseArgs, GlobalRegion
from components.data.aurora_plan import identifier_for, lifecycle
from components.data.master_secret import MasterSecret, Target, create_master_secret, rotate
from components.foundation import key_ring
from components.foundation.component import Component
from components.foundation.iam import Statement, policy_document
from components.foundation.names import fit
from components.foundation.partition import Site


class AuroraGlobalDatabase(Component):
    """An Aurora cluster in each of several Regions, one of which takes writes.

        database = AuroraGlobalDatabase("orders", AuroraGlobalDatabaseArgs(
            primary="eu-central-1",
            regions={"eu-central-1": GlobalRegion(network=here), "eu-west-1": GlobalRegion(network=there)}))
        database.grant_connect(app.role, "orders")

    Outputs: `global_cluster`, `clusters` by Region, `endpoint` (of whoever takes writes now), `secret_arns` by Region.
    Raises `ComponentError` before anything is created.
    """

    def __init__(
        self, name: str, args: AuroraGlobalDatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:data:AuroraGlobalDatabase", name, args, opts, region=args.primary, tags=args.tags
        )
        self.args = args
        self.identifier = args.identifier or identifier_for(pulumi.get_project(), pulumi.get_stack(), name)
        self.sites = {region: Site.of(self, region) for region in args.regions}
        self._keys = {region: self._password_key(region) for region in args.regions}
        self.master_secret = self._create_secret()
        self.secret_arns = {
            region: _in_region(self.master_secret.arn, args.primary, region) for region in args.regions
        }
        self.global_cluster = self._create_global_cluster()
        self.clusters = self._create_clusters()
        self._rotate()
        self.endpoint = self.global_cluster.endpoint
        self.outputs(
            {
                "identifier": self.identifier,
                "endpoint": self.endpoint,
                "endpoints": {region: cluster.endpoint for region, cluster in self.clusters.items()},
                "reader_endpoints": {
                    region: cluster.reader_endpoint for region, cluster in self.clusters.items()
                },
                "resource_ids": {region: cluster.resource_id for region, cluster in self.clusters.items()},
                "secret_arns": self.secret_arns,
            }
        )

    def grant_connect(self, role: aws.iam.Role, db_user: str) -> aws.iam.RolePolicy:
        """Let `role` log in as `db_user` in every Region, so that it still may after a switch-over, and as nobody else.

        Raises `ComponentError` for a name that could stand for several users, is too long, or belongs to the service.
        """
        language = self.args.settings.version.engine.language
        access.check_db_user(language, db_user, f"{self.name}.grant_connect")
        users = [
            access.connect_arn(self.sites[region], cluster.resource_id, db_user)
            for region, cluster in self.clusters.items()
        ]
        name = f"{self.name}-connect-{role.pulumi_resource_name}-as-{db_user}"
        return aws.iam.RolePolicy(
            fit(name, access.MAX_POLICY_NAME),
            role=role.name,
            policy=policy_document(Statement("Connect", actions=["rds-db:connect"], resources=users)),
            opts=self.child(),
        )

    # -- the password

    def _password_key(self, region: str) -> aws.kms.Key:
        return key_ring.create_key(
            self.name_for("password", region),
            site=replace(self.site, region=self.sites[region].region),
            users=[key_ring.through("secretsmanager")],
            description=f"{self.name}: master password in {region}",
            region=region,
            tags=self.tags("password", region),
            opts=self.child(),
        )

    def _create_secret(self) -> MasterSecret:
        args = self.args
        return create_master_secret(
            self,
            key=self._keys[args.primary],
            username=args.settings.master_username,
            engine=args.settings.engine,
            copies=[(region, self._keys[region].arn) for region in args.secondaries],
        )

    def _rotate(self) -> None:
        args = self.args
        arns = [
            site.arn("rds", f"cluster:{self.clusters[region].identifier}")
            for region, site in self.sites.items()
        ]
        rotate(
            self,
            self.master_secret,
            key=self._keys[args.primary],
            target=Target("global", self.identifier),
            databases=arns,
            days=args.settings.password_rotation_days,
            after=[one for cluster in self.clusters.values() for one in cluster.instances.values()],
        )

    # -- the clusters

    def _create_global_cluster(self) -> aws.rds.GlobalCluster:
        settings = self.args.settings
        return aws.rds.GlobalCluster(
            self.name_for(),
            global_cluster_identifier=self.identifier,
            engine=settings.engine,
            engine_version=settings.version.text,
            engine_lifecycle_support=lifecycle(settings, "global cluster"),
            database_name=settings.database_name,
            storage_encrypted=True,
            deletion_protection=settings.deletion_protection,
            region=self.region,
            tags=self.tags(),
            opts=self.child(),
        )

    def _create_clusters(self) -> dict[str, AuroraCluster]:
        """The primary first: a secondary copies what is there, and goes before it when all is deleted."""
        args = self.args
        primary = self._create_cluster(
            args.primary,
            args.regions[args.primary],
            self._member(args.primary, password=self.master_secret.password),
        )
        after = tuple(primary.instances.values())
        followers = {
            region: self._create_cluster(
                region,
                args.regions[region],
                self._member(
                    region,
                    secondary=True,
                    write_forwarding=args.regions[region].write_forwarding,
                    after=after,
                ),
            )
            for region in args.secondaries
        }
        return {region: primary if region == args.primary else followers[region] for region in args.regions}

    def _member(self, region: str, **part: Any) -> GlobalMember:
        return GlobalMember(
            id=self.global_cluster.id,
            secret_arn=self.secret_arns[region],
            secret_key_arn=self._keys[region].arn,
            **part,
        )

    def _create_cluster(self, name: str, region: GlobalRegion, member: GlobalMember) -> AuroraCluster:
        shared = {key: value for key, value in self.args.settings if key not in {"identifier", "tags"}}
        return AuroraCluster(
            self.name_for(name),
            AuroraClusterArgs(
                **{**shared, **region.own()},
                tags={**self.args.tags, **self.args.settings.tags},
                global_member=member,
                region=name if region.network is None else None,
            ),
            self.child(),
        )


def _in_region(arn: pulumi.Output[str], primary: str, region: str) -> pulumi.Output[str]:
    """The ARN of a secret's copy: the same but for the Region."""
    return arn.apply(lambda text: text.replace(f":{primary}:", f":{region}:", 1))
