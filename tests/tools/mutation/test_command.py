from __future__ import annotations

import pytest

from tools.mutation.__main__ import main


@pytest.mark.parametrize(("name", "near"), [("km", "kms"), ("s3_buckets", "s3_bucket"), ("kms.py", "kms")])
def test_a_file_that_does_not_exist_is_no_empty_run(
    name: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["kms", name])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert f"{name}: policies/rules has no such file; did you mean {near}?" in said.err
    assert "changes" not in said.out


def test_a_file_by_name_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alarm"]) == 0
    assert not capsys.readouterr().out.startswith("0 changes")
