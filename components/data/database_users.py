"""The users of a database, made by a function that logs in as the master and by nobody else.

    users --input--> Invocation (create, update, delete) --> function --SQL over verified TLS--> database
                                                               |  in a tier that may reach it
                                                               +--> Secrets Manager: the master's password, this one only

Follows sources/000 lines 30-47, where an administrator creates the user by hand with the master's password on the command
line. What the function does is in lambdas/db_users: it can be run again at any time, takes back what is no longer listed,
and writes each statement into its log. The invocation is part of the deployment, so a mistake stops it with the database's
own words, and a destroyed stack shuts its users out before the database goes.

The embedded AWS has no database behind its endpoint, so there the invocation is recorded and nothing is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
from pydantic import Field, InstanceOf, model_validator

from components.data.aurora import AuroraCluster
from components.data.database_users_args import SOURCE, DatabaseUsersSettings
from components.data.rds_certificates import CA_FILE, bundle, create_layer
from components.data.rds_instance import RdsInstance
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpc
from components.serverless import Function, FunctionArgs, FunctionNetwork

if TYPE_CHECKING:
    from typing import Self

    from components.data.access import Language
    from components.network import ThreeTierVpcArgs

INTERNET = "internet"
SECRETS, HTTPS = "secretsmanager", 443


class DatabaseUsersArgs(DatabaseUsersSettings):
    """The settings and the database.

    `place`: where the function stands when the database was not built on a network of this project; its groups must be
    let in by the database and reach Secrets Manager.
    """

    database: InstanceOf[AuroraCluster] | InstanceOf[RdsInstance]
    place: FunctionNetwork | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        network = self.database.settings.network
        if network is None and self.place is None:
            problem = "is missing: the database has no network to stand in"
            raise ComponentError("place", problem, "give subnet_ids and security_group_ids")
        if network is not None and self.place is not None:
            raise ComponentError("place", "the database's network has one", "name its tier instead")
        if self.place is not None and self.tier is not None:
            raise ComponentError("tier", "place says where", "give one of them")
        return self


class DatabaseUsers(Component):
    """The users of one database, and the function that keeps them.

        users = DatabaseUsers("orders-users", DatabaseUsersArgs(database=database, users={
            "orders": DatabaseUser(grants=[DatabaseGrant(database="orders", in_schema="public", tables="*",
                                                         privileges=["SELECT", "INSERT"])])}))
        database.grant_connect(app.role, "orders")

    Outputs: `function`, `invocation`, `layer` (with the certificates). Raises `ComponentError` before anything is created
    for users, rights or tiers that can't be, and for a database without a master user of its own.
    """

    def __init__(
        self, name: str, args: DatabaseUsersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        database = args.database
        try:
            args.check(language_of(database))
            certificates = bundle(args.ca_bundle)
            place = args.place or stand_in(database.settings.network, args.tier, database)
            if not database.master_statements():
                problem = f"{database.name} has no master user of its own"
                raise ComponentError("database", problem, "create users where they are replicated from")
        except ComponentError as error:
            raise error.under(name) from None
        super().__init__(
            "groundplan:data:DatabaseUsers", name, args, opts, region=database.region, tags=args.tags
        )
        self.layer = create_layer(self, certificates)
        self.function = self._create_function(args, place)
        self.invocation = self._invoke(args)
        self.outputs(
            {
                "users": list(args.users),
                "function_name": self.function.function_name,
                "log_group": self.function.log_group.name,
                "layer_arn": self.layer.arn,
            }
        )

    def _create_function(self, args: DatabaseUsersArgs, place: FunctionNetwork) -> Function:
        database = args.database
        home = database.settings.database_name
        return Function(
            self.name_for("function"),
            FunctionArgs(
                source=SOURCE,
                description=f"Creates the users of {database.name} and keeps their rights",
                timeout_seconds=args.timeout_seconds,
                environment={
                    "DB_ENGINE": language_of(database),
                    "DB_HOST": database.endpoint,
                    "DB_PORT": str(database.port),
                    **({"DB_NAME": home} if home else {}),
                    "DB_SECRET_ARN": pulumi.Output.from_input(database.secret_arn or ""),
                    "DB_CA_FILE": CA_FILE,
                },
                network=place,
                layers=(self.layer.arn,),
                reserved_concurrency=1,
                log_retention_days=args.log_retention_days,
                alarms=args.alarms,
            ),
            database.master_statements(),
            self.child(),
            region=self.region,
            tags=args.tags,
        )

    def _invoke(self, args: DatabaseUsersArgs) -> aws.lambda_.Invocation:
        """Run the function when the users change, or its code; last of all when they are removed."""
        database = args.database
        network = database.settings.network
        return aws.lambda_.Invocation(
            self.name_for("users"),
            function_name=self.function.function_name,
            input=args.as_input(),
            lifecycle_scope="CRUD",
            triggers={"code": self.function.function.source_code_hash},
            region=self.region,
            opts=self.child(
                depends_on=[self.function, *servers_of(database), *(network.ready if network else [])],
                # The other way round, the old one's last call would shut out the users of the new one.
                delete_before_replace=True,
            ),
        )


def language_of(database: AuroraCluster | RdsInstance) -> Language:
    """Whose statements the database understands."""
    if isinstance(database, RdsInstance):
        return database.language
    return database.settings.version.engine.language


def servers_of(database: AuroraCluster | RdsInstance) -> list[pulumi.Resource]:
    """What has to be running before anybody can log in."""
    if isinstance(database, RdsInstance):
        return [database.instance]
    return list(database.instances.values())


def stand_in(
    network: ThreeTierVpc | None, tier: str | None, database: AuroraCluster | RdsInstance
) -> FunctionNetwork:
    """The subnets and the group of a tier whose members may open connections to the database."""
    assert network is not None  # the arguments have been checked
    name = choose_tier(network.settings, database.settings.access.tier, tier)
    found = network.tier(name)
    return FunctionNetwork(
        subnet_ids=tuple(subnet.id for subnet in found.subnets.values()),
        security_group_ids=(found.security_group.id,),
    )


def choose_tier(network: ThreeTierVpcArgs, data: str, wanted: str | None) -> str:
    """The tier for the function; raises `ComponentError` for one that can't reach the database or Secrets Manager."""
    tiers = network.built_tiers
    near = [name for name in tiers[data].reachable_from if name != INTERNET and tiers[name].role != "public"]
    if wanted is not None and wanted not in near:
        problem = f"tier {wanted!r} may not open connections to {data!r}"
        raise ComponentError("tier", problem, nearest(wanted, near))
    for name in [wanted] if wanted is not None else near:
        if reaches_secrets(network, name):
            return name
    remedy = f"add {SECRETS!r} to the network's endpoints.interface"
    raise ComponentError("tier", f"no tier next to {data!r} has a way to Secrets Manager", remedy)


def reaches_secrets(network: ThreeTierVpcArgs, name: str) -> bool:
    """Whether a tier has a way to Secrets Manager: an endpoint, or HTTPS out of the VPC."""
    tier = network.built_tiers[name]
    if tier.uses_endpoints and SECRETS in network.endpoints.interface:
        return True
    way_out = network.nat.mode != "none" or network.transit_gateway is not None
    https = any(ports.protocol == "tcp" and ports.low <= HTTPS <= ports.high for ports in tier.opens)
    return tier.role == "private" and way_out and https
