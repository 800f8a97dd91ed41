"""The certificate of the HTTPS listener: given by ARN, or asked of ACM and proved by DNS.

    domain_name --> ACM certificate --> one CNAME for each name in the hosted zone --> validated certificate

Follows sources/001 lines 546-567 (a listener needs a default certificate, more of them by SNI).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.foundation.component import Component

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
MAX_DOMAIN = 253
VALIDATION_TTL_SECONDS = 60


class Certificate(Args):
    """Either `arn` (a certificate that exists) or `domain_name` and `zone_id` (a new one).

    `alternative_names` are further names of the new certificate, in the same hosted zone. `key_algorithm` is that of
    its key. With a zone the domain also gets alias records that lead to the load balancer, unless `records` is off.
    """

    arn: Text | None = None
    domain_name: str | None = None
    zone_id: Text | None = None
    alternative_names: tuple[str, ...] = ()
    key_algorithm: Literal["EC_prime256v1", "EC_secp384r1", "RSA_2048"] = "EC_prime256v1"
    records: bool = True

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.arn is not None and (self.domain_name or self.zone_id or self.alternative_names):
            raise ComponentError(
                "arn", "a certificate is either given or made", "remove arn, or the other arguments"
            )
        if self.arn is None and (self.domain_name is None or self.zone_id is None):
            remedy = "give arn, or domain_name and zone_id (the hosted zone that proves the name is yours)"
            raise ComponentError("", "an HTTPS listener needs a certificate", remedy)
        for name in self.names:
            if len(name) > MAX_DOMAIN or not _DOMAIN.fullmatch(name):
                raise ComponentError(
                    "domain_name", f"{name!r} is no domain name", "write it like 'shop.example.com'"
                )
        return self

    @property
    def names(self) -> list[str]:
        """All names that the certificate is for, without repeats."""
        first = [] if self.domain_name is None else [self.domain_name]
        return list(dict.fromkeys([*first, *self.alternative_names]))


def names_to_prove(names: Sequence[str]) -> list[str]:
    """Names that need a validation record: ACM asks the same record for `example.com` and `*.example.com`."""
    by_record: dict[str, str] = {}
    for name in names:
        by_record.setdefault(name.removeprefix("*."), name)
    return list(by_record.values())


def certificate_arn(owner: Component, certificate: Certificate) -> pulumi.Output[str]:
    """ARN of a certificate that a listener can use at once; ACM's are waited for until they are valid."""
    if certificate.arn is not None:
        return pulumi.Output.from_input(certificate.arn)
    created = aws.acm.Certificate(
        owner.name_for("certificate"),
        domain_name=certificate.domain_name,
        subject_alternative_names=list(certificate.alternative_names),
        validation_method="DNS",
        key_algorithm=certificate.key_algorithm,
        region=owner.region,
        tags=owner.tags("certificate"),
        opts=owner.child(),
    )
    records = [_prove(owner, certificate, created, name) for name in names_to_prove(certificate.names)]
    validation = aws.acm.CertificateValidation(
        owner.name_for("certificate-valid"),
        certificate_arn=created.arn,
        validation_record_fqdns=[record.fqdn for record in records],
        region=owner.region,
        opts=owner.child(),
    )
    return validation.certificate_arn


def _prove(
    owner: Component, certificate: Certificate, created: aws.acm.Certificate, name: str
) -> aws.route53.Record:
    option = created.domain_validation_options.apply(lambda options: _option_for(options, name))
    label = name.replace("*", "any").replace(".", "-")
    return aws.route53.Record(
        owner.name_for("prove", label),
        zone_id=_zone(certificate),
        name=option.resource_record_name,
        type=option.resource_record_type,
        records=[option.resource_record_value],
        ttl=VALIDATION_TTL_SECONDS,
        # A second certificate for the same name asks for the very same record.
        allow_overwrite=True,
        opts=owner.child(),
    )


def _option_for(
    options: Sequence[aws.acm.outputs.CertificateDomainValidationOption], name: str
) -> aws.acm.outputs.CertificateDomainValidationOption:
    for option in options:
        if option.domain_name == name:
            return option
    known = ", ".join(option.domain_name or "?" for option in options) or "none"
    raise ComponentError("certificate", f"ACM gave no validation record for {name!r} (it gave: {known})")


def create_alias_records(
    owner: Component, certificate: Certificate, load_balancer: aws.lb.LoadBalancer, kinds: Sequence[str]
) -> None:
    """Lead every name of a certificate made here to the load balancer; `kinds` of records: A, AAAA."""
    if certificate.arn is not None or not certificate.records:
        return
    for name in certificate.names:
        for kind in kinds:
            aws.route53.Record(
                owner.name_for(kind.lower(), name.replace("*", "any").replace(".", "-")),
                zone_id=_zone(certificate),
                name=name,
                type=kind,
                aliases=[
                    {
                        "name": load_balancer.dns_name,
                        "zone_id": load_balancer.zone_id,
                        "evaluate_target_health": True,
                    }
                ],
                opts=owner.child(),
            )


def _zone(certificate: Certificate) -> Text:
    assert certificate.zone_id is not None  # Certificate has checked it
    return certificate.zone_id
