from __future__ import annotations

from pathlib import Path

import pytest

from components.delivery import CodeSigner, CodeSignerArgs
from components.foundation.errors import ComponentError
from components.serverless import Function, FunctionArgs, LayerDistribution, LayerDistributionArgs
from tests.components.recording import Recording, Registered, run

REGIONS = ("us-east-1", "eu-central-1")


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == f"aws:{type_}"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "handler.py").write_text("def handler(event, context):\n    return 42\n")
    return folder


def test_a_function_runs_the_signed_copy_and_nothing_else(source: Path) -> None:
    def program() -> None:
        signer = CodeSigner("code", CodeSignerArgs())
        Function("tool", FunctionArgs(source=str(source)), signer=signer)

    recording = run(program)
    (config,) = of_type(recording, "lambda/codeSigningConfig:CodeSigningConfig")
    (profile,) = of_type(recording, "signer/signingProfile:SigningProfile")
    assert config.inputs["allowedPublishers"]["signingProfileVersionArns"] == [profile.state["versionArn"]]
    assert config.inputs["policies"] == {"untrustedArtifactOnDeployment": "Enforce"}
    (function,) = of_type(recording, "lambda/function:Function")
    assert function.inputs["codeSigningConfigArn"] == config.state["arn"]
    assert "code" not in function.inputs
    (job,) = of_type(recording, "signer/signingJob:SigningJob")
    assert function.inputs["s3Key"] == job.state["signedObjects"][0]["s3s"][0]["key"]
    (unsigned,) = of_type(recording, "s3/bucketObjectv2:BucketObjectv2")
    assert job.inputs["source"]["s3"]["key"] == unsigned.inputs["key"]


def test_what_is_signed_is_named_by_its_content(source: Path) -> None:
    def key() -> str:
        def program() -> None:
            Function("tool", FunctionArgs(source=str(source)), signer=CodeSigner("code", CodeSignerArgs()))

        (unsigned,) = of_type(run(program), "s3/bucketObjectv2:BucketObjectv2")
        return str(unsigned.inputs["key"])

    before = key()
    assert key() == before
    (source / "handler.py").write_text("def handler(event, context):\n    return 43\n")
    assert key() != before


def test_a_layer_is_signed_in_each_region(source: Path) -> None:
    def program() -> None:
        signers = {region: CodeSigner(f"code-{region}", CodeSignerArgs(region=region)) for region in REGIONS}
        args = LayerDistributionArgs(
            source=str(source), layer_name="tool", regions=REGIONS, canary=("handler",)
        )
        LayerDistribution("tool", args, signers=signers)

    recording = run(program)
    layers = of_type(recording, "lambda/layerVersion:LayerVersion")
    assert {one.inputs["region"] for one in layers} == set(REGIONS)
    assert len({one.inputs["s3Key"] for one in layers}) == 2
    functions = of_type(recording, "lambda/function:Function")
    assert all(one.inputs["codeSigningConfigArn"] for one in functions)
    jobs = of_type(recording, "signer/signingJob:SigningJob")
    assert sorted(one.inputs["region"] for one in jobs) == sorted(REGIONS * 2)


def test_a_region_without_a_signer_is_named(source: Path) -> None:
    def program() -> None:
        signers = {"us-east-1": CodeSigner("code", CodeSignerArgs(region="us-east-1"))}
        args = LayerDistributionArgs(source=str(source), layer_name="tool", regions=REGIONS)
        LayerDistribution("tool", args, signers=signers)

    with pytest.raises(ComponentError, match=r"tool\.signers: none for eu-central-1"):
        run(program)
