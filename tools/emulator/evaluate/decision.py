"""The decision on a request: which statements speak of it, and what they come to together.

    explicit deny anywhere ─▶ explicitDeny
    organisation does not allow ─▶ implicitDeny
    own account:    identity policy and boundary allow, or the resource policy names the principal
    other account:  identity policy and boundary allow, and the resource policy allows

A resource policy that names an account hands the decision to that account's identity policies; one that names the
principal decides itself. Keys of KMS and the trust policies of roles must always allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tools.emulator.evaluate.conditions import Context
from tools.emulator.evaluate.statements import Policy, Statement

_ARN = re.compile(
    r"^arn:(?P<partition>[^:]*):(?P<service>[^:]*):[^:]*:(?P<account>[^:]*):(?P<rest>.*)$", re.DOTALL
)
_SERVICE = re.compile(r"^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$")
_ALWAYS_BY_RESOURCE = re.compile(r"^(kms:.*|sts:AssumeRole.*)$", re.IGNORECASE)
"""Actions for which the resource policy has to allow in the own account too."""


class Decision(StrEnum):
    """The answers, in the words of the IAM API."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what to which resource.

    `principal` is the ARN of a role, user, role session or account (`...:root`), the name of a service
    (`events.amazonaws.com`), or `*` for nobody in particular. `owner` is the resource's account where the ARN has none.
    `session` is the ARN of the role session, where the principal is its role.
    """

    principal: str
    action: str
    resource: str = "*"
    context: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies that count. `boundary` None: the principal has none; `organization`: one list for each level."""

    identity: Sequence[Policy] = ()
    boundary: Sequence[Policy] | None = None
    resource: Sequence[Policy] = ()
    organization: Sequence[Sequence[Policy]] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that spoke of the request."""

    policy: Policy
    statement: Statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, the statements behind it, and the condition keys that policies asked for and the request had not."""

    decision: Decision
    matched: tuple[Match, ...] = ()
    missing: tuple[str, ...] = ()
    allowed_by_boundary: bool | None = None
    allowed_by_organization: bool | None = None


@dataclass(frozen=True, slots=True)
class _Identity:
    """A principal as resource policies may name it."""

    account: str
    names: frozenset[str]
    """What names exactly this principal."""
    service: str
    is_root: bool
    is_user: bool

    @property
    def anonymous(self) -> bool:
        return not self.account and not self.service


def decide(request: Request, policies: Policies) -> Verdict:
    """Evaluate all policies as AWS does."""
    who = _identity(request)
    context = Context({**_known(request, who), **request.context})
    identity = [*_speaking(policies.identity, request, context)]
    resource = [
        (match, direct)
        for match in _speaking(policies.resource, request, context)
        if (direct := _names(match.statement, who)) is not None
    ]
    boundary = [*_speaking(policies.boundary or (), request, context)]
    levels = [[*_speaking(level, request, context)] for level in policies.organization]
    every = [*identity, *(match for match, _ in resource), *boundary, *(m for level in levels for m in level)]
    within = None if policies.boundary is None else any(match.statement.allows for match in boundary)
    governed = all(any(m.statement.allows for m in level) for level in levels) if levels else None
    denials = tuple(match for match in every if not match.statement.allows)
    missing = tuple(context.missing)
    if denials:
        return Verdict(Decision.EXPLICIT_DENY, denials, missing, within, governed)
    own = who.is_root or any(match.statement.allows for match in identity)
    direct = any(is_direct for match, is_direct in resource if match.statement.allows)
    through_account = any(not is_direct for match, is_direct in resource if match.statement.allows)
    allowed = governed is not False and _allowed(
        request, who, own=own, within=within is not False, direct=direct, through_account=through_account
    )
    if not allowed:
        return Verdict(Decision.IMPLICIT_DENY, (), missing, within, governed)
    behind = (*identity, *(match for match, _ in resource))
    return Verdict(Decision.ALLOWED, behind, missing, within, governed)


def _allowed(
    request: Request, who: _Identity, *, own: bool, within: bool, direct: bool, through_account: bool
) -> bool:
    if who.service or who.anonymous:
        return direct
    by_identity = own and within
    owner = request.owner or account_of(request.resource) or who.account
    if owner != who.account:
        return by_identity and (direct or through_account)
    # A boundary limits what a resource policy gives to a role, not what it gives to a user.
    by_resource = direct and (within or who.is_user)
    if _ALWAYS_BY_RESOURCE.match(request.action):
        return by_resource or (by_identity and through_account)
    return by_identity or by_resource


def _speaking(policies: Iterable[Policy], request: Request, context: Context) -> Iterable[Match]:
    for policy in policies:
        for statement in policy.statements:
            if statement.speaks_of(request.action, request.resource, context):
                yield Match(policy, statement)


def _names(statement: Statement, who: _Identity) -> bool | None:
    """Whether a resource policy's statement names the principal itself (True), its account (False) or neither (None)."""
    named, negated = statement.named_principals()
    found = _named(named, who)
    if negated:
        return None if found is not None else True
    return found


def _named(named: Mapping[str, tuple[str, ...]], who: _Identity) -> bool | None:
    everybody = "*" in named.get("AWS", ()) or "*" in named.get("*", ())
    if everybody or who.names & {*named.get("AWS", ()), *named.get("Federated", ())}:
        return True
    if who.service:
        return True if who.service in named.get("Service", ()) or "*" in named.get("Service", ()) else None
    for name in named.get("AWS", ()):
        if who.account and (name == who.account or _root_account(name) == who.account):
            return False
    return None


def _root_account(arn: str) -> str:
    found = _ARN.match(arn)
    return found["account"] if found and found["rest"] == "root" else ""


def account_of(arn: str) -> str:
    """The account in an ARN, empty where there is none."""
    found = _ARN.match(arn)
    return found["account"] if found else ""


def _identity(request: Request) -> _Identity:
    principal = request.principal
    if _SERVICE.match(principal):
        return _Identity("", frozenset({principal}), principal, is_root=False, is_user=False)
    found = _ARN.match(principal)
    if found is None:
        return _Identity("", frozenset(), "", is_root=False, is_user=False)
    rest = found["rest"]
    names = {principal, request.session, _role_of_session(principal)} - {""}
    root = rest == "root"
    return _Identity(
        found["account"],
        frozenset() if root else frozenset(names),
        "",
        is_root=root,
        is_user=rest.startswith("user/"),
    )


def _role_of_session(principal: str) -> str:
    """The role of a role session, as far as the session's ARN tells; empty for any other principal."""
    found = _ARN.match(principal)
    if found is None or found["service"] != "sts" or not found["rest"].startswith("assumed-role/"):
        return ""
    role = found["rest"].split("/")[1]
    return f"arn:{found['partition']}:iam::{found['account']}:role/{role}"


def _known(request: Request, who: _Identity) -> dict[str, Any]:
    """The condition keys that follow from the request itself."""
    now = dt.datetime.now(dt.UTC)
    known: dict[str, Any] = {
        "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": int(now.timestamp()),
        "aws:PrincipalIsAWSService": bool(who.service),
    }
    if who.account:
        kind = "Account" if who.is_root else "User" if who.is_user else "AssumedRole"
        known |= {
            "aws:PrincipalArn": _role_of_session(request.principal) or request.principal,
            "aws:PrincipalAccount": who.account,
            "aws:PrincipalType": kind,
        }
        if who.is_user:
            known["aws:username"] = request.principal.rsplit("/", 1)[-1]
    owner = request.owner or account_of(request.resource)
    if owner:
        known["aws:ResourceAccount"] = owner
    return known
