"""Repositories, builds, pipelines and signing profiles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.test_iam_roles import TRUST
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.emulated import PartialCreate

REPOSITORY = "aws:codecommit/repository:Repository"
PROJECT, PIPELINE = "aws:codebuild/project:Project", "aws:codepipeline/pipeline:Pipeline"
PROFILE = "aws:signer/signingProfile:SigningProfile"


def role(world: World, service: str) -> str:
    made = world.create("aws:iam/role:Role", name=service, assumeRolePolicy=TRUST.replace("ec2", service))
    return str(made.outputs["arn"])


def test_repository(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    made = world.create(REPOSITORY, repositoryName="layers", description="Layers", tags={"a": "b"})
    assert made.outputs["cloneUrlHttp"].endswith("/v1/repos/layers")
    made.update(description="All layers", kmsKeyId=key, defaultBranch="main", tags={"c": "d"})
    imported = world.imported(REPOSITORY, "layers")[1]
    assert (imported["description"], imported["kmsKeyId"]) == ("All layers", key)
    lifecycle(made)


def test_triggers_of_a_repository(world: World) -> None:
    world.create(REPOSITORY, repositoryName="layers")
    token = "aws:codecommit/trigger:Trigger"
    triggers = [{"name": "all", "destinationArn": "arn:aws:sns:us-east-1:111111111111:t", "events": ["all"]}]
    made = world.create(token, repositoryName="layers", triggers=triggers)
    assert world.imported(token, "layers")[1]["triggers"] == triggers
    lifecycle(made)


def test_approval_rule_template_and_its_repository(world: World) -> None:
    world.create(REPOSITORY, repositoryName="layers")
    token = "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate"
    content = json.dumps(
        {"Version": "2018-11-08", "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}]}
    )
    template = world.create(token, name="two", content=content, description="One")
    template.update(content=content.replace("1}", "2}"), description="Two")
    association = world.create(
        "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation",
        approvalRuleTemplateName="two",
        repositoryName="layers",
    )
    assert association.id == "two,layers"
    with pytest.raises(ClientError, match="InUse"):
        template.delete()
    lifecycle(association)
    lifecycle(template)


def test_project_keeps_everything_that_is_given(world: World) -> None:
    given: dict[str, Any] = {
        "name": "build",
        "description": "Builds layers",
        "serviceRole": role(world, "codebuild"),
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "ARM_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/amazonlinux2-aarch64-standard:3.0",
            "environmentVariables": [{"name": "STAGE", "value": "dev", "type": "PLAINTEXT"}],
            "privilegedMode": False,
        },
        "source": {"type": "CODEPIPELINE", "buildspec": "buildspec.yml"},
        "buildTimeout": 30,
        "queuedTimeout": 60,
        "concurrentBuildLimit": 2,
        "encryptionKey": world.create("aws:kms/key:Key").outputs["arn"],
        "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
        "logsConfig": {"cloudwatchLogs": {"status": "ENABLED", "groupName": "/builds"}},
        "tags": {"a": "b"},
    }
    project = world.create(PROJECT, **given)
    assert project.id == f"arn:aws:codebuild:us-east-1:{world.place.account}:project/build"
    imported, inputs = world.imported(PROJECT, "build")
    assert (imported, {name: inputs[name] for name in given}) == (project.id, given)
    project.update(buildTimeout=45, source={**given["source"], "buildspec": "other.yml"}, tags={"c": "d"})
    assert project.outputs["source"]["buildspec"] == "other.yml"
    lifecycle(project)


def test_credential_and_webhook_of_a_project(world: World) -> None:
    credential = world.create(
        "aws:codebuild/sourceCredential:SourceCredential",
        serverType="GITHUB",
        authType="PERSONAL_ACCESS_TOKEN",
        token="not-a-secret",
    )
    lifecycle(credential)
    world.create(
        PROJECT,
        name="build",
        serviceRole=role(world, "codebuild"),
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": "i"},
        source={"type": "GITHUB", "location": "https://example.com/r.git"},
    )
    groups = [{"filters": [{"type": "EVENT", "pattern": "PUSH"}]}]
    hook = world.create("aws:codebuild/webhook:Webhook", projectName="build", filterGroups=groups)
    hook.update(filterGroups=[{"filters": [{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}]}])
    lifecycle(hook)


def action(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
    kind = {"name": name, "category": category, "provider": provider, "owner": "AWS", "version": "1"}
    return {**kind, "runOrder": 1, **more}


def test_pipeline_of_the_second_type(world: World) -> None:
    source = action(
        "source",
        "Source",
        "CodeStarSourceConnection",
        configuration={"BranchName": "main"},
        outputArtifacts=["code"],
        namespace="source",
    )
    deploy = action(
        "us-east-1", "Invoke", "Lambda", configuration={"FunctionName": "distribute"}, inputArtifacts=["code"]
    )
    check = {
        "name": "alarm",
        "ruleTypeId": {"category": "Rule", "provider": "CloudWatchAlarm", "owner": "AWS", "version": "1"},
        "configuration": {"AlarmName": "errors"},
    }
    stages = [
        {"name": "source", "actions": [source]},
        {
            "name": "deploy",
            "actions": [deploy],
            "onFailure": {"result": "ROLLBACK"},
            "beforeEntry": {"condition": {"result": "FAIL", "rules": [check]}},
        },
    ]
    given: dict[str, Any] = {
        "name": "layers",
        "roleArn": role(world, "codepipeline"),
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "artifactStores": [{"location": "bucket", "type": "S3", "encryptionKey": {"id": "k", "type": "KMS"}}],
        "stages": stages,
        "variables": [{"name": "REGIONS", "defaultValue": "all"}],
        "triggers": [
            {
                "providerType": "CodeStarSourceConnection",
                "gitConfiguration": {
                    "sourceActionName": "source",
                    "pushes": [
                        {"branches": {"includes": ["main"]}, "filePaths": {"includes": ["layers/**"]}}
                    ],
                },
            }
        ],
        "tags": {"a": "b"},
    }
    pipeline = world.create(PIPELINE, **given)
    imported = world.imported(PIPELINE, "layers")[1]
    assert {name: imported[name] for name in given} == given
    approval = {"name": "approve", "actions": [action("approve", "Approval", "Manual")]}
    pipeline.update(stages=[stages[0], approval, stages[1]], tags={"c": "d"})
    state = world.client("codepipeline").get_pipeline_state(name="layers")["stageStates"]
    assert [one["stageName"] for one in state] == ["source", "approve", "deploy"]
    lifecycle(pipeline)


def test_pipeline_with_stores_in_two_regions(world: World) -> None:
    stages = [
        {"name": "one", "actions": [action("s", "Source", "S3", configuration={"S3Bucket": "b"})]},
        {"name": "two", "actions": [action("i", "Invoke", "Lambda", configuration={"FunctionName": "f"})]},
    ]
    stores = [
        {"location": f"b-{region}", "type": "S3", "region": region} for region in ("us-east-1", "eu-west-1")
    ]
    given: dict[str, Any] = {
        "roleArn": role(world, "codepipeline"),
        "artifactStores": stores,
        "stages": stages,
    }
    lifecycle(world.create(PIPELINE, name="p", **given))


def test_the_role_of_a_pipeline_trusts_codepipeline(world: World) -> None:
    stages = [
        {"name": "one", "actions": [action("s", "Source", "S3", configuration={"S3Bucket": "b"})]},
        {"name": "two", "actions": [action("i", "Invoke", "Lambda", configuration={"FunctionName": "f"})]},
    ]
    given: dict[str, Any] = {"artifactStores": [{"location": "bucket", "type": "S3"}], "stages": stages}
    with pytest.raises(ClientError, match="not authorized to perform AssumeRole"):
        world.create(PIPELINE, name="p", roleArn=role(world, "lambda"), **given)
    trust = json.loads(TRUST)
    trust["Statement"][0]["Principal"] = {
        "Service": ["codebuild.amazonaws.com", "codepipeline.amazonaws.com"]
    }
    several = world.create("aws:iam/role:Role", name="several", assumeRolePolicy=json.dumps(trust))
    assert world.create(PIPELINE, name="p", roleArn=several.outputs["arn"], **given).id == "p"


def test_what_a_function_reports_is_kept(world: World) -> None:
    client = world.client("codepipeline")
    client.put_job_success_result(jobId="11111111-1111-1111-1111-111111111111")
    details = {"type": "JobFailed", "message": "no such layer"}
    client.put_job_failure_result(jobId="22222222-2222-2222-2222-222222222222", failureDetails=details)


def test_signing_profile_and_who_may_use_it(world: World) -> None:
    period = {"type": "MONTHS", "value": 12}
    profile = world.create(
        PROFILE,
        name="layers",
        platformId="AWSLambda-SHA384-ECDSA",
        signatureValidityPeriod=period,
        tags={"a": "b"},
    )
    assert profile.outputs["versionArn"].startswith(profile.outputs["arn"] + "/")
    profile.update(tags={"c": "d"})
    assert world.imported(PROFILE, "layers")[1]["signatureValidityPeriod"] == period
    for statement in ("one", "two"):
        grant = world.create(
            "aws:signer/signingProfilePermission:SigningProfilePermission",
            profileName="layers",
            action="signer:StartSigningJob",
            principal="222222222222",
            statementId=statement,
        )
        assert grant.id == f"layers/{statement}"
    lifecycle(grant)
    lifecycle(profile)
    with pytest.raises(ClientError, match="has been there"):
        world.create(PROFILE, name="layers", platformId="AWSLambda-SHA384-ECDSA")


def test_signing_job(world: World) -> None:
    s3 = world.client("s3")
    bucket = f"signing-{world.place.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="layer.zip", Body=b"zip")["VersionId"]
    world.create(PROFILE, name="layers", platformId="AWSLambda-SHA384-ECDSA")
    token = "aws:signer/signingJob:SigningJob"
    source = {"s3": {"bucket": bucket, "key": "layer.zip", "version": version}}
    destination = {"s3": {"bucket": bucket, "prefix": "signed/"}}
    job = world.create(token, profileName="layers", source=source, destination=destination)
    signed = job.outputs["signedObjects"][0]["s3s"][0]
    assert signed == {"bucket": bucket, "key": f"signed/{job.id}.zip"}
    assert s3.get_object(Bucket=bucket, Key=signed["key"])["Body"].read() == b"zip"
    assert job.refresh() == job.inputs
    lost = {"s3": {**source["s3"], "key": "other.zip"}}
    with pytest.raises(PartialCreate, match="not in"):
        world.create(token, profileName="layers", source=lost, destination=destination)
