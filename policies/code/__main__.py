"""Entry point of `python -m policies.code`."""

from __future__ import annotations

import sys

from policies.code.command import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
