from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.foundation.errors import ComponentError
from components.serverless import LayerDistribution, LayerDistributionArgs, Share
from components.serverless.layer_distribution import build_layer, check_regions, grants, one_hash
from tests.components.recording import Recording, Registered, run

VERSION = "aws:lambda/layerVersion:LayerVersion"
PERMISSION = "aws:lambda/layerVersionPermission:LayerVersionPermission"
PARAMETER = "aws:ssm/parameter:Parameter"
FIVE = ("us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-1")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "tool.py").write_text("ANSWER = 42\n")
    return folder


def settings(source: Path, **changes: Any) -> LayerDistributionArgs:
    given = {"source": str(source), "layer_name": "tool", "regions": FIVE, **changes}
    return LayerDistributionArgs(**given)


def built(args: LayerDistributionArgs, **where: Any) -> Recording:
    def program() -> None:
        LayerDistribution("tool", args)

    return run(program, **where)


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == type_]


def test_every_region_gets_the_same_code(source: Path) -> None:
    versions = of_type(built(settings(source)), VERSION)
    assert sorted(one.inputs["region"] for one in versions) == sorted(FIVE)
    assert len({one.inputs["sourceCodeHash"] for one in versions}) == 1
    assert all(one.inputs["skipDestroy"] for one in versions)


def test_a_region_more_changes_none_of_the_others(source: Path) -> None:
    before, after = (
        {one.urn: {**one.inputs, "code": one.inputs["code"].path} for one in of_type(built(args), VERSION)}
        for args in (settings(source, regions=FIVE[:4]), settings(source))
    )
    assert {urn: after[urn] for urn in before} == before
    assert len(after) == len(before) + 1


def test_code_decides_the_hash_and_nothing_else(
    source: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "tool.py").write_text("ANSWER = 42\n")
    (other / "tool.py").touch(mode=0o600)
    assert build_layer(settings(source)).digest == build_layer(settings(other)).digest
    (other / "tool.py").write_text("ANSWER = 43\n")
    assert build_layer(settings(source)).digest != build_layer(settings(other)).digest


def test_each_version_is_shared_in_each_region(source: Path) -> None:
    share = Share(accounts=("222222222222",), organization_id="o-a1b2c3d4e5")
    permissions = of_type(built(settings(source, share=share)), PERMISSION)
    assert len(permissions) == 2 * len(FIVE)
    said = {(one.inputs["principal"], one.inputs.get("organizationId")) for one in permissions}
    assert said == {("222222222222", None), ("*", "o-a1b2c3d4e5")}
    assert {one.inputs["action"] for one in permissions} == {"lambda:GetLayerVersion"}


def test_nobody_else_may_use_it_by_default(source: Path) -> None:
    assert not of_type(built(settings(source)), PERMISSION)
    assert grants(Share()) == []
    assert grants(Share(public=True)) == [("everybody", "*", None)]


def test_parameters_name_the_newest_version_and_each(source: Path) -> None:
    parameters = of_type(built(settings(source, regions=FIVE[:1], parameter_prefix="/shared")), PARAMETER)
    names = {one.inputs["name"] for one in parameters}
    assert "/shared/tool/latest" in names
    assert len(names) == 2
    assert not of_type(built(settings(source, parameter_prefix=None)), PARAMETER)


def test_a_canary_in_each_region_imports_the_layer(source: Path) -> None:
    recording = built(settings(source, regions=FIVE[:2], canary=("tool",)))
    functions = of_type(recording, "aws:lambda/function:Function")
    versions = {one.inputs["region"]: one.state["arn"] for one in of_type(recording, VERSION)}
    assert {one.inputs["region"]: one.inputs["layers"] for one in functions} == {
        region: [arn] for region, arn in versions.items()
    }
    calls = of_type(recording, "aws:lambda/invocation:Invocation")
    assert {one.inputs["region"]: one.inputs["triggers"]["version"] for one in calls} == versions


def test_pure_python_serves_both_processors(source: Path) -> None:
    both = build_layer(settings(source, architectures=("arm64", "x86_64")))
    assert both.digest == build_layer(settings(source)).digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"regions": ()}, "regions"),
        ({"regions": ("us-east-1", "us-east-1")}, r"regions\[1\]: 'us-east-1' is named twice"),
        ({"regions": ("here",)}, r"regions\[0\]: 'here' is no Region"),
        ({"regions": ("us-east-1", "cn-north-1")}, r"regions: stand in several partitions: aws, aws-cn"),
        ({"layer_name": "a b"}, "layer_name"),
        ({"parameter_prefix": "layers"}, r"parameter_prefix: 'layers' is no path"),
        ({"parameter_prefix": "/aws/x"}, r"parameter_prefix: AWS keeps paths"),
        ({"share": {"public": True, "accounts": ["222222222222"]}}, r"share\.public: everybody may use"),
        ({"share": {"accounts": ["22"]}}, r"share\.accounts\[0\]: '22' is no account id"),
        ({"canary": ("not a module",)}, "canary"),
    ],
)
def test_wrong_settings_are_refused(source: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        settings(source, **changes)


def test_regions_that_the_account_has_not_are_named() -> None:
    check_regions(FIVE, "aws", ["af-south-1"], "tool.regions")
    with pytest.raises(
        ComponentError, match=r"tool\.regions\[1\]: af-south-1 is not enabled in this account"
    ):
        check_regions(("us-east-1", "af-south-1"), "aws", ["af-south-1"], "tool.regions")
    with pytest.raises(ComponentError, match=r"us-east-1 is not in partition aws-cn"):
        check_regions(("us-east-1",), "aws-cn", [], "tool.regions")


def test_a_region_with_other_code_is_named() -> None:
    assert one_hash({"a": "x", "b": "x"}, "tool") == "x"
    with pytest.raises(ComponentError, match="tool: c hold other code"):
        one_hash({"a": "x", "b": "x", "c": "y"}, "tool")
