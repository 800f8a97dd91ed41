"""An embedded AWS with sockets, in this process, where functions run."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal
from tools.emulator.server import _handler

_numbers = itertools.count(500000000000)


def archive(source: str = "", **files: str) -> bytes:
    """A zip archive with `handler.py` and further files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        for name, text in {"handler.py": source, **files}.items():
            written.writestr(name, textwrap.dedent(text))
    return data.getvalue()


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def until(look: Callable[[], Any], patience: float = 20.0) -> Any:
    """What `look` gives as soon as it gives something."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found


class Running:
    """One account of its own in an embedded AWS that runs."""

    def __init__(self, gate: Gate, account: str = "", region: str = "us-east-1") -> None:
        self.gate = gate
        self.account = account or str(next(_numbers))
        self.region = region
        self._accounts = Accounts(gate)
        self._roles: set[str] = set()

    def client(self, service: str, region: str = "", account: str = "") -> Any:
        return self._accounts.client(service, Place(account or self.account, region or self.region))

    def elsewhere(self, region: str = "", account: str = "") -> Running:
        return Running(self.gate, account or self.account, region or self.region)

    def role(self, name: str = "role", service: str = "lambda.amazonaws.com", policy: str = "") -> str:
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy)
        return str(arn)

    def function(self, source: str, name: str = "function", files: Any = None, **more: Any) -> str:
        role = f"arn:aws:iam::{self.account}:role/{name}-role"
        if name not in self._roles:
            self._roles.add(name)
            self.role(f"{name}-role")
        made = self.client("lambda").create_function(
            FunctionName=name,
            Role=role,
            Code={"ZipFile": archive(source, **(files or {}))},
            **{"Runtime": "python3.13", "Handler": "handler.handler", "Timeout": 10, **more},
        )
        return str(made["FunctionArn"])

    def invoke(self, event: Any = None, name: str = "function", **more: Any) -> Any:
        """The answer; an error of the function stands under `FunctionError`."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}), **more)
        payload = answer["Payload"].read().decode()
        return {**answer, "Payload": json.loads(payload) if payload else None}

    def settle(self) -> None:
        assert self.gate.activity.settle(30)

    def log(self, name: str = "function", group: str = "") -> list[str]:
        """What stands in a log group, by default a function's."""
        found = self.client("logs").filter_log_events(logGroupName=group or f"/aws/lambda/{name}")
        return [event["message"] for event in found["events"]]

    def queue(self, name: str = "queue", **attributes: str) -> tuple[str, str]:
        """A new queue: URL and ARN."""
        url = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:{self.region}:{self.account}:{name}"

    def messages(self, url: str) -> list[dict[str, Any]]:
        """Up to ten messages that are there now."""
        answer = self.client("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


@contextmanager
def embedded(file: Path | None = None) -> Iterator[Gate]:
    """A gate with sockets; with `file` it has a journal and starts from it."""
    gate = Gate(Journal(file))
    if file is not None:
        gate.replay()
    server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=_handler())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gate.activity.begin(f"http://127.0.0.1:{server.server_port}")
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        gate.close()
