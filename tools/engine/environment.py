"""The environment that the embedded way gives the CLI: built up from nothing, not cleaned of what is known.

Only what is named here passes from the user's environment, so no credentials, profile, proxy, backend, token or
Pulumi setting of theirs can reach the engine, the program or the pack.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PASSED = ("LANG", "LC_ALL", "LC_CTYPE", "TERM", "COLORTERM", "TZ", "TMPDIR", "NO_COLOR", "FORCE_COLOR", "CI")
"""Variables taken from the user as they are: how text looks, where temporary files go."""

PASSPHRASE = "embedded"  # noqa: S105 (protects nothing: the state holds made-up resources of this machine)


def clean_environment(
    engine_folder: Path | None,
    state_dir: Path,
    user: Mapping[str, str] | None = None,
    python: str | None = None,
) -> dict[str, str]:
    """Variables for a child that works on the embedded state in `state_dir` (created where missing).

    PATH keeps the user's folders behind the engine's and the interpreter's own, so that `pulumi`, `python3` and
    `uv` are this project's (`engine_folder` None: for a command that needs no engine). HOME is a folder of the
    state, so ~/.aws, ~/.pulumi and ~/.netrc are not the user's; the cache folder is, so that what a program has fetched
    once (dependencies of functions) is there again after the state is gone.
    """
    user = os.environ if user is None else user
    state = state_dir.resolve()
    folders = {name: state / name for name in ("home", "state", "user")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    interpreter = Path(python or sys.executable).parent
    own = [str(engine_folder)] if engine_folder else []
    search = [*own, str(interpreter), *user.get("PATH", os.defpath).split(os.pathsep)]
    return {
        **{name: user[name] for name in PASSED if name in user},
        "PATH": os.pathsep.join(dict.fromkeys(search)),
        "HOME": str(folders["user"]),
        "XDG_CACHE_HOME": _cache(user, folders["user"]),
        "PULUMI_HOME": str(folders["home"]),
        # The backend keeps attributes in a file beside each state and writes that one in place: a kill at the wrong
        # moment leaves it empty, and then the state can't be read. Nobody needs the attributes.
        "PULUMI_BACKEND_URL": f"file://{folders['state']}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _cache(user: Mapping[str, str], own: Path) -> str:
    """The user's cache folder; one of our own where the user has no home."""
    return user.get("XDG_CACHE_HOME") or str(Path(user.get("HOME") or own) / ".cache")
