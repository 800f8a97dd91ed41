"""Condition keys: which exist, and the nearest to one that doesn't."""

from __future__ import annotations

import pytest

from policies.pack import conditions
from policies.pack.iam import actions, keys
from policies.pack.iam.grants import CIRCUMSTANCES


@pytest.mark.parametrize(
    "key",
    [
        "aws:sourcearn",
        "aws:resourcetag/team",
        "aws:principaltag/x509subject/cn",
        "s3:signatureversion",
        "s3:existingobjecttag/class",
        "kms:viaservice",
        "kms:encryptioncontext:aws:s3:arn",
        "iam:passedtoservice",
        "iam:awsservicename",
        "sts:externalid",
        "lambda:sourcefunctionarn",
        "saml:aud",
        "token.actions.githubusercontent.com:sub",
        "oidc.eks.us-east-1.amazonaws.com/id/abc:aud",
        "cognito-identity.amazonaws.com:amr",
        "corp.okta.example:groups",
    ],
)
def test_keys_that_requests_carry(key: str) -> None:
    assert keys.exists(key)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("aws:sourceacount", "aws:sourceaccount"),
        ("aws:sourcevpcid", "aws:sourcevpc"),
        ("s3:signaturversion", "s3:signatureversion"),
        ("iam:passedtoservices", "iam:passedtoservice"),
        ("awss:sourcearn", "aws:sourcearn"),
        ("kms:viaservices", "kms:viaservice"),
    ],
)
def test_a_misspelt_key_is_led_to_the_nearest(wrong: str, right: str) -> None:
    assert not keys.exists(wrong)
    assert keys.nearest(wrong) == right


def test_the_keys_that_rules_know_exist() -> None:
    known = {key.lower() for key in conditions.LIMITING_KEYS} | CIRCUMSTANCES
    assert {key for key in known if not keys.exists(key)} == set()


def test_every_published_key_exists() -> None:
    for service in ("s3", "iam", "kms", "ec2", "lambda", "sqs"):
        for key in actions.condition_keys(service):
            sample = f"{key}x" if key[-1] in "/:" else key
            if key.split(":")[0] in actions.services():
                assert keys.exists(sample), key
