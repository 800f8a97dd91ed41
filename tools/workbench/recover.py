"""Puts a stack's state right after a run that was killed: its lock, and operations that it did not see the end of.

Ctrl-C needs nothing of this: the engine then waits for what is under way. A killed engine leaves the file backend's
lock behind, and in the state a list of operations that it had begun. What it created without recording it is adopted
into the state; a refresh then reads all resources back from the AWS, which tells what became of the other operations.
(`pulumi refresh --import-pending-creates` is meant for the same, but the CLI built here marks them and adopts nothing.)
"""

from __future__ import annotations

import json
import os
import socket
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.workbench.project import WorkbenchError


def remove_dead_locks(backend: Path) -> list[Path]:
    """Remove locks of the file backend whose process has ended on this machine; returns them."""
    removed = []
    for path in sorted((backend / ".pulumi" / "locks").rglob("*.json")):
        try:
            lock = json.loads(path.read_text(encoding="utf-8"))
            holder, host = int(lock["pid"]), str(lock["hostname"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if host == socket.gethostname() and not _runs_pulumi(holder):
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _runs_pulumi(pid: int) -> bool:
    """Whether the process is there and could be the CLI (its number may have been given to another program since)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    name = Path(f"/proc/{pid}/comm")
    return not name.exists() or name.read_text().strip().startswith("pulumi")


def pending_operations(deployment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Operations of a state that were begun and never ended: `{"type": "creating", "resource": {...}}`."""
    return list(deployment.get("pending_operations") or [])


def settled(deployment: Mapping[str, Any], existing: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The state without pending operations, with what they had created in it.

    `existing`: ids of all resources in the AWS by type, in order of creation. An id that no resource of the state has
    belongs to a creation whose end the engine did not see. Where several of one type are left over the order decides;
    a wrong pair is put right by the next `up`, which compares every property. Outputs are left to a refresh.
    """
    resources = [dict(one) for one in deployment.get("resources") or []]
    known: dict[str, set[str]] = defaultdict(set)
    for one in resources:
        known[one["type"]].add(one.get("id", ""))
    left = {token: [one for one in ids if one not in known[token]] for token, ids in existing.items()}
    for operation in pending_operations(deployment):
        created = dict(operation["resource"])
        candidates = left.get(created["type"], [])
        if operation["type"] != "creating" or not candidates:
            continue
        for one in resources:
            if one["urn"] == created["urn"]:  # a replacement: the old one was to be deleted next
                one["delete"] = True
        resources.append({**created, "id": candidates.pop(0), "outputs": created.get("inputs", {})})
    rest = {name: value for name, value in deployment.items() if name != "pending_operations"}
    return {**rest, "resources": resources}


def require_unlocked(backend: Path) -> None:
    """Raise WorkbenchError when another process holds the stack's lock."""
    for path in (backend / ".pulumi" / "locks").rglob("*.json"):
        try:
            lock = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        where = f"process {lock.get('pid')} on {lock.get('hostname')}"
        raise WorkbenchError(f"the stack is being changed by {where}; wait for it, or end it, and try again")
