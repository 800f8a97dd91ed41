"""Rules on saved queries that look for SigV2 in CloudTrail's records.

Records of before 2019 carry no signature version, and one that is missing is NULL: `NOT LIKE` and `<>` leave such
rows out, so the query finds less than there is.
"""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

QUERIES = ("aws:athena/namedQuery:NamedQuery", "aws:athena/preparedStatement:PreparedStatement")

_NEGATED = re.compile(r"(?:not\s+like\s+'%?sigv4%?'|(?:<>|!=)\s*'sigv4')", re.IGNORECASE)
_NULL_SAFE = re.compile(r"\b(?:coalesce|ifnull|is\s+null|is\s+distinct\s+from)\b", re.IGNORECASE)
_BY_VERSION = re.compile(r"'[^']*(?:aws-sdk|aws-cli|boto|awspowershell)[^']*'", re.IGNORECASE)


def _text(query: Resource) -> tuple[str, str]:
    path = "query" if query.type == QUERIES[0] else "queryStatement"
    return path, query.text(path)


@rule(on=QUERIES, severity=MEDIUM, theme=Theme.SIGV4)
def athena_sigv4_null_safe(query: Resource) -> Verdict:
    """A test for "not SigV4" is not true of records without a signature version, so it loses them."""
    path, text = _text(query)
    if not _NEGATED.search(text) or _NULL_SAFE.search(text):
        return PASS
    remedy = "Write `COALESCE(json_extract_scalar(additionaleventdata, '$.SignatureVersion'), 'unknown') <> 'SigV4'`."
    return violation(path, "loses records without a signature version", remedy)


@rule(on=QUERIES, severity=LOW, theme=Theme.SIGV4)
def athena_sigv4_field(query: Resource) -> Verdict:
    """A client's version only suggests how it signs; new clients can be set to SigV2, and records say it."""
    path, text = _text(query)
    lower = text.lower()
    if (
        "useragent" not in lower
        or not _BY_VERSION.search(text)
        or "sigv" in lower
        or "signatureversion" in lower
    ):
        return PASS
    remedy = "Add a test of `json_extract_scalar(additionaleventdata, '$.SignatureVersion')`."
    return violation(path, "judges clients by their version only", remedy)
