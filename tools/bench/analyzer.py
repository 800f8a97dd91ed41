"""How fast the policy server judges, against the stock `pulumi_policy` server with the same rules.

    python -m tools.bench.analyzer

Each server runs in a process of its own and is asked over gRPC, with a few calls under way at a time as the
engine does it. Every comparison also checks that both servers gave the same answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from pulumi.runtime.proto import analyzer_pb2

from policies.rules import all_rules
from tools.bench.analyzer_rules import pack_requests, requests
from tools.bench.analyzer_stack import stack

ROOT = Path(__file__).resolve().parents[2]
UNDER_WAY = 4
_LIMIT = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


@dataclass(frozen=True, slots=True)
class Rate:
    """What one server did: resources a second, resources for each second of processor time (which other programs
    on the machine do not change), and its answers without what may differ between servers.
    """

    a_second: float
    a_processor_second: float
    answers: tuple[tuple[tuple[str, str, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the channel to it, its process, and the seconds it took to print its port."""

    channel: grpc.Channel
    pid: int
    started_in: float

    def processor_seconds(self) -> float:
        """The processor time it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """The most memory it ever held, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1000


@contextmanager
def serving(kind: str, rules: int = 0) -> Iterator[Server]:
    """A server in a process of its own."""
    with _started("-m", "tools.bench.analyzer_rules", kind, str(rules)) as server:
        yield server


@contextmanager
def _started(*arguments: str) -> Iterator[Server]:
    # A server that also counts which lines it runs is not the one to measure.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments], cwd=ROOT, env=plain, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server's output is not connected")
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise RuntimeError(f"python {' '.join(arguments)}: the server ended without printing its port")
        seconds = time.perf_counter() - started
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=_LIMIT) as channel:
            yield Server(channel, process.pid, seconds)
    finally:
        process.terminate()
        process.wait()


def analyze(kind: str, sent: Sequence[analyzer_pb2.AnalyzeRequest], rules: int = 0, warm_up: int = 1) -> Rate:
    """Resources a second that a server judges, after the first `warm_up` of them were sent once before."""
    messages = [request.SerializeToString() for request in sent]
    with serving(kind, rules) as server:
        # Bytes in, bytes out: what is measured is the server, not this client.
        call = server.channel.unary_unary("/pulumirpc.Analyzer/Analyze", _as_is, _as_is)
        for message in messages[:warm_up]:
            call(message)
        started, used = time.perf_counter(), server.processor_seconds()
        under_way: deque[grpc.Future[bytes]] = deque()
        answers: list[bytes] = []
        for message in messages:
            under_way.append(call.future(message))
            if len(under_way) >= UNDER_WAY:
                answers.append(under_way.popleft().result())
        answers += [item.result() for item in under_way]
        seconds, used = time.perf_counter() - started, server.processor_seconds() - used
    rates = len(messages) / seconds, len(messages) / max(used, 0.01)
    return Rate(*rates, tuple(_comparable(answer) for answer in answers))


def _as_is(message: bytes) -> bytes:
    return message


def _comparable(answer: bytes) -> tuple[tuple[str, str, int], ...]:
    found = analyzer_pb2.AnalyzeResponse.FromString(answer).diagnostics
    return tuple(sorted((item.policyName, item.message, item.enforcementLevel) for item in found))


def analyze_stack(server: Server, resources: int) -> float:
    """Seconds that the project's own pack takes for a stack of so many resources, the best of three."""
    sent = stack(resources).SerializeToString()
    call = server.channel.unary_unary("/pulumirpc.Analyzer/AnalyzeStack", _as_is, _as_is)
    call(analyzer_pb2.AnalyzeStackRequest().SerializeToString())
    found = []
    for _ in range(3):
        started = time.perf_counter()
        call(sent)
        found.append(time.perf_counter() - started)
    return min(found)


def start_up() -> float:
    """Seconds from the engine's command line to the port that the project's pack prints, the best of three."""
    found = []
    for _ in range(3):
        with _started("-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "policies")) as server:
            found.append(server.started_in)
    return min(found)


def compared(name: str, ours: Rate, stock: Rate) -> tuple[str, str]:
    """A row that compares two servers. Raises RuntimeError if they gave different answers."""
    if ours.answers[: len(stock.answers)] != stock.answers:
        raise RuntimeError(f"with {name} the two policy servers gave different answers")
    ratio = ours.a_second / stock.a_second
    figure = f"{ours.a_second:,.0f} against {stock.a_second:,.0f} resources a second ({ratio:.0f} times)"
    return f"`Analyze` with {name}, ours against the stock server, equal answers", figure


def rows() -> list[tuple[str, str]]:
    """Measure everything, print it, and return it as rows of a table. Raises RuntimeError if answers differ."""
    table: list[tuple[str, str]] = []

    def say(what: str, figure: str) -> None:
        print(f"  {what}: {figure}", flush=True)
        table.append((what, figure))

    for rules in (30, 300):
        print(f"measuring both policy servers with {rules} rules ...", flush=True)
        ours = analyze("ours", requests(2000), rules)
        say(*compared(f"{rules} rules", ours, analyze("stock", requests(6000 // rules), rules)))
    count = len(all_rules())
    print(f"measuring both policy servers with the project's {count} rules ...", flush=True)
    examples = pack_requests(4000)
    ours = analyze("pack", examples, warm_up=1000)
    say(*compared(f"all {count} rules of the project", ours, analyze("stock-pack", examples[:60])))
    usual = pack_requests(2000, right=True)
    ours, four = analyze("pack", usual, 0, 1000), analyze("stock-pack", usual, 4, 1000)
    ratio = ours.a_second / four.a_second
    figure = f"{ours.a_second:,.0f} against {four.a_second:,.0f} resources a second ({ratio:.1f} times)"
    say(f"ours with all {count} rules against the stock server with four", figure)
    say("start-up of the policy server", f"{start_up():.2f} s")
    with serving("pack") as server:
        for resources in (1_000, 10_000, 20_000):
            seconds = analyze_stack(server, resources)
            say(f"`AnalyzeStack` of {resources:,} resources with all rules", f"{seconds:.2f} s")
        say("most memory that the policy server held meanwhile", f"{server.memory():.0f} MB")
    return table


if __name__ == "__main__":
    rows()
