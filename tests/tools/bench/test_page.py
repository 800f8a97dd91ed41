from __future__ import annotations

from tools.bench.__main__ import earlier, page


def test_a_quick_run_keeps_the_long_measurement_and_says_so() -> None:
    first = page([("`up` of 100 resources", "34 a second"), ("`up` of 5,000 resources", "2 a second")])
    kept = earlier(first)
    assert kept == [("`up` of 5,000 resources", "2 a second (an earlier run)")]
    assert earlier(page(kept)) == kept
    assert earlier(page([("`up` of 100 resources", "34 a second")])) == []
