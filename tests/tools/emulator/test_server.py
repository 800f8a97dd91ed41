"""Where the program is whose assets have relative paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.emulator.server import program_folder


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ("name: x\n", "."),
        ("name: x\nmain: infra\n", "infra"),
        ("name: x\nmain: infra/program.py\n", "infra"),
        ("name: [\n", "."),
        ("", "."),
    ],
)
def test_the_program_is_in_the_project_or_where_its_file_says(
    tmp_path: Path, settings: str, folder: str
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(settings)
    assert program_folder(tmp_path / ".groundplan" / "aws") == tmp_path / folder


def test_a_state_elsewhere_belongs_to_the_folder_it_is_in(tmp_path: Path) -> None:
    assert program_folder(tmp_path / "aws") == tmp_path
