from __future__ import annotations

import base64

from hypothesis import given, strategies as st

from tools.emulator.execution import logs

EVENTS = st.lists(st.tuples(st.integers(0, 10), st.text(max_size=20)), max_size=30)


@given(EVENTS, st.integers(1, 5), st.integers(60, 200))
def test_batches_have_all_events_in_order_and_fit(events: list[logs.Event], most: int, limit: int) -> None:
    before = logs.BATCH_EVENTS, logs.BATCH_BYTES
    logs.BATCH_EVENTS, logs.BATCH_BYTES = most, limit
    try:
        parts = logs.batches(events)
    finally:
        logs.BATCH_EVENTS, logs.BATCH_BYTES = before
    assert [event for part in parts for event in part] == events
    for part in parts:
        assert 1 <= len(part) <= most
        size = sum(len(text.encode()) + 26 for _, text in part)
        assert size <= limit or len(part) == 1


@given(EVENTS)
def test_the_tail_is_the_end_of_the_log(events: list[logs.Event]) -> None:
    whole = "".join(f"{text}\n" for _, text in events).encode()
    found = base64.b64decode(logs.tail(events))
    assert whole.endswith(found)
    assert len(found) == min(len(whole), logs.TAIL)
