"""`python -m policies.code PATH...`: look through sources, archives and folders.

Exit codes: 0 nothing found, 1 something found, 2 a path could not be read. What is not certain is shown and does
not count, unless `--all` is given.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from policies.code.files import UnreadableError
from policies.code.finding import Finding
from policies.code.scan import scan_path

CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2


def run(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    findings: list[tuple[Path, Finding]] = []
    for path in options.paths:
        try:
            findings += [(path, finding) for finding in scan_path(path)]
        except UnreadableError as error:
            sys.stderr.write(f"error: {error}\n")
            return COULD_NOT_RUN
    counting = [finding for _, finding in findings if finding.certain or options.all]
    sys.stdout.write(_json(findings) if options.format == "json" else _text(findings))
    return FOUND if counting else CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m policies.code",
        description="Find requests that are not signed with SigV4, and access keys, in source code.",
    )
    parser.add_argument("paths", nargs="+", type=Path, help="folders, zip or tar archives, files")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--all", action="store_true", help="what is not certain counts too")
    return parser


def _text(findings: Sequence[tuple[Path, Finding]]) -> str:
    lines = [f"{_shown(path, finding)}{str(finding)[len(finding.where) :]}" for path, finding in findings]
    return "".join(f"{line}\n" for line in lines)


def _json(findings: Sequence[tuple[Path, Finding]]) -> str:
    content = [
        {
            "path": _shown(path, finding).removesuffix(f":{finding.line}"),
            "line": finding.line,
            "kind": finding.kind.identifier,
            "certain": finding.certain,
            "message": f"{finding.kind.what}{f' ({finding.detail})' if finding.detail else ''}",
            "remedy": finding.kind.remedy,
        }
        for path, finding in findings
    ]
    return json.dumps(content, indent=2) + "\n"


def _shown(path: Path, finding: Finding) -> str:
    """The place as one can open it: a single file is itself, a folder or archive is walked into."""
    if path.is_file() and finding.path == path.name:
        return f"{path}:{finding.line}" if finding.line else str(path)
    return f"{path}/{finding.where}"
