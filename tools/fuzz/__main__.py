"""`python -m tools.fuzz`: 100,000 random resources through every rule; exit code 1 when one makes trouble."""

from __future__ import annotations

import argparse
import sys
import time

from tools.fuzz.judge import fuzz


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="resources (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the clock's seconds")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    started = time.perf_counter()

    def progress(done: int) -> None:
        if done % 10_000 == 0:
            print(f"  {done:,} resources, {time.perf_counter() - started:.0f} s", flush=True)

    result = fuzz(options.count, options.seed, progress)
    for problem, about in result.problems.items():
        print(f"{problem}   ({about})")
    print(
        f"{result.resources:,} resources, {result.violations:,} violations, {result.undecided:,} undecided, "
        f"{len(result.problems)} problems, {time.perf_counter() - started:.0f} s"
    )
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
