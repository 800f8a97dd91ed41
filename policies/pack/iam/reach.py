"""Whom a resource policy lets in: everybody, or only callers that a condition or a Deny keeps to known ones.

Two forms keep an Allow for everybody in. A condition of its own that limits (`Statement.public`), and a Deny beside
it for whoever does *not* fit, as private APIs and buckets behind an endpoint have it:

    Allow  *  execute-api:Invoke
    Deny   *  execute-api:Invoke   StringNotEquals aws:SourceVpce vpce-1
"""

from __future__ import annotations

from policies.pack.conditions import LIMITING_KEYS, Condition
from policies.pack.document import Document, Statement
from policies.pack.iam.arns import account_of
from policies.pack.resource import Resource

# Beside the keys that limit everywhere: the owner of a topic's source, as SNS's own default policy writes it,
# the ARN of a VPC, the name of a calling service.
_KEYS = (*LIMITING_KEYS, "aws:SourceOwner", "aws:SourceVpcArn", "aws:PrincipalServiceName")
_LOWER = frozenset(key.lower() for key in _KEYS)
_ADDRESS = "aws:SourceIp"


def lets_everybody_in(found: Document, statement: Statement, *, addresses: bool = False) -> bool:
    """Whether an Allow is for everybody. `addresses`: a limit to IP addresses counts (services without identities)."""
    keys = (*_KEYS, _ADDRESS) if addresses else _KEYS
    if not statement.allows or not statement.anyone or statement.limited_by(*keys):
        return False
    return not any(_keeps_out(deny, statement, addresses=addresses) for deny in found.denying)


def _keeps_out(deny: Statement, allow: Statement, *, addresses: bool) -> bool:
    """Whether a Deny takes an Allow for everybody back for all but known callers."""
    everybody = any(value == "*" for _, value in deny.principals)
    if not everybody or not deny.conditions:
        return False
    if not all(_names_known_callers(condition, addresses=addresses) for condition in deny.conditions):
        return False
    covers = all(any(_same_or_wider(wide, name) for wide in deny.actions) for name in allow.actions)
    return covers and not allow.not_actions and (not deny.not_resources)


def _names_known_callers(condition: Condition, *, addresses: bool) -> bool:
    """A line such as `StringNotEquals aws:SourceVpce`; a `Bool` about the callers being AWS services is beside it."""
    key = condition.key.split("/")[0]
    if key in ("aws:principalisawsservice", "aws:viaawsservice"):
        return condition.values == ("false",)
    known = key in _LOWER or (addresses and key == _ADDRESS.lower())
    return known and condition.negated and bool(condition.values) and "*" not in condition.values


def _same_or_wider(wide: str, name: str) -> bool:
    wide, name = wide.lower(), name.lower()
    return wide in ("*", name) or (wide.endswith("*") and name.startswith(wide[:-1]))


# Where a resource or its policy says whose it is, best first.
_OWN = ("arn", "resourceArn", "policyArn", "secretArn", "registryId", "queueUrl", "accountId", "id")


def own_accounts(resource: Resource) -> set[str]:
    """The account that a resource is in, as far as its properties tell; a policy's `Resource` counts too."""
    found = set()
    properties = resource.value if isinstance(resource.value, dict) else {}
    for name in _OWN:
        value = properties.get(name)
        if isinstance(value, str):
            found.add(account_of(value) or _queue_account(value))
    return found - {""}


def _queue_account(url: str) -> str:
    """The account in a queue's URL, `https://sqs.us-east-1.amazonaws.com/111111111111/name`."""
    parts = url.split("/")
    return account_of(parts[3]) if len(parts) == 5 and parts[2].startswith("sqs.") else ""
