#!/bin/sh
# Finds a Python that is new enough and hands over to bootstrap.py, which does the rest.
# Usage: setup.sh [python]     (the first that fits of: the argument, python3.14 ... python3.11, python3, python)
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

here=$(dirname -- "$0")
if [ -n "${1:-}" ]; then
    if ! fits "$1"; then
        echo "error: PYTHON=$1: not a Python 3.11 to 3.14; choose another one (make setup PYTHON=/path/to/python3.12)" >&2
        exit 1
    fi
    exec "$1" "$here/bootstrap.py"
fi
for candidate in python3.13 python3.12 python3.14 python3.11 python3 python; do
    if fits "$candidate"; then
        exec "$candidate" "$here/bootstrap.py"
    fi
done
echo "error: no Python 3.11 to 3.14 on PATH; install one, or name it: make setup PYTHON=/path/to/python3.12" >&2
exit 1
