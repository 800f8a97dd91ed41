"""Rules on EventBridge schema registries."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

POLICY = "aws:schemas/registryPolicy:RegistryPolicy"
# To look up a schema, and to make code from it. Lower case.
_READ = (
    "schemas:describe",
    "schemas:get",
    "schemas:list",
    "schemas:search",
    "schemas:export",
    "schemas:putcodebinding",
)


@rule(on=POLICY, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def schemas_registry_not_public(policy: Resource) -> Verdict:
    """Schemas show how our events look inside, which is what somebody who forges them has to know."""

    def judge(statement: Statement) -> Verdict:
        if not statement.public:
            return PASS
        remedy = "Name the accounts, or add a condition on `aws:PrincipalOrgID`."
        return violation(f"{statement.path}.Principal", "is everybody", remedy)

    return every(policy.document("policy").allowing, judge)


@rule(on=POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def schemas_registry_read_only(policy: Resource) -> Verdict:
    """Consumers read schemas; who may change one changes what every other consumer is built from."""

    def judge(statement: Statement) -> Verdict:
        named = [action.lower() for action in statement.actions]
        if statement.not_actions or not all(name.startswith(_READ) for name in named):
            return violation(
                f"{statement.path}.Action",
                "lets others change schemas",
                "Name `schemas:Describe*` and the like.",
            )
        return PASS

    return every(policy.document("policy").allowing, judge)
