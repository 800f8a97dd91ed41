"""S3: settings of a bucket that moto has no operations for: who pays for requests, tiers, analytics, metrics.

Each is one XML document that S3 gives back as it was put, so that is what is kept.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from moto.s3.responses import S3Response

from tools.emulator.additions import method

PAYER = "requestPayment"
STORED = (PAYER, "intelligent-tiering", "analytics", "metrics")
"""What the query of a request names such a setting with."""
_BY_OWNER = (
    '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Payer>BucketOwner</Payer></RequestPaymentConfiguration>"
)


def _missing(bucket: str, name: str) -> tuple[int, dict[str, str], str]:
    reason = f"The specified configuration {name} does not exist."
    return (
        404,
        {},
        (
            "<Error><Code>NoSuchConfiguration</Code>"
            f"<Message>{escape(reason)}</Message><BucketName>{escape(bucket)}</BucketName></Error>"
        ),
    )


def install() -> None:
    """Keep, give and forget these documents."""
    answer = S3Response._bucket_response  # noqa: SLF001 -- the one place that sees every request on a bucket

    @method(S3Response)
    def _bucket_response(self: Any, request: Any, full_url: str) -> Any:
        query = self._get_querystring(request, full_url)
        kind = next((name for name in STORED if name in query), None)
        if kind is None:
            return answer(self, request, full_url)
        name = self.parse_bucket_name_from_url(request, full_url)
        kept = self.backend.get_bucket(name).__dict__.setdefault("kept_as_put", {})
        key = (kind, query.get("id", [""])[0])
        if request.method == "PUT":
            kept[key] = self.body.decode("utf-8")
            return 200, {}, ""
        if request.method == "DELETE":
            return (204, {}, "") if kept.pop(key, None) is not None else _missing(name, key[1])
        found = kept.get(key) or (_BY_OWNER if kind == PAYER else None)
        return (200, {}, found) if found is not None else _missing(name, key[1])
