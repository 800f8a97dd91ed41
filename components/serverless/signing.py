"""What functions and layers need to know of a code signer: it takes an archive and says where the signed copy lies.

The signer itself is `components.delivery.CodeSigner`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pulumi

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.serverless.artefact import Artefact


@dataclass(frozen=True)
class SignedCode:
    """The object in S3 that holds the signed copy, in the Region of the signer."""

    bucket: pulumi.Output[str]
    key: pulumi.Output[str]


class Signer(Protocol):
    """Signs archives in one Region."""

    config_arn: pulumi.Output[str]
    """The code signing configuration that lets functions run only what this signer has signed."""

    def sign(self, owner: Component, artefact: Artefact) -> SignedCode:
        """Have the archive signed; the job is a child of `owner`."""
