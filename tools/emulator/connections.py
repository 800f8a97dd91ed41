"""Which provider resource a request comes from.

The protocol's requests do not say which `aws` provider they are for. The engine opens one gRPC connection for each
provider resource (`NewProvider` in pulumi/sdk/go/common/resource/plugin/provider_plugin.go: `PULUMI_DEBUG_PROVIDERS`
makes it dial the port again each time) and configures it, so the connection's peer address tells.

gRPC's Go client closes a connection that has been idle for half an hour and dials again, from another port and without
another `Configure`. Such a connection is recognised: it shows no handshake, and takes over from one that has been
silent
for that long. Where that is not clear, the request is refused: a resource in the wrong account or Region is worse.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.emulator.settings import Settings

IDLE_SECONDS = 29 * 60.0
"""How long a connection is silent before its client may dial again; gRPC's default is 30 minutes."""
KEPT = 20_000
"""How many connections are remembered; the ones that were silent the longest are forgotten first."""


class NotConfigured(RuntimeError):  # noqa: N818 -- it names the connection's state
    """A request on a connection that no provider resource is known for."""


@dataclass(slots=True)
class _Connection:
    engine: str
    settings: Settings | None
    heard: float


class Connections:
    """The settings of each connection. Safe for threads.

    `clock` gives seconds that only grow; `is_alive` says whether an engine (`127.0.0.1:PORT`) still runs.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, is_alive: Callable[[str], bool] | None = None
    ) -> None:
        self._clock = clock
        self._is_alive = is_alive or _listens
        self._lock = threading.Lock()
        self._known: dict[str, _Connection] = {}

    def opened(self, peer: str, engine: str) -> None:
        """A handshake: whatever was known of this address was another connection."""
        with self._lock:
            self._known[peer] = _Connection(engine, None, self._clock())
            while len(self._known) > KEPT:
                del self._known[min(self._known, key=lambda name: self._known[name].heard)]

    def configured(self, peer: str, settings: Settings) -> None:
        """The engine has said what this connection's provider resource is."""
        with self._lock:
            known = self._known.setdefault(peer, _Connection("", None, 0.0))
            known.settings, known.heard = settings, self._clock()

    def of(self, peer: str) -> Settings:
        """The settings of a connection. Raises `NotConfigured` where they can't be told for certain."""
        with self._lock:
            now = self._clock()
            known = self._known.get(peer)
            if known is None:
                known = self._known[peer] = self._taken_over(now)
            known.heard = now
            if known.settings is None:
                raise NotConfigured("the engine has not configured the provider on this connection")
            return known.settings

    def _taken_over(self, now: float) -> _Connection:
        """A new connection for one that went silent and whose engine still runs; it takes that one's place."""
        silent = {
            peer: known
            for peer, known in self._known.items()
            if known.settings is not None
            and now - known.heard >= IDLE_SECONDS
            and self._is_alive(known.engine)
        }
        first = next(iter(silent), None)
        if first is None or any(known.settings != silent[first].settings for known in silent.values()):
            raise NotConfigured(
                "the embedded AWS does not know which account and Region this is for: it was started again, or"
                " the deployment paused for half an hour; run the command again"
            )
        return _Connection(silent[first].engine, self._known.pop(first).settings, now)


def _listens(address: str) -> bool:
    """Whether something answers at `host:port`."""
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        return False
    try:
        socket.create_connection((host or "127.0.0.1", int(port)), timeout=1).close()
    except OSError:
        return False
    return True
