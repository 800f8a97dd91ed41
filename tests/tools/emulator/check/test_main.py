"""The page of a type, for people."""

from __future__ import annotations

import pytest

from tools.emulator.check.__main__ import main


def test_a_type_is_shown_with_its_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws:ec2/vpc:Vpc"]) == 0
    shown = capsys.readouterr().out
    assert "aws:ec2/vpc:Vpc: " in shown
    assert "\n  cidrBlock: string; replaces; AWS fills it in\n" in shown
    assert "\n  instanceTenancy: string; default 'default'; values dedicated, default, host\n" in shown


def test_a_wrong_type_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws:ec2/vpcs:Vpc"]) == 1
    assert capsys.readouterr().err == "aws:ec2/vpcs:Vpc: no such type; did you mean aws:ec2/vpc:Vpc?\n"
