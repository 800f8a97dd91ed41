"""Alarms of an instance: thresholds follow from what it has, and only what applies is watched."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from components.data.aurora_alarms import memory_gib
from components.data.metric_alarms import Watch
from components.data.rds_alarms import GIB, RdsAlarms, watches
from components.data.rds_engines import ENGINES

CLASSES = ("db.t4g.medium", "db.m7g.large", "db.r7g.2xlarge", "db.r8g.16xlarge")
INSTANCE: dict[str, Any] = {
    "engine": "mysql",
    "instance_class": "db.t4g.medium",
    "gib": 100,
    "replica": False,
    "connections": None,
}


def found(alarms: RdsAlarms | None = None, **instance: Any) -> dict[str, Watch]:
    return {one.name: one for one in watches(alarms or RdsAlarms(), **{**INSTANCE, **instance})}


def test_everything_is_watched_unless_told_otherwise() -> None:
    assert set(found()) == {"cpu", "connections", "memory", "storage"}
    nothing = RdsAlarms(cpu=None, connections=None, free_memory=None, free_storage=None, replica_lag=None)
    assert not found(nothing, replica=True)


def test_only_replicas_fall_behind() -> None:
    assert "lag" not in found()
    assert found(replica=True)["lag"].threshold == 60


def test_a_limit_of_one_s_own_counts_instead_of_the_engine_s() -> None:
    assert found(connections=50)["connections"].threshold == 40


def test_a_class_that_is_not_known_has_no_alarm_on_what_it_has() -> None:
    assert set(found(instance_class="db.z1d.large")) == {"cpu", "storage"}


@given(
    st.sampled_from(CLASSES),
    st.sampled_from(sorted(ENGINES)),
    st.integers(20, 65_536),
    st.floats(1, 99),
)
def test_thresholds_are_within_what_there_is(kind: str, engine: str, gib: int, percent: float) -> None:
    alarms = RdsAlarms(connections=percent, free_memory=percent, free_storage=percent)
    watched = found(alarms, instance_class=kind, engine=engine, gib=gib)
    assert 0 < watched["storage"].threshold < gib * GIB
    assert watched["storage"].below
    memory = memory_gib(kind)
    if memory is None:
        assert "memory" not in watched
    else:
        assert 0 < watched["memory"].threshold < memory * GIB
        assert watched["connections"].threshold > 0
        assert not watched["connections"].below
