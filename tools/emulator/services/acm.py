"""ACM: certificates that are asked for (and proved by DNS or mail) or imported, and the wait for their validity."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated, Tagging
from tools.emulator.mapping import tag_list, take
from tools.emulator.services._common import keep, nothing, unless_gone, without_none

KEY_ALGORITHM = "RSA_2048"
"""What a certificate's key is where nothing is asked for."""


def _tags(call: Call) -> dict[str, str]:
    tags = call.aws().list_tags_for_certificate(CertificateArn=call.id)["Tags"]
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def _put_tags(call: Call, tags: dict[str, str]) -> None:
    call.aws().add_tags_to_certificate(CertificateArn=call.id, Tags=tag_list(tags))


def _remove_tags(call: Call, keys: list[str]) -> None:
    call.aws().remove_tags_from_certificate(CertificateArn=call.id, Tags=[{"Key": key} for key in keys])


def _options(call: Call) -> dict[str, str] | None:
    given = call.get("options") or {}
    names = {
        "certificateTransparencyLoggingPreference": "CertificateTransparencyLoggingPreference",
        "export": "Export",
    }
    return {names[name]: value for name, value in given.items() if name in names and value} or None


def _create(call: Call) -> str:
    acm = call.aws()
    if call.get("certificateBody"):
        imported = acm.import_certificate(
            **without_none(
                Certificate=call.inputs["certificateBody"],
                PrivateKey=call.get("privateKey"),
                CertificateChain=call.get("certificateChain"),
            )
        )
        return str(imported["CertificateArn"])
    wanted = without_none(
        DomainName=call.inputs.get("domainName"),
        ValidationMethod=call.get("validationMethod"),
        SubjectAlternativeNames=call.get("subjectAlternativeNames") or None,
        KeyAlgorithm=call.get("keyAlgorithm"),
        CertificateAuthorityArn=call.get("certificateAuthorityArn"),
        Options=_options(call),
    )
    return str(acm.request_certificate(**wanted)["CertificateArn"])


def find_certificate(call: Call, arn: str) -> dict[str, Any] | None:
    """A certificate as the API describes it, or None."""
    answer = unless_gone(call.aws("acm").describe_certificate, CertificateArn=arn)
    return None if answer is None else dict(answer["Certificate"])


def _validation_option(option: dict[str, Any]) -> dict[str, str]:
    record = option["ResourceRecord"]
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record["Name"],
        "resourceRecordType": record["Type"],
        "resourceRecordValue": record["Value"],
    }


def _read(call: Call) -> dict[str, Any] | None:
    item = find_certificate(call, call.id)
    if item is None:
        return None
    found = take(
        call.type, item, {"arn": "CertificateArn", "domainValidationOptions": "", "keyAlgorithm": ""}
    )
    names = sorted(set(item.get("SubjectAlternativeNames") or []))
    options = sorted(item.get("DomainValidationOptions") or [], key=lambda option: str(option["DomainName"]))
    dns = call.inputs.get("validationMethod", call.state.get("validationMethod", "DNS")) == "DNS"
    return {
        **found,
        # moto makes every key RSA, whatever is asked for.
        "keyAlgorithm": call.get("keyAlgorithm", KEY_ALGORITHM),
        # AWS counts the certificate's own name among the others.
        "subjectAlternativeNames": keep(
            call,
            "subjectAlternativeNames",
            names,
            lambda given, there: {*given, item["DomainName"]} == {*there},
        ),
        "domainValidationOptions": [_validation_option(one) for one in options] if dns else [],
        "validationMethod": call.get("validationMethod", "NONE" if item["Type"] == "IMPORTED" else "DNS"),
    }


CERTIFICATE = Emulated(
    "aws:acm/certificate:Certificate",
    service="acm",
    create=_create,
    read=_read,
    delete=Delete("delete_certificate", by="CertificateArn"),
    tags=Tagging(at_create=None, put=_put_tags, remove=_remove_tags, read=_tags),
    replace_on=(
        "certificateAuthorityArn",
        "domainName",
        "keyAlgorithm",
        "subjectAlternativeNames",
        "validationMethod",
        "validationOptions",
    ),
    unordered=("subjectAlternativeNames",),
)


def _await_validity(call: Call) -> str:
    """Real ACM waits until the names are proved; here a certificate that exists is valid at once."""
    arn = str(call.inputs["certificateArn"])
    if find_certificate(call, arn) is None:
        raise ValueError(f"{arn} is no certificate of this account and Region")
    return arn


def _read_validation(call: Call) -> dict[str, Any] | None:
    arn = str(call.inputs.get("certificateArn") or call.id)
    return None if find_certificate(call, arn) is None else {"certificateArn": arn}


CERTIFICATE_VALIDATION = Emulated(
    "aws:acm/certificateValidation:CertificateValidation",
    service="acm",
    create=_await_validity,
    read=_read_validation,
    delete=nothing,
    replace_on=("certificateArn", "validationRecordFqdns"),
)

TYPES = (CERTIFICATE, CERTIFICATE_VALIDATION)
