"""AWS Signer: who else may use a profile, which moto does not know. Nothing is signed.

moto fails where a profile is not there, and makes one that was cancelled anew; AWS never gives its name again.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.signer import urls
from moto.signer.responses import SignerResponse

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused, routes

API = Api("signer")
PERMISSIONS = Shelf("permissions", "Permissions of profile", "ResourceNotFoundException")


def _profile(asked: Asked) -> Any:
    name = asked.params["profileName"]
    found = asked.backend.signing_profiles.get(name)
    if found is None:
        raise refused("ResourceNotFoundException", f"Signing profile {name} not found")
    return found


def _shown(asked: Asked, profile: Any) -> Document:
    shown: Document = profile.to_dict()
    return {**shown, "tags": asked.backend.list_tags_for_resource(profile.arn)}


@API.operation
def _put_signing_profile(asked: Asked) -> Document:
    given = asked.params
    if given["profileName"] in asked.backend.signing_profiles:
        raise refused(
            "ValidationException", f"A signing profile of the name {given['profileName']} has been there"
        )
    profile = asked.backend.put_signing_profile(
        given["profileName"],
        given.get("signatureValidityPeriod"),
        given["platformId"],
        given.get("signingMaterial"),
        given.get("tags") or {},
    )
    profile.signing_parameters = given.get("signingParameters")
    return {
        "arn": profile.arn,
        "profileVersion": profile.profile_version,
        "profileVersionArn": profile.profile_version_arn,
    }


@API.operation
def _get_signing_profile(asked: Asked) -> Document:
    profile = _profile(asked)
    parameters = getattr(profile, "signing_parameters", None)
    return {**_shown(asked, profile), **({"signingParameters": parameters} if parameters else {})}


@API.operation
def _cancel_signing_profile(asked: Asked) -> None:
    _profile(asked).cancel()


@API.operation
def _list_signing_profiles(asked: Asked) -> Document:
    there = [_shown(asked, one) for one in asked.backend.signing_profiles.values() if one.status == "Active"]
    return {"profiles": there}


def _permissions(asked: Asked) -> Document:
    name = _profile(asked).name
    there = PERMISSIONS.all(asked.backend)
    return there.setdefault(name, {"revisionId": "", "permissions": []})


@API.operation
def _add_profile_permission(asked: Asked) -> Document:
    kept = _permissions(asked)
    if asked.params["statementId"] in [one["statementId"] for one in kept["permissions"]]:
        raise refused("ConflictException", f"Statement {asked.params['statementId']} already exists")
    kept["permissions"].append(asked.given("statementId", "action", "principal", "profileVersion"))
    kept["revisionId"] = str(mock_random.uuid4())
    return {"revisionId": kept["revisionId"]}


@API.operation
def _list_profile_permissions(asked: Asked) -> Document:
    kept = _permissions(asked)
    return {**kept, "policySizeBytes": len(str(kept["permissions"]))}


@API.operation
def _remove_profile_permission(asked: Asked) -> Document:
    kept, statement = _permissions(asked), asked.params["statementId"]
    if kept["revisionId"] != asked.params["revisionId"]:
        raise refused("ConflictException", "The revision is not the newest")
    left = [one for one in kept["permissions"] if one["statementId"] != statement]
    if len(left) == len(kept["permissions"]):
        raise refused("ResourceNotFoundException", f"Statement {statement} not found")
    kept["permissions"], kept["revisionId"] = left, str(mock_random.uuid4())
    return {"revisionId": kept["revisionId"]}


def install() -> None:
    """Add these operations, and lead their paths to moto's class."""
    API.install(SignerResponse)
    routes(
        urls.url_paths,
        SignerResponse.dispatch,
        "/signing-profiles$",
        "/signing-profiles/(?P<profile_name>[^/]+)/permissions$",
        "/signing-profiles/(?P<profile_name>[^/]+)/permissions/(?P<statement_id>[^/]+)$",
    )
