"""Ports as they are written in arguments: `tcp/443`, `udp/53`, `tcp/8000-8080`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from components.foundation.errors import ComponentError

HIGHEST_PORT = 65535
_WRITTEN = re.compile(r"(?P<protocol>tcp|udp)/(?P<low>\d{1,5})(-(?P<high>\d{1,5}))?")


@dataclass(frozen=True, order=True)
class Ports:
    """One protocol and a range of ports, both ends included."""

    protocol: str
    low: int
    high: int

    @classmethod
    def read(cls, written: str) -> Ports:
        """Read `tcp/443` or `tcp/8000-8080`; raises `ComponentError`."""
        match = _WRITTEN.fullmatch(written)
        if not match:
            raise ComponentError(
                "", f"{written!r} is no port", "write 'tcp/443', 'udp/53' or 'tcp/8000-8080'"
            )
        low = int(match["low"])
        high = int(match["high"] or low)
        if not 1 <= low <= high <= HIGHEST_PORT:
            raise ComponentError(
                "", f"{written!r} is no range of ports", f"use 1 to {HIGHEST_PORT}, low end first"
            )
        return cls(match["protocol"], low, high)

    @property
    def label(self) -> str:
        """For resource names: `tcp443`, `tcp8000to8080`."""
        return f"{self.protocol}{self.low}" + (f"to{self.high}" if self.high > self.low else "")

    def __str__(self) -> str:
        return f"{self.protocol}/{self.low}" + (f"-{self.high}" if self.high > self.low else "")


def _read(value: Any) -> Any:
    return Ports.read(value) if isinstance(value, str) else value


PortsField = Annotated[Ports, BeforeValidator(_read)]
"""A field that takes `tcp/443` or a `Ports`."""

EPHEMERAL = Ports("tcp", 1024, HIGHEST_PORT)
"""Where answers go to: load balancers and NAT gateways use all of it (VPC User Guide, "Ephemeral ports")."""

HTTP, HTTPS = Ports("tcp", 80, 80), Ports("tcp", 443, 443)
