"""Change every rule in every small way and list the changes that no example notices.

    python -m tools.mutation [--inversions] [FILE ...]      # FILE: kms, s3, ... ; all when left out
    python -m tools.mutation --record                       # inversions of all; keeps what stood (`verified.py`)

Exit code 1 when an inversion goes unnoticed that tools/mutation/explained.txt does not explain, 2 when there is no
such file. Shifts are listed (unless `--inversions` is given) as places where an example more would be of use.
"""

from __future__ import annotations

import argparse
import sys
import time
from difflib import get_close_matches

from tools.mutation import explained, trial, verified


def main(arguments: list[str]) -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--inversions", action="store_true", help="list inversions only")
    parser.add_argument("--record", action="store_true", help="try the inversions of all and keep what stood")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(arguments)
    modules = {module.__name__.rpartition(".")[2]: module for module in trial.modules()}
    for name in options.files:
        if name not in modules:
            near = get_close_matches(name.removesuffix(".py"), modules, 1, 0.0)
            parser.error(f"{name}: policies/rules has no such file; did you mean {near[0]}?")
    started, count, inverted, shifted = time.perf_counter(), 0, 0, 0
    known, stood = explained.read(), verified.read()
    for name in options.files or modules:
        digest = verified.digest(modules[name])
        if options.record and stood.get(name) == digest:
            continue
        changes, found = trial.survivors(
            modules[name], unit_tests=True, shifts=not (options.inversions or options.record)
        )
        count += changes
        if not any(item.inversion and str(item) not in known for item in found):
            stood[name] = digest
        for survivor in found:
            if str(survivor) in known:
                continue
            inverted += survivor.inversion
            shifted += not survivor.inversion
            if survivor.inversion or not options.inversions:
                print(f"{'inversion' if survivor.inversion else 'shift    '}  {survivor}", flush=True)
    if options.record:
        verified.write({name: value for name, value in stood.items() if name in modules})
    seconds = time.perf_counter() - started
    print(f"{count} changes; unnoticed: {inverted} inversions, {shifted} shifts; {seconds:.0f} s")
    return 1 if inverted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
