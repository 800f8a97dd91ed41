"""IAM policy documents, written as data, with outputs allowed anywhere inside.

policy_document(
    Statement("Read", actions=["s3:GetObject"], resources=[bucket.arn.apply(lambda arn: f"{arn}/*")]),
)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pulumi

from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.foundation.partition import Site

POLICY_VERSION = "2012-10-17"
_SID = re.compile(r"[A-Za-z0-9]*")
_PRINCIPAL_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})

Texts = Sequence[pulumi.Input[str]]
Conditions = Mapping[str, Mapping[str, pulumi.Input[str] | Texts]]
"""Operator -> condition key -> value or values."""


@dataclass(frozen=True)
class Statement:
    """One statement of a policy document.

    `principals` maps a kind (`AWS`, `Service`, `Federated`) to names, or is `"*"` for everyone; identity policies
    have none. `resources` is empty only in trust policies. Raises `ComponentError` for what IAM would refuse.
    """

    sid: str
    actions: Sequence[str] = ()
    resources: Texts = ()
    principals: Mapping[str, Texts] | Literal["*"] | None = None
    conditions: Conditions = field(default_factory=dict)
    effect: Literal["Allow", "Deny"] = "Allow"
    not_actions: Sequence[str] = ()
    not_principals: Mapping[str, Texts] | None = None

    def __post_init__(self) -> None:
        where = f"Statement({self.sid!r})"
        if not _SID.fullmatch(self.sid):
            raise ComponentError(where, "a Sid has only letters and digits", "remove the other characters")
        if bool(self.actions) == bool(self.not_actions):
            raise ComponentError(where, "needs either actions or not_actions", "give exactly one of them")
        kinds = [k for who in (self.principals, self.not_principals) if isinstance(who, Mapping) for k in who]
        for kind in kinds:
            if kind not in _PRINCIPAL_TYPES:
                raise ComponentError(
                    where, f"{kind!r} is no kind of principal", "use AWS, Service or Federated"
                )

    def as_dict(self) -> dict[str, Any]:
        """The statement as JSON has it: keys in IAM's order, single values as lists of one."""
        parts: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Principal": _principals(self.principals),
            "NotPrincipal": _principals(self.not_principals),
            "Action": list(self.actions),
            "NotAction": list(self.not_actions),
            "Resource": list(self.resources),
            "Condition": {
                operator: {key: _values(value) for key, value in keys.items()}
                for operator, keys in self.conditions.items()
            },
        }
        return {key: value for key, value in parts.items() if value}


def _principals(who: Mapping[str, Texts] | Literal["*"] | None) -> Any:
    return who if who is None or isinstance(who, str) else {kind: list(names) for kind, names in who.items()}


def _values(value: pulumi.Input[str] | Texts) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def policy_document(*statements: Statement) -> pulumi.Output[str]:
    """The JSON of a policy with these statements; known as soon as everything inside is known.

    Raises `ComponentError` when two statements share a Sid, which IAM refuses.
    """
    sids = [statement.sid for statement in statements if statement.sid]
    for sid in sids:
        if sids.count(sid) > 1:
            raise ComponentError(
                f"Statement({sid!r})", "this Sid is used twice", "give each statement its own"
            )
    document = {"Version": POLICY_VERSION, "Statement": [statement.as_dict() for statement in statements]}
    return pulumi.Output.json_dumps(document)


def assume_role_policy(
    site: Site,
    *,
    service: str,
    source_account: pulumi.Input[str] | None = None,
    source_arn: pulumi.Input[str] | None = None,
) -> pulumi.Output[str]:
    """The trust policy that lets one AWS service take a role.

    `source_account` and `source_arn` (a pattern) stop the service from using the role for somebody else, the
    "confused deputy"; give them wherever the service sends them (flow logs, events, scheduler; not EC2).
    """
    conditions: dict[str, dict[str, pulumi.Input[str]]] = {}
    if source_account is not None:
        conditions["StringEquals"] = {"aws:SourceAccount": source_account}
    if source_arn is not None:
        conditions["ArnLike"] = {"aws:SourceArn": source_arn}
    return policy_document(
        Statement(
            "AssumeRole",
            actions=["sts:AssumeRole"],
            principals={"Service": [site.service_principal(service)]},
            conditions=conditions,
        )
    )
