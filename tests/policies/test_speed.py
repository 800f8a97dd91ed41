"""The speed that the documentation promises, both servers in processes of their own, asked over gRPC.

Rates are for a second of processor time, which other programs on the machine do not change. `make bench` prints
what a clock on the wall says.
"""

from __future__ import annotations

from tools.bench import analyzer
from tools.bench.analyzer_rules import pack_requests


def test_all_rules_are_judged_many_times_faster_than_by_the_stock_server_with_equal_answers() -> None:
    sent = pack_requests(1_500)
    ours, stock = analyzer.analyze("pack", sent), analyzer.analyze("stock-pack", sent[:40])
    assert ours.answers[:40] == stock.answers
    assert any(stock.answers)
    assert ours.a_processor_second >= 15 * stock.a_processor_second


def test_all_rules_are_judged_as_fast_as_four_by_the_stock_server() -> None:
    sent = pack_requests(2_000, right=True)
    ours = analyzer.analyze("pack", sent, warm_up=1_000)
    four = analyzer.analyze("stock-pack", sent[:1_000], rules=4, warm_up=500)
    assert ours.a_processor_second >= four.a_processor_second


def test_stacks_are_judged_in_linear_time_and_little_memory() -> None:
    with analyzer.serving("pack") as server:
        assert server.started_in < 3
        small, large = (used(server, count) for count in (5_000, 20_000))
        assert large / 2 < 1.5
        assert large < 4 * small * 1.5
        assert server.memory() < 300


def used(server: analyzer.Server, resources: int) -> float:
    """Processor seconds for a stack, the mean of three."""
    before = server.processor_seconds()
    analyzer.analyze_stack(server, resources)
    return (server.processor_seconds() - before) / 3
