"""`python -m policies check`: judge a plan, a state file or a preview, and say it in the form that is wanted.

Exit codes: 0 nothing stops the deployment, 1 a violation at a mandatory level, 2 the check could not run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from policies.check import forms, settings
from policies.check.place import entry
from policies.check.report import Report, judge
from policies.check.sarif import sarif
from policies.check.source import Deployment, SourceError, read
from policies.pack.analyzer import Analyzer
from policies.pack.profiles import PROFILES, ConfigurationError
from policies.pack.rule import Rule
from policies.pack.waivers import IN_ORDER, WaiverError

FORMATS = ("text", "json", "sarif", "junit")
NOTHING, VIOLATIONS, COULD_NOT_RUN = 0, 1, 2

_EXAMPLES = """\
examples:
  pulumi preview --json --show-sames > plan.json && python -m policies check plan.json
  pulumi stack export | python -m policies check - --profile strict
  python -m policies check --preview --format sarif --output policies.sarif -- --stack dev
"""


def run(rules: Sequence[Rule], folder: Path, version: str, arguments: Sequence[str]) -> int:
    """Run the command with the pack's rules, folder and version; returns the exit code."""
    options = _parser().parse_args(arguments)
    rules = (*rules, IN_ORDER)
    try:
        resolved = settings.settings(rules, options.config, options.profile)
        named = options.waivers or (Path(resolved.waivers) if resolved.waivers else None)
        waivers = settings.waivers(rules, named, folder / "waivers.yaml")
        report = judge(Analyzer(rules, resolved, waivers), _deployment(options))
        details = options.details or resolved.details
        for form, target in ((options.format, options.output), *options.also):
            _write(target, _shown(report, version, options, form, details=details))
    except (SourceError, ConfigurationError, WaiverError) as error:
        sys.stderr.write(f"error: {error}\n")
        return COULD_NOT_RUN
    if options.output and options.format != "text":
        sys.stderr.write(f"{forms.summary(report)}\n")
    return VIOLATIONS if report.stops else NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m policies check",
        description="Judge a Pulumi plan or state by the rules of this pack.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", nargs="?", default="", help="a plan or a state file; - is standard input")
    parser.add_argument("--preview", action="store_true", help="run `pulumi preview` and judge its plan")
    parser.add_argument(
        "--profile", choices=list(PROFILES), default="", help="instead of the configuration's"
    )
    parser.add_argument("--config", type=Path, help="policy configuration, as for --policy-pack-config")
    parser.add_argument("--waivers", type=Path, help="waiver file (default: waivers.yaml beside the pack)")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", type=Path, help="write there instead of standard output")
    parser.add_argument(
        "--also",
        type=_also,
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write the same report to a file in another format; may be given more than once",
    )
    parser.add_argument("--details", action="store_true", help="list what is undecided and what is waived")
    parser.add_argument(
        "--program",
        default=".",
        help="folder of Pulumi.yaml in the repository, for the paths in SARIF (default: %(default)s)",
    )
    parser.add_argument("pulumi", nargs="*", help="after --: arguments of `pulumi preview`")
    return parser


def _also(text: str) -> tuple[str, Path]:
    form, _, file = text.partition("=")
    if form not in FORMATS or not file:
        raise argparse.ArgumentTypeError(f"{text!r} is not FORMAT=FILE with one of {', '.join(FORMATS)}")
    return form, Path(file)


def _deployment(options: argparse.Namespace) -> Deployment:
    if options.preview:
        return read(_preview(options), "pulumi preview")
    if not options.source:
        raise SourceError("nothing to judge; name a plan or a state file, `-`, or --preview")
    if options.source == "-":
        return read(sys.stdin.read(), "standard input")
    try:
        return read(Path(options.source).read_text(encoding="utf-8"), options.source)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text"
        raise SourceError(f"{options.source}: can't be read ({why}); mend the path") from None


def _preview(options: argparse.Namespace) -> str:
    """Run the preview in the program's folder. What it says on standard error goes where ours goes."""
    # With --preview the first word after `--` lands in `source`.
    extra = [*([options.source] if options.source else []), *options.pulumi]
    environment = {
        name: value for name, value in os.environ.items() if name != "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
    }
    command = ["pulumi", "preview", "--json", "--show-sames", "--non-interactive", *extra]
    try:
        done = subprocess.run(
            command, cwd=options.program, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
    except OSError:
        raise SourceError("`pulumi` is not on PATH; install it, or give a plan file") from None
    if done.returncode != 0:
        raise SourceError(f"`pulumi preview` ended with code {done.returncode}; its plan is not complete")
    return done.stdout


def _shown(report: Report, version: str, options: argparse.Namespace, form: str, *, details: bool) -> str:
    if form == "json":
        return forms.as_json(report)
    if form == "junit":
        return forms.junit(report)
    if form == "sarif":
        return sarif(report, version, options.program, entry(Path(options.program)))
    return forms.text(report, details=details)


def _write(target: Path | None, text: str) -> None:
    if target is None:
        sys.stdout.write(text)
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{target}: can't be written ({error.strerror}); name another --output") from None
