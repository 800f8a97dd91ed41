"""Alarms of a cache: every node is watched once by each, and no alarm has more metrics than CloudWatch takes."""

from __future__ import annotations

from hypothesis import given, strategies as st

from components.data.elasticache_alarms import METRICS_PER_ALARM, WATCHES, chunks, node_ids

SIZES = st.integers(1, 12)


@given(SIZES, SIZES)
def test_nodes_have_the_names_that_elasticache_gives_them(shards: int, per_shard: int) -> None:
    names = node_ids("cache", shards, per_shard, clustered=True)
    assert len(set(names)) == len(names) == shards * per_shard
    assert names[0] == "cache-0001-001"
    assert names[-1] == f"cache-{shards:04}-{per_shard:03}"


def test_without_cluster_mode_the_names_have_no_shard() -> None:
    assert node_ids("cache", 1, 2, clustered=False) == ["cache-001", "cache-002"]


@given(st.integers(1, 500), st.sampled_from(WATCHES))
def test_each_node_is_in_one_alarm_of_a_kind(nodes: int, watch: object) -> None:
    metrics = len(watch.metrics)  # type: ignore[attr-defined]  # the table's own class is private
    parts = chunks(nodes, metrics)
    assert [at for part in parts for at in part] == list(range(nodes))
    assert all(len(part) * metrics <= METRICS_PER_ALARM for part in parts)
