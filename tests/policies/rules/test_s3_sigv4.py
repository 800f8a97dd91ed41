"""What examples can't show: the options, and which request is denied by which form of a statement."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.pack.document import Document, document
from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.rules import _s3_requests as s3
from policies.rules.s3_sigv4 import (
    BUCKET,
    s3_sigv4_auth_type,
    s3_sigv4_bucket_only,
    s3_sigv4_presigned_age,
)

NOT_SIGV4 = {"StringNotEquals": {"s3:signatureversion": s3.SIGV4}}
BY_NAME = {"StringEquals": {"s3:signatureversion": s3.SIGV2}}
ANONYMOUS = {"s3:signatureversion": None, "s3:authType": None, "aws:PrincipalIsAWSService": "false"}


def deny(**condition: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}


def policy(*statements: dict[str, Any]) -> Document:
    return document(json.dumps({"Statement": list(statements)}), "policy")


def bucket(*statements: dict[str, Any], **properties: Any) -> tuple[Resource, Stack]:
    found = Resource(BUCKET, "b", "urn:b", {"policy": {"Statement": list(statements)}, **properties})
    return found, Stack([found])


@pytest.mark.parametrize("condition", [NOT_SIGV4, BY_NAME])
@pytest.mark.parametrize("how", [s3.HEADER, s3.QUERY, s3.FORM])
def test_both_forms_deny_sigv2_and_neither_denies_sigv4(condition: dict[str, Any], how: str) -> None:
    found = policy(deny(**condition))
    assert s3.denies([found], s3.signed(s3.SIGV2, how))
    assert not s3.denies([found], s3.signed(s3.SIGV4, how))


def test_only_the_negated_form_denies_requests_without_a_signature_and_sigv4a() -> None:
    for request in (ANONYMOUS, s3.signed(s3.SIGV4A), s3.UNSAID_SERVICE):
        assert s3.denies([policy(deny(**NOT_SIGV4))], request)
        assert not s3.denies([policy(deny(**BY_NAME))], request)


def test_a_condition_on_another_key_may_let_sigv2_through() -> None:
    some = {**BY_NAME, "StringEquals": {**BY_NAME["StringEquals"], "aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert not s3.denies_sigv2([policy(deny(**some))])


def test_the_age_is_an_option_in_minutes() -> None:
    limited = bucket(deny(NumericGreaterThan={"s3:signatureAge": "600000"}))
    assert s3_sigv4_presigned_age.judge(*limited, maximum_minutes=10).passed
    assert s3_sigv4_presigned_age.judge(*limited, maximum_minutes=9).violated
    (finding,) = s3_sigv4_presigned_age.judge(*bucket(), maximum_minutes=9).findings
    assert "older than 9 minutes" in finding.what
    assert '"540000"' in finding.remedy


def test_what_is_accepted_is_an_option() -> None:
    nothing = bucket()
    assert s3_sigv4_auth_type.judge(*nothing, accept=(s3.HEADER, s3.QUERY, s3.FORM)).passed
    assert len(s3_sigv4_auth_type.judge(*nothing, accept=(s3.HEADER,)).findings) == 2
    only_header = bucket(deny(StringNotEquals={"s3:authType": s3.HEADER}))
    assert s3_sigv4_auth_type.judge(*only_header, accept=(s3.HEADER,)).passed


def test_regions_that_never_took_sigv2_can_be_left_out() -> None:
    there, here = bucket(region="eu-central-1"), bucket(region="eu-west-1")
    assert s3_sigv4_bucket_only.judge(*there).violated
    assert s3_sigv4_bucket_only.judge(*there, only_where_taken=True).passed
    assert s3_sigv4_bucket_only.judge(*here, only_where_taken=True).violated
    assert s3_sigv4_bucket_only.judge(*bucket(), only_where_taken=True).violated


def test_the_remedy_is_a_statement_that_passes() -> None:
    (finding,) = s3_sigv4_bucket_only.judge(*bucket()).findings
    condition = json.loads(finding.remedy.split("where `")[1].split("`")[0])
    assert s3_sigv4_bucket_only.judge(*bucket(deny(**condition))).passed
