"""CodePipeline: what functions report of a pipeline, its state, and trust policies that name services in a list.

No stage runs, so there are no jobs: whatever a function reports of one is kept by the job's id, and nobody asks whether it
was given out. `GetPipelineState` shows the stages as they are declared.
"""

from __future__ import annotations

import json

from moto.codepipeline.models import CodePipeline
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.utils import utcnow
from moto.iam.models import iam_backends

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("codepipeline")
SERVICE = "codepipeline.amazonaws.com"
RESULTS = Shelf("job-results", "Job", "JobNotFoundException")


def _trusted(asked: Asked, role: str) -> bool:
    """Whether CodePipeline may work as a role, by its trust policy, whichever way that names services."""
    name = role.rsplit("/", 1)[-1]
    found = iam_backends[asked.account][asked.partition].roles.values()
    policy = next((one.assume_role_policy_document for one in found if one.name == name), None)
    for statement in json.loads(policy)["Statement"] if policy else []:
        services = (statement.get("Principal") or {}).get("Service", [])
        named = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and SERVICE in named:
            return True
    return False


@API.operation
def _create_pipeline(asked: Asked) -> Document:
    pipeline, tags = asked.params["pipeline"], asked.params.get("tags") or []
    if pipeline["name"] in asked.backend.pipelines:
        raise refused(
            "PipelineNameInUseException", f"A pipeline with the name '{pipeline['name']}' already exists"
        )
    if not _trusted(asked, pipeline["roleArn"]):
        why = f"CodePipeline is not authorized to perform AssumeRole on role {pipeline['roleArn']}"
        raise refused("InvalidStructureException", why)
    if len(pipeline["stages"]) < 2:
        raise refused("InvalidStructureException", "A pipeline has at least two stages")
    made = CodePipeline(asked.account, asked.region, pipeline)
    made.tags = {one["key"]: one["value"] for one in tags}
    asked.backend.pipelines[pipeline["name"]] = made
    return {"pipeline": made.pipeline, "tags": tags}


@API.operation
def _put_job_success_result(asked: Asked) -> None:
    fields = asked.given("currentRevision", "continuationToken", "executionDetails", "outputVariables")
    RESULTS.put(asked.backend, asked.params["jobId"], {"status": "Succeeded", **fields})


@API.operation
def _put_job_failure_result(asked: Asked) -> None:
    RESULTS.put(asked.backend, asked.params["jobId"], {"status": "Failed", **asked.given("failureDetails")})


@API.operation
def _get_job_details(asked: Asked) -> Document:
    kept = RESULTS.get(asked.backend, asked.params["jobId"])
    return {"jobDetails": {"id": asked.params["jobId"], "accountId": asked.account, "data": {}, **kept}}


@API.operation
def _get_pipeline_state(asked: Asked) -> Document:
    found = asked.backend.pipelines.get(asked.params["name"])
    if found is None:
        raise refused("PipelineNotFoundException", f"Pipeline {asked.params['name']} not found")
    pipeline = found.pipeline
    stages = [
        {
            "stageName": stage["name"],
            "inboundTransitionState": {"enabled": True},
            "actionStates": [{"actionName": action["name"]} for action in stage["actions"]],
        }
        for stage in pipeline["stages"]
    ]
    return {
        "pipelineName": pipeline["name"],
        "pipelineVersion": pipeline["version"],
        "stageStates": stages,
        "created": utcnow(),
        "updated": utcnow(),
    }


def install() -> None:
    """Add these operations."""
    API.install(CodePipelineResponse)
