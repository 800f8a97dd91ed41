"""Puts it together: each file to the reader of its language, folders and archives and assets to their files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath

from policies.code import config_source, files, python_source, script_source, sdks
from policies.code.files import SourceFile, UnreadableError
from policies.code.finding import Finding, Kind, found
from policies.code.keys import PRIVATE_KEY
from policies.pack.values import Asset, Value

_SCRIPTS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_SETTINGS = (".ini", ".cfg", ".conf")
_NESTED = 8  # Archives inside archives.
_SHELL = (".sh", ".ps1", ".dockerfile")


def scan(sources: Iterable[SourceFile]) -> list[Finding]:
    """All findings of some files, sorted."""
    return sorted(finding for source in sources for finding in _of(source))


def scan_path(path: Path) -> list[Finding]:
    """All findings of a folder, an archive or a file. Raises UnreadableError."""
    return scan(files.from_path(path))


def scan_asset(asset: Asset, bases: Sequence[Path] | None = None) -> list[Finding] | None:
    """All findings of an asset or archive of a Pulumi program; None when its content is not to be had here.

    A relative path is looked for in `bases`. The engine runs a pack in the pack's own folder and does not say where
    the program is, so by default they are the projects (folders with a Pulumi.yaml) around the folder in which
    `pulumi` was called, and around the pack.
    """
    places = tuple(bases) if bases is not None else _bases()
    return _asset(asset, places, depth=0)


def _asset(asset: Asset, bases: tuple[Path, ...], depth: int) -> list[Finding] | None:
    fields = asset.fields
    inner = fields.get("assets")
    # The engine sends an empty map with an archive that has a path.
    if isinstance(inner, dict) and inner and depth < _NESTED:
        return _assets(inner, bases, depth)
    text, path = fields.get("text"), fields.get("path")
    if isinstance(text, str) and text:
        # Inline text has no name; what parses as neither language has no findings.
        return (
            scan([SourceFile("inline.py", text)])
            if _is_python(text)
            else scan([SourceFile("inline.js", text)])
        )
    if not isinstance(path, str) or not path:
        return None
    identity = fields.get("hash")
    return _read(str.__str__(path), identity if isinstance(identity, str) else "", bases)


def _assets(inner: dict[str, Value], bases: tuple[Path, ...], depth: int) -> list[Finding] | None:
    total: list[Finding] = []
    for name, item in inner.items():
        if not isinstance(item, Asset):
            return None
        text = item.fields.get("text")
        if isinstance(text, str) and not item.is_archive:
            total += scan([SourceFile(name, text)])
            continue
        part = _asset(item, bases, depth + 1)
        if part is None:
            return None
        total += part
    return sorted(total)


@lru_cache(maxsize=256)
def _read(path: str, identity: str, bases: tuple[Path, ...]) -> list[Finding] | None:  # noqa: ARG001
    """By path and content hash: the rules of one resource read its archive once."""
    for base in bases:
        try:
            return scan_path(base / path)
        except UnreadableError:
            continue
    return None


def _bases() -> tuple[Path, ...]:
    try:
        starts = [Path(os.environ.get("PWD") or Path.cwd()), Path.cwd()]
    except OSError:
        return ()
    projects = (_project(start) for start in starts)
    return tuple(dict.fromkeys(project for project in projects if project))


def _project(folder: Path) -> Path | None:
    for around in (folder, *folder.parents):
        if (around / "Pulumi.yaml").is_file() or (around / "Pulumi.yml").is_file():
            return around
    return None


def _of(source: SourceFile) -> list[Finding]:
    findings = sdks.by_name(source.path)
    for reader in _readers(source):
        findings += reader(source.text)
    return [Finding(source.path, item.line, item.kind_name, item.detail, item.certain) for item in findings]


def _readers(source: SourceFile) -> list[Callable[[str], list[Finding]]]:
    path = PurePosixPath(source.path)
    name, suffix = path.name.lower(), path.suffix.lower()
    if not source.text:
        return []
    if not source.installed and "PRIVATE KEY-----" in source.text:
        return [_private_keys, *_by_language(source, name, suffix)]
    return _by_language(source, name, suffix)


def _private_keys(text: str) -> list[Finding]:
    """Private keys in a file of any kind."""
    return [
        found(Kind.PRIVATE_KEY, text.count("\n", 0, match.start()) + 1)
        for match in PRIVATE_KEY.finditer(text)
    ]


def _by_language(source: SourceFile, name: str, suffix: str) -> list[Callable[[str], list[Finding]]]:
    if sdks.is_manifest(source.path):
        return [lambda text: sdks.read(source.path, text)]
    if source.installed:
        return []
    if suffix == ".py":
        return [python_source.read]
    if suffix in _SCRIPTS:
        return [script_source.read]
    if suffix in _SHELL or name in ("dockerfile", "buildspec.yml", "buildspec.yaml"):
        return [sdks.in_script, config_source.read]
    if suffix in _SETTINGS or name in ("config", "credentials", ".boto") or name == ".env":
        return [config_source.read]
    return []


def _is_python(text: str) -> bool:
    try:
        compile(text, os.devnull, "exec", flags=0x400, dont_inherit=True)  # PyCF_ONLY_AST: nothing is run.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
