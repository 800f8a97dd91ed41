"""The cache of what is expensive to find out: found out once, and never in the way of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.emulator.schema import store


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_a_value_is_found_out_once(cache: Path) -> None:
    calls = []

    def find_out() -> list[str]:
        calls.append(1)
        return ["name"]

    assert store.kept("replace", "aws:ec2/vpc:Vpc", find_out) == ["name"]
    assert store.kept("replace", "aws:ec2/vpc:Vpc", find_out) == ["name"]
    assert len(calls) == 1
    assert [file.name for file in (cache / "replace").iterdir()] == ["aws.ec2.vpc.Vpc.json"]


def test_a_broken_file_is_found_out_again(cache: Path) -> None:
    store.kept("replace", "aws:ec2/vpc:Vpc", lambda: 1)
    (cache / "replace" / "aws.ec2.vpc.Vpc.json").write_text("[")
    assert store.kept("replace", "aws:ec2/vpc:Vpc", lambda: 2) == 2


def test_a_folder_that_cannot_be_written_is_no_error(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert store.kept("replace", "aws:ec2/vpc:Vpc", lambda: 3) == 3


def test_the_folder_follows_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store.folder.cache_clear()
    try:
        assert store.folder().parent == tmp_path / "groundplan" / "schema"
    finally:
        store.folder.cache_clear()
