"""Archives: the same content gives the same bytes, whatever the file system says about it."""

from __future__ import annotations

import base64
import io
import os
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from components.foundation.errors import ComponentError
from components.serverless import artefact
from components.serverless.artefact import LAYER_ROOT, archive, build_artefact, own_files, stored
from components.serverless.requirements import Platform

PLATFORM = Platform()
NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def entries(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()


def test_times_modes_and_order_of_files_do_not_count(tmp_path: Path) -> None:
    files = {"b.py": "2", "a.py": "1", "sub/c.py": "3"}
    first = write(tmp_path / "one", files)
    second = write(tmp_path / "two", dict(reversed(files.items())))
    for one in second.rglob("*.py"):
        os.utime(one, (1_000_000_000, 1_000_000_000))
        one.chmod(0o600)
    built = [build_artefact(folder, PLATFORM) for folder in (first, second)]
    assert built[0] == built[1]
    assert entries(built[0].path) == ["a.py", "b.py", "sub/c.py"]


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_the_bytes_are_known(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """They must not depend on the machine, its Python or its zlib: this hash holds everywhere."""
    monkeypatch.setattr(sys, "platform", system)
    made = archive({"handler.py": b"def handler(event, context): ...\n", "bin/run": b"#!/bin/sh\n"})
    assert sha256(made).hexdigest() == "0913e7118e8accefafc3bf30807dec508835133b11cc830757843e2d57f72f07"


@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1))
def test_an_archive_holds_what_was_put_in_in_any_order(files: dict[str, bytes]) -> None:
    made = archive(files)
    assert made == archive(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == files
        assert {one.date_time for one in opened.infolist()} == {artefact.EPOCH}
        assert {one.compress_type for one in opened.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("data", "mode"), [(b"#!/bin/sh\n", 0o755), (b"\x7fELF...", 0o755), (b"text", 0o644), (b"", 0o644)]
)
def test_what_can_be_run_is_told_by_its_content(data: bytes, mode: int) -> None:
    with zipfile.ZipFile(io.BytesIO(archive({"x": data}))) as opened:
        assert opened.getinfo("x").external_attr >> 16 == mode
        assert opened.getinfo("x").create_system == 3


def test_caches_hidden_files_and_requirements_stay_out(tmp_path: Path) -> None:
    kept = {"handler.py": "", "sub/data.json": ""}
    left_out = ("__pycache__/handler.cpython-313.pyc", "old.pyc", ".env", ".git/config", "README.md")
    write(tmp_path, {**kept, **dict.fromkeys(left_out, ""), "requirements.txt": "", "requirements.in": ""})
    assert set(own_files(tmp_path)) == set(kept)


def test_a_layer_has_its_content_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"shared/tool.py": ""})
    assert entries(build_artefact(tmp_path, PLATFORM, root=LAYER_ROOT).path) == ["python/shared/tool.py"]


def test_digest_and_name_are_those_of_the_bytes(tmp_path: Path, cache: Path) -> None:
    built = build_artefact(write(tmp_path / "f", {"handler.py": "x = 1\n"}), PLATFORM)
    digest = sha256(built.path.read_bytes())
    assert built.digest == base64.b64encode(digest.digest()).decode()
    assert built.path == cache / "groundplan" / "artefacts" / f"{digest.hexdigest()}.zip"
    assert (built.zipped, built.unzipped) == (built.path.stat().st_size, 6)


def test_a_change_of_content_changes_the_digest(tmp_path: Path) -> None:
    before = build_artefact(write(tmp_path / "f", {"handler.py": "x = 1\n"}), PLATFORM)
    after = build_artefact(write(tmp_path / "f", {"handler.py": "x = 2\n"}), PLATFORM)
    assert before.digest != after.digest


def test_a_damaged_file_in_the_cache_is_written_anew(tmp_path: Path) -> None:
    folder = write(tmp_path / "f", {"handler.py": ""})
    path = build_artefact(folder, PLATFORM).path
    path.write_bytes(b"half")
    assert build_artefact(folder, PLATFORM).path.read_bytes() != b"half"


def test_what_does_not_fit_unpacked_is_refused_with_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "MAX_UNZIPPED", 2 * 1024 * 1024)
    with pytest.raises(ComponentError, match=r"big: the code has 3\.0 MB unpacked; Lambda takes 2 MB"):
        stored({"x": bytes(3 * 1024 * 1024)}, "big")


def test_only_what_is_too_large_stored_is_deflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "MAX_ZIPPED", 1024 * 1024)
    built = stored({"x": bytes(2 * 1024 * 1024)}, "big")
    with zipfile.ZipFile(built.path) as opened:
        assert opened.getinfo("x").compress_type == zipfile.ZIP_DEFLATED


def test_what_does_not_fit_packed_is_refused_with_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "MAX_ZIPPED", 1024 * 1024)
    with pytest.raises(ComponentError, match=r"big: the code has 2\.0 MB packed; Lambda takes 1 MB"):
        stored({"x": os.urandom(2 * 1024 * 1024)}, "big")


def test_a_link_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "f", {"handler.py": ""})
    (tmp_path / "f" / "link.py").symlink_to(tmp_path / "f" / "handler.py")
    with pytest.raises(ComponentError, match=r"f/link\.py: is a link; ship the file itself"):
        build_artefact(tmp_path / "f", PLATFORM)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "f", {".hidden": ""})
    with pytest.raises(ComponentError, match="the folder holds nothing to ship"):
        build_artefact(tmp_path / "f", PLATFORM)


def test_a_folder_that_is_missing_is_refused_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"db_users/handler.py": ""})
    monkeypatch.setattr(artefact, "LAMBDAS", tmp_path)
    assert build_artefact("db_users", PLATFORM).unzipped == 0
    with pytest.raises(
        ComponentError, match="source: there is no such folder of code: db_user; did you mean 'db_users'"
    ):
        build_artefact("db_user", PLATFORM)
    with pytest.raises(ComponentError, match="name a folder that exists"):
        build_artefact(tmp_path / "nothing", PLATFORM)
