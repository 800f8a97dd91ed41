"""The one way into the embedded AWS: a WSGI application before moto.

Everything goes through here: the provider's own calls (in process, `call`) and those of the AWS CLI and SDKs (HTTP). The
gate does what moto's server leaves open:

- one request at a time, because moto is not thread-safe;
- the account of a request: the account of an assumed role, else an access key of twelve digits is the account itself,
  else the default account;
- the journal (`journal.py`): changing requests are recorded, and replayed at the start.

moto is imported at the first request: it takes seconds to load, and most previews need nothing of it.
"""

from __future__ import annotations

import io
import itertools
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from tools.emulator.journal import Entry, Journal

DEFAULT_ACCOUNT = "111111111111"
DEFAULT_REGION = "us-east-1"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

_READ_ONLY = re.compile(
    r"^(Describe|List|Get(?!SessionToken|FederationToken)|BatchGet|Head|Lookup|Search|Query$|Scan$|Simulate)"
)
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")
_NOT_STORED = {"HTTP_CONNECTION", "HTTP_ACCEPT_ENCODING", "HTTP_HOST", "HTTP_USER_AGENT"}


class Gate:
    """A WSGI application that serves the embedded AWS and keeps its journal."""

    def __init__(self, journal: Journal, default_account: str = DEFAULT_ACCOUNT) -> None:
        self._journal = journal
        self._default_account = default_account
        self._lock = threading.RLock()
        self._moto: Any = None
        self._random: Any = None

    def replay(self) -> int:
        """Load moto and run all journalled requests again. Returns how many there were."""
        with self._lock:
            entries = self._journal.entries()
            first = next(entries, None)
            # Opening the journal has read its seed, which everything that moto makes up depends on.
            self._load()
            for entry in itertools.chain([first] if first else [], entries):
                self._seed()
                self._serve(environ_of(entry))
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

    def call(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Serve one request in process: status line, headers and body."""
        body = _read_body(environ)
        with self._lock:
            self._load()
            environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", self._account(environ))
            changing = is_changing(environ, body)
            if changing:
                self._seed()
            answer = self._serve(environ)
            if changing and answer[0] < "4":
                self._journal.append(entry_of(environ, body))
            return answer

    def _serve(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
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
        """Close the journal. A request that is being served ends first."""
        with self._lock:
            self._journal.close()

    def _account(self, environ: Environ) -> str:
        found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        key = found.group(1) if found else ""
        if re.fullmatch(r"\d{12}", key):
            return key
        from moto.core import DEFAULT_ACCOUNT_ID  # noqa: PLC0415 -- see the module docstring
        from moto.iam.models import get_account_id_from  # noqa: PLC0415 -- see the module docstring

        account = str(get_account_id_from(key)) if key else DEFAULT_ACCOUNT_ID
        return self._default_account if account == DEFAULT_ACCOUNT_ID else account


def is_changing(environ: Mapping[str, Any], body: bytes) -> bool:
    """Whether a request may change a resource, told by its action's name or, for REST services, by its method."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return not _READ_ONLY.match(target.rsplit(".", 1)[-1])
    found = _ACTION.search(environ.get("QUERY_STRING", "").encode()) or _ACTION.search(body[:4096])
    if found:
        return not _READ_ONLY.match(found.group(1).decode())
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
