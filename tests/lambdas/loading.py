"""Loads a function's code as Lambda does: its own folder first on the path, and nothing of another function in sight.

Folders use equal module names (`handler`), so a loaded module does not stay in `sys.modules`: it is kept here, a folder
at a time.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"

_loaded: dict[Path, dict[str, ModuleType]] = {}


def load(folder: str, module: str = "handler", *, root: Path = LAMBDAS) -> ModuleType:
    """The module of a function, such as `load("db_users").handler`; the same object each time it is asked for.

    `root` is where the functions' folders are; some stand beside the component that deploys them.
    """
    path = root / folder
    if not (path / f"{module}.py").is_file():
        raise FileNotFoundError(path / f"{module}.py")
    modules = _loaded.setdefault(path, {})
    if module not in modules:
        _import(path, module, modules)
    return modules[module]


def fresh(folder: str, module: str = "handler", *, root: Path = LAMBDAS) -> ModuleType:
    """The module as a new execution environment sees it: nothing remembered from an earlier invocation."""
    _loaded.pop(root / folder, None)
    return load(folder, module, root=root)


def _import(path: Path, module: str, modules: dict[str, ModuleType]) -> None:
    own = {file.stem for file in path.glob("*.py")} | {
        file.parent.name for file in path.glob("*/__init__.py")
    }
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in own}
    sys.modules.update(modules)
    sys.path.insert(0, str(path))
    importlib.invalidate_caches()
    try:
        importlib.import_module(module)
    finally:
        sys.path.remove(str(path))
        for name in [name for name in sys.modules if name.split(".")[0] in own]:
            modules[name] = sys.modules.pop(name)
        sys.modules.update(hidden)
