from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from policies.code.command import CLEAN, COULD_NOT_RUN, FOUND, run

ROOT = Path(__file__).parents[3]
BAD = 'import boto3\nboto3.client("s3").generate_presigned_url("get_object")\n'
OPEN = 'def link(client):\n    return client.generate_presigned_url("get_object")\n'


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "handler.py"
    path.write_text(BAD)
    return path


def test_a_finding_is_a_line_that_editors_can_open(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(bad)]) == FOUND
    assert capsys.readouterr().out.startswith(f"{bad}:2: presign-not-sigv4: presigns with ")
    assert run([str(bad.parent)]) == FOUND
    assert capsys.readouterr().out.startswith(f"{bad}:2: presign-not-sigv4: ")


def test_findings_come_as_json(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--format", "json", str(bad)]) == FOUND
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["path"], finding["line"], finding["certain"]) == (str(bad), 2, True)
    assert "s3v4" in finding["remedy"]


def test_what_is_not_certain_counts_only_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "helper.py"
    path.write_text(OPEN)
    assert run([str(path)]) == CLEAN
    assert "may be wrong" in capsys.readouterr().out
    assert run(["--all", str(path)]) == FOUND


def test_a_path_that_is_not_there_ends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(tmp_path / "nothing")]) == COULD_NOT_RUN
    assert capsys.readouterr().err.startswith("error: nothing: ")


def test_it_runs_as_a_module(bad: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policies.code", str(bad)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (FOUND, "")
