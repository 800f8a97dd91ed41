"""Which files of rules have stood the check as they are: their digests, kept in `verified.txt`.

The whole check takes many minutes. A file whose source, examples and unit tests are those of the last full check, with
the same `policies/pack` under it, would stand it again; so tests only try the others. `python -m tools.mutation
--record` tries all and writes the digests anew.
"""

from __future__ import annotations

import hashlib
import re
import types
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from policies.pack.rule import Rule
from tests.policies.support import EXAMPLES
from tools.mutation.trial import UNIT_TESTS

FILE = Path(__file__).with_name("verified.txt")
PACK = Path(__file__).resolve().parents[2] / "policies"


def name_of(module: types.ModuleType) -> str:
    """The file's name without its ending."""
    return module.__name__.rpartition(".")[2]


def digest(module: types.ModuleType) -> str:
    """What the outcome of the check depends on, as a hash."""
    name = name_of(module)
    own = [Path(module.__file__ or ""), *_examples(module)]
    tests = [file for file in sorted(UNIT_TESTS.glob("test_*.py")) if name in _text(file)]
    return _hash([_shared(), *(_text(file) for file in (*own, *tests))])


def read() -> dict[str, str]:
    """Digests by file, as the last full check left them; empty where there was none."""
    if not FILE.is_file():
        return {}
    lines = [
        line.split() for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return {line[0]: line[1] for line in lines if len(line) == 2}


def write(digests: Mapping[str, str]) -> None:
    """Keep the digests of files that stood the check."""
    head = "# Written by `python -m tools.mutation --record`: files of rules that stood the check, as they were.\n"
    FILE.write_text(
        head + "".join(f"{name} {value}\n" for name, value in sorted(digests.items())), encoding="utf-8"
    )


def _examples(module: types.ModuleType) -> list[Path]:
    """The files with examples of the module's rules; all of them where it only has what rules share."""
    ids = {rule.id for rule in vars(module).values() if isinstance(rule, Rule)}
    files = sorted(EXAMPLES.glob("*.yaml"))
    if not ids:
        return files
    key = re.compile(rf"^({'|'.join(map(re.escape, sorted(ids)))}):", re.MULTILINE)
    return [file for file in files if key.search(_text(file))]


@cache
def _shared() -> str:
    """What all files of rules stand on."""
    return _hash(_text(file) for file in sorted([*PACK.glob("pack/**/*.py"), *PACK.glob("rules/_*.py")]))


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _hash(texts: Iterable[str]) -> str:
    found = hashlib.sha256()
    for text in texts:
        found.update(text.encode() + b"\0")
    return found.hexdigest()[:32]
