"""The form of access keys and private keys, and of the settings that hold them."""

from __future__ import annotations

import re

# AKIA: long-lived, ASIA: of a session. The keys that AWS's own documents print end in EXAMPLE.
KEY_ID = re.compile(r"(?<![A-Z0-9])A[KS]IA(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}(?![A-Z0-9])")
# A name that says what it holds, and a value of a secret key's length.
SECRET_NAME = re.compile(r"(?:aws)?_?secret_?(?:access)?_?key(?:_id)?|aws_?session_?token", re.IGNORECASE)
# A private key in PEM: its first line and the data after it. The line alone is how programs look for one.
PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\s|\\[rn])*(?:[A-Z][\w-]*: [^\n]*\n\s*)*[A-Za-z0-9+/]{16}"
)
SECRET = re.compile(r"[A-Za-z0-9/+=]{40}")


def is_secret(name: str, value: str) -> bool:
    """Whether a text that is given a name is a secret access key."""
    return SECRET_NAME.search(name) is not None and SECRET.fullmatch(value) is not None
