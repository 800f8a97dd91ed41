"""The official release is served by a small web server on 127.0.0.1, whole, broken off, or changed."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.engine import fetch
from tools.engine.errors import EngineError
from tools.engine.fetch import Source, UnreachableError, fetch_release

ARCHIVE = "pulumi-v3.250.0-linux-x64.tar.gz"
FILLING = bytes(range(256)) * 12_000  # about 3 MB: several pieces of a download


def release(*names: str, content: bytes = FILLING) -> bytes:
    """A tar.gz with these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=0) as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


class Site:
    """What the web server has: files by path, and how it misbehaves."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.stop_after: int | None = None
        self.moved: dict[str, str] = {}
        self.address = ""

    def publish(self, archive: bytes, checksum: str | None = None) -> None:
        self.files[f"/{ARCHIVE}"] = archive
        digest = checksum or hashlib.sha256(archive).hexdigest()
        self.files["/checksums.txt"] = f"{'0' * 64}  other.tar.gz\n{digest}  {ARCHIVE}\n".encode()

    def source(self) -> Source:
        return Source(f"{self.address}/checksums.txt", (self.address,), schemes=("http",))


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            one.requests.append((self.path, wanted))
            if self.path in one.moved:
                self.send_response(302)
                self.send_header("Location", one.moved[self.path])
                self.end_headers()
                return
            body = one.files.get(self.path)
            if body is None:
                self.send_error(404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = len(body) if one.stop_after is None else start + one.stop_after
            self.wfile.write(body[start:end])

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()


def test_a_release_is_fetched_verified_and_unpacked(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi", "pulumi/pulumi-language-python"))
    said: list[str] = []
    pulumi = fetch_release(ARCHIVE, tmp_path, said.append, site.source())
    assert pulumi.read_bytes() == FILLING
    assert pulumi.stat().st_mode & 0o111
    assert pulumi.with_name("pulumi-language-python").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["release"]
    assert said[0].startswith("fetching the Pulumi CLI 3.250.0")
    assert any("MB" in line for line in said)


def test_a_wrong_checksum_is_refused_and_the_download_thrown_away(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi", "pulumi/pulumi-language-python"), checksum="ab" * 32)
    with pytest.raises(EngineError, match=r"SHA-256 is [0-9a-f]{64} but (ab){32} is published"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_download_is_continued(site: Site, tmp_path: Path) -> None:
    archive = release("pulumi/pulumi", "pulumi/pulumi-language-python")
    site.publish(archive)
    site.stop_after = 2_000_000
    with pytest.raises(UnreachableError, match="run again to continue"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())
    part = tmp_path / f"{ARCHIVE}.part"
    have = part.stat().st_size
    assert 0 < have < len(archive)
    assert not (tmp_path / "release").exists()
    site.stop_after = None
    pulumi = fetch_release(ARCHIVE, tmp_path, print, site.source())
    assert site.requests[-1] == (f"/{ARCHIVE}", f"bytes={have}-")
    assert pulumi.read_bytes() == FILLING


def test_a_complete_part_needs_no_second_download(site: Site, tmp_path: Path) -> None:
    archive = release("pulumi/pulumi", "pulumi/pulumi-language-python")
    site.publish(archive)
    (tmp_path / f"{ARCHIVE}.part").write_bytes(archive)
    assert fetch_release(ARCHIVE, tmp_path, print, site.source()).exists()


def test_a_part_of_another_file_is_thrown_away_and_fetched_anew(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi", "pulumi/pulumi-language-python"))
    (tmp_path / f"{ARCHIVE}.part").write_bytes(b"something else")
    with pytest.raises(EngineError, match="thrown away"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())
    assert fetch_release(ARCHIVE, tmp_path, print, site.source()).exists()


def test_the_next_folder_is_asked_when_one_has_no_archive(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi", "pulumi/pulumi-language-python"))
    source = Source(
        f"{site.address}/checksums.txt", (f"{site.address}/gone", site.address), schemes=("http",)
    )
    assert fetch_release(ARCHIVE, tmp_path, print, source).exists()


def test_a_release_without_a_python_host_is_refused(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi"))
    with pytest.raises(EngineError, match="holds no pulumi-language-python"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "pulumi/../../outside"])
def test_an_archive_that_leaves_its_folder_is_refused(site: Site, tmp_path: Path, name: str) -> None:
    (tmp_path / "cache").mkdir()
    site.publish(release(name, "pulumi/pulumi", content=b"x"))
    with pytest.raises(EngineError, match="no readable tar archive"):
        fetch_release(ARCHIVE, tmp_path / "cache", print, site.source())
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "cache" / "release").exists()


def test_a_link_that_leaves_its_folder_is_refused(site: Site, tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        link = tarfile.TarInfo("pulumi/pulumi")
        link.type, link.linkname = tarfile.SYMTYPE, "/bin/sh"
        tar.addfile(link)
    site.publish(out.getvalue())
    with pytest.raises(EngineError, match="does not belong into a release"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())


def test_a_list_without_this_archive_means_unreachable(site: Site, tmp_path: Path) -> None:
    site.files["/checksums.txt"] = b"nothing of use\n"
    with pytest.raises(UnreachableError, match=f"lists no {ARCHIVE}"):
        fetch_release(ARCHIVE, tmp_path, print, site.source())


def test_a_machine_without_a_way_out_finds_that_out_at_once(tmp_path: Path) -> None:
    source = Source("http://127.0.0.1:9/checksums.txt", ("http://127.0.0.1:9",), schemes=("http",))
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
        fetch_release(ARCHIVE, tmp_path, print, source)
    assert fetch.CONNECT_SECONDS <= 5


def test_only_https_is_asked_by_default(site: Site, tmp_path: Path) -> None:
    site.publish(release("pulumi/pulumi"))
    source = Source(f"{site.address}/checksums.txt", (site.address,))
    with pytest.raises(UnreachableError, match="not https"):
        fetch_release(ARCHIVE, tmp_path, print, source)
    assert site.requests == []
    assert all(url.startswith("https://") for url in (Source().checksums, *Source().folders))


def test_a_redirect_to_another_scheme_is_not_followed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "CONNECT_SECONDS", 0.5)
    site.publish(release("pulumi/pulumi", "pulumi/pulumi-language-python"))
    site.moved["/checksums.txt"] = f"ftp://127.0.0.1:{site.address.rsplit(':', 1)[1]}/checksums.txt"
    with pytest.raises(UnreachableError):
        fetch_release(ARCHIVE, tmp_path, print, site.source())
