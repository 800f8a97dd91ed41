from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.tools.emulator.forgetting import forget_everything
from tools.emulator import warming
from tools.emulator.accounts import Accounts
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal


def test_warming_changes_nothing(tmp_path: Path) -> None:
    forget_everything()
    gate = Gate(Journal(tmp_path / "journal.jsonl"))
    warming.start(Accounts(gate)).join(60)
    gate.close()
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 1, "the seed, and no request"


def test_a_failure_is_told_where_somebody_asks(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    accounts = Accounts(Gate(Journal(None)))
    monkeypatch.setattr(accounts, "client", fail)
    with caplog.at_level(logging.WARNING):
        warming.start(accounts).join(60)
    assert "warming up: no space left" in caplog.text
