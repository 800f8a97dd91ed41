"""What a cluster registers: nobody gets in with a stored password, and what grows later replaces nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi_aws as aws
import pytest
from hypothesis import HealthCheck, given, settings as tried, strategies as st

from components.data import Access, AuroraCluster, AuroraClusterArgs, GlobalMember, Source
from components.data.notices import CLUSTER_EVENTS, INSTANCE_EVENTS
from components.foundation.errors import ComponentError
from components.foundation.names import AUTONAME_LENGTH
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from policies.pack.analyzer import Analyzer
from policies.pack.graph import Stack
from policies.pack.profiles import Entry, resolve
from policies.pack.resource import Resource
from policies.rules import all_rules
from tests.components.recording import ACCOUNT, Recording, Registered, run

CLUSTER = "rds/cluster:Cluster"
MYSQL: dict[str, Any] = {"engine": "aurora-mysql"}
PLAIN: dict[str, Any] = {"subnet_group_name": "data", "security_group_ids": ("sg-data",), "vpc_id": "vpc-1"}
ENDPOINTS = {"e" * 80: {"members": ["i" * 80]}}
FEW: dict[str, Any] = {"alarms": None, "backup_plan": None, "monitoring_seconds": 0}


def network() -> ThreeTierVpc:
    ports = ("tcp/5432", "tcp/3306", "tcp/6000")
    tiers: dict[str, Any] = {"data": {"ports": ports}}
    return ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16", zones=("a", "b"), tiers=tiers))


def deployed(
    then: Callable[[AuroraCluster], object] = lambda _: None,
    place: dict[str, Any] | None = None,
    *,
    on_network: bool = False,
    **values: Any,
) -> Recording:
    def program() -> None:
        where = {"network": network()} if on_network else PLAIN
        then(AuroraCluster("db", AuroraClusterArgs.read({**where, **values}, "db")))

    return run(program, **(place or {}))


def cluster(**values: Any) -> dict[str, Any]:
    (found,) = deployed(**values).of(CLUSTER)
    return found.inputs


def parameters(recording: Recording, kind: str = "ClusterParameterGroup") -> dict[str, tuple[str, str]]:
    group = recording.only(kind).inputs
    return {one["name"]: (one["value"], one["applyMethod"]) for one in group["parameters"]}


def document(one: Registered, key: str = "policy") -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(one.inputs[key])["Statement"]}


# -- who gets in


def test_users_log_in_with_iam_and_the_password_is_nobody_s() -> None:
    found = cluster()
    assert found["iamDatabaseAuthenticationEnabled"] is True
    assert found["manageMasterUserPassword"] is True
    assert found["masterUserSecretKmsKeyId"].endswith("db-password")
    assert "masterPassword" not in found


def test_the_password_is_rotated() -> None:
    rotation = deployed(password_rotation_days=3).only("SecretRotation").inputs
    assert rotation["secretId"].endswith(":secret:db")
    assert rotation["rotationRules"] == {"automaticallyAfterDays": 3}
    assert rotation["rotateImmediately"] is False


def test_a_role_may_connect_as_one_user() -> None:
    def grant(database: AuroraCluster) -> None:
        database.grant_connect(aws.iam.Role("app", assume_role_policy="{}"), "orders")

    policy = deployed(grant).named("RolePolicy")["db-connect-app-as-orders"]
    assert document(policy)["Connect"]["Resource"] == [
        f"arn:aws:rds-db:us-east-1:{ACCOUNT}:dbuser:cluster-DB/orders"
    ]


@pytest.mark.parametrize(("values", "longest"), [({}, 63), (MYSQL, 32)])
def test_a_user_s_name_is_checked_by_the_engine_s_rules(values: dict[str, Any], longest: int) -> None:
    def grant(database: AuroraCluster) -> None:
        database.grant_connect(aws.iam.Role("app", assume_role_policy="{}"), "u" * (longest + 1))

    with pytest.raises(ComponentError, match=rf"db\.grant_connect: the name has {longest + 1} characters"):
        deployed(grant, **values)


def test_only_the_master_s_helper_reads_the_password() -> None:
    seen: list[Any] = []
    deployed(lambda database: seen.extend(database.master_statements()))
    assert {action for one in seen for action in one.actions} == {
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }
    assert all(list(one.resources) != ["*"] for one in seen)


@pytest.mark.parametrize(
    ("values", "family", "expected"),
    [
        ({}, "aurora-postgresql17", {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"}),
        ({"engine_version": "15.7"}, "aurora-postgresql15", {"rds.force_ssl": "1"}),
        (MYSQL, "aurora-mysql8.0", {"require_secure_transport": "ON", "server_audit_logging": "1"}),
        ({**MYSQL, "engine_version": "8.4"}, "aurora-mysql8.4", {"tls_version": "TLSv1.2,TLSv1.3"}),
    ],
)
def test_tls_is_forced_by_parameters_of_the_version_s_family(
    values: dict[str, Any], family: str, expected: dict[str, str]
) -> None:
    recording = deployed(**values)
    assert recording.only("ClusterParameterGroup").inputs["family"] == family
    found = {name: value for name, (value, _) in parameters(recording).items()}
    assert expected.items() <= found.items()


def test_static_parameters_wait_for_a_restart() -> None:
    found = parameters(deployed(parameters={"work_mem": "65536"}))
    assert found["shared_preload_libraries"] == ("pg_stat_statements,pgaudit", "pending-reboot")
    assert found["rds.restrict_password_commands"] == ("1", "pending-reboot")
    assert found["rds.force_ssl"] == ("1", "immediate")
    assert found["work_mem"] == ("65536", "immediate")


# -- where it stands


def test_it_stands_in_the_data_tier_and_wears_its_group() -> None:
    recording = deployed(on_network=True)
    found = recording.of(CLUSTER)[0]
    assert found.inputs["dbSubnetGroupName"] == "net-data"
    assert found.inputs["vpcSecurityGroupIds"] == ["net-data-id"]
    assert all(one.inputs["publiclyAccessible"] is False for one in recording.of("ClusterInstance"))
    assert any("networkAcl" in urn for urn in found.dependencies)


def test_further_sources_have_a_rule_each() -> None:
    sources = {
        "office": Source(cidr="10.9.0.0/16"),
        "v6": Source(cidr="fd00::/8"),
        "jobs": Source(security_group_id="sg-jobs"),
        "list": Source(prefix_list_id="pl-1"),
    }
    recording = deployed(on_network=True, access=Access(sources=sources))
    assert recording.of(CLUSTER)[0].inputs["vpcSecurityGroupIds"] == ["net-data-id", "db-sources-id"]
    rules = {
        name.removeprefix("db-from-"): one.inputs
        for name, one in recording.named("SecurityGroupIngressRule").items()
        if name.startswith("db-from")
    }
    assert rules["office"]["cidrIpv4"] == "10.9.0.0/16"
    assert rules["v6"]["cidrIpv6"] == "fd00::/8"
    assert rules["jobs"]["referencedSecurityGroupId"] == "sg-jobs"
    assert rules["list"]["prefixListId"] == "pl-1"
    assert {(rule["fromPort"], rule["toPort"]) for rule in rules.values()} == {(5432, 5432)}


def test_plain_ids_do_too() -> None:
    recording = deployed(region="eu-west-1")
    found = recording.of(CLUSTER)[0].inputs
    assert (found["dbSubnetGroupName"], found["vpcSecurityGroupIds"]) == ("data", ["sg-data"])
    regional = [
        one for one in recording.resources if one.type.startswith(("aws:rds", "aws:sns", "aws:cloudwatch"))
    ]
    assert {one.inputs["region"] for one in regional} == {"eu-west-1"}


def test_an_instance_stands_in_the_zone_of_the_network_s_key() -> None:
    recording = deployed(on_network=True, instances={"one": {"zone": "b"}})
    assert recording.only("ClusterInstance").inputs["availabilityZone"] == "us-east-1b"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"port": 1521}, r"^db\.port: the network does not open port 1521 of data; add 'tcp/1521'"),
        ({"access": {"tier": "public"}}, "tier 'public' is public; choose"),
        (
            {"access": {"tier": "application"}},
            "tier 'application' has no subnet groups; set its tiers.application",
        ),
        ({"dual_stack": True}, r"^db\.dual_stack: the network has no IPv6 range"),
        ({"region": "eu-west-1"}, r"^db\.region: is not the network's"),
        ({"instances": {"one": {"zone": "c"}}}, r"^db\.instances\.one\.zone: the network has no zone 'c'"),
    ],
)
def test_a_place_that_does_not_fit_is_refused_before_anything_of_it_is_created(
    values: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ComponentError, match=problem):
        deployed(on_network=True, **values)


# -- keys, copies, records


def test_data_password_and_records_have_a_key_each() -> None:
    recording = deployed()
    found = recording.of(CLUSTER)[0].inputs
    assert found["storageEncrypted"] is True
    assert found["kmsKeyId"] == found["performanceInsightsKmsKeyId"]
    assert found["kmsKeyId"].endswith("db-storage")
    keys = recording.named("Key")
    assert "UseThroughRds" in document(keys["db-storage"])
    assert "UseThroughSecretsmanager" in document(keys["db-password"])
    assert {"EncryptLogGroups", "LetEventsRdsUseTheKey", "LetCloudwatchUseTheKey"} <= set(
        document(keys["db-records"])
    )


def test_a_given_key_is_used_instead() -> None:
    recording = deployed(key_arn="arn:aws:kms:us-east-1:111111111111:key/own")
    assert recording.of(CLUSTER)[0].inputs["kmsKeyId"].endswith("key/own")
    assert "db-storage" not in recording.named("Key")


def test_nothing_is_lost_by_accident() -> None:
    found = cluster()
    assert found["deletionProtection"] is True
    assert found["skipFinalSnapshot"] is False
    assert found["finalSnapshotIdentifier"] == "groundplan-test-db-final-dbrecord"
    assert found["deleteAutomatedBackups"] is False
    assert found["copyTagsToSnapshot"] is True
    assert deployed().named("Key")["db-storage"].retained, "a snapshot without its key is lost"
    assert not deployed(final_snapshot=False).named("Key")["db-storage"].retained
    assert not deployed().named("Key")["db-password"].retained
    gone = cluster(final_snapshot=False)
    assert gone["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in gone


def test_log_groups_are_there_before_rds_would_make_them() -> None:
    recording = deployed(**MYSQL, log_retention_days=30)
    found = recording.of(CLUSTER)[0]
    names = [
        f"/aws/rds/cluster/{found.inputs['clusterIdentifier']}/{log}"
        for log in ("audit", "error", "slowquery")
    ]
    groups = {name: one for name, one in recording.named("LogGroup").items() if name.startswith("db-logs")}
    assert [one.inputs["name"] for one in groups.values()] == names
    assert {one.inputs["retentionInDays"] for one in groups.values()} == {30}
    assert all(one.inputs["kmsKeyId"].endswith("db-records") for one in groups.values())
    assert {one.urn for one in groups.values()} <= set(found.dependencies)
    assert found.inputs["enabledCloudwatchLogsExports"] == ["audit", "error", "slowquery"]


def test_enhanced_monitoring_writes_to_its_one_group_for_this_account_only() -> None:
    recording = deployed()
    role = recording.named("Role")["db-monitoring"]
    trust = document(role, "assumeRolePolicy")["AssumeRole"]
    assert trust["Principal"] == {"Service": ["monitoring.rds.amazonaws.com"]}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    rights = document(recording.named("RolePolicy")["db-monitoring"])
    resources = [arn for one in rights.values() for arn in one["Resource"]]
    assert all(":log-group:RDSOSMetrics" in arn for arn in resources)
    for one in [*recording.of("ClusterInstance"), *recording.of(CLUSTER)]:
        assert one.inputs["monitoringInterval"] == 60
        assert one.inputs["monitoringRoleArn"].endswith("db-monitoring")


def test_without_enhanced_monitoring_there_is_no_role() -> None:
    recording = deployed(monitoring_seconds=0)
    assert "db-monitoring" not in recording.named("Role")
    assert recording.of(CLUSTER)[0].inputs["monitoringInterval"] == 0


def test_advanced_insights_keep_465_days_on_cluster_and_instances() -> None:
    recording = deployed(insights={"mode": "advanced"})
    assert recording.of(CLUSTER)[0].inputs["databaseInsightsMode"] == "advanced"
    kept = {
        one.inputs["performanceInsightsRetentionPeriod"]
        for one in [*recording.of(CLUSTER), *recording.of("ClusterInstance")]
    }
    assert kept == {465}


def test_events_and_alarms_tell_one_encrypted_topic() -> None:
    recording = deployed(notices={"emails": ["team@example.com"], "topic_arns": ["arn:aws:sns:::pager"]})
    topic = recording.only("Topic")
    assert topic.inputs["kmsMasterKeyId"].endswith("db-records")
    policy = document(recording.only("TopicPolicy"))
    assert policy["OnlyOverTls"]["Effect"] == "Deny"
    assert policy["OnlyOverTls"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    services = {
        policy[sid]["Principal"]["Service"][0]: policy[sid]["Condition"]["StringEquals"]["aws:SourceAccount"]
        for sid in ("TellEventsRds", "TellCloudwatch")
    }
    assert services == {"events.rds.amazonaws.com": ACCOUNT, "cloudwatch.amazonaws.com": ACCOUNT}
    sources = {one.inputs["sourceType"]: one.inputs["sourceIds"] for one in recording.of("EventSubscription")}
    assert sources == {"db-cluster": ["db-id"], "db-instance": ["db-one-id", "db-two-id"]}
    subscriptions = {one.inputs["sourceType"]: one for one in recording.of("EventSubscription")}
    assert set(subscriptions["db-cluster"].inputs["eventCategories"]) == set(CLUSTER_EVENTS)
    assert set(subscriptions["db-instance"].inputs["eventCategories"]) == set(INSTANCE_EVENTS)
    allowed = recording.only("TopicPolicy").urn
    for one in subscriptions.values():
        assert one.inputs["snsTopic"] == topic.state["arn"]
        assert allowed in one.dependencies, "RDS tries to write before it takes the subscription"
    for alarm in recording.of("MetricAlarm"):
        assert alarm.inputs["alarmActions"] == [topic.state["arn"], "arn:aws:sns:::pager"]
        assert alarm.inputs["dimensions"] == {"DBClusterIdentifier": "db-id"}
        assert alarm.inputs["treatMissingData"] == "notBreaching"
    compared = {one.name: one.inputs["comparisonOperator"] for one in recording.of("MetricAlarm")}
    assert compared["db-alarm-memory"] == "LessThanThreshold"
    assert compared["db-alarm-cpu"] == "GreaterThanOrEqualToThreshold"
    assert recording.only("TopicSubscription").inputs["endpoint"] == "team@example.com"
    assert deployed(alarms=None).of("MetricAlarm") == []


# -- machines


def test_the_writer_is_made_first() -> None:
    recording = deployed(instances={"r": {}, "w": {"promotion_tier": 0}, "s": {"zone": "us-east-1b"}})
    instances = recording.named("ClusterInstance")
    writer = instances["db-w"].urn
    assert writer not in instances["db-w"].dependencies
    assert writer in instances["db-r"].dependencies
    assert writer in instances["db-s"].dependencies
    assert instances["db-w"].inputs["identifier"] == "groundplan-test-db-w"


@tried(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True), min_size=2, max_size=5, unique=True),
    st.data(),
)
def test_adding_or_removing_an_instance_touches_no_other(names: list[str], data: st.DataObject) -> None:
    left = data.draw(st.permutations(names))[: len(names) - 1]

    def instances(some: list[str]) -> dict[str, dict[str, Any]]:
        recording = deployed(instances={name: {} for name in some}, **FEW)
        return {one.name: one.inputs for one in (*recording.of(CLUSTER), *recording.of("ClusterInstance"))}

    all_of_them, fewer = instances(names), instances(left)
    assert all_of_them.pop("db") == fewer.pop("db")
    assert set(fewer) == {f"db-{name}" for name in left}
    assert all(all_of_them[name] == inputs for name, inputs in fewer.items())


def test_serverless_instances_have_a_capacity_and_pause_only_from_zero() -> None:
    found = deployed(serverless={"min": 0, "max": 8})
    assert found.of(CLUSTER)[0].inputs["serverlessv2ScalingConfiguration"] == {
        "minCapacity": 0,
        "maxCapacity": 8,
        "secondsUntilAutoPause": 300,
    }
    assert {one.inputs["instanceClass"] for one in found.of("ClusterInstance")} == {"db.serverless"}
    assert cluster(serverless={"min": 1})["serverlessv2ScalingConfiguration"] == {
        "minCapacity": 1,
        "maxCapacity": 4,
    }


def test_settings_become_the_cluster_s() -> None:
    found = cluster(
        **MYSQL,
        storage="io-optimized",
        backtrack_hours=2,
        data_api=True,
        dual_stack=True,
        local_write_forwarding=True,
        port=6000,
        database_name="orders",
        apply="immediately",
        allow_major_version_upgrade=True,
        extended_support=True,
        auto_minor_version_upgrade=False,
        backup_retention_days=35,
        backup_window="20:00-21:00",
        maintenance_window="tue:22:00-tue:23:00",
        master_username="owner_of_orders",
    )
    expected = {
        "storageType": "aurora-iopt1",
        "backtrackWindow": 7200,
        "enableHttpEndpoint": True,
        "enableLocalWriteForwarding": True,
        "networkType": "DUAL",
        "port": 6000,
        "databaseName": "orders",
        "applyImmediately": True,
        "allowMajorVersionUpgrade": True,
        "engineLifecycleSupport": "open-source-rds-extended-support",
        "autoMinorVersionUpgrade": False,
        "backupRetentionPeriod": 35,
        "preferredBackupWindow": "20:00-21:00",
        "preferredMaintenanceWindow": "tue:22:00-tue:23:00",
        "masterUsername": "owner_of_orders",
    }
    assert expected.items() <= found.items()


def test_settings_become_the_instances() -> None:
    (found,) = deployed(
        instances={"one": {"promotion_tier": 7, "instance_class": "db.r8g.xlarge"}},
        maintenance_window="tue:22:00-tue:23:00",
        auto_minor_version_upgrade=False,
        apply="immediately",
    ).of("ClusterInstance")
    expected = {
        "promotionTier": 7,
        "instanceClass": "db.r8g.xlarge",
        "engine": "aurora-postgresql",
        "preferredMaintenanceWindow": "tue:22:00-tue:23:00",
        "autoMinorVersionUpgrade": False,
        "applyImmediately": True,
        "copyTagsToSnapshot": True,
    }
    assert expected.items() <= found.inputs.items()


def test_a_certificate_s_authority_can_be_chosen() -> None:
    recording = deployed(ca_certificate="rds-ca-ecc384-g1")
    assert {one.inputs["caCertIdentifier"] for one in recording.of("ClusterInstance")} == {"rds-ca-ecc384-g1"}


def test_instance_parameters_follow_a_major_upgrade() -> None:
    recording = deployed(
        instance_parameters={"log_temp_files": 0}, allow_major_version_upgrade=True, apply="immediately"
    )
    assert parameters(recording, "ParameterGroup") == {"log_temp_files": ("0", "immediate")}
    name = recording.only("ParameterGroup").state["name"]
    assert recording.of(CLUSTER)[0].inputs["dbInstanceParameterGroupName"] == name
    assert {one.inputs["dbParameterGroupName"] for one in recording.of("ClusterInstance")} == {name}
    assert "dbInstanceParameterGroupName" not in cluster(instance_parameters={"log_temp_files": 0})


def test_custom_endpoints_name_instances() -> None:
    endpoints = {"reports": {"members": ["two"]}, "rest": {"excluded": ["two"], "kind": "ANY"}}
    found = deployed(endpoints=endpoints).named("ClusterEndpoint")
    reports, rest = found["db-endpoint-reports"].inputs, found["db-endpoint-rest"].inputs
    assert reports["staticMembers"] == ["groundplan-test-db-two"]
    assert "excludedMembers" not in reports
    assert rest["excludedMembers"] == ["groundplan-test-db-two"]
    assert (rest["customEndpointType"], rest["clusterEndpointIdentifier"]) == (
        "ANY",
        "groundplan-test-db-rest",
    )


@pytest.mark.parametrize(
    ("scaling", "metric", "target"),
    [
        ({"max": 5, "cpu": 60}, "RDSReaderAverageCPUUtilization", 60),
        ({"max": 5, "connections": 100}, "RDSReaderAverageDatabaseConnections", 100),
    ],
)
def test_replicas_follow_the_load(scaling: dict[str, Any], metric: str, target: float) -> None:
    recording = deployed(replica_scaling={**scaling, "cooldown_in": 60, "cooldown_out": 30})
    goal = recording.of("appautoscaling/target:Target")[0]
    assert goal.inputs["resourceId"] == "cluster:groundplan-test-db"
    assert (goal.inputs["minCapacity"], goal.inputs["maxCapacity"]) == (1, 5)
    assert {one.urn for one in recording.of("ClusterInstance")} <= set(goal.dependencies)
    policy = recording.of("appautoscaling/policy:Policy")[0].inputs
    tracked = policy["targetTrackingScalingPolicyConfiguration"]
    assert tracked["predefinedMetricSpecification"]["predefinedMetricType"] == metric
    assert tracked["targetValue"] == target
    assert (tracked["scaleInCooldown"], tracked["scaleOutCooldown"]) == (60, 30)


def test_an_activity_stream_has_a_key_and_waits_for_the_instances() -> None:
    recording = deployed(activity_stream="async")
    stream = recording.only("ClusterActivityStream")
    assert stream.inputs["mode"] == "async"
    assert stream.inputs["kmsKeyId"] == "db-activity-key"
    assert {one.urn for one in recording.of("ClusterInstance")} <= set(stream.dependencies)


# -- where the data come from


def test_a_restored_cluster_keeps_the_users_of_its_source() -> None:
    found = deployed(restore={"snapshot": "before"}, database_name="orders").of(CLUSTER)[0]
    assert found.inputs["snapshotIdentifier"] == "before"
    assert "masterUsername" not in found.inputs
    assert "databaseName" not in found.inputs
    assert found.inputs["manageMasterUserPassword"] is True


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (
            {"cluster": "other", "at": "2026-03-01T12:00:00Z"},
            {
                "sourceClusterIdentifier": "other",
                "restoreToTime": "2026-03-01T12:00:00Z",
                "restoreType": "full-copy",
            },
        ),
        (
            {"resource_id": "cluster-A", "latest": True, "clone": True},
            {
                "sourceClusterResourceId": "cluster-A",
                "useLatestRestorableTime": True,
                "restoreType": "copy-on-write",
            },
        ),
    ],
)
def test_a_point_in_time(point: dict[str, Any], expected: dict[str, Any]) -> None:
    assert cluster(restore={"point_in_time": point})["restoreToPointInTime"] == expected


def test_where_data_came_from_never_replaces_what_has_grown_since() -> None:
    ignored = deployed().of(CLUSTER)[0].ignore_changes
    assert {"snapshotIdentifier", "restoreToPointInTime"} <= set(ignored)


def test_a_secondary_of_a_global_database_has_no_users_of_its_own() -> None:
    member = GlobalMember(id="world", secondary=True, write_forwarding=True)
    recording = deployed(global_member=member)
    found = recording.of(CLUSTER)[0]
    assert found.inputs["globalClusterIdentifier"] == "world"
    assert found.inputs["enableGlobalWriteForwarding"] is True
    assert not {"masterUsername", "manageMasterUserPassword", "masterUserSecretKmsKeyId"} & set(found.inputs)
    assert "globalClusterIdentifier" in found.ignore_changes
    assert recording.of("SecretRotation") == []
    assert "db-password" not in recording.named("Key")


# -- backups


def test_backups_are_copied_to_a_second_region_under_another_key() -> None:
    recording = deployed(backup_plan={"retention_days": 60})
    vaults = recording.named("Vault")
    assert "region" not in vaults["db-backups"].inputs
    assert vaults["db-copies"].inputs["region"] == "us-west-2"
    keys = recording.named("Key")
    assert keys["db-copies"].inputs["region"] == "us-west-2"
    assert "rds.us-west-2.amazonaws.com" in keys["db-copies"].inputs["policy"]
    (rule,) = recording.only("Plan").inputs["rules"]
    assert rule["lifecycle"] == rule["copyActions"][0]["lifecycle"] == {"deleteAfter": 60}
    assert rule["copyActions"][0]["destinationVaultArn"] == vaults["db-copies"].state["arn"]
    assert recording.only("Selection").inputs["resources"] == [recording.of(CLUSTER)[0].state["arn"]]
    assert {one.inputs["minRetentionDays"] for one in recording.of("VaultLockConfiguration")} == {7}


@pytest.mark.parametrize(
    ("region", "given_region", "problem"),
    [
        ("sa-east-1", None, r"db\.backup_plan\.copy_region: no second Region in the country of sa-east-1"),
        ("us-east-1", "us-east-1", r"db\.backup_plan\.copy_region: us-east-1 is the Region itself"),
    ],
)
def test_a_copy_needs_another_region(region: str, given_region: str | None, problem: str) -> None:
    with pytest.raises(Exception, match=problem):
        deployed(place={"region": region}, backup_plan={"copy_region": given_region})


# -- as a whole

LIMITS = {
    "Vault": 50,
    "Plan": 50,
    "Selection": 50,
    "Role": 64,
    "Topic": 256,
    "EventSubscription": 255,
    "ClusterParameterGroup": 255,
    "MetricAlarm": 255,
    "RolePolicy": 128,
}
"""Longest names that AWS takes."""


def test_names_fit_under_the_longest_component_name() -> None:
    def program() -> None:
        args = AuroraClusterArgs.read({**PLAIN, "instances": {"i" * 80: {}}, "endpoints": ENDPOINTS}, "db")
        AuroraCluster("n" * 28, args).grant_connect(aws.iam.Role("r" * 56, assume_role_policy="{}"), "u" * 63)

    recording = run(program)
    for kind, limit in LIMITS.items():
        found = recording.named(kind)
        assert found, kind
        assert all(len(name) + AUTONAME_LENGTH <= limit for name in found), kind
    identifiers = [
        one.inputs.get(key, "")
        for one in recording.resources
        for key in ("clusterIdentifier", "identifier", "clusterEndpointIdentifier")
    ]
    assert all(len(one) <= 63 for one in identifiers)
    assert len(recording.of(CLUSTER)[0].inputs["finalSnapshotIdentifier"]) <= 255


@pytest.mark.parametrize(
    "values", [{}, MYSQL, {"serverless": {"min": 0}}], ids=["postgresql", "mysql", "pausing"]
)
def test_the_default_breaks_no_rule_of_the_strict_profile(values: dict[str, Any]) -> None:
    def grant(database: AuroraCluster) -> None:
        database.grant_connect(aws.iam.Role("app", assume_role_policy="{}"), "orders")

    recording = deployed(grant, on_network=True, **values)
    resources = [
        Resource(one.type, one.name, one.urn, one.state)
        for one in recording.resources
        if one.type.startswith("aws:")
    ]
    rules = all_rules()
    strict = Analyzer(rules, resolve(rules, {"settings": Entry(options={"profile": "strict"})}))
    outcomes = [outcome for one in resources for outcome in strict.judge(one)]
    outcomes += strict.judge_stack(Stack(resources))
    own = {one.urn for one in recording.resources if one.name.startswith("db")}
    assert not [(one.rule.id, one.urn, str(one.verdict)) for one in outcomes if one.urn in own]


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_other_partitions(partition: str, region: str) -> None:
    recording = deployed(place={"partition": partition, "region": region})
    own = [one for one in recording.resources if one.name.startswith("db") and one.custom]
    assert all("arn:aws:" not in json.dumps(one.inputs, default=str) for one in own)
    assert recording.named("Vault")["db-copies"].inputs["region"] != region


def test_the_outputs_say_where_it_is() -> None:
    recording = deployed(endpoints={"reports": {"members": ["two"]}})
    (component,) = recording.of("data:AuroraCluster")
    outputs = recording.outputs[component.urn]
    assert outputs["endpoint"] == "db.cluster-x.example.com"
    assert (outputs["port"], outputs["resource_id"]) == (5432, "cluster-DB")
    assert set(outputs["instances"]) == {"one", "two"}
    assert set(outputs["endpoints"]) == {"reports"}
