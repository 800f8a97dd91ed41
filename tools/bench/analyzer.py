"""How fast the policy server judges, against the stock `pulumi_policy` server with the same rules.

    python -m tools.bench.analyzer

Each server runs in a process of its own and is asked over gRPC, with a few calls under way at a time as the
engine does it. Every comparison also checks that both servers gave the same answers.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from pulumi.runtime.proto import analyzer_pb2

from tools.bench.analyzer_rules import requests

ROOT = Path(__file__).resolve().parents[2]
UNDER_WAY = 4
_LIMIT = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


@dataclass(frozen=True, slots=True)
class Rate:
    """What one server did: resources a second, and its answers without what may differ between servers."""

    a_second: float
    answers: tuple[tuple[tuple[str, str, int], ...], ...]


@contextmanager
def serving(kind: str, rules: int = 0) -> Iterator[grpc.Channel]:
    """A server in a process of its own; gives the channel to it."""
    with (
        _started("-m", "tools.bench.analyzer_rules", kind, str(rules)) as (port, _),
        grpc.insecure_channel(f"127.0.0.1:{port}", options=_LIMIT) as channel,
    ):
        yield channel


@contextmanager
def _started(*arguments: str) -> Iterator[tuple[str, float]]:
    """Start Python; gives the port that it prints, and how many seconds that took."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server's output is not connected")
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise RuntimeError(f"python {' '.join(arguments)}: the server ended without printing its port")
        yield port, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def analyze(kind: str, rules: int, resources: int) -> Rate:
    """Resources a second that a server judges with a number of rules."""
    sent = [request.SerializeToString() for request in requests(resources)]
    with serving(kind, rules) as channel:
        # Bytes in, bytes out: what is measured is the server, not this client.
        call = channel.unary_unary("/pulumirpc.Analyzer/Analyze", _as_is, _as_is)
        call(sent[0])
        started = time.perf_counter()
        under_way: deque[grpc.Future[bytes]] = deque()
        answers: list[bytes] = []
        for request in sent:
            under_way.append(call.future(request))
            if len(under_way) >= UNDER_WAY:
                answers.append(under_way.popleft().result())
        answers += [item.result() for item in under_way]
        seconds = time.perf_counter() - started
    return Rate(resources / seconds, tuple(_comparable(answer) for answer in answers))


def _as_is(message: bytes) -> bytes:
    return message


def _comparable(answer: bytes) -> tuple[tuple[str, str, int], ...]:
    found = analyzer_pb2.AnalyzeResponse.FromString(answer).diagnostics
    return tuple(sorted((item.policyName, item.message, item.enforcementLevel) for item in found))


def analyze_stack(resources: int) -> float:
    """Seconds that the project's own pack takes for a stack of so many resources."""
    message = analyzer_pb2.AnalyzeStackRequest()
    for request in requests(resources):
        message.resources.add(
            type=request.type, name=request.name, urn=request.urn, properties=request.properties
        )
    sent = message.SerializeToString()
    with serving("pack") as channel:
        call = channel.unary_unary("/pulumirpc.Analyzer/AnalyzeStack", _as_is, _as_is)
        call(analyzer_pb2.AnalyzeStackRequest().SerializeToString())
        started = time.perf_counter()
        call(sent)
        return time.perf_counter() - started


def start_up() -> float:
    """Seconds from the engine's command line to the port that the project's pack prints, the best of three."""
    found = []
    for _ in range(3):
        with _started("-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "policies")) as (_, seconds):
            found.append(seconds)
    return min(found)


def rows() -> list[tuple[str, str]]:
    """Measure everything, print it, and return it as rows of a table. Raises RuntimeError if answers differ."""
    table: list[tuple[str, str]] = []

    def say(what: str, figure: str) -> None:
        print(f"  {what}: {figure}", flush=True)
        table.append((what, figure))

    for rules in (30, 300):
        print(f"measuring both policy servers with {rules} rules ...", flush=True)
        ours, stock = analyze("ours", rules, 2000), analyze("stock", rules, 6000 // rules)
        if ours.answers[: len(stock.answers)] != stock.answers:
            raise RuntimeError(f"with {rules} rules the two policy servers gave different answers")
        ratio = ours.a_second / stock.a_second
        figure = f"{ours.a_second:,.0f} against {stock.a_second:,.0f} resources a second ({ratio:.0f} times)"
        say(f"`Analyze` with {rules} rules, ours against the stock server, equal answers", figure)
    print("measuring the project's own rules ...", flush=True)
    say("`AnalyzeStack` of 1,000 resources with the project's rules", f"{analyze_stack(1_000):.2f} s")
    say("`AnalyzeStack` of 10,000 resources with the project's rules", f"{analyze_stack(10_000):.2f} s")
    say("start-up of the policy server", f"{start_up():.2f} s")
    return table


if __name__ == "__main__":
    rows()
