"""Which requests an S3 policy denies: asked with example requests, not by the look of a statement.

S3 tells a policy how a request was signed (Amazon S3 API Reference, "Bucket policy examples using condition
keys", authentication-specific keys): `s3:signatureversion` is `AWS` for SigV2, `AWS4-HMAC-SHA256` for SigV4 and
`AWS4-ECDSA-P256-SHA256` for SigV4a (multi-Region access points); `s3:authType` is `REST-HEADER`,
`REST-QUERY-STRING` (presigned) or `POST` (browser form); `s3:signatureAge` is in milliseconds. So there are two
right ways to deny SigV2: by its name (`StringEquals` `AWS`), or everything else (`StringNotEquals` SigV4). The
second is also true of requests that carry no signature version: anonymous ones, and perhaps a service's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from policies.pack.document import Document, Statement
from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.verdict import NotKnownError

SIGV2, SIGV4, SIGV4A = "AWS", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"
HEADER, QUERY, FORM = "REST-HEADER", "REST-QUERY-STRING", "POST"

POLICY = "aws:s3/bucketPolicy:BucketPolicy"

Request = Mapping[str, str | None]

# A caller that is a person or a program of the customer's, over TLS: what exemptions for AWS services leave out.
_CUSTOMER: Request = {
    "aws:SecureTransport": "true",
    "s3:TlsVersion": "1.3",
    "aws:PrincipalIsAWSService": "false",
    "aws:ViaAWSService": "false",
    "aws:PrincipalServiceName": None,
    "aws:SourceAccount": None,
    "aws:SourceArn": None,
    "aws:SourceOrgID": None,
}
# A service that writes for a customer, and whose request says nothing of a signature.
UNSAID_SERVICE: Request = {
    "aws:SecureTransport": "true",
    "s3:TlsVersion": "1.3",
    "aws:PrincipalIsAWSService": "true",
    "aws:ViaAWSService": "false",
    "s3:signatureversion": None,
    "s3:authType": None,
    "s3:signatureAge": None,
}

_ARN, _POINT = r"arn:[^:]*:s3:::", r"arn:[^:]*:s3:[^:]*:[^:]*:accesspoint/"
_OBJECTS = re.compile(rf"\*|{_ARN}(?:[^/]*\*|[^/]+/\*)|{_POINT}(?:\*|[^/]+/(?:object/)?\*)")
_BUCKET = re.compile(rf"\*|{_ARN}[^/]+|{_POINT}[^/]+")
# One request of each kind; a Deny that leaves one of them out is a hole.
_ASKED = (
    ("s3:GetObject", _OBJECTS),
    ("s3:PutObject", _OBJECTS),
    ("s3:DeleteObject", _OBJECTS),
    ("s3:ListBucket", _BUCKET),
)


def signed(version: str, auth_type: str = HEADER, age: int | None = None) -> Request:
    """A customer's request with this signature; `age` in milliseconds, known of presigned requests only."""
    return {
        **_CUSTOMER,
        "s3:signatureversion": version,
        "s3:authType": auth_type,
        "s3:signatureAge": None if age is None else str(age),
    }


def denies(documents: Iterable[Document], request: Request) -> bool:
    """Whether reading, writing, deleting and listing are all denied to everybody who asks like this."""
    statements = [statement for document in documents for statement in document.denying]
    applying = [item for item in statements if _everyone(item) and item.applies_to(request)]
    return all(any(_about(item, action, where) for item in applying) for action, where in _ASKED)


def denies_sigv2(documents: Iterable[Document]) -> bool:
    """Whether SigV2 is denied however it is sent: in a header, in a presigned URL, in a form."""
    known = list(documents)
    return all(denies(known, signed(SIGV2, how)) for how in (HEADER, QUERY, FORM))


def may_refuse(documents: Iterable[Document], request: Request) -> bool:
    """Whether some Deny for everybody applies to such a request, for any action on objects."""
    return any(
        _everyone(item) and (item.covers("s3:GetObject") or item.covers("s3:PutObject"))
        for document in documents
        for item in document.denying
        if item.applies_to(request)
    )


def may_take(document: Document, request: Request) -> bool:
    """Whether a policy may allow such a request: an Allow that could apply, and no Deny that does."""
    allowing = any(
        (item.covers("s3:GetObject") or item.covers("s3:PutObject")) and item.applies_to(request) is not False
        for item in document.allowing
    )
    return allowing and not denies([document], request)


def bucket_policies(bucket: Resource, stack: Stack) -> list[Document]:
    """The policies of a bucket. Raises NotKnownError when one may be the bucket's but that is not known yet."""
    links = stack.referring(bucket, POLICY, "bucket")
    documents = [policy.document("policy") for policy in links.sure]
    if not documents and links.possible:
        raise NotKnownError(f"{links.possible[0].name}.bucket")
    if bucket.given is not bucket or bucket.known("policy"):  # Older programs give it inline.
        documents.append(bucket.given.document("policy"))
    return documents


def _everyone(statement: Statement) -> bool:
    return any(value == "*" for _, value in statement.principals)


def _about(statement: Statement, action: str, where: re.Pattern[str]) -> bool:
    return statement.covers(action) and any(where.fullmatch(item) for item in statement.resources)
