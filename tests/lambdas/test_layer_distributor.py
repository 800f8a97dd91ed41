from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.lambdas.loading import load

HERE, THERE = "us-east-1", "eu-central-1"
BUCKET = "artifacts"
ASKED = {"region": THERE, "layer": "tools", "runtimes": ["python3.13"], "architectures": ["arm64"]}


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


LAYER = zipped({"python/tool.py": b"ANSWER = 42\n"})


class Pipeline:
    """Takes what the function tells CodePipeline; moto has no jobs."""

    def __init__(self) -> None:
        self.succeeded: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []

    def put_job_success_result(self, **told: Any) -> None:
        self.succeeded.append(told)

    def put_job_failure_result(self, **told: Any) -> None:
        self.failed.append(told)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", HERE)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    told = Pipeline()
    real: Any = boto3.client

    def client(service: str, **options: Any) -> Any:
        return told if service == "codepipeline" else real(service, **options)

    monkeypatch.setattr(boto3, "client", client)
    with mock_aws():
        real("s3", region_name=HERE).create_bucket(Bucket=BUCKET)
        yield told


def store(artifact: bytes) -> None:
    boto3.client("s3", region_name=HERE).put_object(Bucket=BUCKET, Key="a/b", Body=artifact)


def job(asked: object = None, artifacts: int = 1) -> dict[str, Any]:
    place = {"location": {"type": "S3", "s3Location": {"bucketName": BUCKET, "objectKey": "a/b"}}}
    text = asked if isinstance(asked, str) else json.dumps(ASKED if asked is None else asked)
    data = {
        "actionConfiguration": {"configuration": {"FunctionName": "f", "UserParameters": text}},
        "inputArtifacts": [place] * artifacts,
    }
    return {"CodePipeline.job": {"id": "job-1", "accountId": "111111111111", "data": data}}


def run(event: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = load("layer_distributor").handler(event, None)
    return found


def versions(region: str = THERE) -> list[int]:
    found = boto3.client("lambda", region_name=region).list_layer_versions(LayerName="tools")["LayerVersions"]
    return sorted(one["Version"] for one in found)


def test_the_layer_inside_the_artifact_is_published_in_the_region(pipeline: Pipeline) -> None:
    store(zipped({"layer.zip": LAYER}))
    arn = run(job())["version_arn"]
    assert arn == f"arn:aws:lambda:{THERE}:123456789012:layer:tools:1"
    found = boto3.client("lambda", region_name=THERE).get_layer_version(LayerName="tools", VersionNumber=1)
    assert found["Content"]["CodeSize"] == len(LAYER)
    assert pipeline.succeeded == [{"jobId": "job-1", "outputVariables": {"version_arn": arn}}]
    assert versions(HERE) == []


def test_a_job_that_comes_twice_publishes_once(pipeline: Pipeline) -> None:
    store(zipped({"layer.zip": LAYER}))
    assert run(job({**ASKED, "accounts": ["222222222222"]})) == run(
        job({**ASKED, "accounts": ["222222222222"]})
    )
    assert versions() == [1]
    assert len(pipeline.succeeded) == 2


def test_changed_code_is_a_new_version_and_old_ones_go(pipeline: Pipeline) -> None:
    for index in range(4):
        store(zipped({"layer.zip": zipped({"python/tool.py": b"%d" % index})}))
        run(job({**ASKED, "keep": 2}))
    assert versions() == [3, 4]
    assert not pipeline.failed


def test_permissions_are_those_that_are_asked_for() -> None:
    module = load("layer_distributor")

    def grants(**asked: Any) -> list[dict[str, str]]:
        found: list[dict[str, str]] = module.grants(
            module.read_job(job({**ASKED, **asked})["CodePipeline.job"])
        )
        return found

    assert grants() == []
    assert grants(public=True) == [{"StatementId": "everybody", "Principal": "*"}]
    assert grants(accounts=["222222222222"], organization_id="o-a1b2c3d4e5") == [
        {"StatementId": "account-222222222222", "Principal": "222222222222"},
        {"StatementId": "organization", "Principal": "*", "OrganizationId": "o-a1b2c3d4e5"},
    ]


def test_the_newest_version_is_named_in_the_region(pipeline: Pipeline) -> None:
    store(zipped({"layer.zip": LAYER}))
    arn = run(job({**ASKED, "parameter": "/layers/tools/latest"}))["version_arn"]
    found = boto3.client("ssm", region_name=THERE).get_parameter(Name="/layers/tools/latest")
    assert found["Parameter"]["Value"] == arn


@pytest.mark.parametrize(
    ("asked", "artifact", "said"),
    [
        ("{", {"layer.zip": LAYER}, "is no JSON"),
        ([], {"layer.zip": LAYER}, "is no JSON object"),
        ({"region": THERE}, {"layer.zip": LAYER}, "lacks layer, runtimes, architectures"),
        ({**ASKED, "layerPrincipal": "*"}, {"layer.zip": LAYER}, "has layerPrincipal, which nobody reads"),
        (None, {"python/tool.py": b""}, "has no layer.zip but python/tool.py"),
        (None, {"layer.zip": b"no archive"}, "layer.zip is no ZIP file"),
    ],
)
def test_what_is_wrong_is_told_to_the_pipeline(
    pipeline: Pipeline, asked: object, artifact: dict[str, bytes], said: str
) -> None:
    store(zipped(artifact))
    assert run(job(asked)) == {"version_arn": ""}
    (told,) = pipeline.failed
    assert told["jobId"] == "job-1"
    assert told["failureDetails"]["type"] == "ConfigurationError"
    assert said in told["failureDetails"]["message"]
    assert not pipeline.succeeded
    assert versions() == []


def test_a_missing_artifact_and_two_of_them_fail_the_job(pipeline: Pipeline) -> None:
    run(job())
    run(job(artifacts=2))
    kinds = [told["failureDetails"]["type"] for told in pipeline.failed]
    assert kinds == ["JobFailed", "ConfigurationError"]


def test_old_versions() -> None:
    old_versions = load("layer_distributor").old_versions
    assert old_versions([3, 1, 2], 0) == []
    assert old_versions([3, 1, 2], 1) == [1, 2]
    assert old_versions([3, 1, 2], 5) == []
