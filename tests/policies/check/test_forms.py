from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from policies.check import forms
from policies.check.place import Frame, entry, frames
from policies.check.report import Report, judge
from policies.check.sarif import sarif
from policies.check.source import read
from policies.pack.analyzer import Analyzer
from policies.pack.profiles import resolve
from policies.pack.waivers import IN_ORDER, Waiver, Waivers
from tests.policies.check.support import VOLUME, at, create, plan
from tests.policies.support import UNKNOWN_TEXT, some_rules

RULES = (*some_rules("ec2-volume-encrypted", "ec2-no-key-pair", "kms-key-rotation"), IN_ORDER)
HERE = at("project:///shop/store.py#12,4", "project:///shop/store.py#12,4", "project:///__main__.py#3", "")
INSTANCE = "aws:ec2/instance:Instance"


def waiver(resource: str) -> Waiver:
    day = dt.date(2999, 1, 1)
    return Waiver(
        "ec2-volume-encrypted",
        resource,
        "",
        "Holds only public data.",
        "a@example.com",
        day,
        "waivers.yaml:2",
    )


@pytest.fixture(scope="module")
def report() -> Report:
    deployment = read(
        plan(
            create(VOLUME, "bad", {"encrypted": False}, **HERE),
            create(VOLUME, "waived", {"encrypted": False}),
            create(VOLUME, "open", {"encrypted": UNKNOWN_TEXT}),
            create(INSTANCE, "old", {"metadataOptions": {"httpTokens": "required"}, "keyName": "ops"}),
        ),
        "plan",
    )
    return judge(
        Analyzer(RULES, resolve(RULES), Waivers([waiver("waived"), waiver("gone-since")])), deployment
    )


def test_text_says_where_why_and_how(report: Report) -> None:
    text = forms.text(report)
    assert "✗ mandatory  ec2-volume-encrypted  (aws:ebs/volume:Volume: bad)  shop/store.py:12\n" in text
    assert "`encrypted` is not true. Set `encrypted=True`." in text
    assert "! advisory  waivers-in-order" in text
    last = text.splitlines()[-1]
    assert last.startswith("4 resources of the plan, ")
    assert "1 waived" in last
    assert "1 checks undecided" in last
    assert "waits for" not in text


def test_details_list_what_is_open_and_waived(report: Report) -> None:
    text = forms.text(report, details=True)
    assert "? ec2-volume-encrypted on open waits for encrypted" in text
    assert "- ec2-volume-encrypted on waived is waived by a@example.com until 2999-01-01: Holds only" in text


def test_json_holds_everything(report: Report) -> None:
    content = json.loads(forms.as_json(report))
    assert content["stops"] is True
    (bad,) = [item for item in content["violations"] if item["rule"] == "ec2-volume-encrypted"]
    assert bad["path"] == "encrypted"
    assert bad["lines"] == [{"file": "shop/store.py", "line": 12}, {"file": "__main__.py", "line": 3}]
    assert [item["waiver"]["owner"] for item in content["waived"]] == ["a@example.com"]
    assert [item["waitsFor"] for item in content["undecided"]] == [["encrypted"]]


def test_junit_fails_what_stops_and_skips_what_is_open(report: Report) -> None:
    suite = ET.fromstring(forms.junit(report))
    cases = {case.get("name"): case for case in suite}
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(len(list(suite.iter("failure"))))
    assert cases["ec2-volume-encrypted: bad"].find("failure") is not None
    assert cases["ec2-volume-encrypted: waived"].find("skipped") is not None
    assert cases["ec2-volume-encrypted: open"].find("skipped") is not None
    assert list(cases["kms-key-rotation"]) == []
    assert list(cases["ec2-no-key-pair: old"].iter("system-out"))


def run_of(report: Report, program: str = ".") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(sarif(report, "1.2.3", program, Frame("Pulumi.yaml", 1)))
    assert content["version"] == "2.1.0"
    run: dict[str, Any] = content["runs"][0]
    return run


def test_sarif_points_at_the_line_and_the_resource(report: Report) -> None:
    results = {
        item["locations"][0]["logicalLocations"][0]["name"]: item
        for item in run_of(report, "infra")["results"]
    }
    (place,) = results["bad"]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/shop/store.py"},
        "region": {"startLine": 12},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"].endswith("::bad")
    assert (
        results["bad"]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "infra/__main__.py"
    )
    assert (
        results["old"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra/Pulumi.yaml"
    )
    assert results["waived"]["suppressions"][0]["status"] == "accepted"


def test_sarif_is_what_code_scanning_asks_for(report: Report) -> None:
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        assert result["partialFingerprints"]["groundplan/v1"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
    waivers = [item for item in run["results"] if item["ruleId"] == "waivers-in-order"]
    assert waivers[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "waivers.yaml"},
        "region": {"startLine": 2},
    }


def test_a_fingerprint_outlives_a_moved_line_and_another_stack() -> None:
    def prints(text: str) -> list[str]:
        results = run_of(judge(Analyzer(RULES, resolve(RULES)), read(text, "plan")))["results"]
        return [item["partialFingerprints"]["groundplan/v1"] for item in results]

    here = plan(create(VOLUME, "a", {}, **HERE))
    assert prints(here) == prints(
        here.replace("store.py#12", "store.py#99").replace("pulumi:dev", "pulumi:prod")
    )
    assert prints(here) != prints(here.replace("::a", "::b"))


def test_lines_of_packages_are_not_the_programs() -> None:
    state = at(
        "project:///.venv/lib/python3.11/site-packages/lib/x.py#1",
        "project:///a%20b.py#2",
        "project:///../elsewhere/y.py#3",
        "project:///__main__.py#4,9",
    )
    assert frames(state) == (Frame("a b.py", 2), Frame("__main__.py", 4))
    assert frames({}) == ()
    assert frames({"sourcePosition": "nonsense"}) == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [(["index.ts", "Pulumi.yaml"], "index.ts"), (["__main__.py"], "__main__.py"), ([], "Pulumi.yaml")],
)
def test_a_resource_without_a_line_stands_in_the_programs_entry(
    tmp_path: Path, files: list[str], expected: str
) -> None:
    for name in files:
        (tmp_path / name).touch()
    assert entry(tmp_path) == Frame(expected, 1)
