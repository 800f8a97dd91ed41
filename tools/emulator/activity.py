"""What the embedded AWS does by itself: it runs functions and delivers events.

Everything here happens outside the gate's lock and acts through requests of its own, which the journal keeps like anybody's.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.emulator.work import SERVICE, Job, Workers

if TYPE_CHECKING:
    from tools.emulator.accounts import Accounts
    from tools.emulator.execution.pool import Pool
    from tools.emulator.gate import Gate


class Activity:
    """The running part of one embedded AWS. `endpoint` is where functions find it; empty where it has no sockets."""

    def __init__(self, gate: Gate, folder: Path | None) -> None:
        self._gate = gate
        self._given = folder
        self._folder: Path | None = None
        self._making = threading.Lock()
        self._accounts: Accounts | None = None
        self._pool: Pool | None = None
        self.endpoint = ""
        self.at_end: list[Callable[[], None]] = []
        """What is to be called at the end."""
        self._workers = Workers(self)

    @property
    def accounts(self) -> Accounts:
        """Clients of all accounts and Regions."""
        from tools.emulator.accounts import Accounts  # noqa: PLC0415 -- loads boto3; most gates deliver nothing

        with self._making:
            if self._accounts is None:
                # The one who judges parameters is the service that is asked, as for a state machine of a user's.
                self._accounts = Accounts(self._gate, parameter_validation=False)
            return self._accounts

    @property
    def pool(self) -> Pool:
        """The processes that functions run in."""
        from tools.emulator.execution.pool import Pool  # noqa: PLC0415 -- most gates run no function

        with self._making:
            if self._pool is None:
                self._folder = self._empty_folder()
                self._pool = Pool(self._folder)
            return self._pool

    def changed(self, function_arn: str) -> None:
        """A function is another one now, or gone: the processes that wait for its next event end."""
        if self._pool is not None:
            self._pool.forget(function_arn)

    def client(self, service: str, account: str, region: str) -> Any:
        """A client of a service, in process. Raises RuntimeError once the embedded AWS is at its end."""
        from tools.emulator.accounts import Place  # noqa: PLC0415 -- see `accounts`

        if self._workers.ended:
            raise RuntimeError("the embedded AWS was stopped")
        return self.accounts.client(service, Place(account, region))

    def _empty_folder(self) -> Path:
        """Where code is unpacked. It is gone at the end."""
        if self._given is None:
            return Path(tempfile.mkdtemp(prefix="embedded-aws-"))
        shutil.rmtree(self._given, ignore_errors=True)
        self._given.mkdir(parents=True)
        return self._given

    def begin(self, endpoint: str) -> None:
        """Start with what the journal left to be done, now that functions find the embedded AWS at `endpoint`."""
        self.endpoint = endpoint
        if "moto.awslambda" in sys.modules:
            from tools.emulator.execution import queues  # noqa: PLC0415 -- only where there are functions

            queues.look_everywhere(self)

    @contextmanager
    def state(self) -> Iterator[None]:
        """Look at moto's resources while nobody changes them."""
        with self._gate.held():
            yield

    def heard(self, account: str, region: str, source: str, kind: str, detail: Mapping[str, Any]) -> bool:
        """Whether any rule of an account's default bus is for such an event."""
        models = sys.modules.get("moto.events.models")
        if models is None:
            return False
        event = {
            "source": source,
            "detail-type": kind,
            "account": account,
            "region": region,
            "detail": dict(detail),
        }
        with self.state():
            if account not in models.events_backends or region not in models.events_backends[account]:
                return False
            rules = models.events_backends[account][region].event_buses["default"].rules.values()
            return any(
                rule.event_pattern.dump() and rule.event_pattern.matches_event(event) for rule in rules
            )

    def publish(
        self, account: str, region: str, source: str, kind: str, detail: Mapping[str, Any], *resources: str
    ) -> None:
        """Put the event of an AWS service on an account's default bus. It is a request like others, and journalled."""
        from tools.emulator.gate import environ_for  # noqa: PLC0415 -- the gate has an activity

        entry = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), "Resources": resources}
        scope = f"{SERVICE}/20250101/{region}/events/aws4_request"
        headers = {
            "HTTP_X_AMZ_TARGET": "AWSEvents.PutEvents",
            "CONTENT_TYPE": "application/x-amz-json-1.1",
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none",
            "HTTP_X_MOTO_ACCOUNT_ID": account,
        }
        self._gate.call(environ_for("POST", "/", headers, json.dumps({"Entries": [entry]}).encode()))

    def later(self, job: Job, delay: float = 0.0) -> None:
        """Do something in the background."""
        self._workers.add(job, delay)

    def settle(self, patience: float = 30.0) -> bool:
        """Wait until all deliveries are made; whether that came about within `patience` seconds."""
        return self._workers.settle(patience)

    def close(self) -> None:
        """End all processes and threads."""
        self._workers.end()
        while self.at_end:
            self.at_end.pop()()
        with self._making:
            if self._pool is not None:
                self._pool.close()
                self._pool = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
