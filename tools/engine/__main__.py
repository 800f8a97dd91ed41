"""`python -m tools.engine`: get the CLI onto this machine and say where it is."""

from __future__ import annotations

import sys

from tools.engine import EngineError, ensure


def main() -> int:
    """Returns the exit code."""
    try:
        engine = ensure()
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to continue", file=sys.stderr)
        return 130
    print(f"Pulumi CLI {engine.version} ({engine.origin}): {engine.pulumi}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
