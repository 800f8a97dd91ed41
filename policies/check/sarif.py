"""A report as SARIF 2.1.0, the form in which code scanning of GitHub, GitLab and Azure DevOps takes results.

Each result has the resource's URN as logical location and the line of the program that declares it as physical
location, so that a pull request is annotated there; callers of a component are related locations. GitHub reads
`security-severity`, `tags` and `partialFingerprints` ("SARIF support for code scanning"); the fingerprint holds
rule, type, name and property, so that a moved line or another stack is the same alert.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from policies.check.place import Frame
from policies.check.report import STOPS, Report, Violation
from policies.pack.profiles import default_level
from policies.pack.rule import Rule, Severity
from policies.pack.waivers import IN_ORDER

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "2.0"}


def sarif(report: Report, version: str, program: str, fallback: Frame) -> str:
    """The report. `program` is the program's folder in the repository; `fallback` stands for resources without a line."""
    rules = sorted(
        {item.rule.id: item.rule for item in (*report.violations, *report.waived)}.values(),
        key=lambda r: r.id,
    )
    index = {rule.id: at for at, rule in enumerate(rules)}
    results = [
        _result(item, index[item.rule.id], program, fallback) for item in (*report.violations, *report.waived)
    ]
    notes = [
        {
            "level": "error",
            "message": {"text": f"{item.rule.id} failed by itself on {item.urn}: {item.where}"},
        }
        for item in report.broken
    ]
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    run = {
        "tool": {
            "driver": {"name": "groundplan", "version": version, "rules": [_rule(rule) for rule in rules]}
        },
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _rule(rule: Rule) -> dict[str, Any]:
    same = f" Same as {', '.join(rule.same_as)}." if rule.same_as else ""
    return {
        "id": rule.id,
        "name": rule.id.title().replace("-", ""),
        "shortDescription": {"text": rule.reason},
        "fullDescription": {"text": rule.reason + same},
        "help": {"text": f"{rule.reason}{same} The message of each result says what to change."},
        "defaultConfiguration": {"level": "error" if default_level(rule) in STOPS else "warning"},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "tags": ["security", rule.theme.value, rule.service, *rule.same_as],
        },
    }


def _result(item: Violation, index: int, program: str, fallback: Frame) -> dict[str, Any]:
    first, *callers = item.frames or (fallback,)
    if item.rule.id == IN_ORDER.id:
        program = "."  # The waiver file's own path is already the repository's.
    result: dict[str, Any] = {
        "ruleId": item.rule.id,
        "ruleIndex": index,
        "level": "error" if item.level in STOPS else "warning",
        "message": {"text": f"{item.name}: {item.finding} {item.rule.reason}"},
        "locations": [
            {
                "physicalLocation": _physical(first, program),
                "logicalLocations": [{"name": item.name, "fullyQualifiedName": item.urn, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"groundplan/v1": _fingerprint(item)},
    }
    if callers:
        result["relatedLocations"] = [
            {"id": at, "physicalLocation": _physical(frame, program), "message": {"text": "called from here"}}
            for at, frame in enumerate(callers, start=1)
        ]
    if item.waiver:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": item.waiver.reason}
        ]
    return result


def _physical(frame: Frame, program: str) -> dict[str, Any]:
    path = PurePosixPath(program) / frame.path
    return {"artifactLocation": {"uri": quote(path.as_posix())}, "region": {"startLine": frame.line}}


def _fingerprint(item: Violation) -> str:
    subject = f"{item.rule.id}\n{item.type}\n{item.name}\n{item.finding.path}"
    return hashlib.sha256(subject.encode()).hexdigest()[:32]
