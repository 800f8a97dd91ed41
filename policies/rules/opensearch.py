"""Rules on OpenSearch and Elasticsearch domains, and OpenSearch Serverless.

The two types of domain read alike but for the version's property. Elasticsearch before 5.1 can't encrypt at rest,
before 6.0 not between nodes; burstable and older classes can't either (OpenSearch Service Developer Guide,
"Encryption of data at rest"). Access and master users are judged by `opensearch_auth`.
"""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key, json_list, json_object, not_printed_password

SEARCH = "aws:opensearch/domain:Domain"
ELASTIC = "aws:elasticsearch/domain:Domain"
DOMAINS = (SEARCH, ELASTIC)
COLLECTION = "aws:opensearch/serverlessCollection:ServerlessCollection"
POLICY = "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy"

_MODERN_TLS = (
    "Policy-Min-TLS-1-2-PFS-2023-10",
    "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
    "Policy-Min-TLS-1-2-2019-07",
)


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encryptAtRest.enabled": True},
    same_as=["SecurityHub Opensearch.1", "SecurityHub ES.1", "CKV_AWS_5"],
)
def opensearch_domain_encrypted(domain: Resource) -> Verdict:
    """Indexes, swap files and automatic snapshots lie on disks in the clear unless encryption is on."""
    return domain.expect("encryptAtRest.enabled", value=True)


@rule(on=DOMAINS, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_247"])
def opensearch_domain_customer_key(domain: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts; it can't be changed later."""
    return customer_key(domain, "encryptAtRest.kmsKeyId")


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"nodeToNodeEncryption.enabled": True},
    same_as=["SecurityHub Opensearch.3", "SecurityHub ES.3", "CKV_AWS_6"],
)
def opensearch_domain_nodes_encrypted(domain: Resource) -> Verdict:
    """Nodes send each other the data of every index; without this they do so in the clear."""
    return domain.expect("nodeToNodeEncryption.enabled", value=True)


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"domainEndpointOptions.enforceHttps": True},
    same_as=["CKV_AWS_83"],
)
def opensearch_domain_https(domain: Resource) -> Verdict:
    """The endpoint answers plain HTTP too unless HTTPS is enforced."""
    # The provider enforces HTTPS by default, but only once the block is there.
    return domain.expect(
        "domainEndpointOptions.enforceHttps", value=True, absent=domain.has("domainEndpointOptions")
    )


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"domainEndpointOptions.tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
    same_as=["SecurityHub Opensearch.8", "SecurityHub ES.8", "CKV_AWS_228"],
)
def opensearch_domain_modern_tls(domain: Resource) -> Verdict:
    """The default policy still speaks TLS 1.0, which is broken."""
    return domain.expect_one_of("domainEndpointOptions.tlsSecurityPolicy", _MODERN_TLS)


def _published(domain: Resource) -> set[str]:
    """The kinds of log that are switched on; `enabled` is true by default."""
    return {
        item.text("logType")
        for item in domain.each("logPublishingOptions")
        if item.flag("enabled", absent=True)
    }


@rule(
    on=DOMAINS,
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["SecurityHub Opensearch.4", "SecurityHub ES.4", "CKV_AWS_84"],
)
def opensearch_domain_logged(domain: Resource) -> Verdict:
    """Errors and slow queries are lost with the node unless they are published."""
    if _published(domain):
        return PASS
    remedy = 'Add `{"log_type": "ES_APPLICATION_LOGS", "cloudwatch_log_group_arn": ...}`.'
    return violation("logPublishingOptions", "publishes no log", remedy)


@rule(
    on=DOMAINS,
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["SecurityHub Opensearch.5", "SecurityHub ES.5", "CKV_AWS_317"],
)
def opensearch_domain_audit_log(domain: Resource) -> Verdict:
    """The audit log is the record of who signed in and what they read."""
    if "AUDIT_LOGS" in _published(domain):
        return PASS
    remedy = 'Add `{"log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": ...}`.'
    return violation("logPublishingOptions", "is without the audit log", remedy)


