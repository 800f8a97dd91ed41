"""What is found in a source: where, which kind, and what to do. Holds no text of the source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The kinds of findings: identifier, what is wrong, and the remedy."""

    PRESIGN = (
        "presign-not-sigv4",
        "presigns with a client that is not set to SigV4",
        'Make the client with `config=Config(signature_version="s3v4")`.',
    )
    SIGV2 = (
        "sigv2",
        "signs with Signature Version 2",
        "Let the SDK sign: it uses SigV4 when nothing else is set.",
    )
    UNSIGNED = (
        "unsigned",
        "sends requests without a signature",
        "Use the credentials of the role; only public data sets need no signature.",
    )
    KEY = (
        "hard-coded-key",
        "holds a part of an access key",
        "Take it out and revoke it; the SDK finds the role's credentials by itself.",
    )
    PRIVATE_KEY = (
        "private-key",
        "holds a private key",
        "Take it out and replace it; keep the new one in Secrets Manager, or let ACM hold it.",
    )
    OLD_SDK = (
        "old-sdk",
        "brings an SDK from before SigV4 was the default",
        "Move to a supported version.",
    )
    UNREADABLE = (
        "unreadable",
        "can't be read as source code, so nothing is known of it",
        "Bring it to a supported version of its language.",
    )

    def __init__(self, identifier: str, what: str, remedy: str) -> None:
        self.identifier = identifier
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place. `path` is relative to what was read; `line` counts from 1, 0 where there are no lines.

    `certain` is False where the text does not tell: a client that came as a parameter, a setting that is computed.
    """

    path: str
    line: int
    kind_name: str
    detail: str = ""
    certain: bool = True

    @property
    def kind(self) -> Kind:
        """The kind as an enumeration; it is kept by name so that findings can be sorted."""
        return Kind[self.kind_name]

    @property
    def where(self) -> str:
        """File and line, as editors understand them."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        may = "" if self.certain else "may be wrong: "
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.where}: {self.kind.identifier}: {may}{self.kind.what}{detail}. {self.kind.remedy}"


def found(kind: Kind, line: int, detail: str = "", *, certain: bool = True, path: str = "") -> Finding:
    """Make a finding; the reader of a language leaves `path` to the caller."""
    return Finding(path, line, kind.name, detail, certain)
