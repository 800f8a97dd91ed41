"""Rules on OpenSearch and Elasticsearch domains: IAM identities, no passwords, nobody anonymous.

OpenSearch Service Developer Guide, "Fine-grained access control": with an IAM master user and the internal user
database off every request is signed with SigV4. It exists since OpenSearch 1.0 and Elasticsearch 6.7.
"""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

DOMAINS = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
POLICIES = (
    *DOMAINS,
    "aws:opensearch/domainPolicy:DomainPolicy",
    "aws:elasticsearch/domainPolicy:DomainPolicy",
)
_OPTIONS = "advancedSecurityOptions"


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.SIGV4,
    same_as=["SecurityHub Opensearch.7", "CKV2_AWS_52"],
)
def opensearch_auth_fine_grained(domain: Resource) -> Verdict:
    """Without fine-grained access control whoever gets in reads and writes every index."""
    return domain.expect(f"{_OPTIONS}.enabled", value=True)


@rule(on=DOMAINS, severity=HIGH, theme=Theme.SIGV4)
def opensearch_auth_iam_master(domain: Resource) -> Verdict:
    """A master user of IAM signs its requests; one of the internal database is a password."""
    if not domain.flag(f"{_OPTIONS}.enabled"):
        return PASS  # opensearch-auth-fine-grained says it.
    return domain.expect(
        f"{_OPTIONS}.internalUserDatabaseEnabled", value=False, absent=False
    ) & domain.expect_set(
        f"{_OPTIONS}.masterUserOptions.masterUserArn",
        'Set `advanced_security_options={"master_user_options": {"master_user_arn": role.arn}, ...}`.',
    )


@rule(on=DOMAINS[0], severity=CRITICAL, theme=Theme.SIGV4)
def opensearch_auth_not_anonymous(domain: Resource) -> Verdict:
    """Anonymous access is a stage of moving to fine-grained access control and must not stay on."""
    return domain.expect_not(f"{_OPTIONS}.anonymousAuthEnabled", value=True)


@rule(on=POLICIES, severity=CRITICAL, theme=Theme.SIGV4)
def opensearch_auth_policy_not_open(resource: Resource) -> Verdict:
    """A domain whose policy allows everybody answers unsigned requests."""

    def judge(statement: Statement) -> Verdict:
        if not statement.public or not (
            statement.covers("es:ESHttpGet") or statement.covers("es:ESHttpPost")
        ):
            return PASS
        return violation(f"{statement.path}.Principal", "is everybody", "Name the roles that may ask.")

    return every(resource.document("accessPolicies").allowing, judge)
