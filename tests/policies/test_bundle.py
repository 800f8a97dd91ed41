from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from policies.bundle import BundleError, bundle
from policies.rules import all_rules
from tests.policies.support import request
from tests.policies.test_server import PACK, started


def test_the_bundle_runs_by_itself_with_every_rule(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policies", "bundle", str(tmp_path / "groundplan")],
        cwd=PACK.parent,
        check=False,
    )
    assert done.returncode == 0
    with started(tmp_path / "groundplan") as (_, pack):
        found = pack.Analyze(request("aws:ebs/volume:Volume", {})).diagnostics
        assert "ec2-volume-encrypted" in {item.policyName for item in found}
        names = {item.policyPackName for item in found}
        assert names == {"groundplan"}
    assert len(all_rules()) > 0


def test_the_bundle_brings_an_environment_of_its_own(tmp_path: Path) -> None:
    bundle(PACK, tmp_path)
    manifest = yaml.safe_load((tmp_path / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert manifest["runtime"] == {"name": "python", "options": {"virtualenv": "venv"}}
    assert manifest["version"] == yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text("utf-8"))["version"]
    assert "pulumi" in (tmp_path / "requirements.txt").read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(BundleError, match="is not empty; name a new folder"):
        bundle(PACK, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "policies", "bundle", str(tmp_path)],
        cwd=PACK.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.startswith("error: ")) == (1, True)
