"""Lambda's runtime for Python, for a process that runs one function. Only the standard library is used here.

    python -I -S bootstrap.py FD-OF-REQUESTS FD-OF-REPLIES

Requests and replies are lines of JSON. The first request says where the handler is; the reply to it says that the process is
ready. What the function prints goes to stdout and stderr; after each event a line with a mark follows, so that whoever reads
it knows that all was read. When the pipe of requests ends, the process ends, whatever it does, and all it started.
"""

from __future__ import annotations

import base64
import datetime as dt
import errno
import importlib
import json
import logging
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

Handler = Callable[[Any, Any], Any]

LINE_BREAK, MARK = "\x1e", "\x1f"
"""Within one log event; at the start of the line that follows an event's output."""
READY = "ready"
"""The mark after what the code outside the handler printed."""
LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::", "")  # noqa: S104 -- compared with, not bound to
request_id = ""


class Identity:
    """Who uses a mobile application: nobody here."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    """The application that a client context tells of."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)


class ClientContext:
    """What the caller sent beside the event."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.custom, self.env = fields.get("custom"), fields.get("env")
        self.client = Client(fields.get("client") or {})


class Context:
    """The second argument of a handler."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.aws_request_id = asked["id"]
        self.invoked_function_arn = asked["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        self.client_context = None
        if asked.get("client_context"):
            self.client_context = ClientContext(json.loads(base64.b64decode(asked["client_context"])))
        self._end = time.monotonic() + asked["seconds"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is ended."""
        return max(0, int((self._end - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Write to the log."""
        sys.stdout.write(str(message))


_USUAL = {*vars(logging.makeLogRecord({})), "asctime", "taskName"}
"""What every record has; the rest was given with it (`extra`), and is shown in JSON."""


class LogHandler(logging.Handler):
    """Writes records as Lambda's handler does, as text or as JSON."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        made = dt.datetime.fromtimestamp(record.created, dt.UTC)
        text = record.getMessage()
        failure = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        if self.as_json:
            fields: dict[str, Any] = {
                "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "level": record.levelname,
                "message": text,
                "logger": record.name,
                "requestId": request_id,
            }
            fields |= {key: value for key, value in vars(record).items() if key not in {*fields, *_USUAL}}
            if failure:
                fields["stackTrace"] = failure.splitlines()
            line = json.dumps(fields, default=str)
        else:
            moment = made.strftime("%Y-%m-%dT%H:%M:%S.") + f"{made.microsecond // 1000:03d}Z"
            line = f"[{record.levelname}]\t{moment}\t{request_id}\t{text}" + (
                f"\n{failure}" if failure else ""
            )
        say(line)


def say(text: str) -> None:
    """One log event."""
    sys.stdout.write(text.rstrip("\n").replace("\n", LINE_BREAK) + "\n")
    sys.stdout.flush()


def only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Functions reach what the embedded AWS reaches: this machine."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in LOCAL and not str(address[0]).startswith("127."):
            raise OSError(
                errno.ENETUNREACH, f"{address[0]}: functions of the embedded AWS reach 127.0.0.1 only"
            )
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0] or ""
        if host not in LOCAL and not host.startswith("127."):
            raise socket.gaierror(
                socket.EAI_NONAME, f"{host}: functions of the embedded AWS reach 127.0.0.1 only"
            )


def failure_of(error: BaseException, kind: str = "", frames: int = 0) -> dict[str, Any]:
    """An error as the function's answer. `frames` of ours are left out of the stack."""
    stack = traceback.format_list(traceback.extract_tb(error.__traceback__)[frames:])
    return {
        "errorMessage": str(error),
        "errorType": kind or type(error).__name__,
        "requestId": request_id,
        "stackTrace": stack,
    }


def report(failure: dict[str, Any]) -> None:
    """The log event of a failure."""
    trace = "".join(failure["stackTrace"])
    text = f"[ERROR] {failure['errorType']}: {failure['errorMessage']}"
    say(f"{text}\nTraceback (most recent call last):\n{trace}" if trace else text)


def load(name: str) -> tuple[Handler | None, dict[str, Any] | None]:
    """The handler, or a failure."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        failure = failure_of(error, "Runtime.MalformedHandlerName")
        return None, {**failure, "errorMessage": f"Bad handler '{name}': {error}", "stackTrace": []}
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        failure = failure_of(error, "Runtime.ImportModuleError")
        message = f"Unable to import module '{module_name}': {error}"
        return None, {**failure, "errorMessage": message, "stackTrace": []}
    except SyntaxError as error:
        failure = failure_of(error, "Runtime.UserCodeSyntaxError")
        message = f"Syntax error in module '{module_name}': {error}"
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text or ""}'
        return None, {**failure, "errorMessage": message, "stackTrace": [place]}
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is the function's answer
        ours = next(
            (n for n, f in enumerate(traceback.extract_tb(error.__traceback__)) if f.filename != __file__), 0
        )
        return None, failure_of(error, frames=ours)
    handler = getattr(module, function_name, None)
    if handler is None:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        return None, {**failure_of(AttributeError(message), "Runtime.HandlerNotFound"), "stackTrace": []}
    return handler, None


def run(handler: Handler, asked: dict[str, Any]) -> tuple[str, bool]:
    """The answer of one event as JSON, and whether it is a failure."""
    try:
        answer = handler(json.loads(asked["event"]), Context(asked))
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is the function's answer
        return _answer(failure_of(error, frames=1))
    try:
        return json.dumps(answer, default=_refuse, ensure_ascii=False), False
    except (TypeError, ValueError) as error:
        failure = failure_of(error, "Runtime.MarshalError")
        return _answer({**failure, "errorMessage": f"Unable to marshal response: {error}", "stackTrace": []})


def _answer(failure: dict[str, Any]) -> tuple[str, bool]:
    """A failure as the answer, told in the log too."""
    report(failure)
    return json.dumps(failure, ensure_ascii=False), True


def _refuse(value: object) -> str:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def receive(requests: Iterable[bytes], waiting: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Take requests as they come; end everything when nobody is there to send any."""
    for line in requests:
        waiting.put(json.loads(line))
    try:
        os.killpg(os.getpgid(0), signal.SIGKILL)
    finally:
        os._exit(0)


def send(replies: BinaryIO, reply: dict[str, Any]) -> None:
    """Answer one request."""
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


def mark(name: str) -> None:
    """Say that everything that was printed until now is there."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"{MARK}{name}\n".encode())


def main() -> None:
    """Serve one event after the other."""
    global request_id  # noqa: PLW0603 -- the log handler tells it too
    requests, replies = os.fdopen(int(sys.argv[1]), "rb"), os.fdopen(int(sys.argv[2]), "wb")
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=receive, args=(requests, waiting), daemon=True).start()
    settings = waiting.get()
    sys.path[:0] = settings["code"]
    sys.path += settings["runtime"]
    sys.argv[:] = [""]
    sys.addaudithook(only_this_machine)
    logging.getLogger().addHandler(LogHandler(settings["json_logs"]))
    if settings["level"]:
        logging.getLogger().setLevel(settings["level"])
    handler, failure = load(settings["handler"])
    mark(READY)
    send(replies, {"ready": True})
    while True:
        asked = waiting.get()
        request_id = asked["id"]
        os.environ["_X_AMZN_TRACE_ID"] = asked["trace"]
        if handler is None:
            payload, failed = _answer({**(failure or {}), "requestId": request_id})
        else:
            payload, failed = run(handler, asked)
        mark(request_id)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (
            1024 * (1024 if sys.platform == "darwin" else 1)
        )
        send(replies, {"payload": payload, "failed": failed, "memory": used, "ends": handler is None})


if __name__ == "__main__":
    main()
