"""The folder outside the work tree that keeps the CLI between checkouts, one subfolder a version.

    ~/.cache/groundplan/engine/3.250.0/     (XDG_CACHE_HOME is honoured)
        release/                            the unpacked official release, when it could be fetched
        build/                              the CLI built from source and what runs Python programs
        hosts/<key>/                        the built CLI next to the language host of one interpreter
        lock                                held by whoever fills the folder

Everything is written under a temporary name beside its place and renamed when it is complete, so an
interrupted run leaves nothing that looks finished.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.engine.errors import EngineError
from tools.engine.release import VERSION


def cache_folder() -> Path:
    """The engine's cache folder for the pinned version; not created yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "groundplan" / "engine" / VERSION


@contextlib.contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the folder's lock; says so when another process holds it and waits.

    The kernel drops the lock with the process, so a killed run never leaves it taken.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "lock").open("a")
    except OSError as error:
        raise EngineError(
            f"{folder}: can't be written ({error.strerror}); set XDG_CACHE_HOME to a folder that can"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is filling {folder}; waiting for it")
            started = time.monotonic()
            fcntl.flock(handle, fcntl.LOCK_EX)
            say(f"the other process is done after {time.monotonic() - started:.0f} s")
        yield


@contextlib.contextmanager
def unfinished(final: Path) -> Iterator[Path]:
    """A fresh folder beside `final` to fill; becomes `final` when the block ends well, is removed when not.

    Folders that a killed run left are removed first; call this only with the lock held.
    """
    partial = final.with_name(f".{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        if final.exists():
            shutil.rmtree(final)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
