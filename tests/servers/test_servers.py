"""The servers that other tests rely on: TLS only, stopped for good, fetched once."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pg8000.exceptions
import pg8000.native
import pymysql
import pytest

from tests.servers import binaries
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres
from tests.servers.process import Server, on_free_port
from tests.servers.valkey import Valkey


@pytest.fixture(scope="module", params=[Postgres, MariaDb, Valkey])
def server(request: pytest.FixtureRequest) -> Iterator[Postgres | MariaDb | Valkey]:
    one = request.param()
    yield one
    one.stop()
    assert not Path(one.folder).exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", one.port)) != 0


def test_without_tls_nobody_is_served(server: Postgres | MariaDb | Valkey) -> None:
    if isinstance(server, Postgres):
        with pytest.raises(pg8000.exceptions.DatabaseError, match="no encryption"):
            pg8000.native.Connection("rdsadmin", host=server.host, port=server.port, ssl_context=False)
    elif isinstance(server, MariaDb):
        with pytest.raises(pymysql.err.OperationalError, match=r"insecure transport|SSL"):
            pymysql.connect(host=server.host, port=server.port, user="rdsadmin", ssl_disabled=True)
    else:
        with socket.create_connection((server.host, server.port), timeout=5) as plain:
            plain.sendall(b"PING\r\n")
            with contextlib.suppress(ConnectionError):
                assert b"PONG" not in plain.recv(100)


def test_the_certificate_is_good_for_the_name_only(server: Postgres | MariaDb | Valkey) -> None:
    context = server.trusting()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    if isinstance(server, Valkey):
        for name, good in ((server.host, True), ("127.0.0.1", False)):
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain:
                if good:
                    context.wrap_socket(plain, server_hostname=name).close()
                else:
                    with pytest.raises(ssl.SSLCertVerificationError):
                        context.wrap_socket(plain, server_hostname=name)


def test_the_master_is_no_superuser(server: Postgres | MariaDb | Valkey) -> None:
    if isinstance(server, Postgres):
        assert server.run("SELECT rolsuper FROM pg_roles WHERE rolname = 'master'") == [[False]]
    if isinstance(server, MariaDb):
        (row,) = server.run("SELECT Super_priv FROM mysql.user WHERE User = %s", server.master)
        assert row == ["N"]


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start:\nno such thing"):
        Server(["sh", "-c", "echo no such thing; exit 3"], ready="ready", cwd=tmp_path)


def test_a_port_that_somebody_else_took_is_given_up(tmp_path: Path) -> None:
    tried: list[int] = []

    def start(port: int) -> Server:
        tried.append(port)
        say = "echo Address already in use" if len(tried) == 1 else "echo serving; sleep 9"
        return Server(["sh", "-c", say], ready="serving", cwd=tmp_path)

    port, server = on_free_port(start)
    server.kill()
    assert tried[1:] == [port]
    with pytest.raises(RuntimeError, match="broken"):
        on_free_port(lambda _: Server(["sh", "-c", "echo broken"], ready="serving", cwd=tmp_path))


def test_a_folder_of_the_cache_is_made_once_and_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made: list[Path] = []

    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise KeyboardInterrupt

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "program").write_text("")

    with pytest.raises(KeyboardInterrupt):
        binaries.kept("thing-1", fail)
    found = [binaries.kept("thing-1", make) for _ in range(2)]
    assert found == [tmp_path / "groundplan" / "servers" / "thing-1"] * 2
    assert [path.name for path in found[0].iterdir()] == ["program"]
    assert len(made) == 1


def test_where_everything_has_to_run_a_missing_server_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Maven"):
        binaries.missing("no Maven")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Maven"):
        binaries.missing("no Maven")


def test_without_maven_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Maven, which is not on PATH; install Maven and Java"):
        binaries.installed("thing", "org.example:thing:1", lambda jar, folder: None)
