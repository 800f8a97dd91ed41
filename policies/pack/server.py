"""Starts the gRPC server: prints its port for the engine and serves until it is told to end."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.pack.rule import Rule
from policies.pack.service import AnalyzerService

# A stack's resources come in one message; the SDK's own servers allow 400 MB.
MAX_MESSAGE_BYTES = 400 * 1024 * 1024
# How often to look whether the process that started this one still lives, in seconds.
PARENT_CHECK = 5.0


def start(service: AnalyzerService, workers: int = 4) -> tuple[grpc.Server, int]:
    """Start a server on a free port of the loopback interface; return it and the port."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=workers),
        options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(rules: Iterable[Rule], manifest: Path, name: str = "groundplan") -> None:
    """Serve the rules until the engine cancels, the process is signalled, or its parent is gone."""
    stopped = threading.Event()
    service = AnalyzerService(
        rules, name=name, version=version(manifest), on_cancel=stopped.set, folder=manifest.parent
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    server, port = start(service)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while not stopped.wait(PARENT_CHECK) and os.getppid() == parent:
        continue
    server.stop(grace=1).wait()


def version(manifest: Path) -> str:
    """The `version` in PulumiPolicy.yaml, read without a YAML parser to start faster."""
    found = re.search(r"^version:\s*['\"]?([\w.+-]+)", manifest.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "0.0.1"
