"""The one way into the embedded AWS: a WSGI application before moto.

Everything goes through here: the provider's own calls (in process, `call`) and those of the AWS CLI and SDKs (HTTP). The
gate does what moto's server leaves open:

- one request at a time, because moto is not thread-safe;
- the account of a request: the account of an assumed role, else an access key of twelve digits is the account itself,
  else the default account;
- the journal (`journal.py`): changing requests are recorded, and replayed at the start;
- what a request leaves to be done (`work.py`): functions run and events are delivered outside the lock, since they make
  requests themselves.

moto is imported at the first request: it takes seconds to load, and most previews need nothing of it.
"""

from __future__ import annotations

import io
import itertools
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from tools.emulator.activity import Activity
from tools.emulator.journal import Entry, Journal
from tools.emulator.work import Answer, Serving, serving

DEFAULT_ACCOUNT = "111111111111"
DEFAULT_REGION = "us-east-1"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

READ_ONLY = re.compile(
    r"^(Describe|List|Get(?!SessionToken|FederationToken)|BatchGet|Head|Lookup|Search|Query$|Scan$|Simulate)"
)
"""Actions that change nothing, by the beginning of their names."""
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")
_PASSING = re.compile(
    r"^(AWSStepFunctions\.(Start|Stop|SendTask|GetActivityTask)\w*|AWSEvents\.TestEventPattern)$|"
    r"^/[0-9-]+/functions/[^/]+/(invocations|invoke-async|response-streaming-invocations)/?$"
)
"""Requests that only make something happen: what comes of it makes requests of its own."""
AGAIN = 0.05
"""Seconds between two looks of a request that waits for something."""
_NOT_STORED = {"HTTP_CONNECTION", "HTTP_ACCEPT_ENCODING", "HTTP_HOST", "HTTP_USER_AGENT"}


class Gate:
    """A WSGI application that serves the embedded AWS and keeps its journal. Functions are unpacked in `folder`."""

    def __init__(
        self, journal: Journal, default_account: str = DEFAULT_ACCOUNT, folder: Path | None = None
    ) -> None:
        self._journal = journal
        self._default_account = default_account
        self._lock = threading.RLock()
        self._moto: Any = None
        self._random: Any = None
        self.activity = Activity(self, folder)

    def replay(self) -> int:
        """Load moto and run all journalled requests again. Returns how many there were."""
        with self._lock:
            entries = self._journal.entries()
            first = next(entries, None)
            # Opening the journal has read its seed, which everything that moto makes up depends on.
            self._load()
            for entry in itertools.chain([first] if first else [], entries):
                environ = environ_of(entry)
                if is_passing(environ):
                    continue
                self._seed()
                with serving(replaying=True, caller=access_key(entry.headers)):
                    self._serve(environ)
            return self._journal.length

    def _load(self) -> None:
        if self._moto is not None:
            return
        from moto.core.config import default_user_config  # noqa: PLC0415 -- see the module docstring
        from moto.moto_api._internal import mock_random  # noqa: PLC0415 -- see the module docstring

        from tools.emulator.dispatch import application, repeat_from  # noqa: PLC0415 -- see the module docstring

        # AWS has its managed policies; moto loads them only on request. Functions never run in containers here.
        default_user_config["iam"]["load_aws_managed_policies"] = True
        default_user_config["lambda"]["use_docker"] = False
        self._moto = application()
        self._journal.begin()
        repeat_from(self._journal.seed)
        self._random = mock_random

    def _seed(self) -> None:
        self._random.seed(f"{self._journal.seed}:{self._journal.length}")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one HTTP request."""
        status, headers, body = self.call(environ)
        start_response(status, headers)
        return [body]

    def call(self, environ: Environ) -> Answer:
        """Serve one request in process: status line, headers and body."""
        body, since = _read_body(environ), time.monotonic()
        while True:
            with self._lock, serving(self.activity, caller=access_key(environ), since=since) as left:
                answer = self._served(environ, body, left)
            for delay, job in left.jobs:
                self.activity.later(job, delay)
            if left.answering is not None:
                return left.answering(self.activity)
            if time.monotonic() >= left.again_until:
                return answer
            time.sleep(AGAIN)
            environ["wsgi.input"] = io.BytesIO(body)

    def _served(self, environ: Environ, body: bytes, left: Serving) -> Answer:
        self._load()
        environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", self._account(environ))
        changing = is_changing(environ, body)
        if changing:
            self._seed()
        answer = self._serve(environ)
        if changing and left.journalled and answer[0] < "4" and not is_passing(environ):
            self._journal.append(entry_of(environ, body))
        return answer

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else is served meanwhile. For looking at resources, not for waiting."""
        with self._lock:
            self._load()
            yield

    def _serve(self, environ: Environ) -> Answer:
        captured: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> None:
            captured[:] = [status, headers]

        chunks = self._moto(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return captured[0], captured[1], body

    def close(self) -> None:
        """End what runs and close the journal. A request that is being served ends first."""
        self.activity.close()
        with self._lock:
            self._journal.close()

    def _account(self, environ: Environ) -> str:
        key = access_key(environ)
        if re.fullmatch(r"\d{12}", key):
            return key
        from tools.emulator.dispatch import account_of  # noqa: PLC0415 -- see the module docstring

        return (account_of(key) if key else None) or self._default_account


def access_key(headers: Mapping[str, Any]) -> str:
    """The access key that a request is signed with; empty where it is not signed."""
    found = _CREDENTIAL.search(headers.get("HTTP_AUTHORIZATION", ""))
    return found.group(1) if found else ""


def is_passing(environ: Mapping[str, Any]) -> bool:
    """Whether a request only makes something happen, so that running it again would make it happen twice."""
    return bool(_PASSING.match(environ.get("HTTP_X_AMZ_TARGET") or environ["PATH_INFO"]))


def is_changing(environ: Mapping[str, Any], body: bytes) -> bool:
    """Whether a request may change a resource, told by its action's name or, for REST services, by its method."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return not READ_ONLY.match(target.rsplit(".", 1)[-1])
    found = _ACTION.search(environ.get("QUERY_STRING", "").encode()) or _ACTION.search(body[:4096])
    if found:
        return not READ_ONLY.match(found.group(1).decode())
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS")


def _read_body(environ: Environ) -> bytes:
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = environ["wsgi.input"].read()
    else:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return bytes(body)


def entry_of(environ: Mapping[str, Any], body: bytes) -> Entry:
    """The journal entry of a request."""
    headers = {k: v for k, v in environ.items() if k.startswith("HTTP_") and k not in _NOT_STORED}
    headers["CONTENT_TYPE"] = environ.get("CONTENT_TYPE", "")
    return Entry(
        method=environ["REQUEST_METHOD"],
        url=environ["RAW_URI"],
        headers=headers,
        body=body,
        account=environ["HTTP_X_MOTO_ACCOUNT_ID"],
    )


def environ_of(entry: Entry) -> Environ:
    """The WSGI environment of a journalled request."""
    return environ_for(
        entry.method, entry.url, {**entry.headers, "HTTP_X_MOTO_ACCOUNT_ID": entry.account}, entry.body
    )


def environ_for(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Environ:
    """A WSGI environment. `url` is path and query as sent; `headers` are named as WSGI names them (`HTTP_...`)."""
    path, _, query = url.partition("?")
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "RAW_URI": url,
        "REQUEST_URI": url,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
