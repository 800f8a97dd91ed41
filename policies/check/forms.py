"""A report for people (text) and for programs (JSON, JUnit XML). SARIF is in `sarif.py`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from xml.etree import ElementTree as ET

from policies.check.report import Report, Violation
from policies.pack.profiles import Level

_MARKS = {Level.MANDATORY: "✗", Level.REMEDIATE: "✗", Level.ADVISORY: "!"}


def text(report: Report, *, details: bool = False) -> str:
    """What a person reads: each violation with its reason, place and remedy, then one line for all of it."""
    lines: list[str] = []
    for violation in report.violations:
        rule = violation.rule
        where = "".join(f"  {frame.path}:{frame.line}" for frame in violation.frames[:1])
        what = f"{_MARKS[violation.level]} {violation.level.value}  {rule.id}  ({violation.type}: {violation.name}){where}"
        lines += [what, f"    {rule.reason}", f"    {violation.finding}", ""]
    lines += [
        f"! {broken.rule.id} failed by itself on {_name(broken.urn)} ({broken.where})"
        for broken in report.broken
    ]
    if details:
        lines += [
            f"? {item.rule.id} on {_name(item.urn)} waits for {', '.join(item.paths)}"
            for item in report.undecided
        ]
        lines += [
            f"- {item.rule.id} on {item.name} is waived by {item.waiver.owner} until {item.waiver.expires}: "
            f"{item.waiver.reason}"
            for item in report.waived
            if item.waiver
        ]
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: Report) -> str:
    """The one line at the end."""
    counted = Counter(violation.level.value for violation in report.violations)
    found = ", ".join(f"{number} {level}" for level, number in counted.items()) or "no violations"
    judged = f"{report.resources} resources of the {report.kind}, {len(report.rules)} rules, profile {report.profile}"
    parts = [f"{judged}: {found}"]
    if report.waived:
        parts.append(f"{len(report.waived)} waived")
    if report.undecided:
        why = "known only during `up`, or secret" if report.kind == "plan" else "that are secret"
        parts.append(f"{len(report.undecided)} checks undecided for values {why}")
    if report.broken:
        parts.append(f"{len(report.broken)} rules failed by themselves")
    return "; ".join(parts)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def as_json(report: Report) -> str:
    """Everything, for programs. `version` changes when a field changes its meaning."""
    content = {
        "version": 1,
        "source": report.kind,
        "profile": report.profile,
        "resources": report.resources,
        "rules": len(report.rules),
        "stops": report.stops,
        "violations": [_violation(item) for item in report.violations],
        "waived": [_violation(item) for item in report.waived],
        "undecided": [
            {"rule": item.rule.id, "urn": item.urn, "waitsFor": list(item.paths)} for item in report.undecided
        ],
        "broken": [{"rule": item.rule.id, "urn": item.urn, "where": item.where} for item in report.broken],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _violation(violation: Violation) -> dict[str, Any]:
    rule, waiver = violation.rule, violation.waiver
    found: dict[str, Any] = {
        "rule": rule.id,
        "level": violation.level.value,
        "severity": rule.severity.value,
        "theme": rule.theme.value,
        "urn": violation.urn,
        "type": violation.type,
        "path": violation.finding.path,
        "what": violation.finding.what,
        "remedy": violation.finding.remedy,
        "reason": rule.reason,
        "sameAs": list(rule.same_as),
        "lines": [{"file": frame.path, "line": frame.line} for frame in violation.frames],
    }
    if waiver:
        found["waiver"] = {
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
            "place": waiver.place,
        }
    return found


def junit(report: Report) -> str:
    """One test case for each rule that found nothing, and for each thing that is wrong, waived or undecided.

    Violations below a mandatory level do not fail a build, so they are passed cases with their text as output.
    """
    suite = ET.Element("testsuite", name="policies")
    silent = {rule.id: rule for rule in report.rules}
    for violation in (*report.violations, *report.waived):
        silent.pop(violation.rule.id, None)
        case = _case(suite, violation.rule.service, f"{violation.rule.id}: {violation.name}")
        said = _xml_text(f"{violation.rule.reason}\n{violation.finding}\n{violation.urn}")
        if violation.waiver:
            ET.SubElement(case, "skipped", message=_xml_text(f"waived: {violation.waiver.reason}"))
        elif violation.level is Level.ADVISORY:
            ET.SubElement(case, "system-out").text = said
        else:
            found = ET.SubElement(
                case, "failure", message=_xml_text(str(violation.finding)), type=violation.rule.severity.value
            )
            found.text = said
    for item in report.undecided:
        silent.pop(item.rule.id, None)
        case = _case(suite, item.rule.service, f"{item.rule.id}: {_name(item.urn)}")
        ET.SubElement(case, "skipped", message=_xml_text(f"undecided: {', '.join(item.paths)}"))
    for broken in report.broken:
        silent.pop(broken.rule.id, None)
        case = _case(suite, broken.rule.service, f"{broken.rule.id}: {_name(broken.urn)}")
        ET.SubElement(case, "error", message=f"the rule itself failed: {broken.where}")
    for rule in silent.values():
        _case(suite, rule.service, rule.id)
    for kind, tag in (
        ("tests", "testcase"),
        ("failures", ".//failure"),
        ("errors", ".//error"),
        ("skipped", ".//skipped"),
    ):
        suite.set(kind, str(len(suite.findall(tag))))
    ET.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"


def _case(suite: ET.Element, service: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=f"policies.{service}", name=_xml_text(name), time="0")


def _xml_text(words: str) -> str:
    """XML 1.0 has no control characters."""
    return "".join(char if char >= " " or char in "\t\n" else " " for char in words)
