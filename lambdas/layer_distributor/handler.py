"""Publishes a layer in one Region for CodePipeline, and tells the pipeline how it went.

    CodePipeline --job: artifact, {"region": ..., "layer": ...}--> this function
        artifact in S3 -> layer.zip in it -> new version, unless the newest has the same code
        -> permissions of that version -> SSM parameter -> old versions -> success or failure

Follows sources/004 lines 995-1017. Differences: CodePipeline packs what a build leaves into a ZIP file of its own, so the
layer is the `layer.zip` inside the artifact, where the document publishes the artifact; permissions, which the document
reads and does not use, are granted; a job that comes twice publishes nothing twice; what goes wrong is told to the pipeline,
which would otherwise wait for an hour.

Environment: none. Job parameters (`UserParameters`, JSON): `region`, `layer`, `runtimes`, `architectures`, and optionally
`description`, `accounts`, `organization_id`, `public`, `keep` (versions; 0 keeps all), `parameter` (a name in SSM).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger()
LOG.setLevel(logging.INFO)

LAYER_FILE = "layer.zip"
MAX_LAYER_BYTES = 50 * 1024 * 1024
MAX_MESSAGE = 2000
ACTION = "lambda:GetLayerVersion"
_SIGNED = Config(signature_version="s3v4")
_BRING = "the build must leave layer.zip as its only file"


class JobError(Exception):
    """The job can't be done as it is asked for; the message says why."""


@dataclass(frozen=True)
class Job:
    """What one action of the pipeline asks for."""

    id: str
    bucket: str
    key: str
    region: str
    layer: str
    runtimes: Sequence[str]
    architectures: Sequence[str]
    description: str = ""
    accounts: Sequence[str] = ()
    organization_id: str = ""
    public: bool = False
    keep: int = 0
    parameter: str = ""
    unknown: Sequence[str] = field(default=())


def handler(event: Mapping[str, Any], context: Any) -> dict[str, str]:
    """Do one job. Returns the version's ARN, empty where the job failed; the pipeline is told either way."""
    content = event["CodePipeline.job"]
    pipeline = boto3.client("codepipeline")
    try:
        arn, new = distribute(read_job(content))
    except (JobError, ClientError, zipfile.BadZipFile) as error:
        LOG.exception("job %s failed", content["id"])
        pipeline.put_job_failure_result(
            jobId=content["id"],
            failureDetails={
                "type": "ConfigurationError" if isinstance(error, JobError) else "JobFailed",
                "message": str(error)[:MAX_MESSAGE],
                "externalExecutionId": getattr(context, "aws_request_id", "unknown"),
            },
        )
        return {"version_arn": ""}
    LOG.info(json.dumps({"message": "published" if new else "unchanged", "version_arn": arn}))
    pipeline.put_job_success_result(jobId=content["id"], outputVariables={"version_arn": arn})
    return {"version_arn": arn}


def read_job(content: Mapping[str, Any]) -> Job:
    """The job in CodePipeline's words. Raises `JobError` for what is missing or wrong."""
    data = content["data"]
    text = data["actionConfiguration"]["configuration"].get("UserParameters", "")
    try:
        asked = json.loads(text)
    except ValueError:
        raise JobError("UserParameters is no JSON") from None
    if not isinstance(asked, dict):
        raise JobError("UserParameters is no JSON object")
    missing = [name for name in ("region", "layer", "runtimes", "architectures") if not asked.get(name)]
    if missing:
        raise JobError(f"UserParameters lacks {', '.join(missing)}")
    unknown = sorted(set(asked) - set(Job.__dataclass_fields__) - {"id", "bucket", "key"})
    if unknown:
        raise JobError(f"UserParameters has {', '.join(unknown)}, which nobody reads")
    artifacts = data.get("inputArtifacts") or []
    if len(artifacts) != 1:
        raise JobError(f"the action has {len(artifacts)} input artifacts; {_BRING}")
    place = artifacts[0]["location"]["s3Location"]
    return Job(id=content["id"], bucket=place["bucketName"], key=place["objectKey"], **asked)


