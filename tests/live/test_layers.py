"""A layer in five Regions: one new version a Region for one change, and a Region that fails leaves the others alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live.stand import ROOT, Stand

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.serverless import LayerDistribution, LayerDistributionArgs
LAYER = LayerDistribution("tool", LayerDistributionArgs.read({settings!r}, "layer"))
pulumi.export("arns", LAYER.version_arns)
pulumi.export("code", LAYER.code_sha256)
"""
FIVE = ["us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-1"]


def write(stand: Stand, source: Path, regions: list[str]) -> None:
    settings = {
        "source": str(source),
        "layer_name": "tool",
        "regions": regions,
        "share": {"accounts": ["222222222222"]},
    }
    stand.write(PROGRAM.format(root=str(ROOT), settings=settings))


def versions(stand: Stand) -> dict[str, dict[int, str]]:
    """Region -> version -> the hash of its code, as Lambda tells it."""
    found: dict[str, dict[int, str]] = {}
    for region in FIVE:
        client = stand.aws("lambda", region)
        numbers = [one["Version"] for one in client.list_layer_versions(LayerName="tool")["LayerVersions"]]
        found[region] = {
            number: client.get_layer_version(LayerName="tool", VersionNumber=number)["Content"]["CodeSha256"]
            for number in numbers
        }
    return found


def latest(stand: Stand) -> dict[str, str]:
    """Region -> what its parameter names as the newest version."""
    found: dict[str, str] = {}
    for region in FIVE:
        answer = stand.aws("ssm", region).get_parameter(Name="/layers/tool/latest")
        found[region] = answer["Parameter"]["Value"]
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "tool.py").write_text("ANSWER = 1\n")
    return folder


def test_five_regions_change_together_and_fail_alone(stand: Stand, source: Path) -> None:
    write(stand, source, FIVE[:4])
    assert stand.up()["create"]
    assert set(stand.up()) == {"same"}

    # A Region more is a set of resources more.
    write(stand, source, FIVE)
    plan = stand.plan()
    assert {step["op"] for name, step in plan.items() if "ap-southeast-1" in name} == {"create"}
    assert {name for name in plan if "ap-southeast-1" not in name} <= {"tool", "small-dev"}

    # What takes the parameter's name there stops this Region, and no other.
    blocked = stand.aws("ssm", "ap-southeast-1")
    blocked.put_parameter(Name="/layers/tool/latest", Value="somebody's", Type="String")
    (source / "tool.py").write_text("ANSWER = 2\n")
    failed = stand.pulumi("up", "--yes", "--skip-preview", "--continue-on-error")
    assert failed.returncode != 0
    said = [line for line in failed.stdout.splitlines() if line.strip().startswith("error:")]
    assert any("tool-ap-southeast-1-latest: PutParameter: ParameterAlreadyExists" in line for line in said), (
        said
    )
    after = versions(stand)
    assert {region: sorted(after[region]) for region in FIVE[:4]} == {region: [1, 2] for region in FIVE[:4]}

    # The next deployment mends it, and publishes nothing again.
    blocked.delete_parameter(Name="/layers/tool/latest")
    stand.up()
    mended = versions(stand)
    assert {region: mended[region] for region in FIVE[:4]} == {region: after[region] for region in FIVE[:4]}
    newest = {region: mended[region][max(mended[region])] for region in FIVE}
    assert len(set(newest.values())) == 1
    outputs: dict[str, Any] = stand.outputs()
    assert set(newest.values()) == {outputs["code"]}
    assert latest(stand) == outputs["arns"]
    assert set(stand.up()) == {"same"}

    # Every version can be used by the account that it is shared with.
    policy = stand.aws("lambda", "eu-west-1").get_layer_version_policy(LayerName="tool", VersionNumber=2)
    assert "222222222222" in policy["Policy"]
