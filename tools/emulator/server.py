"""The server process: the embedded AWS over HTTP and the provider over gRPC, until it is told to stop.

    python -m tools.emulator serve STATE-FOLDER [--port HTTP-PORT]

It writes `server.json` (ports, process, version) into the state folder when both are ready, and removes it at the end.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import grpc
import yaml
from pulumi.runtime.proto import provider_pb2_grpc
from werkzeug.serving import make_server

from tools.emulator import warming
from tools.emulator.accounts import Accounts
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal
from tools.emulator.provider import Provider
from tools.emulator.recorded import Records

# The engine's own limit for messages (sdk/go/common/util/rpcutil).
MESSAGE_LIMIT = 1024 * 1024 * 400
WORKERS = 64
STATUS_PATH = "/embedded/status"
SETTLED_PATH = "/embedded/settled"
PATIENCE = 60.0
"""Seconds that a request for `SETTLED_PATH` waits at most."""


@dataclass(frozen=True, slots=True)
class Running:
    """A running emulator."""

    provider_port: int
    http_port: int
    pid: int
    code: str = ""
    """Which code it runs (`code_in_use`); another code, and it is started anew."""

    @property
    def endpoint(self) -> str:
        """What the AWS CLI and SDKs take as their endpoint."""
        return f"http://127.0.0.1:{self.http_port}"


def code_in_use() -> str:
    """Which interpreter and which files of the embedded AWS a server that starts now would run."""
    here = Path(__file__).parent
    files = [
        (file.relative_to(here).as_posix(), file.stat().st_mtime_ns) for file in sorted(here.rglob("*.py"))
    ]
    return hashlib.sha256(repr((sys.executable, files)).encode()).hexdigest()[:16]


def state_file(state: Path) -> Path:
    """Where a running emulator says how to reach it."""
    return state / "server.json"


@contextmanager
def serving(state: Path | None, http_port: int = 0, *, warm: bool = False) -> Iterator[Running]:
    """Serve in this process. `state=None` keeps nothing; `warm` loads moto at once, in the background.

    Raises OSError where `http_port` is taken.
    """
    code = code_in_use()
    gate = Gate(
        Journal(state / "journal.jsonl" if state else None), folder=state / "functions" if state else None
    )
    records = Records(state / "recorded.jsonl" if state else None)
    records.load()
    if state is not None and (state / "journal.jsonl").exists():
        gate.replay()
    application = with_status(gate, records)
    http = make_server("127.0.0.1", http_port, application, threaded=True, request_handler=_handler())
    gate.activity.begin(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, name="http", daemon=True)
    thread.start()
    provider = grpc.server(
        ThreadPoolExecutor(WORKERS, thread_name_prefix="provider"),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_LIMIT),
            ("grpc.max_send_message_length", MESSAGE_LIMIT),
        ],
    )
    accounts = Accounts(gate)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(accounts, records), provider)
    port = provider.add_insecure_port("127.0.0.1:0")
    provider.start()
    if warm:
        warming.start(accounts)
    try:
        yield Running(port, http.server_port, os.getpid(), code)
    finally:
        provider.stop(grace=2).wait()
        http.shutdown()
        http.server_close()
        gate.close()
        records.close()


def with_status(gate: Gate, records: Records) -> Callable[..., Iterable[bytes]]:
    """The gate, and beside it two pages of our own: which resources there are of each type, and whether all events that
    are under way have been delivered (it answers when they have).
    """

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path not in (STATUS_PATH, SETTLED_PATH):
            return gate(environ, start_response)
        if path == STATUS_PATH:
            body = json.dumps({**records.counts(), "ids": records.ids()}).encode()
        else:
            body = json.dumps({"settled": gate.activity.settle(PATIENCE)}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application


def _handler() -> type[Any]:
    from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: PLC0415 -- loads moto

    class Quiet(MotoRequestHandler):  # type: ignore[misc]  # moto has no types
        """Moto's handler without a line for each request."""

        protocol_version = "HTTP/1.1"

        def log_request(self, *_: Any) -> None:
            """Say nothing; errors are still logged."""

    return Quiet


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m tools.emulator serve", description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("--port", type=int, default=0, help="port of the AWS endpoint; 0 takes a free one")
    parser.add_argument("--warm", action="store_true", help="load moto at once, in the background")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    # moto keeps everything for good; looking through it for garbage again and again costs a tenth of each call.
    gc.set_threshold(100_000, 20, 100)
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    options.state.mkdir(parents=True, exist_ok=True)
    options.state = options.state.resolve()
    os.chdir(program_folder(options.state))
    try:
        with serving(options.state, options.port, warm=options.warm) as running:
            temporary = state_file(options.state).with_suffix(".tmp")
            temporary.write_text(json.dumps(asdict(running)), encoding="utf-8")
            temporary.replace(state_file(options.state))
            stop.wait()
    except (OSError, SystemExit) as error:
        sys.exit(f"the embedded AWS can't listen on 127.0.0.1:{options.port}: {error}")
    finally:
        _remove_own(state_file(options.state))


def program_folder(state: Path) -> Path:
    """The folder of the program whose state folder this is, which the paths of its assets are relative to.

    The engine starts a provider in that folder; an attached one is nowhere told of it. Where the state does not lie in
    a project (`PROJECT/.groundplan/aws`), it is the state folder's own parent.
    """
    parent = state.resolve().parent
    project = parent.parent if parent.name == ".groundplan" else parent
    settings = project / "Pulumi.yaml"
    main = _main_of(settings.read_text(encoding="utf-8")) if settings.is_file() else ""
    folder = project / main
    return folder if folder.is_dir() else folder.parent


def _main_of(text: str) -> str:
    """The `main` of a project file: the program's folder, or its file in that folder."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return ""
    return str(found.get("main") or "") if isinstance(found, dict) else ""


def _remove_own(file: Path) -> None:
    """Remove `server.json` unless a newer server has written it meanwhile."""
    if file.exists() and json.loads(file.read_text(encoding="utf-8"))["pid"] == os.getpid():
        file.unlink()


def is_listening(port: int) -> bool:
    """Whether something answers on a local port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
