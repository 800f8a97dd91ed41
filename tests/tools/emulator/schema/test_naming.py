"""Which property of a type is named automatically, and how."""

from __future__ import annotations

import pytest

from tools.emulator.schema import resource
from tools.emulator.schema.naming import _BY_TOKEN


@pytest.mark.parametrize("token", _BY_TOKEN)
def test_every_entry_of_the_table_is_an_optional_text_of_its_type(token: str) -> None:
    found = resource(token)
    assert found is not None
    assert found.naming is not None
    prop = found.inputs[found.naming.property]
    assert prop.type.kind == "string"
    assert not prop.required
    assert found.naming.fifo is None or found.naming.fifo in found.inputs


@pytest.mark.parametrize(
    ("token", "autoname", "prefix"),
    [
        ("aws:ec2/securityGroup:SecurityGroup", "name", "namePrefix"),
        ("aws:s3/bucket:Bucket", "bucket", "bucketPrefix"),
        ("aws:rds/instance:Instance", "identifier", "identifierPrefix"),
        ("aws:rds/cluster:Cluster", None, None),
        ("aws:route53/record:Record", None, None),
        ("aws:ec2/vpc:Vpc", None, None),
    ],
)
def test_the_named_property_and_what_stops_it(token: str, autoname: str | None, prefix: str | None) -> None:
    found = resource(token)
    assert found is not None
    assert found.autoname == autoname
    assert (found.naming.prefix if found.naming else None) == prefix
