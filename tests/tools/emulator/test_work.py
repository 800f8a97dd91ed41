from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tools.emulator.activity import Activity
from tools.emulator.work import THREADS, Serving, Workers, current, serving

ACTIVITY = cast("Activity", object())


@pytest.fixture
def workers() -> Iterator[Workers]:
    one = Workers(ACTIVITY)
    yield one
    one.end()


def test_jobs_are_done_in_the_order_of_their_time(workers: Workers) -> None:
    done: list[str] = []
    workers.add(lambda _: done.append("later"), 0.1)
    workers.add(lambda _: done.append("now"))
    assert workers.settle(5)
    assert done == ["now", "later"]


def test_a_job_gets_the_activity_and_may_leave_more(workers: Workers) -> None:
    seen: list[Any] = []

    def job(activity: Any) -> None:
        seen.append(activity)
        if len(seen) < 3:
            workers.add(job)

    workers.add(job)
    assert workers.settle(5)
    assert seen == [ACTIVITY] * 3


def test_a_failure_stops_nothing_else(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def fail(_: Any) -> None:
        raise ValueError("bad")

    workers.add(fail)
    workers.add(lambda _: done.append(1))
    assert workers.settle(5)
    assert done == [1]
    assert "a delivery failed" in caplog.text


def test_several_jobs_run_at_once_but_not_more_than_there_are_threads(workers: Workers) -> None:
    running, most = 0, 0
    lock, together = threading.Lock(), threading.Barrier(THREADS)

    def job(_: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(10)
        with lock:
            running -= 1

    for _ in range(2 * THREADS):
        workers.add(job)
    assert workers.settle(20)
    assert most == THREADS


def test_what_is_to_be_done_much_later_is_not_waited_for(workers: Workers) -> None:
    workers.add(lambda _: None, 600)
    assert workers.settle(1)


def test_whoever_does_not_settle_is_told(workers: Workers) -> None:
    release = threading.Event()

    def wait(_: Any) -> None:
        release.wait(10)

    workers.add(wait)
    assert not workers.settle(0.05)
    release.set()
    assert workers.settle(5)


def test_the_end_drops_what_waits(workers: Workers) -> None:
    done: list[int] = []
    workers.add(lambda _: done.append(1), 0.2)
    workers.end()
    workers.add(lambda _: done.append(2))
    assert workers.settle(1)
    assert done == []


def test_a_request_leaves_word_of_what_is_to_be_done() -> None:
    job = lambda _: None  # noqa: E731 -- compared below
    with serving(since=10.0) as left:
        assert current() is left
        current().later(job, 2.0)
        current().wait_at_most(5)
        current().forget()
    assert left.jobs == [(2.0, job)]
    assert left.again_until == 15.0
    assert not left.journalled


def test_a_replay_leaves_nothing() -> None:
    with serving(replaying=True) as left:
        current().later(lambda _: None)
        current().answer(lambda _: ("200 OK", [], b""))
        current().wait_at_most(5)
        current().at_hand(lambda _: pytest.fail("it was done"))
    assert (left.jobs, left.answering, left.again_until) == ([], None, 0.0)


def test_outside_of_requests_nothing_is_left() -> None:
    assert current().replaying
    assert isinstance(current(), Serving)


def test_requests_within_requests_leave_word_of_their_own() -> None:
    with serving() as outer:
        with serving() as inner:
            current().later(lambda _: None)
        assert current() is outer
    assert (len(inner.jobs), len(outer.jobs)) == (1, 0)
