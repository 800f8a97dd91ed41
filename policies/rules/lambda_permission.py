"""Rules on who may invoke a function or use a layer: `Permission` and `LayerVersionPermission`."""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

PERMISSION = "aws:lambda/permission:Permission"
LAYER_PERMISSION = "aws:lambda/layerVersionPermission:LayerVersionPermission"
_SID = re.compile(r"[a-zA-Z0-9-_]+")


def _given(resource: Resource, path: str) -> bool:
    """Whether a property is set; a value that is not known yet is."""
    return not resource.known(path) or bool(resource.text(path))


@rule(
    on=PERMISSION,
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub Lambda.1", "CKV_AWS_301"],
)
def lambda_permission_not_public(permission: Resource) -> Verdict:
    """A function that everybody may invoke runs with its role's rights for everybody, at our cost."""
    if permission.text("principal") != "*":
        return PASS
    if any(_given(permission, path) for path in _LIMITS):
        return PASS
    return violation("principal", "is everybody", "Name the account or service, or set `principal_org_id`.")


_LIMITS = ("principalOrgId", "sourceAccount", "sourceArn", "eventSourceToken")


@rule(on=PERMISSION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_364"])
def lambda_permission_source(permission: Resource) -> Verdict:
    """A service invokes for all its customers; without a source a stranger's bucket or API can invoke ours."""
    service = permission.text("principal").endswith((".amazonaws.com", ".amazon.com", ".amazonaws.com.cn"))
    if not service or any(_given(permission, path) for path in _LIMITS):
        return PASS
    remedy = "Set `source_arn` to the resource that invokes, or `source_account`."
    return violation("sourceArn", "is not set", remedy)


@rule(on=PERMISSION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lambda_permission_source_account(permission: Resource) -> Verdict:
    """A bucket's ARN names no account: whoever makes a bucket of that name after ours is deleted may invoke."""
    if permission.text("principal") != "s3.amazonaws.com" or _given(permission, "sourceAccount"):
        return PASS
    return violation("sourceAccount", "is not set", "Set `source_account` to the bucket's account.")


@rule(on=PERMISSION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lambda_permission_named_action(permission: Resource) -> Verdict:
    """To invoke needs `lambda:InvokeFunction`; `lambda:*` is also to change the code and to delete it."""
    if "*" not in permission.text("action"):
        return PASS
    return violation("action", "allows more than to invoke", 'Set `action="lambda:InvokeFunction"`.')


@rule(on=PERMISSION, severity=LOW, theme=Theme.RESILIENCE)
def lambda_permission_statement_id(permission: Resource) -> Verdict:
    """Lambda refuses a statement id with other characters than letters, digits, dashes and underscores."""
    identity = permission.text("statementId")
    if not identity or _SID.fullmatch(identity):
        return PASS
    remedy = "Use letters, digits, `-` and `_` only."
    return violation("statementId", "has characters that Lambda refuses", remedy)


@rule(on=LAYER_PERMISSION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lambda_permission_layer_not_public(permission: Resource) -> Verdict:
    """A public layer shows its code to the world; layers are private unless an organisation is named."""
    if permission.text("principal") != "*" or _given(permission, "organizationId"):
        return PASS
    return violation("principal", "is everybody", "Name the account, or set `organization_id`.")
