from __future__ import annotations

import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from components.data.rds_certificates import BUNDLE, covered_regions

SETS = {"RSA2048", "RSA4096", "ECC384"}


def found() -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(BUNDLE.read_bytes())


def common_name(certificate: x509.Certificate) -> str:
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(name.value)


def test_each_region_has_one_authority_of_each_kind() -> None:
    names = sorted(common_name(one) for one in found())
    wanted = sorted(f"Amazon RDS {region} Root CA {kind} G1" for region in covered_regions() for kind in SETS)
    assert names == wanted
    assert {"us-east-1", "eu-central-1", "ap-southeast-1"} <= covered_regions()


def test_the_line_above_a_certificate_says_whose_it_is() -> None:
    said = re.findall(r"^# (\S+) (\S+)\n-----BEGIN", BUNDLE.read_text(), re.MULTILINE)
    assert [f"Amazon RDS {region} Root CA {kind} G1" for region, kind in said] == [
        common_name(one) for one in found()
    ]


def test_they_are_amazons_self_signed_authorities_and_nothing_else() -> None:
    for one in found():
        assert one.issuer == one.subject
        one.verify_directly_issued_by(one)
        (organisation,) = one.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
        assert organisation.value == "Amazon Web Services, Inc."
        assert one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        key = one.public_key()
        assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        assert f"{key.key_size}" in common_name(one)


def test_the_file_is_the_one_that_was_compared_with_awss() -> None:
    """Whoever changes a certificate compares the file anew, and writes its digest here."""
    digest = hashes.Hash(hashes.SHA256())
    for fingerprint in sorted(one.fingerprint(hashes.SHA256()) for one in found()):
        digest.update(fingerprint)
    assert digest.finalize().hex() == "6791ed3464bc5ae35a23b5a016c1f19d7d62263727dd3332e43bafda61ad97f5"
