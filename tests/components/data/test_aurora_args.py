"""Settings of a cluster that can't work together are refused, each with its path and what to write instead."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from hypothesis import given, settings as tried, strategies as st

from components.data import AuroraClusterArgs, AuroraSettings, GlobalMember
from components.foundation.errors import ComponentError

MYSQL: dict[str, Any] = {"engine": "aurora-mysql"}
SERVERLESS: dict[str, Any] = {"instance_class": "db.serverless"}
PLACE: dict[str, Any] = {"subnet_group_name": "data", "security_group_ids": ("sg-1",)}


def settings(**values: Any) -> AuroraSettings:
    return AuroraSettings.read(values, "db")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no such engine", {"engine": "aurora"}, "db.engine: 'aurora'"),
    ("no version", {"engine_version": "seventeen"}, "db.engine_version: 'seventeen' is no version"),
    # Serverless
    ("no capacity", SERVERLESS, "db.serverless: instance 'one' is serverless; set"),
    (
        "capacity of provisioned",
        {"instance_class": "db.r7g.large", "serverless": {}},
        "db.serverless: capacity means nothing to provisioned instances; leave it out",
    ),
    ("halves only", {"serverless": {"min": 0.7}}, "db.serverless.min: 0.7"),
    ("less than min", {"serverless": {"min": 5}}, "db.serverless.max: 4 is less than min 5; raise it"),
    (
        "never pauses",
        {"serverless": {"min": 0.5, "pause_after_seconds": 300}},
        "db.serverless.pause_after_seconds: only an instance with min: 0 pauses",
    ),
    (
        "pause too soon",
        {"serverless": {"min": 0, "pause_after_seconds": 299}},
        "db.serverless.pause_after_seconds: 299",
    ),
    (
        "old version can't pause",
        {"serverless": {"min": 0}, "engine_version": "16.2"},
        "db.serverless.min: aurora-postgresql 16.2 does not have auto-pause; this line has it from 16.3",
    ),
    (
        "old MySQL can't pause",
        {"serverless": {"min": 0}, **MYSQL, "engine_version": "8.0.mysql_aurora.3.07.1"},
        "db.serverless.min: aurora-mysql 8.0.mysql_aurora.3.07.1 does not have auto-pause",
    ),
    (
        "old version is small",
        {"serverless": {"max": 200}, "engine_version": "16.1"},
        "db.serverless.max: aurora-postgresql 16.1 does not have 256 ACUs",
    ),
    (
        "older than serverless",
        {"serverless": {}, "engine_version": "15.1"},
        "db.serverless: aurora-postgresql 15.1 does not have serverless",
    ),
    (
        "replication keeps it awake",
        {"serverless": {"min": 0}, "parameters": {"rds.logical_replication": 1}},
        "db.parameters.rds.logical_replication: replication keeps the cluster awake",
    ),
    (
        "binlog keeps it awake",
        {**MYSQL, "serverless": {"min": 0}, "parameters": {"binlog_format": "ROW"}},
        "db.parameters.binlog_format: replication keeps the cluster awake",
    ),
    (
        "paused replicas don't scale",
        {"serverless": {"min": 0}, "replica_scaling": {"max": 3, "cpu": 50}},
        "db.replica_scaling: replicas that pause have no load",
    ),
    # Storage, backtrack, restore
    (
        "version without I/O-Optimized",
        {"storage": "io-optimized", "engine_version": "16.0"},
        "db.storage: aurora-postgresql 16.0 does not have I/O-Optimized storage; this line has it from 16.1",
    ),
    (
        "PostgreSQL does not go back",
        {"backtrack_hours": 1},
        "db.backtrack_hours: only Aurora MySQL can go back in time; leave it out",
    ),
    (
        "binary logs",
        {**MYSQL, "backtrack_hours": 1, "parameters": {"binlog_format": "ROW"}},
        "db.backtrack_hours: backtracking does not go with binary logs",
    ),
    ("too far back", {**MYSQL, "backtrack_hours": 73}, "db.backtrack_hours: 73"),
    ("no backups", {"backup_retention_days": 0}, "db.backup_retention_days: 0"),
    ("too many backups", {"backup_retention_days": 36}, "db.backup_retention_days: 36"),
    (
        "two sources",
        {"restore": {"snapshot": "s", "point_in_time": {"cluster": "c", "latest": True}}},
        "db.restore: data come from one source",
    ),
    ("no source", {"restore": {}}, "db.restore: data come from one source"),
    (
        "two moments",
        {"restore": {"point_in_time": {"cluster": "c", "at": "2026-03-01T12:00:00Z", "latest": True}}},
        "db.restore.point_in_time: needs one moment",
    ),
    (
        "no moment",
        {"restore": {"point_in_time": {"cluster": "c"}}},
        "db.restore.point_in_time: needs one moment",
    ),
    (
        "no time",
        {"restore": {"point_in_time": {"cluster": "c", "at": "yesterday"}}},
        "db.restore.point_in_time.at: 'yesterday' is no time in UTC",
    ),
    (
        "clone of the past",
        {"restore": {"point_in_time": {"cluster": "c", "at": "2026-03-01T12:00:00Z", "clone": True}}},
        "db.restore.point_in_time.clone: a clone starts from now",
    ),
    (
        "two clusters",
        {"restore": {"point_in_time": {"cluster": "c", "resource_id": "cluster-A", "latest": True}}},
        "db.restore.point_in_time.cluster: needs one source",
    ),
    # Upgrades, windows, insights
    (
        "upgrade that waits",
        {"allow_major_version_upgrade": True},
        "db.apply: a major upgrade that waits for the window",
    ),
    (
        "windows overlap",
        {"backup_window": "03:30-04:30", "maintenance_window": "sun:04:00-sun:05:00"},
        "db.maintenance_window: sun:04:00-sun:05:00 overlaps",
    ),
    ("no window", {"backup_window": "soon"}, "db.backup_window: 'soon' is no daily window"),
    (
        "advanced with little history",
        {"insights": {"mode": "advanced", "retention_days": 93}},
        "db.insights.retention_days: 93 days are too few for mode advanced; use 465",
    ),
    (
        "days nobody keeps",
        {"insights": {"retention_days": 100}},
        "db.insights.retention_days: 100 days can't be kept; use 93",
    ),
    ("interval", {"monitoring_seconds": 20}, "db.monitoring_seconds: 20"),
    ("log retention", {"log_retention_days": 100}, "db.log_retention_days: "),
    # Activity stream and Data API
    (
        "no stream on T",
        {"activity_stream": "async", "instances": {"one": {}, "two": {"instance_class": "db.t4g.medium"}}},
        "db.instances.two.instance_class: an activity stream does not work on db.t4g.medium; use",
    ),
    (
        "no stream on serverless",
        {"activity_stream": "async", "serverless": {}},
        "db.instances.one.instance_class: an activity stream does not work on db.serverless",
    ),
    (
        "MySQL streams asynchronously",
        {**MYSQL, "activity_stream": "sync"},
        "db.activity_stream: Aurora MySQL streams asynchronously only; use async",
    ),
    (
        "no Data API on T",
        {"data_api": True, "instance_class": "db.t3.medium"},
        "db.instances.one.instance_class: the Data API does not work on db.t3.medium",
    ),
    (
        "no Data API in the version",
        {"data_api": True, "engine_version": "18.1"},
        "db.data_api: aurora-postgresql 18.1 does not have the Data API; this line has it from 18.3",
    ),
    (
        "no write forwarding in the version",
        {"local_write_forwarding": True, "engine_version": "13.20"},
        "db.local_write_forwarding: aurora-postgresql 13.20 does not have local write forwarding",
    ),
    # Names, numbers of things
    (
        "too small",
        {"instances": {"one": {"instance_class": "db.t4g.small"}}},
        "db.instances.one.instance_class: Aurora has no db.t4g.small; its smallest is db.t4g.medium",
    ),
    ("no instances", {"instances": {}}, "db.instances: a cluster without instances answers nobody"),
    ("17 instances", {"instances": {f"i{n}": {} for n in range(17)}}, "db.instances: there are 17 instances"),
    ("instance name", {"instances": {"One": {}}}, "db.instances.One"),
    ("no class", {"instance_class": "t3.medium"}, "db.instance_class: 't3.medium' is no instance class"),
    ("tier", {"instances": {"one": {"promotion_tier": 16}}}, "db.instances.one.promotion_tier: 16"),
    ("user of the service", {"master_username": "rdsadmin"}, "db.master_username: 'rdsadmin' belongs to"),
    (
        "long user",
        {**MYSQL, "master_username": "a" * 17},
        "db.master_username: 'aaaaaaaaaaaaaaaaa' is no name of a master user; use up to 16",
    ),
    ("database name", {"database_name": "my-db"}, "db.database_name: 'my-db' is no name of a database"),
    ("low port", {"port": 80}, "db.port: 80"),
    ("identifier", {"identifier": "My--Db"}, "db.identifier: 'My--Db' is no identifier of a cluster"),
    ("long identifier", {"identifier": "a" * 64}, "db.identifier: "),
    ("unknown log", {"logs": ["audit"]}, "db.logs[0]: aurora-postgresql has no log 'audit'"),
    ("log twice", {**MYSQL, "logs": ["audit", "audit"]}, "db.logs[1]: 'audit' stands twice"),
    (
        "TLS is not a choice",
        {"parameters": {"rds.force_ssl": 0}},
        "db.parameters.rds.force_ssl: makes the cluster insist on TLS; leave it out",
    ),
    (
        "nor in MySQL",
        {**MYSQL, "parameters": {"require_secure_transport": "OFF"}},
        "db.parameters.require_secure_transport: makes the cluster insist on TLS",
    ),
    (
        "static parameter",
        {"parameters": {"max_connections": {"value": "100", "apply": "immediate"}}},
        "db.parameters.max_connections: is static, it can't change at once",
    ),
    ("no parameter", {"parameters": {"Work Mem": 1}}, "db.parameters.Work Mem: is no name of a parameter"),
    # Endpoints and scaling
    (
        "no such member",
        {"endpoints": {"reports": {"members": ["too"]}}},
        "db.endpoints.reports.members[0]: there is no instance 'too'; did you mean 'two'?",
    ),
    ("no list", {"endpoints": {"reports": {}}}, "db.endpoints.reports.members: an endpoint has one list"),
    (
        "six endpoints",
        {"endpoints": {f"e{n}": {"members": ["one"]} for n in range(6)}},
        "db.endpoints: there are 6 custom endpoints",
    ),
    (
        "nothing to scale from",
        {"instances": {"one": {}}, "replica_scaling": {"max": 2, "cpu": 60}},
        "db.replica_scaling: scaling starts from a replica that is there",
    ),
    (
        "fewer than named",
        {"instances": {n: {} for n in "abcd"}, "replica_scaling": {"max": 2, "cpu": 60}},
        "db.replica_scaling.max: 2 is less than the 3 replicas that are named",
    ),
    (
        "two metrics",
        {"replica_scaling": {"max": 2, "cpu": 60, "connections": 10}},
        "db.replica_scaling.cpu: replicas follow one metric",
    ),
    ("sixteen replicas", {"replica_scaling": {"max": 16, "cpu": 60}}, "db.replica_scaling.max: 16"),
    ("mail", {"notices": {"emails": ["team"]}}, "db.notices.emails: 'team' is no e-mail address"),
    ("everybody", {"access": {"sources": {"all": {"cidr": "0.0.0.0/0"}}}}, "db.access.sources.all.cidr"),
]


@pytest.mark.parametrize(("values", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        settings(**values)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "values",
    [
        {},
        MYSQL,
        {"serverless": {"min": 0, "pause_after_seconds": 600}},
        {"serverless": {"min": 0}, **MYSQL},
        {"serverless": {"max": 256}, "engine_version": "16.2"},
        {"serverless": {}, "instances": {"w": {"instance_class": "db.r8g.xlarge"}, "r": {}}},
        {"storage": "io-optimized"},
        {**MYSQL, "backtrack_hours": 0, "parameters": {"binlog_format": "ROW"}},
        {"insights": {"mode": "advanced"}},
        {"insights": {"mode": "advanced", "retention_days": 731}},
        {"allow_major_version_upgrade": True, "apply": "immediately"},
        {"activity_stream": "sync"},
        {"data_api": True, "serverless": {}},
        {"identifier": "a" * 63},
        {"instances": {f"i{n}": {} for n in range(16)}},
        {"endpoints": {f"e{n}": {"members": ["one"]} for n in range(5)}},
        {"instances": {n: {} for n in "abc"}, "replica_scaling": {"max": 2, "cpu": 60}},
        {"master_username": "a" * 63, "database_name": "_" * 63},
        {**MYSQL, "master_username": "a" * 16, "database_name": "d" * 64},
    ],
)
def test_accepted(values: dict[str, Any]) -> None:
    settings(**values)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"backtrack_hours": 3, **MYSQL},
            "backtrack_hours: a member of a global database can't go back in time",
        ),
        ({"restore": {"snapshot": "s"}}, "restore: AWS does not restore into a global database"),
        ({"serverless": {"min": 0}}, "serverless.min: the cluster would never pause in a global database"),
    ],
)
def test_what_a_member_of_a_global_database_can_t_have(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        AuroraClusterArgs(**PLACE, global_member=GlobalMember(id="world", secondary=True), **values)
    assert (
        AuroraClusterArgs(
            **PLACE, global_member=GlobalMember(id="world", secondary=True), **MYSQL
        ).backtrack_seconds
        == 0
    )


VERSIONS = {
    "aurora-postgresql": [None, "13.9", "14.7", "15.1", "16", "16.2", "16.3", "17.4", "18.1"],
    "aurora-mysql": [
        None,
        "8.0.mysql_aurora.3.01.0",
        "8.0.mysql_aurora.3.08.0",
        "8.4",
        "8.4.mysql_aurora.8.4.6",
    ],
}
CLASSES = st.sampled_from([None, "db.serverless", "db.r7g.large", "db.t4g.medium"])


@st.composite
def any_settings(draw: st.DrawFn) -> dict[str, Any]:
    engine = draw(st.sampled_from(sorted(VERSIONS)))
    optional = {
        "engine_version": st.sampled_from(VERSIONS[engine]),
        "instance_class": CLASSES,
        "serverless": st.sampled_from([None, {"min": 0}, {"min": 2, "max": 16}, {"max": 256}]),
        "storage": st.sampled_from(["standard", "io-optimized"]),
        "activity_stream": st.sampled_from([None, "sync", "async"]),
        "data_api": st.booleans(),
        "backtrack_hours": st.sampled_from([None, 0, 24]),
        "parameters": st.sampled_from([{}, {"binlog_format": "ROW"}, {"rds.logical_replication": 1}]),
    }
    classes = draw(st.lists(CLASSES, min_size=1, max_size=3))
    chosen = {name: draw(kind) for name, kind in optional.items() if draw(st.booleans())}
    return {
        "engine": engine,
        "instances": {f"i{n}": {"instance_class": one} for n, one in enumerate(classes)},
        **chosen,
    }


@tried(max_examples=400)
@given(any_settings())
def test_what_is_accepted_is_what_aws_takes(values: dict[str, Any]) -> None:
    try:
        one = settings(**values)
    except ComponentError:
        return
    kinds, release = set(one.classes.values()), one.version.release
    postgresql = one.engine == "aurora-postgresql"
    assert ("db.serverless" in kinds) == (one.serverless is not None)
    assert not (one.activity_stream and kinds & {"db.serverless", "db.t4g.medium"})
    assert one.activity_stream != "sync" or postgresql
    assert not (one.data_api and "db.t4g.medium" in kinds)
    assert one.backtrack_seconds == 0 or (not postgresql and "binlog_format" not in one.parameters)
    if one.serverless is not None and one.serverless.min == 0:
        assert not one.parameters
        assert one.version.short or release >= ((16, 3) if postgresql else (3, 8))
    if one.storage == "io-optimized":
        assert release not in {(13, 9), (15, 1), (3, 1, 0), (8, 4, 6)}
    assert one.writer in one.instances


def test_only_a_secondary_hands_writes_on() -> None:
    with pytest.raises(ComponentError, match="write_forwarding: only a secondary hands writes on"):
        GlobalMember(id="world", write_forwarding=True)


def test_a_primary_of_a_global_database_brings_its_password_and_a_secondary_none() -> None:
    with pytest.raises(ComponentError, match="password: a primary has one, which AWS does not make for it"):
        GlobalMember(id="world")
    with pytest.raises(ComponentError, match="password: a primary has one"):
        GlobalMember(id="world", secondary=True, password=pulumi.Output.secret("x"))


def test_the_writer_has_the_lowest_tier_then_the_first_place() -> None:
    assert settings(instances={"a": {}, "b": {"promotion_tier": 0}}).writer == "b"
    assert settings(instances={"b": {}, "a": {}}).writer == "b"
