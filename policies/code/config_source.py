"""Reads the SDKs' configuration and credentials files: S3's signature version, and keys.

SDKs and Tools Reference Guide, "Shared config and credentials files": `s3` is a section inside a profile, written as
indented lines.
"""

from __future__ import annotations

import re

from policies.code.finding import Finding, Kind, found
from policies.code.keys import KEY_ID

_SIGV2 = re.compile(r"^\s*signature_version\s*=\s*(?:s3|s3-query|v2)\s*$", re.IGNORECASE)
_KEY = re.compile(r"^\s*aws_secret_access_key\s*=\s*\S")


def read(text: str) -> list[Finding]:
    """The findings of a configuration file, without its path."""
    result = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _SIGV2.match(line):
            result.append(found(Kind.SIGV2, number, "`signature_version`"))
        if _KEY.match(line) or (KEY_ID.search(line) and not line.lstrip().startswith(("#", ";"))):
            result.append(found(Kind.KEY, number))
    return result
