"""Rules on VPC Lattice: services and their networks ask for SigV4, and say who may call.

VPC Lattice User Guide, "Control access to VPC Lattice services using auth policies": with the type `AWS_IAM` and
no auth policy everything is denied; a policy may also let in unsigned requests (`aws:PrincipalType` `Anonymous`).
"""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

SERVICE = "aws:vpclattice/service:Service"
NETWORK = "aws:vpclattice/serviceNetwork:ServiceNetwork"
AUTH_POLICY = "aws:vpclattice/authPolicy:AuthPolicy"

# A request without a signature has none of these keys, so a positive test on one keeps it out.
_SIGNED_ONLY = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag",
    "aws:userid",
)


@rule(on=SERVICE, severity=HIGH, theme=Theme.SIGV4, fix={"authType": "AWS_IAM"})
def vpclattice_auth_service(service: Resource) -> Verdict:
    """Without IAM a service answers every client of every VPC that its network reaches."""
    return service.expect("authType", "AWS_IAM", absent="NONE")


@rule(on=NETWORK, severity=HIGH, theme=Theme.SIGV4, fix={"authType": "AWS_IAM"})
def vpclattice_auth_network(network: Resource) -> Verdict:
    """The network's check is the one that a team which adds a service can't forget."""
    return network.expect("authType", "AWS_IAM", absent="NONE")


@rule(on=(SERVICE, NETWORK), severity=MEDIUM, theme=Theme.SIGV4)
def vpclattice_auth_policy_present(target: Resource, stack: Stack) -> Verdict:
    """With IAM and no auth policy nobody is let in, and somebody will switch the check off to mend that."""
    if target.text("authType", "NONE") != "AWS_IAM":
        return PASS  # The rules on the type say it.
    links = stack.referring(target, AUTH_POLICY, "resourceIdentifier")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.resourceIdentifier")
    return violation(
        "authPolicy", "is missing", "Add `aws.vpclattice.AuthPolicy(resource_identifier=...arn, ...)`."
    )


@rule(on=AUTH_POLICY, severity=HIGH, theme=Theme.SIGV4)
def vpclattice_auth_policy_signed(policy: Resource) -> Verdict:
    """An Allow for everybody also lets in requests without a signature."""

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone or statement.limited_by(*_SIGNED_ONLY) or _known_type(statement):
            return PASS
        remedy = "Name the roles, or add a condition on `aws:PrincipalOrgID`."
        return violation(f"{statement.path}.Principal", "is everybody, signed or not", remedy)

    return every(policy.document("policy").allowing, judge)


def _known_type(statement: Statement) -> bool:
    """Whether the condition block leaves out anonymous callers by their type."""
    types = [item for item in statement.conditions if item.key == "aws:principaltype"]
    return any(item.test != "null" and not item.holds("Anonymous") for item in types)
