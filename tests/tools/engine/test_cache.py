from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.engine.cache import cache_folder, locked, unfinished
from tools.engine.errors import EngineError
from tools.engine.release import VERSION


def test_the_cache_lies_outside_the_work_tree_and_follows_xdg(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "groundplan" / "engine" / VERSION
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/.cache/groundplan/engine") / VERSION


def test_a_block_that_ends_well_becomes_the_folder(tmp_path: Path) -> None:
    with unfinished(tmp_path / "done") as partial:
        (partial / "file").write_text("1")
        assert not (tmp_path / "done").exists()
    assert (tmp_path / "done" / "file").read_text() == "1"
    assert [one.name for one in tmp_path.iterdir()] == ["done"]


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    with unfinished(tmp_path / "done") as partial:
        (partial / "file").write_text("old")

    def interrupted() -> None:
        with unfinished(tmp_path / "done") as partial:
            (partial / "file").write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "done" / "file").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["done"]


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".done.partial").mkdir()
    (tmp_path / ".done.partial" / "half").write_text("half")
    with unfinished(tmp_path / "done") as partial:
        assert list(partial.iterdir()) == []


def test_a_second_process_waits_for_the_lock_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    taken = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        taken.set()

    def second() -> None:
        with locked(tmp_path, say):
            said.append("inside")

    with locked(tmp_path, said.append):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert taken.wait(10)
        assert "inside" not in said
    waiting.join(10)
    assert "another process is filling" in said[0]
    assert said[-1] == "inside"


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from tools.engine.cache import locked\n"
        "with locked(Path(sys.argv[1]), print):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    said: list[str] = []
    with locked(tmp_path, said.append):
        assert said == []


def test_a_cache_that_cannot_be_written_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="set XDG_CACHE_HOME"), locked(tmp_path / "file" / "cache", print):
        pass
