"""`python -m tools.workbench up|preview|down [--stack NAME]`: what `make` calls."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.emulator import EmulatorError
from tools.engine import EngineError
from tools.workbench import flows
from tools.workbench.project import Project, WorkbenchError

FLOWS = {"up": flows.up, "preview": flows.preview, "down": flows.down}


def main(arguments: list[str] | None = None) -> int:
    """Run one flow; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.workbench", description=__doc__)
    parser.add_argument("flow", choices=sorted(FLOWS))
    parser.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: %(default)s)")
    parser.add_argument(
        "--root", type=Path, default=Path.cwd(), help="folder of Pulumi.yaml (default: this one)"
    )
    options = parser.parse_args(arguments)
    try:
        return FLOWS[options.flow](Project(options.root.resolve(), options.stack))
    except (WorkbenchError, EngineError, EmulatorError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to continue", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