@rule(
    on=DOMAINS,
    severity=HIGH,
    theme=Theme.NETWORK,
    same_as=["SecurityHub Opensearch.2", "SecurityHub ES.2", "CKV_AWS_137"],
)
def opensearch_domain_in_vpc(domain: Resource) -> Verdict:
    """A domain outside a VPC has a public endpoint; only its policy stands before it."""
    return domain.expect_set("vpcOptions.subnetIds", 'Set `vpc_options={"subnet_ids": [...], ...}`.')


@rule(on=DOMAINS, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_248"])
def opensearch_domain_own_security_group(domain: Resource) -> Verdict:
    """Without a group of its own the domain shares the VPC's default one."""
    if not domain.has("vpcOptions"):
        return PASS  # opensearch-domain-in-vpc says so.
    return domain.expect_set("vpcOptions.securityGroupIds", "Set `security_group_ids` in `vpc_options`.")


@rule(
    on=DOMAINS,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub Opensearch.11", "SecurityHub ES.7", "CKV_AWS_318", "CKV2_AWS_59"],
)
def opensearch_domain_three_masters(domain: Resource) -> Verdict:
    """With three masters two still agree when one fails; with fewer the cluster stands still or splits."""
    config = domain.part("clusterConfig")
    if (
        config.flag("multiAzWithStandbyEnabled")
        and domain.type == SEARCH
        and not config.has("dedicatedMasterEnabled")
    ):
        return PASS  # AWS refuses it without three masters.
    return config.expect("dedicatedMasterEnabled", value=True) & config.expect_at_least(
        "dedicatedMasterCount", 3, absent=3 if config.flag("dedicatedMasterEnabled") else 0
    )


@rule(
    on=DOMAINS,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub Opensearch.6", "SecurityHub ES.6"],
)
def opensearch_domain_zones(domain: Resource) -> Verdict:
    """With nodes in several zones a copy of every shard is left when a zone is gone."""
    config = domain.part("clusterConfig")
    if domain.type == SEARCH and config.flag("multiAzWithStandbyEnabled"):
        return PASS
    return config.expect("zoneAwarenessEnabled", value=True) & config.expect_at_least(
        "instanceCount", 2, absent=1
    )


@rule(
    on=SEARCH,
    severity=LOW,
    theme=Theme.RESILIENCE,
    fix={"softwareUpdateOptions.autoSoftwareUpdateEnabled": True},
    same_as=["SecurityHub Opensearch.10"],
)
def opensearch_domain_software_updates(domain: Resource) -> Verdict:
    """Service software carries the security fixes; unless switched on each waits for somebody to start it."""
    return domain.expect("softwareUpdateOptions.autoSoftwareUpdateEnabled", value=True)


@rule(on=DOMAINS, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def opensearch_domain_password_not_printed(domain: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(domain, "advancedSecurityOptions.masterUserOptions.masterUserPassword")


@rule(on=POLICY, severity=HIGH, theme=Theme.NETWORK)
def opensearch_serverless_network_private(policy: Resource) -> Verdict:
    """A collection that is open to the public is reached from the internet; an endpoint of the VPC is enough."""
    if policy.text("type") != "network":
        return PASS

    def judge(entry: Part) -> Verdict:
        if not entry.flag("AllowFromPublic"):
            return PASS
        remedy = 'Put `"AllowFromPublic": false` and `"SourceVPCEs": [...]` into the policy.'
        return violation(entry.at("AllowFromPublic"), "is true", remedy)

    return every(json_list(policy, "policy"), judge)


@rule(on=POLICY, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def opensearch_serverless_customer_key(policy: Resource) -> Verdict:
    """Collections are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    if policy.text("type") != "encryption":
        return PASS
    content = json_object(policy, "policy")
    if content.text("KmsARN") and not content.flag("AWSOwnedKey"):
        return PASS
    remedy = 'Put `"AWSOwnedKey": false` and `"KmsARN"` with your key into the policy.'
    return violation(content.at("KmsARN"), "is not set, so AWS's own key is used", remedy)


@rule(on=COLLECTION, severity=LOW, theme=Theme.RESILIENCE, fix={"standbyReplicas": "ENABLED"})
def opensearch_serverless_standby(collection: Resource) -> Verdict:
    """Without standby replicas the collection is gone while its zone is."""
    return collection.expect_not("standbyReplicas", "DISABLED")
