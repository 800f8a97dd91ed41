"""AWS Signer: signing jobs. The object is there afterwards as AWS names it, with the bytes of the source: nothing is signed.

A job that can't be done fails as in AWS: it is there with a reason, not an error of the request.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends
from moto.signer import urls
from moto.signer.responses import SignerResponse

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused, routes

API = Api("signer")
JOBS = Shelf("jobs", "Signing job", "ResourceNotFoundException")
_MONTH = dt.timedelta(days=30)
_PERIODS = {"DAYS": dt.timedelta(days=1), "MONTHS": _MONTH, "YEARS": dt.timedelta(days=365)}


def _copied(asked: Asked, job: str) -> tuple[Document | None, str]:
    """Where the signed object is, or why there is none."""
    source, target = asked.params["source"]["s3"], asked.params["destination"]["s3"]
    store = s3_backends[asked.account][asked.partition]
    try:
        found: Any = store.get_object(source["bucketName"], source["key"], source.get("version"))
        if found is None:
            return None, f"The object {source['key']} or its version is not in {source['bucketName']}"
        bucket = store.get_bucket(source["bucketName"])
        if not bucket.is_versioned:
            return None, f"The bucket {source['bucketName']} is not versioned"
        key = f"{target.get('prefix', '')}{job}.zip"
        store.put_object(target["bucketName"], key, found.value)
    except Exception as error:  # noqa: BLE001 -- whatever S3 refuses is the reason that the job has
        return None, str(getattr(error, "message", error))
    return {"s3": {"bucketName": target["bucketName"], "key": key}}, ""


@API.operation
def _start_signing_job(asked: Asked) -> Document:
    profile = asked.backend.signing_profiles.get(asked.params["profileName"])
    if profile is None or profile.status != "Active":
        raise refused("ResourceNotFoundException", f"Signing profile {asked.params['profileName']} not found")
    made = str(mock_random.uuid4())
    signed, reason = _copied(asked, made)
    period = profile.signature_validity_period
    document = {
        "jobId": made,
        **asked.given("source", "profileName"),
        "profileVersion": profile.profile_version,
        "platformId": profile.platform_id,
        "platformDisplayName": profile.to_dict()["platformDisplayName"],
        "createdAt": utcnow(),
        "completedAt": utcnow(),
        "signatureExpiresAt": utcnow() + _PERIODS[period["type"]] * int(period["value"]),
        "requestedBy": f"arn:{asked.partition}:iam::{asked.account}:root",
        "status": "Succeeded" if signed else "Failed",
        "statusReason": reason or "Signing Succeeded",
        "signedObject": signed,
        "jobOwner": asked.account,
        "jobInvoker": asked.account,
    }
    JOBS.add(asked.backend, made, document)
    return {"jobId": made, "jobOwner": asked.account}


@API.operation
def _describe_signing_job(asked: Asked) -> Document:
    return JOBS.get(asked.backend, asked.params["jobId"])


@API.operation
def _list_signing_jobs(asked: Asked) -> Document:
    return {"jobs": JOBS.listed(asked.backend)}


def install() -> None:
    """Add signing jobs, and lead their paths to moto's class."""
    API.install(SignerResponse)
    routes(urls.url_paths, SignerResponse.dispatch, "/signing-jobs$", "/signing-jobs/(?P<job_id>[^/]+)$")
