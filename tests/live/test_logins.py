"""A single instance with a replica, a proxy and a cache: who may log in where, and what replaces no data."""

from __future__ import annotations

from typing import Any

from tests.live.stand import ROOT, Stand

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import (
    CacheUser, ElastiCache, ElastiCacheArgs, RdsInstance, RdsInstanceArgs, RdsProxy, RdsProxyArgs,
)
from components.foundation.iam import assume_role_policy
from components.foundation.partition import Site
from components.network import ThreeTierVpc, ThreeTierVpcArgs

network = ThreeTierVpc("net", ThreeTierVpcArgs.read({network!r}, "network"))
database = RdsInstance("db", RdsInstanceArgs.read({{"network": network, **{settings!r}}}, "database"))
proxy = RdsProxy("proxy", RdsProxyArgs(database=database, network=network, users=("orders", "reports")))
cache = ElastiCache("cache", ElastiCacheArgs(
    network=network, users={{"sessions": CacheUser(keys=("session:*",)), "pages": CacheUser()}}, alarms=None))
site = Site.of(database)
roles = {{
    name: aws.iam.Role(name, assume_role_policy=assume_role_policy(site, service="ec2"))
    for name in ("through", "directly")
}}
proxy.grant_connect(roles["through"], "orders")
database.grant_connect(roles["directly"], "reports", replica="reports")
cache.grant_connect(roles["directly"], "sessions")
pulumi.export("roles", {{**{{name: role.arn for name, role in roles.items()}}, "proxy": proxy.role.arn}})
pulumi.export("ids", {{
    "proxy": proxy.resource_id,
    "database": database.resource_id,
    "replica": database.replicas["reports"].resource_id,
}})
pulumi.export("secret", database.secret_arn)
pulumi.export("cache", cache.arn)
pulumi.export("cache_users", {{name: user.arn for name, user in cache.users.items()}})
"""
NETWORK: dict[str, Any] = {
    "cidr_block": "10.0.0.0/16",
    "zones": ["a", "b"],
    "tiers": {
        "public": None,
        "application": None,
        "data": {"reachable_from": ["data"], "ports": ["tcp/3306", "tcp/6379"]},
    },
    "nat": {"mode": "none"},
    "flow_logs": {"destination": "none"},
    "endpoints": {"gateway": []},
}
SETTINGS: dict[str, Any] = {
    "engine": "mysql",
    "engine_version": "8.0",
    "database_name": "orders",
    "replicas": {"reports": {"zone": "a"}},
    "deletion_protection": False,
    "final_snapshot": False,
    "backup_plan": None,
    "alarms": None,
}


def write(stand: Stand, **changes: Any) -> None:
    stand.write(PROGRAM.format(root=str(ROOT), network=NETWORK, settings={**SETTINGS, **changes}))


def steps(stand: Stand, **changes: Any) -> dict[str, str]:
    """What a preview with other settings would do: the resource's name -> operation."""
    write(stand, **changes)
    return {name: step["op"] for name, step in stand.plan().items()}


def allowed(stand: Stand, role: str, resource_id: str, user: str) -> bool:
    """Whether IAM, with the policies that were deployed, lets the role log in."""
    answer = stand.aws("iam").simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["rds-db:connect"],
        ResourceArns=[f"arn:aws:rds-db:us-east-1:111111111111:dbuser:{resource_id}/{user}"],
    )
    (found,) = answer["EvaluationResults"]
    return bool(found["EvalDecision"] == "allowed")


def connects(stand: Stand, role: str, cache: str, user: str) -> bool:
    """Whether IAM lets the role log in to the cache as the user: ElastiCache asks for both at once."""
    answer = stand.aws("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["elasticache:Connect"], ResourceArns=[cache, user]
    )
    return {one["EvalDecision"] for one in answer["EvaluationResults"]} == {"allowed"}


def test_each_logs_in_where_it_may_and_no_change_replaces_the_data(stand: Stand) -> None:
    assert stand.pulumi("stack", "init", "dev").returncode == 0
    assert set(steps(stand).values()) == {"create"}
    stand.up()
    found = stand.outputs()
    roles, ids = found["roles"], found["ids"]

    may = {
        (name, place, user)
        for name in roles
        for place in ids
        for user in ("orders", "reports", "steward")
        if allowed(stand, roles[name], ids[place], user)
    }
    assert may == {
        ("through", "proxy", "orders"),
        ("directly", "replica", "reports"),
        ("proxy", "database", "orders"),
        ("proxy", "database", "reports"),
    }

    rds = stand.aws("rds")
    (proxy,) = rds.describe_db_proxies()["DBProxies"]
    assert (proxy["DefaultAuthScheme"], proxy["RequireTLS"]) == ("IAM_AUTH", True)
    instances = {one["DBInstanceIdentifier"]: one for one in rds.describe_db_instances()["DBInstances"]}
    assert all(one["IAMDatabaseAuthenticationEnabled"] for one in instances.values())
    assert {one.get("MasterUserSecret") for one in instances.values()} == {None}

    role, users = roles["directly"], found["cache_users"]
    assert connects(stand, role, found["cache"], users["sessions"])
    assert not connects(stand, role, found["cache"], users["pages"])
    assert not connects(stand, roles["through"], found["cache"], users["sessions"])
    assert not connects(stand, role, found["cache"].replace(":cache", ":other"), users["sessions"])
    (group,) = stand.aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert (group["TransitEncryptionEnabled"], group["AtRestEncryptionEnabled"]) == (True, True)
    assert group["MultiAZ"] == "enabled"
    assert len(group["UserGroupIds"]) == 1

    # The password of the program's own secret is not the first one any more, and that is no reason to change anything.
    versions = stand.aws("secretsmanager").list_secret_version_ids(SecretId=found["secret"])["Versions"]
    assert sorted(stage for one in versions for stage in one["VersionStages"] if stage != "AWSPENDING") == [
        "AWSCURRENT",
        "AWSPREVIOUS",
    ]
    stand.change("refresh", "--yes")
    assert steps(stand) == {}
    upgraded = {"engine_version": "8.4", "allow_major_version_upgrade": True, "apply": "immediately"}
    plan = steps(stand, **upgraded)
    assert {name for name, what in plan.items() if what != "update"} == {"db-parameters", "db-options"}
    assert steps(stand, restore_from="long-ago", database_name="orders").get("db", "same") in {
        "same",
        "update",
    }
    assert set(steps(stand, replicas={"reports": {"zone": "a"}, "more": {}}).values()) <= {"create", "update"}
