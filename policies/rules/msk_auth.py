"""Rules on Kafka: clients authenticate with SASL/IAM, which is SigV4 inside TLS, and with nothing beside it.

Amazon MSK Developer Guide, "Authentication and authorization for Apache Kafka APIs", "IAM access control";
for consumers: Lambda Developer Guide, "Configuring cluster access permissions"; EventBridge Pipes; MSK Connect.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

CLUSTER = "aws:msk/cluster:Cluster"
_AUTH = "clientAuthentication"
_USE_IAM = 'Use `client_authentication={"sasl": {"iam": True}}` alone.'


@rule(on=CLUSTER, severity=HIGH, theme=Theme.SIGV4)
def msk_auth_iam(cluster: Resource) -> Verdict:
    """With IAM clients sign in with SigV4 and IAM policies name topics and groups."""
    return cluster.expect(f"{_AUTH}.sasl.iam", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.SIGV4)
def msk_auth_iam_only(cluster: Resource) -> Verdict:
    """Passwords and client certificates beside IAM are a second door that IAM policies don't watch."""
    scram = cluster.expect_not(f"{_AUTH}.sasl.scram", value=True)
    return scram & cluster.expect_absent(f"{_AUTH}.tls.certificateAuthorityArns", _USE_IAM)


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.SIGV4, same_as=["SecurityHub MSK.6"])
def msk_auth_not_unauthenticated(cluster: Resource) -> Verdict:
    """Without any authentication everybody who reaches a broker reads and writes every topic.

    A cluster that says nothing of authentication takes everybody too.
    """
    unauthenticated = cluster.expect_not(f"{_AUTH}.unauthenticated", value=True)
    if cluster.has(_AUTH):
        return unauthenticated
    return violation(_AUTH, "is not set, so everybody may connect", _USE_IAM)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.SIGV4)
def msk_auth_private_link_iam(cluster: Resource) -> Verdict:
    """Clients in other VPCs and accounts come through private connectivity, and sign there too."""
    path = "brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication"
    if not cluster.has(path):
        return PASS
    auth = cluster.part(path)
    return (
        auth.expect("sasl.iam", value=True)
        & auth.expect_not("sasl.scram", value=True)
        & auth.expect_not("tls", value=True)
    )


@rule(on="aws:msk/serverlessCluster:ServerlessCluster", severity=HIGH, theme=Theme.SIGV4)
def msk_auth_serverless_iam(cluster: Resource) -> Verdict:
    """A serverless cluster knows no other authentication than IAM."""
    return cluster.expect(f"{_AUTH}.sasl.iam.enabled", value=True)


@rule(
    on=(
        "aws:msk/scramSecretAssociation:ScramSecretAssociation",
        "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation",
    ),
    severity=MEDIUM,
    theme=Theme.SIGV4,
)
def msk_auth_no_scram_secret(association: Resource) -> Verdict:
    """A password for Kafka has to be handed to clients, rotated, and taken back from all at once."""
    return violation(association.at("clusterArn"), "gets passwords of users", _USE_IAM)


@rule(on="aws:mskconnect/connector:Connector", severity=HIGH, theme=Theme.SIGV4)
def msk_auth_connector_iam(connector: Resource) -> Verdict:
    """A connector that does not sign in only works with a cluster that lets everybody in."""
    return connector.expect("kafkaClusterClientAuthentication.authenticationType", "IAM", absent="NONE") & (
        connector.expect("kafkaClusterEncryptionInTransit.encryptionType", "TLS", absent="PLAINTEXT")
    )


@rule(on="aws:lambda/eventSourceMapping:EventSourceMapping", severity=MEDIUM, theme=Theme.SIGV4)
def msk_auth_lambda_iam(mapping: Resource) -> Verdict:
    """Lambda reads MSK with the function's role when no password or certificate is named."""
    # Self-managed Kafka has no IAM; a broker of Amazon MQ neither.
    if mapping.known("eventSourceArn") and ":kafka:" not in mapping.text("eventSourceArn"):
        return PASS
    kinds = ("BASIC_AUTH", "SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH")

    def judge(access: Part) -> Verdict:
        if access.text("type") not in kinds:
            return PASS
        mapping.text("eventSourceArn")  # Not known yet: it may not be MSK.
        return violation(
            access.at("type"), "signs in without IAM", "Leave `source_access_configurations` out."
        )

    return every(mapping.each("sourceAccessConfigurations"), judge)


@rule(on="aws:pipes/pipe:Pipe", severity=MEDIUM, theme=Theme.SIGV4)
def msk_auth_pipe_iam(pipe: Resource) -> Verdict:
    """A pipe reads MSK with its role when no password or certificate is named."""
    path = "sourceParameters.managedStreamingKafkaParameters.credentials"
    return pipe.expect_absent(path, "Leave `credentials` out: the pipe's role signs in.")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.SIGV4)
def msk_auth_own_authority(cluster: Resource, stack: Stack) -> Verdict:
    """A client certificate is good at every cluster that trusts its authority: one authority, one cluster."""
    path = f"{_AUTH}.tls.certificateAuthorityArns"
    remedy = f"Give each cluster a private authority of its own. {_USE_IAM}"
    for authority in stack.targets(
        cluster, path, "aws:acmpca/certificateAuthority:CertificateAuthority"
    ).sure:
        if len(stack.referring(authority, CLUSTER, path).sure) > 1:
            return violation(path, "names another cluster's authority", remedy)
    mine = {part.value for part in cluster.walk(path) if isinstance(part.value, str)}
    for other in stack.by_type(CLUSTER) if mine else ():
        if other.urn != cluster.urn and other.known(path):
            theirs = {part.value for part in other.walk(path) if isinstance(part.value, str)}
            if mine & theirs:
                return violation(path, "names another cluster's authority", remedy)
    return PASS
