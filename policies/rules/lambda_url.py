"""Rules on Lambda function URLs: callers sign with SigV4.

Lambda Developer Guide, "Control access to Lambda function URLs": with the type `NONE` Lambda checks nothing, and a
permission with `FunctionUrlAuthType` `NONE` and the principal `*` opens the URL to everybody.
"""

from __future__ import annotations

from policies.pack.document import matches
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
INVOKE_URL = "lambda:InvokeFunctionUrl"


@rule(on=URL, severity=CRITICAL, theme=Theme.SIGV4, same_as=["CKV_AWS_258"])
def lambda_url_iam(url: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """A function URL without authorisation runs the function for everybody on the internet."""
    return url.expect_one_of("authorizationType", accept or ("AWS_IAM",))


@rule(on=PERMISSION, severity=CRITICAL, theme=Theme.SIGV4)
def lambda_url_permission_signed(permission: Resource) -> Verdict:
    """A permission for unsigned calls of the function's URL undoes what the URL asks for."""
    if permission.text("functionUrlAuthType") != "NONE":
        return PASS
    return violation(
        "functionUrlAuthType", 'is "NONE"', 'Set `function_url_auth_type="AWS_IAM"` and name the callers.'
    )


@rule(on=PERMISSION, severity=HIGH, theme=Theme.SIGV4)
def lambda_url_permission_limited(permission: Resource) -> Verdict:
    """Even signed, a function URL that names everybody takes calls from every AWS account."""
    if not matches(permission.text("action"), INVOKE_URL) or permission.text("principal") != "*":
        return PASS
    if permission.known("functionUrlAuthType") and permission.text("functionUrlAuthType") == "NONE":
        return PASS  # lambda-url-permission-signed says it.
    limits = ("principalOrgId", "sourceAccount", "sourceArn")
    if any(not permission.known(name) or permission.text(name) for name in limits):
        return PASS
    remedy = "Name an account or a role as `principal`, or set `principal_org_id`."
    return violation("principal", "is everybody", remedy)
