"""The documented pipeline: each commit builds a layer and publishes it in every Region, after somebody has approved.

    CodeCommit or a connection --> CodeBuild: layer.zip --> approval --> one action a Region, in parallel:
          (a push starts it)                                             the distributor function (lambdas/layer_distributor)

Follows sources/004 lines 809-1052. What differs: an approval before anything is published; the distributor tells the
pipeline of failures, grants the permissions and publishes nothing twice; each role has exactly its own rights; artifacts
have a key of their own. A connection (GitHub, GitLab, Bitbucket) serves as well as CodeCommit. `LayerDistribution`
does the same without a pipeline.
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.delivery.artifact_bucket import create_artifact_bucket
from components.delivery.build_project import create_build
from components.delivery.layer_pipeline_args import CodeCommitSource, LayerPipelineArgs
from components.delivery.stages import push_pattern, stages_of
from components.events import EventRule, EventRuleArgs, Target
from components.events.event_bus import event_encryption
from components.foundation import key_ring
from components.foundation.args import Text
from components.foundation.component import Component
from components.foundation.iam import Statement, assume_role_policy, policy_document
from components.serverless import Function, FunctionArgs, function_key_users


class LayerPipeline(Component):
    """Source, build, approval, distribution.

        LayerPipeline("tools", LayerPipelineArgs(layer_name="tools", regions=("us-east-1", "eu-central-1")))

    Outputs: `pipeline_name`, `pipeline_arn`, `distributor_arn`, `artifact_bucket`, `clone_url` (CodeCommit), `layer_arns`
    (by Region, without version).
    """

    pipeline: aws.codepipeline.Pipeline
    distributor: Function

    def __init__(
        self, name: str, args: LayerPipelineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:delivery:LayerPipeline", name, args, opts, region=args.region, tags=args.tags
        )
        self._args = args
        logs = f"/{pulumi.get_project()}/{pulumi.get_stack()}/{name}"
        distributor_name = self.name_for("distributor")
        # One pattern for the logs of the build and of the distributor, which begin alike.
        users = [key_ring.through("s3"), event_encryption(), *function_key_users(f"{logs}*")]
        users += [key_ring.through("codecommit")] if self._makes_repository else []
        self.key_made = self.key("pipeline", users=users)
        self.bucket = create_artifact_bucket(
            self, self.key_made, keep_days=args.artifact_days, force_destroy=args.force_destroy
        )
        self.repository = self._create_repository()
        log_group = aws.cloudwatch.LogGroup(
            self.name_for("build"),
            name=f"{logs}/build",
            retention_in_days=args.log_retention_days,
            kms_key_id=self.key_made.arn,
            region=self.region,
            tags=self.tags("build"),
            opts=self.child(),
        )
        self.build = create_build(
            self,
            runtime=args.runtime,
            architecture=args.architecture,
            bucket_arn=self.bucket.arn,
            key=self.key_made,
            log_group=log_group,
        )
        self.distributor = self._create_distributor(distributor_name)
        self.pipeline = self._create_pipeline()
        self._start_on_push()
        self.outputs(
            {
                "pipeline_name": self.pipeline.name,
                "pipeline_arn": self.pipeline.arn,
                "distributor_arn": self.distributor.arn,
                "artifact_bucket": self.bucket.bucket,
                "clone_url": self.repository.clone_url_http if self.repository else None,
                "layer_arns": {region: self._layer_arn(region) for region in args.regions},
            }
        )

    @property
    def _makes_repository(self) -> bool:
        return isinstance(self._args.source, CodeCommitSource) and self._args.source.create

    def _layer_arn(self, region: str) -> pulumi.Output[str]:
        site, name = self.site, self._args.layer_name
        return pulumi.Output.concat(
            "arn:", site.partition, f":lambda:{region}:", site.account_id, f":layer:{name}"
        )

    def _create_repository(self) -> aws.codecommit.Repository | None:
        source = self._args.source
        if not isinstance(source, CodeCommitSource) or not source.create:
            return None
        return aws.codecommit.Repository(
            self.name_for("source"),
            repository_name=source.repository,
            description=f"What layer {self._args.layer_name} is made of",
            default_branch=source.branch,
            kms_key_id=self.key_made.arn,
            region=self.region,
            tags=self.tags("source"),
            opts=self.child(),
        )

    def _create_distributor(self, name: str) -> Function:
        """The function that publishes; it may touch this layer in these Regions and no other."""
        regions = self._args.regions
        layers = [self._layer_arn(region) for region in regions]
        versions = [pulumi.Output.concat(arn, ":*") for arn in layers]
        per_version = ["lambda:GetLayerVersion", "lambda:AddLayerVersionPermission"]
        statements = [
            Statement("ReadArtifact", ["s3:GetObject"], [pulumi.Output.concat(self.bucket.arn, "/*")]),
            Statement("DecryptArtifact", ["kms:Decrypt"], [self.key_made.arn]),
            Statement("Publish", ["lambda:PublishLayerVersion"], layers),
            # Lambda lets nobody name a layer whose versions may be listed.
            Statement("FindTheNewest", ["lambda:ListLayerVersions"], ["*"]),
            Statement("Share", per_version, versions),
            # AWS has no resources for these two actions.
            Statement(
                "TellThePipeline",
                ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"],
                ["*"],
            ),
        ]
        if self._args.keep:
            statements.append(Statement("RemoveOld", ["lambda:DeleteLayerVersion"], versions))
        if self._args.parameter is not None:
            site, parameter = self.site, self._args.parameter
            parts = ("arn:", site.partition, ":ssm:")
            named = [
                pulumi.Output.concat(*parts, region, ":", site.account_id, ":parameter", parameter)
                for region in regions
            ]
            statements.append(Statement("NameTheNewest", ["ssm:PutParameter"], named))
        return Function(
            name,
            FunctionArgs(
                source="layer_distributor",
                description=f"Publishes layer {self._args.layer_name} in one Region",
                timeout_seconds=300,
                memory_mb=512,
                reserved_concurrency=max(1, min(len(regions), 10)),
                key_arn=self.key_made.arn,
            ),
            statements,
            self.child(),
            region=self.region,
            tags=self._args.tags,
        )

    def _repository_name(self) -> Text:
        """The repository, known once it is there where the pipeline makes it."""
        return self.repository.repository_name if self.repository else self._args.source.repository

    def _create_pipeline(self) -> aws.codepipeline.Pipeline:
        args, role = self._args, self._role("pipeline", "codepipeline", self._pipeline_rights())
        return aws.codepipeline.Pipeline(
            self.name_for("pipeline"),
            pipeline_type="V2",
            role_arn=role.arn,
            artifact_stores=[
                {
                    "location": self.bucket.bucket,
                    "type": "S3",
                    "encryption_key": {"id": self.key_made.arn, "type": "KMS"},
                }
            ],
            stages=stages_of(args, self.build.name, self.distributor.function_name, self._repository_name()),
            region=self.region,
            tags=self.tags("pipeline"),
            opts=self.child(),
        )

    def _pipeline_rights(self) -> list[Statement]:
        source = self._args.source
        artifacts = pulumi.Output.concat(self.bucket.arn, "/*")
        rights = [
            Statement("Artifacts", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [artifacts]),
            Statement("Bucket", ["s3:GetBucketVersioning"], [self.bucket.arn]),
            Statement("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [self.key_made.arn]),
            Statement("Build", ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], [self.build.arn]),
            Statement("Distribute", ["lambda:InvokeFunction"], [self.distributor.arn]),
        ]
        if isinstance(source, CodeCommitSource):
            actions = (
                "CancelUploadArchive",
                "GetBranch",
                "GetCommit",
                "GetRepository",
                "GetUploadArchiveStatus",
            )
            names = [f"codecommit:{one}" for one in (*actions, "UploadArchive")]
            rights.append(Statement("Source", names, [self._repository_arn(source)]))
        else:
            rights.append(
                Statement("Source", ["codestar-connections:UseConnection"], [source.connection_arn])
            )
        return rights

    def _repository_arn(self, source: CodeCommitSource) -> pulumi.Output[str]:
        return self.repository.arn if self.repository else self.site.arn("codecommit", source.repository)

    def _role(self, purpose: str, service: str, rights: list[Statement]) -> aws.iam.Role:
        role = aws.iam.Role(
            self.name_for(purpose),
            description=f"{self.name}: {purpose}",
            assume_role_policy=assume_role_policy(
                self.site, service=service, source_account=self.site.account_id
            ),
            tags=self.tags(purpose),
            opts=self.child(),
        )
        aws.iam.RolePolicy(
            self.name_for(purpose), role=role.id, policy=policy_document(*rights), opts=self.child()
        )
        return role

    def _start_on_push(self) -> None:
        """A push to the branch starts the pipeline; a connection tells CodePipeline by itself."""
        source = self._args.source
        if not isinstance(source, CodeCommitSource):
            return
        EventRule(
            self.name_for("push"),
            EventRuleArgs(
                description=f"Commits for {self.name}",
                pattern=push_pattern(source.repository, source.branch),
                targets={"pipeline": Target(kind="pipeline", arn=self.pipeline.arn)},
                key_arn=self.key_made.arn,
                region=self.region,
                tags=self._args.tags,
            ),
            self.child(),
        )
