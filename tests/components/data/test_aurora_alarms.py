"""Alarms of a cluster: their thresholds follow from its instances."""

from __future__ import annotations

from typing import Any

import pytest

from components.data import AuroraSettings
from components.data.aurora_alarms import GIB, max_connections, memory_gib, watches


@pytest.mark.parametrize(
    ("kind", "gib"),
    [
        ("db.r7g.large", 16),
        ("db.r7g.xlarge", 32),
        ("db.r6i.16xlarge", 512),
        ("db.x2g.large", 32),
        ("db.t4g.medium", 4),
        ("db.t3.large", 8),
        ("db.serverless", None),
        ("db.z1d.large", None),
    ],
)
def test_memory_of_a_class(kind: str, gib: float | None) -> None:
    assert memory_gib(kind) == gib


def test_the_engines_default_limits_of_connections() -> None:
    assert 1700 < max_connections("postgresql", 16) < 1900
    assert max_connections("postgresql", 512) == 5000
    assert 950 < max_connections("mysql", 16) < 1100


def alarms_of(**values: Any) -> dict[str, float]:
    one = AuroraSettings.read(values, "db")
    assert one.alarms is not None
    return {watch.name: watch.threshold for watch in watches(one, one.alarms)}


def test_thresholds_follow_from_the_smallest_instance() -> None:
    classes = {"one": {"instance_class": "db.r7g.large"}, "two": {"instance_class": "db.r7g.4xlarge"}}
    found = alarms_of(instances=classes)
    assert found["memory"] == 1.6 * GIB
    assert found["connections"] == pytest.approx(max_connections("postgresql", 16) * 0.8)
    assert "capacity" not in found


def test_serverless_is_watched_by_capacity_instead_of_memory() -> None:
    found = alarms_of(serverless={"max": 8})
    assert found["capacity"] == 90
    assert "memory" not in found
    assert found["connections"] == pytest.approx(max_connections("postgresql", 16) * 0.8)


def test_own_limits_count() -> None:
    assert alarms_of(parameters={"max_connections": "200"})["connections"] == 160
    assert "connections" not in alarms_of(
        parameters={"max_connections": "LEAST({DBInstanceClassMemory/1},9)"}
    )


def test_one_instance_has_no_lag_and_mysql_no_transaction_ids() -> None:
    assert "replica-lag" not in alarms_of(instances={"one": {}})
    assert "replica-lag" in alarms_of()
    assert "transaction-ids" in alarms_of()
    assert "transaction-ids" not in alarms_of(engine="aurora-mysql")


def test_an_alarm_can_be_left_out() -> None:
    nothing = dict.fromkeys(
        (
            "cpu",
            "capacity",
            "free_memory",
            "connections",
            "volume",
            "replica_lag",
            "deadlocks",
            "transaction_ids",
        )
    )
    assert not alarms_of(serverless={}, alarms=nothing)


def test_memory_is_low_when_less_than_the_threshold_is_left() -> None:
    one = AuroraSettings()
    assert one.alarms is not None
    found = {watch.name: watch for watch in watches(one, one.alarms)}
    assert (found["memory"].below, found["memory"].statistic) == (True, "Minimum")
    assert (found["cpu"].below, found["cpu"].statistic) == (False, "Maximum")
