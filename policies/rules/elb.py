"""Rules on Classic Load Balancers."""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

BALANCER = "aws:elb/loadBalancer:LoadBalancer"
POLICY = "aws:elb/loadBalancerPolicy:LoadBalancerPolicy"
_OLD = ("Protocol-SSLv2", "Protocol-SSLv3", "Protocol-TLSv1", "Protocol-TLSv1.1")


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.RESILIENCE)
def elb_no_classic(balancer: Resource) -> Verdict:
    """Classic load balancers take one certificate, know no paths and speak no TLS 1.3."""
    return violation(balancer.path, "The load balancer is a classic one", "Use `aws.lb.LoadBalancer`.")


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_92", "SecurityHub ELB.5"])
def elb_access_logs(balancer: Resource) -> Verdict:
    """The access log is the only record of who asked for what at the front door."""
    if not balancer.has("accessLogs"):
        return violation("accessLogs", "is not set", 'Set `access_logs={"bucket": ...}`.')
    return balancer.expect("accessLogs.enabled", value=True, absent=True)


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_138", "SecurityHub ELB.9"])
def elb_cross_zone(balancer: Resource) -> Verdict:
    """Without it a zone with few servers gets as many requests as one with many."""
    return balancer.expect("crossZoneLoadBalancing", value=True, absent=True)


@rule(
    on=BALANCER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_376", "SecurityHub ELB.3"],
)
def elb_listeners_encrypted(balancer: Resource) -> Verdict:
    """Plain HTTP and TCP can be read and changed on the way."""
    return every(
        balancer.each("listeners"),
        lambda item: (
            PASS
            if item.text("lbProtocol").lower() in ("https", "ssl")
            else violation(item.at("lbProtocol"), "is not encrypted", 'Use `"lb_protocol": "https"`.')
        ),
    )


@rule(
    on=BALANCER,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_127", "SecurityHub ELB.2"],
)
def elb_certificate_of_acm(balancer: Resource) -> Verdict:
    """ACM renews its certificates by itself; one uploaded to IAM expires one night."""

    def judge(listener: Part) -> Verdict:
        path = "sslCertificateId"
        if not listener.known(path) or ":acm:" in listener.text(path) or not listener.has(path):
            return PASS
        return violation(listener.at(path), "is not of ACM", "Use a certificate of ACM.")

    return every(balancer.each("listeners"), judge)


@rule(on=BALANCER, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub ELB.7"])
def elb_connection_draining(balancer: Resource) -> Verdict:
    """Without draining the requests under way are cut when a server leaves."""
    return balancer.expect("connectionDraining", value=True)


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_328", "SecurityHub ELB.14"])
def elb_desync_mitigation(balancer: Resource) -> Verdict:
    """In monitor mode requests that two servers would read differently are passed on."""
    return balancer.expect_one_of("desyncMitigationMode", ("defensive", "strictest"), absent="defensive")


@rule(on=POLICY, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_213"])
def elb_policy_tls_modern(policy: Resource) -> Verdict:
    """A listener that still speaks SSL 3 or TLS 1.0 and 1.1 can be talked down to them."""

    def judge(item: Part) -> Verdict:
        if item.text("name") in _OLD and item.text("value").lower() == "true":
            return violation(item.path, "switches an old protocol on", "Keep `Protocol-TLSv1.2` only.")
        return PASS

    return every(policy.each("policyAttributes"), judge)
