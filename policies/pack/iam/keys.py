"""Condition keys: which exist. A misspelt key is never in a request, so its condition never holds, or always.

Global keys: IAM User Guide, "AWS global condition context keys". The keys of services: `actions.condition_keys`.
"""

from __future__ import annotations

import difflib
from functools import lru_cache

from policies.pack.iam.actions import condition_keys, services

# Without the prefix `aws:`; those that end in `/` are followed by the key of a tag.
GLOBAL = frozenset(
    "aws:" + name
    for name in (
        # the principal
        *("principalarn", "principalaccount", "principalorgpaths", "principalorgid", "principaltag/"),
        *("principalisawsservice", "principalservicename", "principalservicenameslist", "principaltype"),
        *("principalorgmasteraccountid", "principalorgmasteraccountemail", "userid", "username"),
        # its session
        *("assumedroot", "federatedprovider", "tokenissuetime", "multifactorauthage", "sourceidentity"),
        *("multifactorauthpresent", "chatbotsourcearn", "ec2instancesourcevpc", "signinsessionarn"),
        *("ec2instancesourceprivateipv4",),
        # the network
        *("sourceip", "sourcevpc", "sourcevpcarn", "sourcevpce", "vpceaccount", "vpceorgid", "vpceorgpaths"),
        "vpcsourceip",
        # the resource
        *("resourceaccount", "resourceorgid", "resourceorgpaths", "resourcetag/"),
        # the request
        *("calledvia", "calledviafirst", "calledvialast", "viaawsservice", "currenttime", "epochtime"),
        *("referer", "requestedregion", "requesttag/", "tagkeys", "securetransport", "sourceaccount"),
        *("sourcearn", "sourceorgid", "sourceorgpaths", "sourceowner", "useragent"),
        *("calledviaawsmcp", "viaawsmcpservice", "ismcpserviceaction"),
    )
)

# Keys of one service that requests to others carry too ("Cross-service condition keys" there).
CROSS_SERVICE = frozenset(
    {
        "codebuild:buildarn",
        "codebuild:projectarn",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
        "sts:externalid",
        "sts:rolesessionname",
        "sts:sourceidentity",
        "sts:transitivetagkeys",
        "s3:signatureversion",
    }
)


@lru_cache(maxsize=1024)
def exists(key: str) -> bool:
    """Whether a condition key, in lower case, can be in a request at all.

    Keys of identity providers (`token.actions.githubusercontent.com:sub`, `saml:aud`) count as existing.
    """
    service, _, _ = key.partition(":")
    if service != "aws" and service not in services():
        return not _near_service(service)
    known = GLOBAL if service == "aws" else CROSS_SERVICE | condition_keys(service)
    return any(key == item or (item[-1] in "/:" and key.startswith(item)) for item in known)


def nearest(key: str) -> str:
    """The existing key that a misspelt one probably meant, in lower case; nothing when none is near."""
    service, _, name = key.partition(":")
    owner = service if service == "aws" or service in services() else _near_service(service)
    known = GLOBAL if owner == "aws" else condition_keys(owner)
    close = difflib.get_close_matches(f"{owner}:{name}", sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def _near_service(name: str) -> str:
    """A service whose prefix a misspelt one probably meant; an identity provider's address is near none."""
    if "." in name or "/" in name or name == "saml":
        return ""
    close = difflib.get_close_matches(name, sorted({*services(), "aws"}), n=1, cutoff=0.6)
    return close[0] if close else ""
