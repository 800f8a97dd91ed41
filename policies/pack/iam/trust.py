"""Trust policies of roles that tokens of identity providers open: whose tokens, for whom, for which subject.

IAM User Guide, "Create a role for OpenID Connect federation"; GitHub Docs, "OpenID Connect reference"; EKS User
Guide, "IAM roles for service accounts". A provider such as GitHub signs tokens for everybody who uses it: the
subject (`sub`) alone says whose they are, the audience (`aud`) that they were meant for AWS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.pack.conditions import Condition
from policies.pack.document import Statement

_OIDC = ":oidc-provider/"
_SAML = ":saml-provider/"
COGNITO = "cognito-identity.amazonaws.com"

# Providers whose tokens anybody in the world can get, and what a subject of theirs has to begin with before the
# first wildcard so that it names one owner.
SHARED_PROVIDERS: dict[str, re.Pattern[str]] = {
    "token.actions.githubusercontent.com": re.compile(r"repo:[^/*?:]+/"),
    "gitlab.com": re.compile(r"project_path:[^/*?:]+/"),
    "app.terraform.io": re.compile(r"organization:[^*?:]+:"),
    "oidc.circleci.com": re.compile(r"org/[^*?/]+/"),
    "agent.buildkite.com": re.compile(r"organization:[^*?:]+:"),
    "vstoken.actions.githubusercontent.com": re.compile(r"repo:[^/*?:]+/"),
}
# What people themselves choose: a branch, workflow or environment of that name can be made in any repository.
_CHOSEN_CLAIMS = (
    "workflow:",
    "environment:",
    "ref:",
    "head_ref:",
    "base_ref:",
    "run_id:",
    "context:",
    "actor:",
)
_SUBJECT_CLAIMS = (":sub", ":job_workflow_ref", ":repository", ":repository_id", ":repository_owner_id")
_KUBERNETES = re.compile(r"oidc\.eks\.[\w-]+\.amazonaws\.com")


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider that a statement trusts: `issuer` is its address without `https://`."""

    issuer: str
    kind: str

    @property
    def shared(self) -> bool:
        """Whether everybody in the world can get its tokens."""
        return self.issuer.split("/")[0] in SHARED_PROVIDERS

    @property
    def kubernetes(self) -> bool:
        """Whether it is an EKS cluster's."""
        return bool(_KUBERNETES.match(self.issuer))


def providers(statement: Statement) -> list[Provider]:
    """The identity providers of an Allow."""
    found = []
    for value in statement.principals_of("Federated"):
        if _OIDC in value:
            found.append(Provider(value.partition(_OIDC)[2].lower(), "oidc"))
        elif _SAML in value:
            found.append(Provider(value.partition(_SAML)[2].lower(), "saml"))
        elif value == COGNITO:
            found.append(Provider(value, "cognito"))
        else:
            found.append(Provider(value.lower(), "web"))
    return found


def subjects(statement: Statement) -> list[Condition]:
    """The conditions of a statement that say for which subject a token has to be."""
    return [item for item in statement.conditions if item.key.endswith(_SUBJECT_CLAIMS) and not item.negated]


def audiences(statement: Statement) -> list[Condition]:
    """The conditions of a statement that say for whom a token has to be, as one of few values."""
    return [item for item in statement.conditions if item.key.endswith((":aud", ":app_id")) and item.limits]


def names_owner(issuer: str, condition: Condition) -> bool:
    """Whether every subject of a condition names its owner before the first wildcard."""
    start = SHARED_PROVIDERS[issuer.split("/", maxsplit=1)[0]]
    if not condition.key.endswith(":sub"):
        return condition.limits
    return not condition.if_exists and all(start.match(value) for value in condition.values)


def chosen_claim(condition: Condition) -> bool:
    """Whether a subject begins with a claim that everybody can choose, such as a branch's name."""
    return condition.key.endswith(":sub") and any(
        value.startswith(_CHOSEN_CLAIMS) for value in condition.values
    )


def any_service_account(condition: Condition) -> bool:
    """Whether a Kubernetes subject leaves open the namespace or the service account."""
    if not condition.key.endswith(":sub"):
        return False
    return condition.if_exists or any(
        ("*" in value or "?" in value) and condition.test != "stringequals" for value in condition.values
    )
