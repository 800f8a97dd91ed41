from __future__ import annotations

from pathlib import Path

import pytest

from tools.mutation import trial, verified

MODULES = {verified.name_of(module): module for module in trial.modules()}


def test_the_digest_follows_the_source_and_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    before = verified.digest(MODULES["kms"])
    assert verified.digest(MODULES["kms"]) == before
    real = verified._text
    for touched in ("rules/kms.py", "examples/kms.yaml"):
        monkeypatch.setattr(
            verified, "_text", lambda file, end=touched: real(file) + " " * str(file).endswith(end)
        )
        assert verified.digest(MODULES["kms"]) != before, touched
        assert verified.digest(MODULES["ebs"]) == verified.digest(MODULES["ebs"])


def test_another_files_rules_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = verified.digest(MODULES["kms"]), verified._text
    monkeypatch.setattr(
        verified,
        "_text",
        lambda file: real(file) + " " * str(file).endswith(("rules/ebs.py", "examples/ebs.yaml")),
    )
    assert verified.digest(MODULES["kms"]) == before


def test_what_is_written_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(verified, "FILE", tmp_path / "verified.txt")
    assert verified.read() == {}
    verified.write({"kms": "abc", "ebs": "def"})
    assert verified.read() == {"kms": "abc", "ebs": "def"}
