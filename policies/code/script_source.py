"""Reads JavaScript and TypeScript as text: comments are blanked, strings stay.

The AWS SDK of version 2 presigns S3 URLs with SigV2 unless `signatureVersion: 'v4'` is set (`getSignatureVersion` in
its lib/services/s3.js); version 3 (`@aws-sdk/...`) only has SigV4.
"""

from __future__ import annotations

import re

from policies.code.finding import Finding, Kind, found
from policies.code.keys import KEY_ID

_COMMENT_OR_TEXT = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`", re.DOTALL
)
_VERSION_2 = re.compile(r"""(?:require\(|from\s+|import\s+)\s*['"]aws-sdk(?:/[^'"]*)?['"]""")
_SIGV4_SET = re.compile(r"""signatureVersion['"]?\s*[:=]\s*['"]v4['"]""")
_PLACES = (
    (
        Kind.SIGV2,
        re.compile(r"""signatureVersion['"]?\s*[:=]\s*['"](?:v2|v3|s3)['"]"""),
        "`signatureVersion`",
    ),
    (Kind.SIGV2, re.compile(r"\bAWSAccessKeyId\b"), "a signature by hand"),
    (Kind.SIGV2, re.compile(r"""[`'"]AWS (?:\$\{[^}]*\}|%s):"""), "a signature by hand"),
    (Kind.SIGV2, re.compile(r"""['"]AWS ['"]\s*\+"""), "a signature by hand"),
    (Kind.UNSIGNED, re.compile(r"\bmakeUnauthenticatedRequest\b"), ""),
    (Kind.UNSIGNED, re.compile(r"signer\s*:\s*\{\s*sign\s*:\s*(?:async\s*)?\(?(\w+)\)?\s*=>\s*\1\b"), ""),
    (Kind.KEY, KEY_ID, ""),
    (Kind.KEY, re.compile(r"""secretAccessKey['"]?\s*[:=]\s*['"][A-Za-z0-9/+=]{40}['"]"""), ""),
)
_PRESIGN = re.compile(r"\.(?:getSignedUrl|getSignedUrlPromise|createPresignedPost)\s*\(")
_HMAC_SHA1 = re.compile(r"""createHmac\(\s*['"]sha1['"]""")
_AMAZON = re.compile(r"x-amz|amazonaws|aws_?secret|secretAccessKey", re.IGNORECASE)


def read(text: str) -> list[Finding]:
    """The findings of a script, without its path."""
    code = _COMMENT_OR_TEXT.sub(_blank, text)
    result = [
        found(kind, _line(code, match.start()), detail)
        for kind, pattern, detail in _PLACES
        for match in pattern.finditer(code)
    ]
    if _VERSION_2.search(code) and not _SIGV4_SET.search(code):
        result += [found(Kind.PRESIGN, _line(code, match.start())) for match in _PRESIGN.finditer(code)]
    if _AMAZON.search(code):
        result += [
            found(Kind.SIGV2, _line(code, match.start()), "an HMAC-SHA1 signature by hand")
            for match in _HMAC_SHA1.finditer(code)
        ]
    return sorted(set(result))


def _blank(match: re.Match[str]) -> str:
    """A comment becomes its line ends, so that lines keep their numbers."""
    text = match[0]
    return "\n" * text.count("\n") if text.startswith(("//", "/*")) else text


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
