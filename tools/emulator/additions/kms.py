"""KMS keys: moto makes an RSA key pair for every key, also for symmetric ones, which have none. It takes 80 ms each."""

from __future__ import annotations

from typing import Any

from moto.kms import models
from moto.kms.utils import KeySpec

_WITHOUT = frozenset({KeySpec.SYMMETRIC_DEFAULT.value, "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2"})


def install() -> None:
    """Make the key pair of a key that needs none only when somebody asks for it after all."""
    generate = models.generate_private_key

    class Postponed:
        """A key pair that is made when it is used."""

        def __init__(self, key_spec: str) -> None:
            self._key_spec = key_spec

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            made = self.__dict__["_made"] = self.__dict__.get("_made") or generate(self._key_spec)
            return getattr(made, name)

    def generate_when_needed(key_spec: str) -> Any:
        return Postponed(key_spec) if key_spec in _WITHOUT else generate(key_spec)

    models.generate_private_key = generate_when_needed
