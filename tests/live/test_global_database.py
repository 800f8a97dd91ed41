"""A database over two Regions: after a switch-over, made outside the program, the program has nothing to do."""

from __future__ import annotations

from typing import Any

from tests.live.stand import ROOT, Stand

HERE, THERE = "us-east-1", "eu-west-1"
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.data import AuroraGlobalDatabase, AuroraGlobalDatabaseArgs, AuroraSettings, GlobalRegion
from components.foundation.iam import assume_role_policy
from components.foundation.partition import Site
from components.network import ThreeTierVpc, ThreeTierVpcArgs

networks = {{
    region: ThreeTierVpc(f"net-{{region}}", ThreeTierVpcArgs.read({{**{network!r}, "region": region}}, "network"))
    for region in {regions!r}
}}
database = AuroraGlobalDatabase("db", AuroraGlobalDatabaseArgs(
    settings=AuroraSettings.read({settings!r}, "settings"),
    primary={regions!r}[0],
    regions={{region: GlobalRegion(network=network) for region, network in networks.items()}}))
role = aws.iam.Role("reads", assume_role_policy=assume_role_policy(Site.of(database), service="ec2"))
database.grant_connect(role, "orders")
pulumi.export("identifier", database.identifier)
pulumi.export("clusters", {{region: one.cluster.arn for region, one in database.clusters.items()}})
pulumi.export("resource_ids", {{region: one.resource_id for region, one in database.clusters.items()}})
pulumi.export("role", role.arn)
"""
NETWORK: dict[str, Any] = {
    "cidr_block": "10.0.0.0/16",
    "zones": ["a", "b"],
    "tiers": {
        "public": None,
        "application": None,
        "data": {"reachable_from": [], "outside": ["10.9.0.0/16"]},
    },
    "nat": {"mode": "none"},
    "flow_logs": {"destination": "none"},
    "endpoints": {"gateway": []},
}
SETTINGS: dict[str, Any] = {
    "engine_version": "16.4",
    "instances": {"one": {"promotion_tier": 0}},
    "database_name": "orders",
    "deletion_protection": False,
    "final_snapshot": False,
    "backup_plan": None,
    "alarms": None,
}


def write(stand: Stand, **changes: Any) -> None:
    settings = {**SETTINGS, **changes}
    stand.write(PROGRAM.format(root=str(ROOT), network=NETWORK, settings=settings, regions=[HERE, THERE]))


def steps(stand: Stand, **changes: Any) -> dict[str, str]:
    """What a preview with other settings would do: the resource's name -> operation."""
    write(stand, **changes)
    return {name: step["op"] for name, step in stand.plan().items()}


def writer(stand: Stand) -> str:
    (found,) = stand.aws("rds").describe_global_clusters()["GlobalClusters"]
    (arn,) = [one["DBClusterArn"] for one in found["GlobalClusterMembers"] if one["IsWriter"]]
    return str(arn)


def test_a_switch_over_leaves_the_program_nothing_to_do(stand: Stand) -> None:
    write(stand)
    stand.up()
    found = stand.outputs()
    assert writer(stand) == found["clusters"][HERE]
    assert steps(stand) == {}

    stand.aws("rds").switchover_global_cluster(
        GlobalClusterIdentifier=found["identifier"], TargetDbClusterIdentifier=found["clusters"][THERE]
    )
    assert writer(stand) == found["clusters"][THERE]
    refreshed = stand.change("refresh", "--yes")
    assert "delete" not in refreshed
    state = {
        one["urn"].rsplit("::", 1)[-1]: one for one in stand.resources() if "rds/cluster:" in one["type"]
    }
    assert state[f"db-{HERE}"]["outputs"]["replicationSourceIdentifier"] == found["clusters"][THERE]
    assert steps(stand) == {}

    upgrade = steps(stand, engine_version="16.6")
    assert upgrade == {"db": "update"}
    more = steps(stand, instances={"one": {"promotion_tier": 0}, "two": {}}, deletion_protection=True)
    assert {what for name, what in more.items() if not name.endswith("-two")} == {"update"}

    assert {
        decision(stand, found["role"], f"arn:aws:rds-db:{region}:111111111111:dbuser:{identifier}/orders")
        for region, identifier in found["resource_ids"].items()
    } == {"allowed"}
    swapped = dict(zip(found["resource_ids"], reversed(found["resource_ids"].values()), strict=True))
    assert {
        decision(stand, found["role"], f"arn:aws:rds-db:{region}:111111111111:dbuser:{identifier}/orders")
        for region, identifier in swapped.items()
    } == {"implicitDeny"}


def decision(stand: Stand, role: str, resource: str) -> str:
    """What IAM says about a role, as the policies that were deployed have it."""
    answer = stand.aws("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["rds-db:connect"], ResourceArns=[resource]
    )
    (found,) = answer["EvaluationResults"]
    return str(found["EvalDecision"])
