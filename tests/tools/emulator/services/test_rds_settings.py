"""What belongs to databases: endpoints, global clusters, option groups, subscriptions, roles, streams, the CA."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.databases import aurora, member, postgres
from tests.tools.emulator.services.world import World, lifecycle

GLOBAL = "aws:rds/globalCluster:GlobalCluster"
ROLE = "arn:aws:iam::111111111111:role/of-the-database"


def test_custom_endpoint(world: World) -> None:
    aurora(world)
    member(world, "one")
    member(world, "two")
    token = "aws:rds/clusterEndpoint:ClusterEndpoint"
    given = {
        "clusterIdentifier": "db",
        "clusterEndpointIdentifier": "reports",
        "customEndpointType": "READER",
    }
    endpoint = world.create(token, excludedMembers=["one"], tags={"a": "b"}, **given)
    assert endpoint.outputs["endpoint"].startswith("reports.cluster-custom-")
    endpoint.update(excludedMembers=None, staticMembers=["two"], tags={"c": "d"})
    assert world.imported(token, "reports")[1]["staticMembers"] == ["two"]
    lifecycle(endpoint)
    with pytest.raises(ClientError, match="no member"):
        world.create(token, staticMembers=["three"], **given)


def test_global_cluster_over_two_regions(world: World) -> None:
    whole = world.create(
        GLOBAL, globalClusterIdentifier="all", engine="aurora-postgresql", engineVersion="16.4"
    )
    first = aurora(world, globalClusterIdentifier="all")
    second = aurora(
        world, region="eu-west-1", globalClusterIdentifier="all", masterUsername=None, masterPassword=None
    )
    whole.refresh()
    members = world.client("rds").describe_global_clusters()["GlobalClusters"][0]["GlobalClusterMembers"]
    assert [(one["DBClusterArn"], one["IsWriter"]) for one in members] == [
        (first.outputs["arn"], True),
        (second.outputs["arn"], False),
    ]
    assert second.refresh() == second.inputs
    with pytest.raises(ClientError, match="not empty"):
        whole.delete()
    whole.update(engineVersion="16.6")
    assert {one.update()["engineVersionActual"] for one in (first, second)} == {"16.6"}
    world.client("rds").switchover_global_cluster(
        GlobalClusterIdentifier="all", TargetDbClusterIdentifier=second.outputs["arn"]
    )
    second.delete()
    first.inputs["engineVersion"] = "16.6"
    first.update(globalClusterIdentifier=None)
    lifecycle(whole)
    with pytest.raises(ValueError, match="sourceDbClusterIdentifier"):
        first.update(globalClusterIdentifier="all")


def test_global_cluster_of_a_cluster_in_another_region(world: World) -> None:
    first = aurora(world, region="eu-west-1", storageEncrypted=True)
    whole = world.create(
        GLOBAL,
        globalClusterIdentifier="all",
        sourceDbClusterIdentifier=first.outputs["arn"],
        forceDestroy=True,
        tags={"a": "b"},
    )
    assert whole.outputs["engine"] == "aurora-postgresql"
    assert whole.outputs["storageEncrypted"] is True
    assert whole.outputs["arn"] == f"arn:aws:rds::{world.place.account}:global-cluster:all"
    whole.update(deletionProtection=True, tags={"c": "d"})
    with pytest.raises(ClientError, match="protected"):
        whole.delete()
    whole.update(deletionProtection=False)
    whole.delete()
    assert whole.refresh() is None


def test_option_group(world: World) -> None:
    token = "aws:rds/optionGroup:OptionGroup"
    audit = {
        "optionName": "MARIADB_AUDIT_PLUGIN",
        "optionSettings": [{"name": "SERVER_AUDIT_EVENTS", "value": "CONNECT"}],
    }
    given = {"name": "audit", "engineName": "mysql", "majorEngineVersion": "8.4"}
    group = world.create(token, options=[audit], tags={"a": "b"}, **given)
    assert group.outputs["arn"].endswith(":og:audit")
    postgres(world, "mysql", engine="mysql", engineVersion="8.4.3", optionGroupName="audit")
    group.update(options=[])
    assert world.client("rds").describe_option_groups()["OptionGroupsList"][0]["Options"] == []
    lifecycle(group)


def test_event_subscription(world: World) -> None:
    topic = world.create("aws:sns/topic:Topic", name="t").outputs["arn"]
    aurora(world)
    aurora(world, name="two")
    token = "aws:rds/eventSubscription:EventSubscription"
    given = {"name": "db", "snsTopic": topic, "sourceType": "db-cluster", "sourceIds": ["db"]}
    made = world.create(token, eventCategories=["failover"], tags={"a": "b"}, **given)
    assert world.imported(token, "db")[1]["eventCategories"] == ["failover"]
    made.update(eventCategories=["failure", "failover"], sourceIds=["two"], enabled=False)
    assert made.outputs["sourceIds"] == ["two"]
    lifecycle(made)


def test_roles_of_databases(world: World) -> None:
    aurora(world)
    postgres(world, "single")
    cluster = world.create(
        "aws:rds/clusterRoleAssociation:ClusterRoleAssociation",
        dbClusterIdentifier="db",
        featureName="s3Import",
        roleArn=ROLE,
    )
    instance = world.create(
        "aws:rds/roleAssociation:RoleAssociation",
        dbInstanceIdentifier="single",
        featureName="s3Export",
        roleArn=ROLE,
    )
    assert (cluster.id, instance.id) == (f"db,{ROLE}", f"single,{ROLE}")
    lifecycle(cluster)
    lifecycle(instance)


def test_activity_stream(world: World) -> None:
    cluster = aurora(world)
    token = "aws:rds/clusterActivityStream:ClusterActivityStream"
    stream = world.create(token, resourceArn=cluster.outputs["arn"], mode="async", kmsKeyId="alias/stream")
    assert stream.outputs["kinesisStreamName"] == f"aws-rds-das-{cluster.outputs['clusterResourceId']}"
    lifecycle(stream)


def test_certificate_of_the_account(world: World) -> None:
    made = world.create("aws:rds/certificate:Certificate", certificateIdentifier="rds-ca-ecc384-g1")
    made.update(certificateIdentifier="rds-ca-rsa4096-g1")
    lifecycle(made)
    with pytest.raises(ClientError, match="CertificateNotFound"):
        world.create("aws:rds/certificate:Certificate", certificateIdentifier="rds-ca-2015")
