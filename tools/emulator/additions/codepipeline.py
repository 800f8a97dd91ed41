"""CodePipeline: what the functions of a pipeline report, and what state it is in.

No stage runs, so there are no jobs: whatever a function reports of one is kept by the job's id, and nobody asks whether it
was given out. `GetPipelineState` shows the stages as they are declared.
"""

from __future__ import annotations

from moto.codepipeline.responses import CodePipelineResponse
from moto.core.utils import utcnow

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("codepipeline")
RESULTS = Shelf("job-results", "Job", "JobNotFoundException")


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
