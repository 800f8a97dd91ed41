"""The certificate of the HTTPS listener: given by ARN, or asked of ACM and proved by DNS.

    domain_name --> ACM certificate --> one CNAME for each name in the hosted zone --> validated certificate

Follows sources/001 lines 546-567 (a listener needs a default certificate, more of them by SNI).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
    """Either `arn` (a certificate that exists) or `domain_name` and a hosted zone (a new one).

    The zone is `zone_id`, or `new_zone`: the name of a public zone to make. A new zone proves nothing before the
    domain's registrar knows its name servers (an output), so the first deployment waits for that, 75 minutes
    at most. `alternative_names` are further names in the same zone. `key_algorithm` is that of the certificate's key.
    The names also get alias records that lead to the load balancer, unless `records` is off.
    """

    arn: Text | None = None
    domain_name: str | None = None
    zone_id: Text | None = None
    new_zone: str | None = None
    alternative_names: tuple[str, ...] = ()
    key_algorithm: Literal["EC_prime256v1", "EC_secp384r1", "RSA_2048"] = "EC_prime256v1"
    records: bool = True

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        zones = [zone for zone in (self.zone_id, self.new_zone) if zone is not None]
        if self.arn is not None and (self.domain_name or zones or self.alternative_names):
            remedy = "remove arn, or the other arguments"
            raise ComponentError("arn", "a certificate is either given or made", remedy)
        if self.arn is None and (self.domain_name is None or len(zones) != 1):
            remedy = "give arn, or domain_name and one of zone_id and new_zone (where the name is proved)"
            raise ComponentError("", "an HTTPS listener needs a certificate", remedy)
        for name in self.names:
            _check_name(name, self.new_zone)
        return self

    @property
    def names(self) -> list[str]:
        """All names that the certificate is for, without repeats."""
        first = [] if self.domain_name is None else [self.domain_name]
        return list(dict.fromkeys([*first, *self.alternative_names]))


def _check_name(name: str, zone: str | None) -> None:
    if len(name) > MAX_DOMAIN or not _DOMAIN.fullmatch(name):
        raise ComponentError("domain_name", f"{name!r} is no domain name", "write it like 'shop.example.com'")
    if zone is not None and name != zone and not name.endswith(f".{zone}"):
        raise ComponentError("new_zone", f"{name!r} is not in {zone!r}", "use the zone that the names are in")


def names_to_prove(names: Sequence[str]) -> list[str]:
    """Names that need a validation record: ACM asks the same record for `example.com` and `*.example.com`."""
    by_record: dict[str, str] = {}
    for name in names:
        by_record.setdefault(name.removeprefix("*."), name)
    return list(by_record.values())


@dataclass(frozen=True)
class Proved:
    """A certificate that a listener can use at once, and the zone of its names (None when it was given)."""

    arn: pulumi.Output[str]
    zone_id: Text | None = None
    name_servers: pulumi.Output[Sequence[str]] | None = None


def create_certificate(owner: Component, certificate: Certificate) -> Proved:
    """The certificate as ACM has it, waited for until it is valid; or the one that was given."""
    if certificate.arn is not None:
        return Proved(pulumi.Output.from_input(certificate.arn))
    zone = _create_zone(owner, certificate.new_zone) if certificate.new_zone else None
    zone_id = zone.zone_id if zone else certificate.zone_id
    assert zone_id is not None  # Certificate has checked that there is a zone
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
    records = [_prove(owner, created, zone_id, name) for name in names_to_prove(certificate.names)]
    validation = aws.acm.CertificateValidation(
        owner.name_for("certificate-valid"),
        certificate_arn=created.arn,
        validation_record_fqdns=[record.fqdn for record in records],
        region=owner.region,
        opts=owner.child(),
    )
    return Proved(validation.certificate_arn, zone_id, zone.name_servers if zone else None)


def _create_zone(owner: Component, name: str) -> aws.route53.Zone:
    return aws.route53.Zone(
        owner.name_for("zone"),
        name=name,
        comment=f"Names of {owner.name}",
        tags=owner.tags("zone"),
        opts=owner.child(),
    )


def _prove(owner: Component, created: aws.acm.Certificate, zone_id: Text, name: str) -> aws.route53.Record:
    option = created.domain_validation_options.apply(lambda options: _option_for(options, name))
    return aws.route53.Record(
        owner.name_for("prove", _label(name)),
        zone_id=zone_id,
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
    owner: Component,
    certificate: Certificate,
    zone_id: Text | None,
    load_balancer: aws.lb.LoadBalancer,
    kinds: Sequence[str],
) -> None:
    """Lead every name of a certificate made here to the load balancer; `kinds` of records: A, AAAA."""
    if zone_id is None or not certificate.records:
        return
    target: aws.route53.RecordAliasArgsDict = {
        "name": load_balancer.dns_name,
        "zone_id": load_balancer.zone_id,
        "evaluate_target_health": True,
    }
    for name in certificate.names:
        for kind in kinds:
            aws.route53.Record(
                owner.name_for(kind.lower(), _label(name)),
                zone_id=zone_id,
                name=name,
                type=kind,
                aliases=[target],
                opts=owner.child(),
            )


def _label(name: str) -> str:
    """A domain name as a part of a resource's name."""
    return name.replace("*", "any").replace(".", "-")