def distribute(job: Job) -> tuple[str, bool]:
    """Publish, share, name and tidy up; the version's ARN, and whether it is new."""
    code = layer_of(
        boto3.client("s3", config=_SIGNED).get_object(Bucket=job.bucket, Key=job.key)["Body"].read()
    )
    client = boto3.client("lambda", region_name=job.region)
    version, new = publish(client, job, code)
    for statement in grants(job):
        _grant(client, job.layer, version["Version"], statement)
    if job.parameter:
        boto3.client("ssm", region_name=job.region).put_parameter(
            Name=job.parameter, Value=version["LayerVersionArn"], Type="String", Overwrite=True
        )
    for old in old_versions(_versions(client, job.layer), job.keep):
        client.delete_layer_version(LayerName=job.layer, VersionNumber=old)
    return version["LayerVersionArn"], new


def layer_of(artifact: bytes) -> bytes:
    """The layer's archive inside the artifact. Raises `JobError` where there is none, or Lambda would refuse it."""
    with zipfile.ZipFile(io.BytesIO(artifact)) as packed:
        names = packed.namelist()
        if LAYER_FILE not in names:
            raise JobError(
                f"the artifact has no {LAYER_FILE} but {', '.join(names[:5]) or 'nothing'}; {_BRING}"
            )
        code = packed.read(LAYER_FILE)
    if len(code) > MAX_LAYER_BYTES:
        raise JobError(f"the layer has {len(code)} bytes; Lambda takes {MAX_LAYER_BYTES} in one upload")
    if not zipfile.is_zipfile(io.BytesIO(code)):
        raise JobError(f"{LAYER_FILE} is no ZIP file")
    return code


def publish(client: Any, job: Job, code: bytes) -> tuple[Mapping[str, Any], bool]:
    """The newest version where it has this code already, else a new one."""
    digest = base64.b64encode(hashlib.sha256(code).digest()).decode()
    newest = _newest(client, job.layer)
    if newest is not None and newest["Content"]["CodeSha256"] == digest:
        return newest, False
    made = client.publish_layer_version(
        LayerName=job.layer,
        Description=job.description,
        Content={"ZipFile": code},
        CompatibleRuntimes=list(job.runtimes),
        CompatibleArchitectures=list(job.architectures),
    )
    return made, True


def _newest(client: Any, layer: str) -> Mapping[str, Any] | None:
    versions = _versions(client, layer)
    if not versions:
        return None
    found: Mapping[str, Any] = client.get_layer_version(LayerName=layer, VersionNumber=max(versions))
    return found


def _versions(client: Any, layer: str) -> list[int]:
    pages = client.get_paginator("list_layer_versions").paginate(LayerName=layer)
    return [one["Version"] for page in pages for one in page["LayerVersions"]]


def grants(job: Job) -> list[dict[str, str]]:
    """Who may use the version, as `AddLayerVersionPermission` wants it."""
    if job.public:
        return [{"StatementId": "everybody", "Principal": "*"}]
    found = [{"StatementId": f"account-{account}", "Principal": account} for account in job.accounts]
    if job.organization_id:
        organization = {"OrganizationId": job.organization_id}
        found.append({"StatementId": "organization", "Principal": "*", **organization})
    return found


def _grant(client: Any, layer: str, version: int, statement: Mapping[str, str]) -> None:
    try:
        client.add_layer_version_permission(
            LayerName=layer, VersionNumber=version, Action=ACTION, **statement
        )
    except client.exceptions.ResourceConflictException:
        LOG.info("%s is granted already", statement["StatementId"])


def old_versions(versions: Sequence[int], keep: int) -> list[int]:
    """The versions to remove so that the newest `keep` stay; 0 keeps all."""
    return sorted(versions)[:-keep] if keep > 0 else []
