"""AWS Signer: profiles, who else may use them, and jobs. A cancelled profile's name is not given again, as in AWS."""

from __future__ import annotations

import uuid
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import Parts, name_or_prefixed, nothing, unless_gone, without_none
from tools.emulator.services._tags import mapped_tags


def _create(call: Call) -> str:
    # A profile's name has letters, digits and underscores.
    name = name_or_prefixed(call)
    params = parameters(call.aws(), "put_signing_profile", {**call.inputs, "name": None, "namePrefix": None})
    params.pop("tags", None)
    call.aws().put_signing_profile(**params, profileName=name, tags=call.tags)
    return name


def _read(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_signing_profile, profileName=call.id)
    if item is None or item.get("status") != "Active":
        return None
    names = {"name": "profileName", "version": "profileVersion", "versionArn": "profileVersionArn"}
    found = take(call.type, item, names)
    if not (item.get("signingMaterial") or {}).get("certificateArn"):
        found.pop("signingMaterial", None)
    return found


def _arn(call: Call) -> str:
    return call.arn("signer", f"/signing-profiles/{call.id}")


PROFILE = Emulated(
    "aws:signer/signingProfile:SigningProfile",
    service="signer",
    create=_create,
    read=_read,
    delete=Delete("cancel_signing_profile", by="profileName"),
    tags=mapped_tags(lambda call: {"resourceArn": _arn(call)}),
    replace_on=(
        "name",
        "namePrefix",
        "platformId",
        "region",
        "signatureValidityPeriod",
        "signingMaterial",
        "signingParameters",
    ),
    exact=True,
)

_PERMISSION = Parts(("profileName", "statementId"), by="/")


def _grant(call: Call) -> str:
    # Each change of a policy names the revision that it changes.
    revision = call.aws().list_profile_permissions(profileName=call.inputs["profileName"])["revisionId"]
    params = without_none(
        action=call.inputs["action"],
        principal=call.inputs["principal"],
        profileVersion=call.get("profileVersion"),
        revisionId=revision or None,
    )
    known = {name: call.inputs[name] for name in _PERMISSION.names}
    call.aws().add_profile_permission(**known, **params)
    return _PERMISSION.join(call)


def _read_grant(call: Call) -> dict[str, Any] | None:
    known = _PERMISSION.of(call)
    answer = unless_gone(call.aws().list_profile_permissions, profileName=known["profileName"])
    there = (answer or {}).get("permissions", [])
    item = next((one for one in there if one["statementId"] == known["statementId"]), None)
    return None if item is None else {**take(call.type, item), **known}


def _revoke(call: Call) -> None:
    known = _PERMISSION.of(call)
    answer = unless_gone(call.aws().list_profile_permissions, profileName=known["profileName"])
    if answer and _read_grant(call) is not None:
        call.aws().remove_profile_permission(**known, revisionId=answer["revisionId"])


PROFILE_PERMISSION = Emulated(
    "aws:signer/signingProfilePermission:SigningProfilePermission",
    service="signer",
    create=_grant,
    read=_read_grant,
    delete=_revoke,
    replace_on=(
        "action",
        "principal",
        "profileName",
        "profileVersion",
        "region",
        "statementId",
        "statementIdPrefix",
    ),
    exact=True,
)

# -- jobs


def _start(call: Call) -> str:
    source, target = call.inputs["source"]["s3"], call.inputs["destination"]["s3"]
    answer = call.aws().start_signing_job(
        profileName=call.inputs["profileName"],
        source={"s3": {"bucketName": source["bucket"], "key": source["key"], "version": source["version"]}},
        destination={"s3": without_none(bucketName=target["bucket"], prefix=target.get("prefix"))},
        clientRequestToken=uuid.uuid4().hex,
    )
    return str(answer["jobId"])


def _done(call: Call) -> None:
    job = call.aws().describe_signing_job(jobId=call.id)
    if job["status"] == "Failed" and not call.get("ignoreSigningJobFailure"):
        raise ValueError(f"{call.type.token} {call.id} failed: {job['statusReason']}")


def _read_job(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_signing_job, jobId=call.id)
    if item is None:
        return None
    names = {"source": "", "destination": "", "signedObjects": "", "revocationRecords": ""}
    source = item["source"]["s3"]
    signed = (item.get("signedObject") or {}).get("s3")
    objects = [{"s3s": [{"bucket": signed["bucketName"], "key": signed["key"]}]}] if signed else []
    return {
        **take(call.type, item, names),
        "source": {
            "s3": {"bucket": source["bucketName"], "key": source["key"], "version": source["version"]}
        },
        "signedObjects": objects,
    }


JOB = Emulated(
    "aws:signer/signingJob:SigningJob",
    service="signer",
    create=_start,
    read=_read_job,
    settle=_done,
    # AWS keeps jobs and what they made.
    delete=nothing,
    replace_on=("destination", "profileName", "source", "region"),
    exact=True,
)

TYPES = (PROFILE, PROFILE_PERMISSION, JOB)
