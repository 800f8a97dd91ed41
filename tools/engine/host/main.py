"""Starts the host: prints the port it listens on, serves until SIGINT, SIGTERM or the end of the CLI."""

from __future__ import annotations

import os
import signal
import sys
import threading
import types
from concurrent import futures
from importlib.machinery import PathFinder
from pathlib import Path

PARENT_POLL_SECONDS = 1.0
"""How often the host looks whether the CLI that started it is still there."""

_THREADS = 64
_MEGABYTES = 400
_LIMITS = [
    ("grpc.max_receive_message_length", _MEGABYTES << 20),
    ("grpc.max_send_message_length", _MEGABYTES << 20),
]


def main(runner: str, arguments: list[str] | None = None) -> None:
    """Serve. `arguments`: the command line without the program's name; the last plain one is the engine's address."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _without_sdk_start()
    import grpc  # noqa: PLC0415 (after the line above, which decides how `pulumi` is imported)
    from pulumi.runtime.proto import language_pb2_grpc  # noqa: PLC0415

    from tools.engine.host.children import Family  # noqa: PLC0415
    from tools.engine.host.servicer import LanguageHost  # noqa: PLC0415

    engine = next((one for one in reversed(arguments) if not one.startswith("-")), "")
    family = Family()
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS), options=_LIMITS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(runner, engine, family), server)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    parent = os.getppid()
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while not over.wait(PARENT_POLL_SECONDS):
        if os.getppid() != parent:
            break
    family.stop()
    server.stop(grace=None).wait()


def _without_sdk_start() -> None:
    """Make `pulumi.runtime.proto` importable without running the start of the Pulumi SDK.

    The host needs only the generated messages; the SDK's own `__init__` costs 0.4 s at every start.
    """
    spec = PathFinder.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the Pulumi SDK is not installed for this interpreter; run `make setup`")
    folder = Path(next(iter(spec.submodule_search_locations)))
    for name, path in (("pulumi", folder), ("pulumi.runtime", folder / "runtime")):
        module = types.ModuleType(name)
        module.__path__ = [str(path)]
        sys.modules.setdefault(name, module)
