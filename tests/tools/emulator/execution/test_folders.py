from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from tests.tools.emulator.execution.running import archive
from tools.emulator.execution.folders import Folders, unpack
from tools.emulator.execution.specification import Archive


def test_code_is_unpacked_once(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    code = Archive("a", archive("x = 1"))
    first = folders.code(code)
    assert (first / "handler.py").read_text() == "x = 1"
    (first / "handler.py").write_text("changed")
    assert (folders.code(Archive("a", b"not looked at")) / "handler.py").read_text() == "changed"
    assert folders.code(Archive("b", archive("x = 2"))) != first


def test_later_layers_win(tmp_path: Path) -> None:
    layers = [Archive(name, archive(**{"python/m.py": f"'{name}'"})) for name in ("one", "two")]
    first, *_ = Folders(tmp_path).layers(layers)
    assert (first / "m.py").read_text() == "'two'"
    assert Folders(tmp_path).layers(()) == []


def test_packages_of_a_layer_for_one_version_are_found(tmp_path: Path) -> None:
    layer = Archive("one", archive(**{"python/lib/python3.13/site-packages/m.py": ""}))
    assert any((folder / "m.py").exists() for folder in Folders(tmp_path).layers((layer,)))


def test_the_runtime_brings_boto3_and_nothing_of_ours(tmp_path: Path) -> None:
    there = {entry.name for entry in Folders(tmp_path).runtime().iterdir()}
    assert {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"} <= there
    assert not there & {"moto", "pulumi", "pulumi_aws", "pytest"}


def zipped(name: str, mode: int = 0o644) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        written.writestr(entry, "x")
    return data.getvalue()


def test_files_keep_their_mode(tmp_path: Path) -> None:
    unpack(zipped("run", 0o755), tmp_path)
    assert os.access(tmp_path / "run", os.X_OK)


@pytest.mark.parametrize("name", ["../out", "/../../out", "a/../../out"])
def test_no_file_is_written_outside(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(ValueError, match="leads out of it"):
        unpack(zipped(name), inside)
    assert not (tmp_path / "out").exists()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Could not unzip"):
        unpack(b"nothing", tmp_path)
