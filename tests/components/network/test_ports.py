"""Ports as users write them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.foundation.errors import ComponentError
from components.network.ports import Ports

numbers = st.integers(1, 65535)


@given(st.sampled_from(["tcp", "udp"]), numbers, numbers)
def test_written_and_read_back(protocol: str, one: int, other: int) -> None:
    ports = Ports(protocol, min(one, other), max(one, other))
    assert Ports.read(str(ports)) == ports


@pytest.mark.parametrize("text", ["443", "tcp/0", "tcp/65536", "tcp/9-8", "icmp/1", "tcp/", "", "tcp/80,443"])
def test_refused(text: str) -> None:
    with pytest.raises(ComponentError, match="port"):
        Ports.read(text)
