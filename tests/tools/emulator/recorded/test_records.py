from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tools.emulator.accounts import Place
from tools.emulator.recorded import Records
from tools.emulator.values import ARCHIVE, Asset, Secret

QUEUE, VPC = "aws:dlm/lifecyclePolicy:LifecyclePolicy", "aws:ec2/vpc:Vpc"
HERE, THERE = Place("111111111111", "us-east-1"), Place("111111111111", "eu-west-1")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["created", "updated", "deleted"]),
        st.sampled_from([HERE, THERE]),
        st.sampled_from("abc"),
        st.integers(),
    ),
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_a_restart_knows_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Place, str, int]]
) -> None:
    file = tmp_path_factory.mktemp("records") / "recorded.jsonl"
    records = Records(file)
    for what, place, name, number in steps:
        more = () if what == "deleted" else ({"n": number},)
        getattr(records, what)(QUEUE, place, name, *more)
    records.close()
    again = Records(file)
    again.load()
    for place in (HERE, THERE):
        for name in "abc":
            assert again.get(QUEUE, place, name) == records.get(QUEUE, place, name)
    assert again.counts() == records.counts()


def test_places_are_apart() -> None:
    records = Records(None)
    records.created(QUEUE, HERE, "a", {"x": 1})
    assert records.get(QUEUE, THERE, "a") is None
    assert records.get(QUEUE, HERE, "a") == {"x": 1}


def test_a_replacement_of_the_same_id_outlives_what_it_replaces() -> None:
    records = Records(None)
    records.created(QUEUE, HERE, "a", {"x": 1})
    records.created(QUEUE, HERE, "a", {"x": 2})
    records.deleted(QUEUE, HERE, "a")
    assert records.get(QUEUE, HERE, "a") == {"x": 2}
    records.deleted(QUEUE, HERE, "a")
    assert records.get(QUEUE, HERE, "a") is None


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "recorded.jsonl"
    records = Records(file)
    records.created(QUEUE, HERE, "a", {"x": 1})
    records.created(QUEUE, HERE, "b", {"x": 2})
    records.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    again = Records(file)
    again.load()
    assert again.get(QUEUE, HERE, "a") == {"x": 1}
    assert again.get(QUEUE, HERE, "b") is None
    again.created(QUEUE, HERE, "c", {"x": 3})
    again.close()
    third = Records(file)
    third.load()
    assert third.get(QUEUE, HERE, "c") == {"x": 3}


def test_counts_tell_real_from_recorded() -> None:
    records = Records(None)
    records.created(VPC, HERE, "vpc-1", {})
    records.created(QUEUE, HERE, "a", {})
    records.created(QUEUE, THERE, "a", {})
    assert records.counts() == {"real": {VPC: 1}, "recorded": {QUEUE: 2}}
    assert records.ids() == {VPC: ["vpc-1"], QUEUE: ["a", "a"]}


def test_secrets_and_assets_can_be_kept(tmp_path: Path) -> None:
    records = Records(tmp_path / "recorded.jsonl")
    records.created(QUEUE, HERE, "a", {"x": Secret("s"), "y": Asset(ARCHIVE, {"hash": "1"})})
    records.close()
    again = Records(tmp_path / "recorded.jsonl")
    again.load()
    assert again.get(QUEUE, HERE, "a") == {"x": "s", "y": {"hash": "1"}}


def test_many_threads(tmp_path: Path) -> None:
    records = Records(tmp_path / "recorded.jsonl")

    def work(number: int) -> None:
        for turn in range(20):
            records.created(QUEUE, HERE, f"{number}-{turn}", {"n": turn})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records.close()
    again = Records(tmp_path / "recorded.jsonl")
    again.load()
    assert again.counts()["recorded"] == {QUEUE: 640}
