from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.lambdas.loading import fresh, load


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "handler.py").write_text(
            "import decide\nSEEN = []\n\ndef handler(): return decide.WHO\n"
        )
        (tmp_path / name / "decide.py").write_text(f"WHO = {name!r}\n")
    return tmp_path


def test_folders_with_equal_module_names_do_not_see_each_other(functions: Path) -> None:
    one, two = load("one", root=functions), load("two", root=functions)
    assert (one.handler(), two.handler()) == ("one", "two")
    assert load("one", "decide", root=functions) is one.decide


def test_nothing_is_left_behind(functions: Path) -> None:
    path, before = list(sys.path), set(sys.modules)
    load("one", root=functions)
    assert sys.path == path
    assert set(sys.modules) == before


def test_a_module_is_loaded_once_unless_a_fresh_one_is_asked_for(functions: Path) -> None:
    assert load("one", root=functions) is load("one", root=functions)
    load("one", root=functions).SEEN.append("an invocation")
    assert fresh("one", root=functions).SEEN == []


def test_a_module_that_is_not_there_is_named(functions: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"one/absent\.py"):
        load("one", "absent", root=functions)
