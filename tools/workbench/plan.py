"""The plan twice from the same state: for people on the terminal, for machines as `pulumi preview --json`.

The CLI gives either the one or the other, and the JSON form leaves out what the policy pack says. So both previews
run side by side; they only read.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from tools.workbench.project import WorkbenchError
from tools.workbench.pulumi import Pulumi


def show_and_write(pulumi: Pulumi, target: Path, pack: Sequence[str]) -> int:
    """Show the plan, write its JSON form to `target`; returns the exit code of the preview that is shown.

    The file appears complete or not at all: a preview that fails or that the pack stops leaves none.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    code = 1
    try:
        with partial.open("wb") as out:
            writer = pulumi.start("preview", "--json", "--show-sames", *pack, stdout=out)
            try:
                code = pulumi.operate("preview", "--suppress-progress", *pack)
            finally:
                if code != 0 and writer.poll() is None:
                    os.kill(writer.pid, signal.SIGINT)
                writer.wait()
        if code == 0:
            require_plan(partial.read_text(encoding="utf-8"))
            partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return code


def require_plan(text: str) -> None:
    """Raise WorkbenchError unless the text is a complete plan."""
    try:
        steps = json.loads(text)["steps"]
    except (ValueError, KeyError, TypeError):
        steps = None
    if not isinstance(steps, list):
        raise WorkbenchError(
            "`pulumi preview --json` gave no plan, though the same preview went well; run it again"
        )
