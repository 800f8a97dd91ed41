from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tools.engine.host import packages
from tools.engine.host.packages import distributions, pulumi_packages


def package(folder: Path, module: str, **description: object) -> None:
    (folder / module).mkdir()
    (folder / module / "pulumi-plugin.json").write_text(json.dumps(description))


def test_the_installed_aws_package_is_found_with_its_version() -> None:
    found = {one["name"]: one for one in pulumi_packages()}
    assert found["aws"]["version"] == __import__("importlib.metadata", fromlist=["version"]).version(
        "pulumi-aws"
    )


def test_packages_without_a_provider_are_left_out(tmp_path: Path) -> None:
    package(tmp_path, "pulumi_one", resource=True, name="one", version="1.2.3", server="github://x")
    package(tmp_path, "pulumi_two", resource=False, name="two", version="1.0.0")
    package(tmp_path, "pulumi_three", resource=True)
    assert pulumi_packages([str(tmp_path)]) == [
        {"resource": True, "name": "one", "version": "1.2.3", "server": "github://x"}
    ]


def test_distributions_are_listed_once_by_their_normal_name() -> None:
    names = [one["name"] for one in distributions(transitive=True)]
    assert len(names) == len(set(names))
    assert {"pulumi", "pulumi-aws", "grpcio"} <= set(names)


def test_what_others_require_is_left_out_of_the_top() -> None:
    top = {one["name"] for one in distributions(transitive=False)}
    assert "pulumi-aws" in top
    assert "grpcio" not in top


def test_another_interpreter_can_run_the_file() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", packages.__file__, "about"], capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout)["version"] == sys.version.split()[0]
