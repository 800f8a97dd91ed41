"""Certificates: asked for, proved, imported, and what AWS computes of them."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import World, lifecycle

CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"


def test_certificate_from_request_to_deletion(world: World) -> None:
    made = world.create(
        CERTIFICATE,
        domainName="shop.example.com",
        subjectAlternativeNames=["www.shop.example.com"],
        validationMethod="DNS",
        keyAlgorithm="EC_prime256v1",
        tags={"a": "b"},
    )
    assert made.id == made.outputs["arn"]
    options = {option["domainName"]: option for option in made.outputs["domainValidationOptions"]}
    assert set(options) == {"shop.example.com", "www.shop.example.com"}
    assert options["shop.example.com"]["resourceRecordType"] == "CNAME"
    assert options["shop.example.com"]["resourceRecordName"].endswith(".shop.example.com.")
    made.update(tags={"c": "d"})
    tags = world.client("acm").list_tags_for_certificate(CertificateArn=made.id)["Tags"]
    assert tags == [{"Key": "c", "Value": "d"}]
    lifecycle(made)


def test_certificate_of_one_name_does_not_drift(world: World) -> None:
    lifecycle(world.create(CERTIFICATE, domainName="example.com", validationMethod="DNS"))


def test_validation_waits_for_a_certificate_that_exists(world: World) -> None:
    made = world.create(CERTIFICATE, domainName="example.com", validationMethod="DNS")
    valid = world.create(VALIDATION, certificateArn=made.id, validationRecordFqdns=["_x.example.com"])
    assert valid.outputs["certificateArn"] == made.id
    made.delete()
    assert valid.refresh() is None
    with pytest.raises(ValueError, match="is no certificate of this account"):
        world.create(VALIDATION, certificateArn=made.id)
