"""S3: settings of a bucket that moto has no operations for: who pays for requests, tiers, analytics, metrics, inventories.

Each is one XML document that S3 gives back as it was put, so that is what is kept. Without this, a deletion of such a
setting would delete the bucket: moto takes a deletion that it does not know for one of the bucket.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from moto.s3.responses import S3Response

from tools.emulator.additions import method

PAYER = "requestPayment"
STORED = (PAYER, "intelligent-tiering", "analytics", "metrics", "inventory")
"""What the query of a request names such a setting with."""
DELETABLE = frozenset(
    {
        "cors",
        "encryption",
        "lifecycle",
        "ownershipControls",
        "policy",
        "publicAccessBlock",
        "replication",
        "tagging",
        "website",
    }
)
"""The settings that moto deletes."""
_BY_OWNER = (
    '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Payer>BucketOwner</Payer></RequestPaymentConfiguration>"
)
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>\s*")
Answer = tuple[int, dict[str, str], str]


def _refusal(status: int, code: str, reason: str, bucket: str) -> Answer:
    document = f"<Error><Code>{code}</Code><Message>{escape(reason)}</Message><BucketName>{escape(bucket)}</BucketName>"
    return status, {}, f"{document}</Error>"


def _listed(documents: list[str]) -> str:
    inner = "".join(_DECLARATION.sub("", document) for document in documents)
    return f"<Result><IsTruncated>false</IsTruncated>{inner}</Result>"


def _served(
    kept: dict[tuple[str, str], str], how: str, kind: str, name: str, body: str, bucket: str
) -> Answer:
    """Put, delete, get or list the documents of one kind."""
    if how == "PUT":
        kept[kind, name] = body
        return 200, {}, ""
    if how == "GET" and not name and kind != PAYER:
        return 200, {}, _listed([text for (other, _), text in sorted(kept.items()) if other == kind])
    found = kept.pop((kind, name), None) if how == "DELETE" else kept.get((kind, name))
    if found is None and kind == PAYER:
        found = _BY_OWNER
    if found is None:
        return _refusal(
            404, "NoSuchConfiguration", f"The specified configuration {name} does not exist.", bucket
        )
    return (204, {}, "") if how == "DELETE" else (200, {}, found)


def install() -> None:
    """Keep, give, list and forget these documents, and never delete a bucket by mistake."""
    answer = S3Response._bucket_response  # noqa: SLF001 -- the one place that sees every request on a bucket

    @method(S3Response)
    def _bucket_response(self: Any, request: Any, full_url: str) -> Any:
        query = self._get_querystring(request, full_url)
        bucket = self.parse_bucket_name_from_url(request, full_url)
        kind = next((name for name in STORED if name in query), None)
        if kind is not None and bucket:
            kept = self.backend.get_bucket(bucket).__dict__.setdefault("kept_as_put", {})
            name = query.get("id", [""])[0]
            return _served(kept, request.method, kind, name, self.body.decode("utf-8"), bucket)
        unknown = [name for name in query if name not in DELETABLE and not name.startswith(("x-id", "X-Amz"))]
        if request.method == "DELETE" and unknown:
            return _refusal(
                501, "NotImplemented", f"The embedded AWS does not delete {unknown[0]} of buckets.", bucket
            )
        return answer(self, request, full_url)
