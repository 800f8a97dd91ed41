from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from components.delivery import ConnectionSource, LayerPipeline, LayerPipelineArgs
from components.delivery.build_project import buildspec
from components.delivery.stages import user_parameters
from components.foundation.errors import ComponentError
from tests.components.recording import Recording, Registered, run
from tests.lambdas.loading import load

FOUR = ("eu-central-1", "eu-west-1", "us-west-1", "us-east-1")


def settings(**changes: Any) -> LayerPipelineArgs:
    return LayerPipelineArgs(**{"layer_name": "tools", "regions": FOUR, **changes})


def built(**changes: Any) -> Recording:
    args = settings(**changes)

    def program() -> None:
        LayerPipeline("tools", args)

    return run(program)


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == f"aws:{type_}"]


def stages(recording: Recording) -> dict[str, list[dict[str, Any]]]:
    (pipeline,) = of_type(recording, "codepipeline/pipeline:Pipeline")
    return {stage["name"]: stage["actions"] for stage in pipeline.inputs["stages"]}


def test_one_parallel_action_a_region_after_an_approval() -> None:
    found = stages(built())
    assert list(found) == ["Source", "Build", "Approve", "Distribute"]
    assert [one["name"] for one in found["Distribute"]] == [f"distribute-{region}" for region in FOUR]
    assert {one["runOrder"] for one in found["Distribute"]} == {1}
    assert "Approve" not in stages(built(approval=False))


def test_the_distributor_reads_what_each_action_hands_over() -> None:
    module = load("layer_distributor")
    share = {"accounts": ["222222222222"], "organization_id": "o-a1b2c3d4e5"}
    text = user_parameters(settings(share=share, keep=3), "eu-west-1")
    place = {"location": {"s3Location": {"bucketName": "b", "objectKey": "k"}}}
    data = {"actionConfiguration": {"configuration": {"UserParameters": text}}, "inputArtifacts": [place]}
    job = module.read_job({"id": "j", "data": data})
    assert (job.region, job.layer, job.keep, job.parameter) == (
        "eu-west-1",
        "tools",
        3,
        "/layers/tools/latest",
    )
    assert job.accounts == ["222222222222"]


def test_the_distributor_may_touch_this_layer_in_these_regions_alone() -> None:
    recording = built(keep=2)
    (work,) = [
        one
        for one in of_type(recording, "iam/rolePolicy:RolePolicy")
        if one.name.endswith("distributor-work")
    ]
    for statement in json.loads(work.inputs["policy"])["Statement"]:
        for action in statement["Action"]:
            if action == "lambda:ListLayerVersions":
                assert statement["Resource"] == ["*"], "Lambda lets nobody name a layer there"
                assert statement["Action"] == [action]
            elif action.startswith("lambda:"):
                assert len(statement["Resource"]) == len(FOUR)
                for arn in statement["Resource"]:
                    assert re.fullmatch(
                        rf"arn:aws:lambda:({'|'.join(FOUR)}):111111111111:layer:tools(:\*)?", arn
                    )


def test_a_push_to_the_branch_starts_the_pipeline() -> None:
    recording = built()
    (rule,) = of_type(recording, "cloudwatch/eventRule:EventRule")
    pattern = json.loads(rule.inputs["eventPattern"])
    assert pattern["detail"]["repositoryName"] == ["lambda-layer-source"]
    assert pattern["detail"]["referenceName"] == ["main"]
    (target,) = of_type(recording, "cloudwatch/eventTarget:EventTarget")
    (pipeline,) = of_type(recording, "codepipeline/pipeline:Pipeline")
    assert target.inputs["arn"] == pipeline.state["arn"]


def test_a_connection_needs_no_repository_and_no_rule() -> None:
    source = ConnectionSource(
        connection_arn="arn:aws:codeconnections:us-east-1:111111111111:connection/1", repository="team/tools"
    )
    recording = built(source=source)
    assert not of_type(recording, "codecommit/repository:Repository")
    assert not of_type(recording, "cloudwatch/eventRule:EventRule")
    (action,) = stages(recording)["Source"]
    assert action["provider"] == "CodeStarSourceConnection"
    assert action["configuration"]["FullRepositoryId"] == "team/tools"


def test_the_build_pins_and_makes_the_same_archive_every_time() -> None:
    commands = yaml.safe_load(buildspec("python3.13", "arm64"))["phases"]["build"]["commands"]
    text = "\n".join(commands)
    assert "--require-hashes" in text
    assert "--python-version 3.13" in text
    assert "aarch64" in text
    assert "touch -h -t 198001010000" in text


def test_artifacts_are_read_by_signed_requests_over_tls_alone() -> None:
    (policy,) = (
        one for one in of_type(built(), "s3/bucketPolicy:BucketPolicy") if one.name.endswith("-artifacts")
    )
    denied = {
        one["Sid"]: one for one in json.loads(policy.inputs["policy"])["Statement"] if one["Effect"] == "Deny"
    }
    assert {"DenyPlainHttp", "DenyOtherSignatures", "DenyPresignedUrls"} <= set(denied)
    # An upload that says nothing gets the bucket's own key; only one that asks for another is refused.
    assert denied["DenyOtherEncryption"]["Condition"]["Null"] == {"s3:x-amz-server-side-encryption": "false"}


def test_who_reads_artifacts_is_logged_into_a_bucket_that_takes_these_logs_alone() -> None:
    recording = built()
    (logging,) = of_type(recording, "s3/bucketLogging:BucketLogging")
    assert logging.inputs["bucket"] != logging.inputs["targetBucket"]
    (policy,) = (
        one
        for one in of_type(recording, "s3/bucketPolicy:BucketPolicy")
        if one.inputs["bucket"] == logging.inputs["targetBucket"]
    )
    (allowed,) = (one for one in json.loads(policy.inputs["policy"])["Statement"] if one["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": ["logging.s3.amazonaws.com"]}
    assert allowed["Condition"]["ArnLike"]["aws:SourceArn"][0].endswith(logging.inputs["bucket"])
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": "111111111111"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"regions": ()}, "regions"),
        ({"regions": ("us-east-1", "us-east-1")}, r"regions\[1\]: 'us-east-1' is named twice"),
        ({"regions": ("moon",)}, r"regions\[0\]: 'moon' is no Region"),
        ({"runtime": "nodejs14.x"}, "runtime"),
        ({"source": {"kind": "connection", "connection_arn": "arn", "repository": "alone"}}, "repository"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        settings(**changes)
