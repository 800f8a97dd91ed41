"""Load balancers in front of brokers: their ports are judged as those of security groups are."""

from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import Value
from policies.rules.mq import mq_no_plain_ports

LISTENER, TARGETS = "aws:lb/listener:Listener", "aws:lb/targetGroup:TargetGroup"


@pytest.mark.parametrize("token", [LISTENER, TARGETS])
@pytest.mark.parametrize(
    ("port", "plain"),
    [(5672, True), ("15672", True), (61616.0, True), (5671, False), (443, False), (None, False)],
)
def test_the_ports_of_brokers_without_tls(token: str, port: Value, plain: bool) -> None:
    verdict = mq_no_plain_ports.judge(Resource(token, "x", "urn", {"port": port}))
    assert verdict.violated is plain
    assert not plain or verdict.findings[0].path == "port"
