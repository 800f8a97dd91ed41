"""The stages of a layer's pipeline as CodePipeline wants them: source, build, approval, one action a Region.

Follows sources/004 lines 898-991.
"""

from __future__ import annotations

import json
from typing import Any

from components.delivery.layer_pipeline_args import CodeCommitSource, LayerPipelineArgs
from components.foundation.args import Text

APPROVAL_MINUTES = 7 * 24 * 60
"""How long an approval waits for somebody: as long as CodePipeline lets it."""


def stages_of(args: LayerPipelineArgs, build: Text, distributor: Text, repository: Text) -> list[Any]:
    """All stages; `build`, `distributor` and `repository` are names."""
    build_action = {
        **_action("Build", "Build", "CodeBuild", {"ProjectName": build}),
        "input_artifacts": ["source"],
        "output_artifacts": ["layer"],
    }
    stages: list[Any] = [
        {"name": "Source", "actions": [_source_action(args, repository)]},
        {"name": "Build", "actions": [build_action]},
    ]
    if args.approval:
        approve = _action("Approve", "Approval", "Manual", {"CustomData": "Publish in all Regions?"})
        stages.append({"name": "Approve", "actions": [{**approve, "timeout_in_minutes": APPROVAL_MINUTES}]})
    actions = [_distribute(args, region, distributor) for region in args.regions]
    return [*stages, {"name": "Distribute", "actions": actions}]


def _distribute(args: LayerPipelineArgs, region: str, distributor: Text) -> dict[str, Any]:
    configuration = {"FunctionName": distributor, "UserParameters": user_parameters(args, region)}
    return {
        **_action(f"distribute-{region}", "Invoke", "Lambda", configuration),
        "input_artifacts": ["layer"],
        "run_order": 1,
    }


def user_parameters(args: LayerPipelineArgs, region: str) -> str:
    """What the action of a Region hands to the distributor (`lambdas/layer_distributor`)."""
    share = args.share
    asked: dict[str, Any] = {
        "region": region,
        "layer": args.layer_name,
        "runtimes": [args.runtime],
        "architectures": [args.architecture],
        "accounts": list(share.accounts),
        "organization_id": share.organization_id,
        "public": share.public,
        "keep": args.keep,
        "parameter": args.parameter,
    }
    return json.dumps({name: value for name, value in asked.items() if value}, sort_keys=True)


def _source_action(args: LayerPipelineArgs, repository: Text) -> dict[str, Any]:
    source = args.source
    configuration: dict[str, Any] = {"BranchName": source.branch}
    if isinstance(source, CodeCommitSource):
        # A push is told by an event; polling is slower and asks all day.
        configuration |= {"RepositoryName": repository, "PollForSourceChanges": "false"}
        action = _action("Source", "Source", "CodeCommit", configuration)
    else:
        configuration |= {"ConnectionArn": source.connection_arn, "FullRepositoryId": repository}
        action = _action("Source", "Source", "CodeStarSourceConnection", configuration)
    return {**action, "output_artifacts": ["source"]}


def push_pattern(repository: str, branch: str) -> dict[str, Any]:
    """The events of CodeCommit that tell of a push to the branch."""
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "repositoryName": [repository],
            "referenceType": ["branch"],
            "referenceName": [branch],
        },
    }


def _action(name: str, category: str, provider: str, configuration: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        "configuration": configuration,
    }
