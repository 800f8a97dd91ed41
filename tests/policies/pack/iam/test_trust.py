"""Identity providers in trust policies: whose tokens, and for which subject."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.pack.document import Statement, document
from policies.pack.iam.trust import (
    any_service_account,
    audiences,
    chosen_claim,
    names_owner,
    providers,
    subjects,
)

GITHUB = "token.actions.githubusercontent.com"


def trust(federated: str, **condition: Any) -> Statement:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": federated},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return document(json.dumps({"Statement": statement}), "assumeRolePolicy").statements[0]


def oidc(issuer: str, subject: Any, operator: str = "StringLike") -> Statement:
    arn = f"arn:aws:iam::111111111111:oidc-provider/{issuer}"
    return trust(arn, **{operator: {f"{issuer}:sub": subject}})


@pytest.mark.parametrize(
    ("federated", "issuer", "kind", "shared"),
    [
        (f"arn:aws:iam::111111111111:oidc-provider/{GITHUB}", GITHUB, "oidc", True),
        (f"arn:aws:iam::111111111111:oidc-provider/{GITHUB}/Org", f"{GITHUB}/org", "oidc", True),
        ("arn:aws:iam::111111111111:oidc-provider/login.example.com", "login.example.com", "oidc", False),
        ("arn:aws:iam::111111111111:saml-provider/Corp", "corp", "saml", False),
        ("cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com", "cognito", False),
        ("accounts.google.com", "accounts.google.com", "web", False),
    ],
)
def test_a_provider_is_told_by_its_arn(federated: str, issuer: str, kind: str, shared: bool) -> None:
    (found,) = providers(trust(federated))
    assert (found.issuer, found.kind, found.shared) == (issuer, kind, shared)


@pytest.mark.parametrize(
    ("issuer", "subject", "owned"),
    [
        (GITHUB, "repo:org/app:ref:refs/heads/main", True),
        (GITHUB, "repo:org/*", True),
        (GITHUB, ["repo:org/app:*", "repo:org/b:*"], True),
        (GITHUB, "repo:*", False),
        (GITHUB, "repo:org*", False),
        (GITHUB, "repo:*/app:*", False),
        (GITHUB, "*", False),
        (GITHUB, ["repo:org/app:*", "*"], False),
        ("gitlab.com", "project_path:group/app:ref_type:branch:ref:main", True),
        ("gitlab.com", "project_path:*/app:*", False),
        ("app.terraform.io", "organization:org:project:*:workspace:*:run_phase:*", True),
        ("app.terraform.io", "organization:*:project:a", False),
    ],
)
def test_a_subject_names_its_owner_before_the_first_wildcard(issuer: str, subject: Any, owned: bool) -> None:
    (condition,) = subjects(oidc(issuer, subject))
    assert names_owner(issuer, condition) is owned


def test_a_subject_that_need_not_be_there_names_nobody() -> None:
    (condition,) = subjects(oidc(GITHUB, "repo:org/app:*", "StringLikeIfExists"))
    assert not names_owner(GITHUB, condition)


def test_a_negated_subject_is_no_subject() -> None:
    assert subjects(oidc(GITHUB, "repo:org/app:*", "StringNotLike")) == []


def test_a_claim_that_everybody_chooses_is_told() -> None:
    assert chosen_claim(subjects(oidc(GITHUB, "environment:production"))[0])
    assert chosen_claim(subjects(oidc(GITHUB, ["repo:org/app:*", "ref:refs/heads/main"]))[0])
    assert not chosen_claim(subjects(oidc(GITHUB, "repo:org/app:environment:production"))[0])


@pytest.mark.parametrize(
    ("operator", "subject", "open_to_all"),
    [
        ("StringEquals", "system:serviceaccount:ns:app", False),
        ("StringLike", "system:serviceaccount:ns:app", False),
        ("StringLike", "system:serviceaccount:ns:*", True),
        ("StringLike", "system:serviceaccount:*:app", True),
        ("StringEquals", "system:serviceaccount:ns:*", False),
        ("StringEqualsIfExists", "system:serviceaccount:ns:app", True),
    ],
)
def test_a_service_account_is_named(operator: str, subject: str, open_to_all: bool) -> None:
    cluster = "oidc.eks.us-east-1.amazonaws.com/id/A"
    statement = oidc(cluster, subject, operator)
    assert providers(statement)[0].kubernetes
    assert any_service_account(subjects(statement)[0]) is open_to_all


def test_an_audience_is_one_of_few() -> None:
    arn = f"arn:aws:iam::111111111111:oidc-provider/{GITHUB}"
    assert audiences(trust(arn, StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}))
    assert not audiences(trust(arn, StringLike={f"{GITHUB}:aud": "*"}))
    assert not audiences(trust(arn, StringEquals={f"{GITHUB}:sub": "repo:org/app:*"}))
