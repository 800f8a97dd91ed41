"""The users of a database: what is deployed for them, and what is refused before anything is."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.data import AuroraCluster, AuroraClusterArgs, RdsInstance, RdsInstanceArgs
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs, choose_tier
from components.data.database_users_args import PRIVILEGES, DatabaseGrant, DatabaseUser, DatabaseUsersSettings
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from policies.pack.analyzer import Analyzer
from policies.pack.graph import Stack
from policies.pack.profiles import Entry, resolve
from policies.pack.resource import Resource
from policies.rules import all_rules
from tests.components.recording import Recording, run
from tests.lambdas.loading import load

SELECT: dict[str, Any] = {"database": "shop", "in_schema": "public", "tables": "*", "privileges": ("SELECT",)}
USERS: dict[str, Any] = {"orders": {"grants": (SELECT,), "connection_limit": 9}, "reports": {}}
PLAIN: dict[str, Any] = {"subnet_group_name": "data", "security_group_ids": ("sg-data",)}
PLACE: dict[str, Any] = {"subnet_ids": ("subnet-1",), "security_group_ids": ("sg-function",)}
INVOCATION = "lambda/invocation:Invocation"


def network(**values: Any) -> ThreeTierVpc:
    tiers: dict[str, Any] = {"data": {"ports": ("tcp/5432", "tcp/3306")}}
    settings = {"cidr_block": "10.0.0.0/16", "zones": ("a", "b"), "tiers": tiers, **values}
    return ThreeTierVpc("net", ThreeTierVpcArgs.read(settings, "net"))


def deployed(
    cluster: dict[str, Any] | None = None, *, instance: str | None = None, **values: Any
) -> Recording:
    def program() -> None:
        place = {} if (cluster or {}).get("subnet_group_name") else {"network": network()}
        database: AuroraCluster | RdsInstance
        if instance:
            database = RdsInstance("db", RdsInstanceArgs.read({"engine": instance, **place}, "db"))
        else:
            database = AuroraCluster("db", AuroraClusterArgs.read({**place, **(cluster or {})}, "db"))
        users = values.pop("users", USERS)
        DatabaseUsers(
            "users", DatabaseUsersArgs.read({"database": database, "users": users, **values}, "users")
        )

    return run(program)


@cache
def usual() -> Recording:
    """On a network of the project, with nothing said that need not be."""
    return deployed()


def test_the_input_is_what_the_function_reads() -> None:
    invocation = usual().only("Invocation").inputs
    asked = load("db_users", "wanted").request(json.loads(invocation["input"]), "postgresql", "master")
    orders, reports = asked.wanted
    assert (orders.name, orders.connection_limit, reports.name) == ("orders", 9, "reports")
    assert {(grant.kind, grant.name, grant.privilege) for grant in orders.grants} == {
        ("table", "*", "SELECT"),
        ("schema", "", "USAGE"),
        ("database", "", "CONNECT"),
    }
    assert not asked.drop
    assert invocation["lifecycleScope"] == "CRUD"


def test_new_code_runs_again_and_the_same_does_not() -> None:
    first, second = usual().only("Invocation").inputs, deployed().only("Invocation").inputs
    assert first == second
    assert first["triggers"] == {"code": usual().named("Function")["users-function"].inputs["sourceCodeHash"]}


def test_the_function_logs_in_to_this_database_over_verified_tls() -> None:
    recording = deployed({"database_name": "shop"})
    variables = recording.named("Function")["users-function"].inputs["environment"]["variables"]
    assert variables["DB_ENGINE"] == "postgresql"
    assert variables["DB_NAME"] == "shop"
    assert variables["DB_PORT"] == "5432"
    assert variables["DB_CA_FILE"] == "/opt/rds-ca.pem"
    assert "DB_NAME" not in usual().named("Function")["users-function"].inputs["environment"]["variables"]


def test_its_rights_are_one_secret_and_one_key() -> None:
    policy = usual().named("RolePolicy")["users-function-work"].inputs["policy"]
    read, decrypt = json.loads(policy)["Statement"]
    assert read["Action"] == ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    assert decrypt["Action"] == ["kms:Decrypt"]
    for statement in (read, decrypt):
        assert len(statement["Resource"]) == 1
        assert "*" not in statement["Resource"][0]


def test_it_stands_where_the_network_lets_it_reach_the_database() -> None:
    recording = usual()
    place = recording.named("Function")["users-function"].inputs["vpcConfig"]
    groups = recording.named("SecurityGroup")
    assert place["securityGroupIds"] == [groups["net-application"].state["id"]]
    assert len(place["subnetIds"]) == 2
    assert all("application" in subnet for subnet in place["subnetIds"])


def test_without_a_network_the_place_is_given() -> None:
    recording = deployed(PLAIN, place=PLACE)
    place = recording.named("Function")["users-function"].inputs["vpcConfig"]
    assert (place["subnetIds"], place["securityGroupIds"]) == (["subnet-1"], ["sg-function"])


def test_the_users_are_made_when_the_servers_run_and_removed_before_they_go() -> None:
    recording = usual()
    needs = recording.only("Invocation").dependencies
    members = [one.urn for one in recording.of("rds/clusterInstance:ClusterInstance")]
    assert members
    assert set(members) <= set(needs)
    assert recording.named("Function")["users-function"].urn in needs


def test_a_replaced_invocation_ends_before_the_new_one_begins() -> None:
    """Else the last call of the old one would shut out the users that the new one has just made."""
    assert usual().only("Invocation").replaced_after_deletion


@pytest.mark.parametrize(("engine", "port"), [("mysql", "3306"), ("mariadb", "3306"), ("postgres", "5432")])
def test_an_instance_has_users_too(engine: str, port: str) -> None:
    recording = deployed(instance=engine, users={"orders": {}})
    variables = recording.named("Function")["users-function"].inputs["environment"]["variables"]
    assert variables["DB_PORT"] == port
    assert variables["DB_ENGINE"] == {"postgres": "postgresql"}.get(engine, engine)
    assert recording.only("Instance").urn in recording.only("Invocation").dependencies


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"users": {}}, "users"),
        ({"users": {"rds_superuser": {}}}, "users.rds_superuser: 'rds_superuser' belongs to the service"),
        ({"users": {"a*": {}}}, "does not name exactly one database user"),
        ({"users": {"a": {"grants": ({**SELECT, "privileges": ("SELEKT",)},)}}}, "did you mean 'SELECT'?"),
        ({"users": {"a": {"grants": ({**SELECT, "in_schema": None},)}}}, "in_schema: is missing"),
        ({"users": {"a": {"grants": ({**SELECT, "sequences": "*"},)}}}, "write two grants"),
        ({"users": {"a": {"grants": ({**SELECT, "privileges": ()},)}}}, "privileges"),
        ({"users": {"a": {"grant": ()}}}, "did you mean 'grants'?"),
        ({"tier": "data"}, "tier 'data' may not open connections to 'data'"),
        ({"tier": "aplication"}, "did you mean 'application'?"),
        ({"ca_bundle": "/absent.pem"}, "there is no file /absent.pem; download global-bundle.pem"),
        ({"ca_bundle": __file__}, ""),
        ({"place": PLACE}, "the database's network has one"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_built(values: dict[str, Any], said: str) -> None:
    if values.get("ca_bundle") == __file__:
        values, said = {"ca_bundle": json.__file__}, "holds no certificate in PEM form"
    on_network = bool(values.keys() & {"tier", "place"})
    cluster, place = (None, {}) if on_network else (PLAIN, {"place": PLACE})
    with pytest.raises(ComponentError, match=said.replace("*", r"\*").replace("?", r"\?")) as error:
        deployed(cluster, **{**place, **values})
    assert str(error.value).startswith("users")


def test_without_a_network_and_a_place_nothing_can_be_reached() -> None:
    with pytest.raises(ComponentError, match="place: is missing"):
        deployed(PLAIN)
    with pytest.raises(ComponentError, match="tier: place says where"):
        deployed(PLAIN, place=PLACE, tier="application")


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        (SELECT, "in_schema: mysql has none"),
        ({"database": "shop", "sequences": "*", "privileges": ("USAGE",)}, "sequences: mysql has none"),
        ({"database": "shop", "privileges": ("SELECT",)}, "tables: is missing"),
        (
            {"database": "shop", "tables": ("a",), "privileges": ("EXECUTE",)},
            "'EXECUTE' can't be given on a table",
        ),
    ],
)
def test_mysql_has_rules_of_its_own(grant: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        deployed({"engine": "aurora-mysql", **PLAIN}, place=PLACE, users={"orders": {"grants": (grant,)}})


def test_all_tables_of_mysql_may_have_what_a_database_may() -> None:
    everything = {"database": "shop", "tables": "*", "privileges": ("EXECUTE",)}
    deployed({"engine": "aurora-mysql", **PLAIN}, place=PLACE, users={"orders": {"grants": (everything,)}})


@pytest.mark.parametrize("engine", PRIVILEGES)
def test_whatever_the_settings_take_the_function_takes(engine: Any) -> None:
    """The two checks stand in two programs; here they meet, for every privilege there is."""
    wanted = load("db_users", "wanted")
    shapes: list[dict[str, Any]] = [
        {},
        {"in_schema": "s"},
        {"in_schema": "s", "tables": ("t",)},
        {"in_schema": "s", "sequences": "*"},
        {"tables": "*"},
        {"tables": ("t",)},
    ]
    names = sorted({name for kinds in PRIVILEGES.values() for found in kinds.values() for name in found})
    taken = 0
    for shape in shapes:
        for name in names:
            grant = DatabaseGrant(database="d", privileges=(name,), **shape)
            settings = DatabaseUsersSettings(users={"u": DatabaseUser(grants=(grant,))})
            try:
                settings.check(engine)
            except ComponentError:
                with pytest.raises(ValueError, match="users"):
                    wanted.request(json.loads(settings.as_input()), engine, "master")
            else:
                wanted.request(json.loads(settings.as_input()), engine, "master")
                taken += 1
    assert taken > 10


def test_a_tier_without_a_way_to_secrets_manager_is_no_place() -> None:
    def tier(**values: Any) -> str:
        data = {"data": {"ports": ("tcp/5432",)}}
        args = ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16", "tiers": data, **values}, "net")
        return choose_tier(args, "data", None)

    assert tier() == "application"
    with pytest.raises(ComponentError, match="add 'secretsmanager' to the network's endpoints"):
        tier(nat={"mode": "none"})
    assert tier(nat={"mode": "none"}, endpoints={"interface": ("secretsmanager",)}) == "application"


def test_the_strict_profile_finds_nothing() -> None:
    recording = deployed(PLAIN, place=PLACE)
    resources = [
        Resource(one.type, one.name, one.urn, one.state)
        for one in recording.resources
        if one.type.startswith("aws:")
    ]
    rules = all_rules()
    strict = Analyzer(rules, resolve(rules, {"settings": Entry(options={"profile": "strict"})}))
    outcomes = [outcome for one in resources for outcome in strict.judge(one)]
    outcomes += strict.judge_stack(Stack(resources))
    own = {one.urn for one in recording.resources if one.name.startswith("users")}
    assert own
    assert not [(one.rule.id, one.urn, str(one.verdict)) for one in outcomes if one.urn in own]
