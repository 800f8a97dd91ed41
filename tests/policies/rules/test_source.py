"""Objects of S3 are read for private keys too: their text, and the file that they are made of."""

from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import Asset, SecretText, Value
from policies.rules.source import OBJECTS, source_no_private_key

KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIODwExampleExample\n-----END EC PRIVATE KEY-----\n"
ENCRYPTED = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\nMHcCAQEEIODwExampleExample\n"


def said(properties: dict[str, Value]) -> str:
    verdict = source_no_private_key.judge(Resource(OBJECTS[0], "o", "urn", properties))
    return (
        "; ".join(map(str, verdict.findings))
        if verdict.violated
        else "undecided"
        if verdict.undecided
        else ""
    )


@pytest.mark.parametrize("text", [KEY, ENCRYPTED, SecretText(KEY), f"# comment\n{KEY}"])
def test_text_with_a_key(text: str) -> None:
    assert said({"content": text}).startswith("`content` holds a private key")
    file = Asset({"text": str.__str__(text)}, is_archive=False)
    assert said({"source": file}).startswith("`source` holds a private key")


@pytest.mark.parametrize(
    "text", ["", "plain", "-----BEGIN PUBLIC KEY-----\nMHcCAQEEIODwExampleExample", "PRIVATE KEY-----"]
)
def test_text_without_one(text: str) -> None:
    assert not said({"content": text})
    assert not said({"source": Asset({"text": text or "x"}, is_archive=False)})


def test_a_file_that_is_not_to_be_had_leaves_it_open() -> None:
    assert said({"source": Asset({"uri": "https://example.com/x"}, is_archive=False)}) == "undecided"
    assert not said({})
