from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.emulator.execution.running import archive, until
from tools.emulator.execution.pool import Pool, Throttled
from tools.emulator.execution.process import Process
from tools.emulator.execution.specification import Archive, Specification

ONE = Specification(
    account="111111111111",
    region="us-east-1",
    name="one",
    version="$LATEST",
    handler="handler.handler",
    runtime="python3.13",
    role="arn:aws:iam::111111111111:role/r",
    timeout=10.0,
    memory=128,
    environment=(),
    code=Archive("echo", archive("def handler(event, context): return event")),
    log_group="/one",
)


def variables(specification: Specification, stream: str, folder: str) -> dict[str, str]:
    return specification.variables("http://127.0.0.1:9", {}, stream, folder)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    one = Pool(tmp_path / "functions", limit=2)
    yield one
    one.close()


def borrow(pool: Pool, specification: Specification = ONE) -> Process:
    return pool.borrow(specification, variables)


def test_a_process_is_lent_again(pool: Pool) -> None:
    first = borrow(pool)
    pool.give_back(first)
    assert borrow(pool) is first


def test_two_events_at_once_get_a_process_each(pool: Pool) -> None:
    assert borrow(pool) is not borrow(pool)


def test_no_more_processes_than_the_limit(pool: Pool) -> None:
    borrow(pool)
    second = borrow(pool)
    with pytest.raises(Throttled, match="ConcurrentInvocationLimitExceeded"):
        borrow(pool)
    pool.give_back(second)
    borrow(pool)


def test_a_process_that_waits_makes_room_for_another_function(pool: Pool) -> None:
    first = borrow(pool)
    pool.give_back(first)
    borrow(pool)
    other = dataclasses.replace(ONE, name="two")
    pool.give_back(borrow(pool, other))
    borrow(pool, dataclasses.replace(ONE, name="three"))
    assert len(pool.pids()) == 2


def test_reserved_concurrency_is_the_functions_own_limit(pool: Pool) -> None:
    reserved = dataclasses.replace(ONE, reserved_concurrency=1)
    process = borrow(pool, reserved)
    with pytest.raises(Throttled, match="ReservedFunctionConcurrentInvocationLimitExceeded"):
        borrow(pool, dataclasses.replace(reserved, version="1"))
    pool.give_back(process)
    borrow(pool, reserved)


@pytest.mark.parametrize(
    "change",
    [{"timeout": 5.0}, {"environment": (("A", "1"),)}, {"handler": "other.handler"}, {"role": "arn:other"}],
)
def test_another_configuration_needs_another_process(pool: Pool, change: dict[str, object]) -> None:
    first = borrow(pool)
    pool.give_back(first)
    second = borrow(pool, dataclasses.replace(ONE, **change))  # type: ignore[arg-type]
    assert second is not first
    assert not first.alive()


def test_a_changed_function_ends_what_waits_and_later_what_is_busy(pool: Pool) -> None:
    waiting, busy = borrow(pool), borrow(pool)
    pool.give_back(waiting)
    pool.forget(ONE.function_arn)
    assert not waiting.alive()
    pool.give_back(busy)
    assert pool.pids() == []


def test_a_process_ends_after_some_idle_time(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "functions", idle_seconds=0.1)
    process = borrow(pool)
    pool.give_back(process)
    until(lambda: not pool.pids())
    until(lambda: not process.alive())
    pool.close()


def test_the_end_is_the_end_of_busy_ones_too(pool: Pool) -> None:
    busy, waiting = borrow(pool), borrow(pool)
    pool.give_back(waiting)
    pool.close()
    until(lambda: not busy.alive() and not waiting.alive())


def test_an_archive_that_is_none_leaves_the_limit_as_it_was(pool: Pool) -> None:
    broken = dataclasses.replace(ONE, code=Archive("broken", b"no zip"))
    for _ in range(3):
        with pytest.raises(ValueError, match="Could not unzip"):
            borrow(pool, broken)
    borrow(pool)
    borrow(pool)
