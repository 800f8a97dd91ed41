"""The time of the embedded AWS: one moment a request, and the same one when it is replayed."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.emulator.forgetting import forget_everything
from tools.emulator import clock
from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import Gate
from tools.emulator.journal import Entry, Journal

HERE = Place("111111111111", "us-east-1")
NOON, MONTH_LATER = 1_800_000_000.25, 1_802_592_000.5


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


def times(accounts: Accounts) -> dict[str, Any]:
    rds, kms, sfn = (accounts.client(name, HERE) for name in ("rds", "kms", "stepfunctions"))
    return {
        "cluster": rds.describe_db_clusters()["DBClusters"][0]["ClusterCreateTime"],
        "key": kms.describe_key(KeyId=kms.list_keys()["Keys"][0]["KeyId"])["KeyMetadata"]["CreationDate"],
        "activity": sfn.list_activities()["activities"][0]["creationDate"],
    }


def test_a_restart_gives_the_same_times_of_creation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "live", lambda: NOON)
    gate = Gate(Journal(tmp_path / "journal.jsonl"))
    accounts = Accounts(gate)
    accounts.client("kms", HERE).create_key()
    accounts.client("stepfunctions", HERE).create_activity(name="a")
    accounts.client("rds", HERE).create_db_cluster(
        DBClusterIdentifier="db",
        Engine="aurora-mysql",
        MasterUsername="admin1",
        ManageMasterUserPassword=True,
    )
    before = times(accounts)
    assert {one.timestamp() // 1 for one in before.values()} == {NOON // 1}
    gate.close()
    forget_everything()
    monkeypatch.setattr(clock, "live", lambda: MONTH_LATER)
    again = Gate(Journal(tmp_path / "journal.jsonl"))
    again.replay()
    accounts = Accounts(again)
    assert times(accounts) == before
    made = accounts.client("kms", HERE).create_key()["KeyMetadata"]["CreationDate"]
    assert made.timestamp() // 1 == MONTH_LATER // 1


def test_time_stands_still_while_a_request_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([1.0, 2.0, 3.0, 4.0])
    monkeypatch.setattr(clock, "live", lambda: next(ticks))
    with clock.request():
        outer = clock.moment()
        assert clock.moment() == outer
        with clock.request():
            assert clock.moment() > outer
        assert clock.moment() == outer
    assert clock.last() == outer
    assert clock.moment() > outer


def test_each_thread_has_its_own_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "live", lambda: MONTH_LATER)
    seen: list[float] = []
    clock.replay(NOON)
    try:
        with clock.request():
            thread = threading.Thread(target=lambda: seen.append(clock.moment()))
            thread.start()
            thread.join()
            assert clock.utcnow() == dt.datetime.fromtimestamp(NOON, dt.UTC).replace(tzinfo=None)
    finally:
        clock.replay(None)
    assert seen == [MONTH_LATER]


def test_a_journal_that_kept_no_moment_is_replayed_in_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"method": "POST", "url": "/", "headers": {}, "body": "", "account": HERE.account}
    assert Entry.from_fields(fields).at is None
    monkeypatch.setattr(clock, "live", lambda: NOON)
    clock.replay(None)
    with clock.request():
        assert clock.moment() == NOON
