"""The CodeBuild project that makes `layer.zip` out of a `requirements.txt`.

    source artifact: requirements.txt --pip, wheels for Lambda, hashes--> python/ --> layer.zip (the same bytes every time)

Follows sources/004 lines 938-967 for Python. Differences: dependencies are pinned with hashes; the ZIP file has sorted names
and fixed times, so that an unchanged layer is seen as such; the image is one that AWS still maintains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import yaml

from components.foundation.iam import Statement, assume_role_policy, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component

IMAGES = {
    "arm64": ("ARM_CONTAINER", "aws/codebuild/amazonlinux-aarch64-standard:3.0", "aarch64"),
    "x86_64": ("LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:5.0", "x86_64"),
}
"""Architecture -> CodeBuild's kind of machine, its image, and the processor's name in wheels."""

BUILD_MINUTES = 15
_EARLIEST = "198001010000"


def buildspec(runtime: str, architecture: str) -> str:
    """The build's commands. The ZIP file's bytes depend on names and contents alone."""
    version = runtime.removeprefix("python")
    platform = f"manylinux_2_34_{IMAGES[architecture][2]}"
    install = (
        "python -m pip install --require-hashes --only-binary :all: --no-compile "
        f"--python-version {version} --platform {platform} --platform manylinux2014_{IMAGES[architecture][2]} "
        "--target layer/python -r requirements.txt"
    )
    return yaml.safe_dump(
        {
            "version": 0.2,
            "phases": {
                "build": {
                    "commands": [
                        "rm -rf layer && mkdir -p layer/python",
                        install,
                        "rm -rf layer/python/bin layer/python/*.dist-info/RECORD",
                        "find layer -name __pycache__ -prune -exec rm -rf {} +",
                        "chmod -R u=rwX,go=rX layer",
                        f"find layer -exec touch -h -t {_EARLIEST} {{}} +",
                        "cd layer && find python -type f | LC_ALL=C sort | zip -X -0 ../layer.zip -@",
                    ]
                }
            },
            "artifacts": {"files": ["layer.zip"]},
        },
        sort_keys=False,
        width=1000,
    )


def create_build(
    owner: Component,
    *,
    runtime: str,
    architecture: str,
    bucket_arn: pulumi.Output[str],
    key: aws.kms.Key,
    log_group: aws.cloudwatch.LogGroup,
) -> aws.codebuild.Project:
    """The project and its role: its artifacts, its log group, its key, nothing else."""
    site = owner.site
    role = aws.iam.Role(
        owner.name_for("build"),
        description=f"Builds the layer of {owner.name}",
        assume_role_policy=assume_role_policy(site, service="codebuild", source_account=site.account_id),
        tags=owner.tags("build"),
        opts=owner.child(),
    )
    aws.iam.RolePolicy(
        owner.name_for("build"),
        role=role.id,
        policy=policy_document(
            Statement(
                "Artifacts",
                ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                [pulumi.Output.concat(bucket_arn, "/*")],
            ),
            Statement("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [key.arn]),
            Statement(
                "Log",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [pulumi.Output.concat(log_group.arn, ":*")],
            ),
        ),
        opts=owner.child(),
    )
    machine, image, _ = IMAGES[architecture]
    return aws.codebuild.Project(
        owner.name_for("build"),
        description=f"Makes layer.zip for {owner.name}",
        service_role=role.arn,
        build_timeout=BUILD_MINUTES,
        encryption_key=key.arn,
        source={"type": "CODEPIPELINE", "buildspec": buildspec(runtime, architecture)},
        artifacts={"type": "CODEPIPELINE"},
        environment={"compute_type": "BUILD_GENERAL1_SMALL", "image": image, "type": machine},
        logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": log_group.name}},
        region=owner.region,
        tags=owner.tags("build"),
        opts=owner.child(),
    )
