"""What the flows say; what they do is proven on the real CLI in tests/live."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.workbench import __main__ as command
from tools.workbench.flows import look_inside, nothing_changed
from tools.workbench.timing import Parts

ROOT = Path(command.__file__).parents[2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"same": 3}, True), ({}, True), ({"same": 3, "update": 1}, False), ({"create": 2}, False)],
)
def test_nothing_changed_is_said_only_when_it_is_so(changes: dict[str, int], said: bool) -> None:
    assert bool(nothing_changed(changes)) is said


def test_how_to_look_inside_can_be_pasted() -> None:
    settings = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}
    shell, _, python, _ = look_inside("http://127.0.0.1:1", settings).splitlines()
    answer = subprocess.run(
        ["sh", "-c", f"{shell}; echo $AWS_ENDPOINT_URL $AWS_REGION"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "http://127.0.0.1:1 eu-west-1\n"
    compile(python.strip(), "look_inside", "eval")


def test_parts_add_up_and_end_with_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    parts = Parts()
    for name in ("one", "two", "one"):
        with parts.part(name):
            pass
    assert capsys.readouterr().out.splitlines() == ["==> one ...", "==> two ...", "==> one ..."]
    rows = parts.table().splitlines()
    assert [row.split("  ")[1].strip() for row in rows] == ["one", "two", "all together"]
    assert all(row.endswith(" s") for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["up", "--root", "/nowhere"], "error: /nowhere/Pulumi.yaml: does not exist"),
        (["down", "--stack", "a b"], "error: STACK=a b: use letters"),
    ],
)
def test_errors_are_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith(said)
    assert error.count("\n") == 1


def test_taking_down_what_was_never_up_does_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: small\n")
    assert command.main(["down", "--root", str(tmp_path)]) == 0
    assert "nothing to take down" in capsys.readouterr().out
    assert [one.name for one in tmp_path.iterdir()] == ["Pulumi.yaml"]


def test_make_help_names_every_target() -> None:
    answer = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("setup", "up", "preview", "down", "test", "lint", "format", "bench", "docs"):
        assert f"\n  {target} " in answer.stdout
    assert sys.executable
