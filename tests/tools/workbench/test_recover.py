from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.workbench.project import WorkbenchError
from tools.workbench.recover import pending_operations, remove_dead_locks, require_unlocked, settled

TYPE = "aws:iam/role:Role"


def lock(backend: Path, pid: int, host: str | None = None) -> Path:
    path = backend / ".pulumi" / "locks" / "organization" / "small" / "dev" / f"{pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "hostname": host or socket.gethostname(), "username": "me"}))
    return path


def resource(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::small::{TYPE}::{name}", "type": TYPE, "inputs": {"name": name}, **more}


def creating(name: str) -> dict[str, Any]:
    return {"type": "creating", "resource": resource(name)}


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_lock_of_a_dead_process_is_removed(tmp_path: Path) -> None:
    dead = lock(tmp_path, dead_pid())
    assert remove_dead_locks(tmp_path) == [dead]
    require_unlocked(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="names of processes come from /proc")
def test_a_number_that_was_given_to_another_program_counts_as_dead(tmp_path: Path) -> None:
    lock(tmp_path, os.getpid())
    assert len(remove_dead_locks(tmp_path)) == 1


def test_locks_of_living_engines_and_of_other_machines_stay(tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.symlink_to("/bin/cat")
    with subprocess.Popen([pulumi], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"started\n")
        process.stdin.flush()
        process.stdout.readline()  # from here on the process has the name of what it runs
        lock(tmp_path, process.pid)
        lock(tmp_path, 1, host="another-machine")
        assert remove_dead_locks(tmp_path) == []
        process.kill()
    with pytest.raises(WorkbenchError, match=r"being changed by process \d+ on "):
        require_unlocked(tmp_path)


def test_no_backend_has_no_locks(tmp_path: Path) -> None:
    assert remove_dead_locks(tmp_path) == []
    require_unlocked(tmp_path)


def test_what_was_created_but_never_recorded_is_adopted() -> None:
    resources = [resource("a", id="a")]
    state = {"manifest": 1, "resources": resources, "pending_operations": [creating("b")]}
    after = settled(state, {TYPE: ["a", "b"]})
    assert after["manifest"] == 1
    assert [(one["urn"][-1], one["id"]) for one in after["resources"]] == [("a", "a"), ("b", "b")]
    assert after["resources"][1]["outputs"] == {"name": "b"}
    assert len(resources) == 1
    assert pending_operations(after) == []


def test_what_was_never_created_is_dropped() -> None:
    state = {"resources": [resource("a", id="a")], "pending_operations": [creating("b")]}
    assert settled(state, {TYPE: ["a"]})["resources"] == [resource("a", id="a")]
    assert settled(state, {})["resources"] == [resource("a", id="a")]


def test_several_of_one_type_are_paired_in_order_of_creation_and_each_once() -> None:
    state = {"resources": [], "pending_operations": [creating("a"), creating("b"), creating("c")]}
    after = settled(state, {TYPE: ["1", "2"]})
    assert [(one["urn"][-1], one["id"]) for one in after["resources"]] == [("a", "1"), ("b", "2")]


def test_a_replacement_marks_the_one_it_replaces_for_deletion() -> None:
    state = {"resources": [resource("a", id="old")], "pending_operations": [creating("a")]}
    old, new = settled(state, {TYPE: ["old", "new"]})["resources"]
    assert (old["id"], old["delete"]) == ("old", True)
    assert (new["id"], "delete" in new) == ("new", False)


def test_other_operations_are_left_to_the_refresh() -> None:
    pending = [
        {"type": kind, "resource": resource("a", id="a")} for kind in ("updating", "deleting", "reading")
    ]
    after = settled({"resources": [resource("a", id="a")], "pending_operations": pending}, {TYPE: ["a"]})
    assert after == {"resources": [resource("a", id="a")]}


def test_a_state_without_anything_has_nothing_pending() -> None:
    assert pending_operations({}) == []
    assert settled({}, {TYPE: ["a"]}) == {"resources": []}
