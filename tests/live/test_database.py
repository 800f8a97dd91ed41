"""A database on its network: one role logs in as one user, and what changes later replaces no data."""

from __future__ import annotations

from typing import Any

from tests.live.stand import ROOT, Stand

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import AuroraCluster, AuroraClusterArgs
from components.foundation.iam import assume_role_policy
from components.foundation.partition import Site
from components.network import ThreeTierVpc, ThreeTierVpcArgs

network = ThreeTierVpc("net", ThreeTierVpcArgs.read({network!r}, "network"))
database = AuroraCluster("db", AuroraClusterArgs.read({{"network": network, **{settings!r}}}, "database"))
roles = {{
    name: aws.iam.Role(name, assume_role_policy=assume_role_policy(Site.of(database), service="ec2"))
    for name in ("writes", "reads")
}}
database.grant_connect(roles["writes"], "orders")
pulumi.export("resource_id", database.resource_id)
pulumi.export("secret", database.secret_arn)
pulumi.export("roles", {{name: role.arn for name, role in roles.items()}})
"""
NETWORK: dict[str, Any] = {
    "cidr_block": "10.0.0.0/16",
    "zones": ["a", "c"],
    "nat": {"mode": "none"},
    "flow_logs": {"destination": "none"},
    "endpoints": {"gateway": []},
}
INSTANCES: dict[str, Any] = {"one": {"promotion_tier": 0}, "two": {}}
BASE: dict[str, Any] = {"deletion_protection": False, "instances": INSTANCES, "engine_version": "16"}


def write(stand: Stand, **changes: Any) -> None:
    settings = {**BASE, **changes}
    stand.write(PROGRAM.format(root=str(ROOT), network=NETWORK, settings=settings))


def steps(stand: Stand, **changes: Any) -> dict[str, str]:
    """What a preview with other settings would do: the resource's name -> operation."""
    write(stand, **changes)
    return {name: step["op"] for name, step in stand.plan().items()}


def decision(stand: Stand, role: str, resource: str, action: str = "rds-db:connect") -> str:
    """What IAM says about a role, as the policies that were deployed have it."""
    answer = stand.aws("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
    )
    (found,) = answer["EvaluationResults"]
    return str(found["EvalDecision"])


def test_one_role_logs_in_as_one_user_and_no_change_replaces_the_data(stand: Stand) -> None:
    assert stand.pulumi("stack", "init", "dev").returncode == 0
    assert set(steps(stand).values()) == {"create"}
    stand.up()
    found = stand.outputs()
    writes, reads = found["roles"]["writes"], found["roles"]["reads"]
    database = f"arn:aws:rds-db:us-east-1:111111111111:dbuser:{found['resource_id']}"

    (policy,) = stand.aws("iam").list_role_policies(RoleName=writes.rsplit("/", 1)[1])["PolicyNames"]
    document = stand.aws("iam").get_role_policy(RoleName=writes.rsplit("/", 1)[1], PolicyName=policy)
    (statement,) = document["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [f"{database}/orders"]
    assert found["resource_id"] == cluster(stand)["DbClusterResourceId"]

    assert decision(stand, writes, f"{database}/orders") == "allowed"
    refused = {
        decision(stand, writes, f"{database}/{user}")
        for user in ("steward", "orders2", "order", "ORDERS", "*")
    }
    refused.add(decision(stand, writes, database.replace("cluster-", "cluster-X") + "/orders"))
    refused.add(decision(stand, writes, database.replace("us-east-1", "eu-west-1") + "/orders"))
    refused.add(decision(stand, writes, database.replace("111111111111", "222222222222") + "/orders"))
    refused.add(decision(stand, writes, f"{database}/orders", "rds:DeleteDBCluster"))
    refused.add(decision(stand, writes, found["secret"], "secretsmanager:GetSecretValue"))
    refused.add(decision(stand, reads, f"{database}/orders"))
    assert refused == {"implicitDeny"}

    assert cluster(stand)["IAMDatabaseAuthenticationEnabled"] is True
    assert forced_tls(stand) == "1"

    assert steps(stand) == {}
    changed = {"one": {"promotion_tier": 0}, "three": {}}
    assert steps(stand, engine_version="16.9", instances=changed, restore={"snapshot": "long-ago"}) == {
        "db": "update",
        "db-two": "delete",
        "db-three": "create",
        "db-db-instance": "update",
    }
    upgrade = {"engine_version": "17.5", "allow_major_version_upgrade": True, "apply": "immediately"}
    plan = steps(stand, **upgrade)
    assert {name for name, what in plan.items() if what != "update"} == {"db-parameters"}

    write(stand, **upgrade, instances={**INSTANCES, "three": {}})
    stand.up()
    assert stand.outputs()["resource_id"] == found["resource_id"]
    assert cluster(stand)["EngineVersion"] == "17.5"
    assert forced_tls(stand) == "1"
    assert len(cluster(stand)["DBClusterMembers"]) == 3
    assert set(stand.change("destroy", "--yes")) == {"delete"}
    assert snapshots(stand) == ["available"]


def cluster(stand: Stand) -> dict[str, Any]:
    (found,) = stand.aws("rds").describe_db_clusters()["DBClusters"]
    return dict(found)


def forced_tls(stand: Stand) -> str:
    """The parameter as the cluster's own group has it at this moment."""
    listed = stand.aws("rds").get_paginator("describe_db_cluster_parameters")
    pages = listed.paginate(DBClusterParameterGroupName=cluster(stand)["DBClusterParameterGroup"])
    found = {
        one["ParameterName"]: one.get("ParameterValue", "") for page in pages for one in page["Parameters"]
    }
    return str(found["rds.force_ssl"])


def snapshots(stand: Stand) -> list[str]:
    found = stand.aws("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    return [str(one["Status"]) for one in found]
