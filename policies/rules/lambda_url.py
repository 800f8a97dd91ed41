"""Rules on Lambda function URLs: callers sign with SigV4.

Lambda Developer Guide, "Control access to Lambda function URLs": with the type `NONE` Lambda checks nothing, and a
permission with `FunctionUrlAuthType` `NONE` and the principal `*` opens the URL to everybody.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"


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
