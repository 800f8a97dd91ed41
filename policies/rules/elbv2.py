"""Rules on application and network load balancers (`aws:lb/...`, also sent as `aws:alb/...`)."""

from __future__ import annotations

import re

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
TARGETS = "aws:lb/targetGroup:TargetGroup"

# Elastic Load Balancing, "Security policies for your Application Load Balancer": those that start at TLS 1.2
# or 1.3 and keep forward secrecy. FIPS and post-quantum variants carry further words after these beginnings.
MODERN_POLICIES = (
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-FS-1-2-Res-2020-10",
    "ELBSecurityPolicy-FS-1-2-Res-2019-08",
    "ELBSecurityPolicy-FS-1-2-2019-08",
)


@rule(
    on=LISTENER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub ELB.1", "CKV_AWS_2", "CKV2_AWS_20"],
)
def elbv2_listener_encrypted(listener: Resource) -> Verdict:
    """Plain HTTP can be read and changed on the way; a listener for it may only send visitors to HTTPS."""
    if listener.text("protocol") != "HTTP":
        return PASS
    return every(listener.each("defaultActions"), _redirects_to_https)


def _redirects_to_https(action: Part) -> Verdict:
    # Without a protocol the redirect keeps the visitor's (`#{protocol}`), so HTTP stays HTTP.
    if action.text("type") == "redirect" and action.text("redirect.protocol") == "HTTPS":
        return PASS
    remedy = 'Use HTTPS, or a redirect with `"protocol": "HTTPS", "status_code": "HTTP_301"`.'
    return violation(action.at("type"), "serves plain HTTP", remedy)


@rule(
    on="aws:lb/listenerRule:ListenerRule",
    severity=LOW,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV2_AWS_20"],
)
def elbv2_listener_rule_redirects_to_https(listener_rule: Resource) -> Verdict:
    """A redirect that names HTTP sends visitors from an encrypted page to an open one."""
    return every(listener_rule.each("actions"), lambda action: action.expect_not("redirect.protocol", "HTTP"))


@rule(
    on=LISTENER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"sslPolicy": MODERN_POLICIES[0]},
    same_as=["SecurityHub ELB.17", "CKV_AWS_103"],
)
def elbv2_listener_tls_modern(listener: Resource) -> Verdict:
    """The policy that AWS takes when none is named still speaks TLS 1.0, which is broken."""
    if listener.text("protocol") not in ("HTTPS", "TLS"):
        return PASS
    return listener.expect_one_of("sslPolicy", MODERN_POLICIES)


@rule(
    on=BALANCER,
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["SecurityHub ELB.5", "CKV_AWS_91"],
)
def elbv2_access_logs(balancer: Resource) -> Verdict:
    """The access log is the only record of who asked for what at the front door."""
    if balancer.text("loadBalancerType") == "gateway":
        return PASS  # Gateway load balancers write none.
    return balancer.expect("accessLogs.enabled", value=True)


@rule(
    on=BALANCER,
    severity=MEDIUM,
    theme=Theme.NETWORK,
    fix={"dropInvalidHeaderFields": True},
    same_as=["SecurityHub ELB.4", "CKV_AWS_131"],
)
def elbv2_drop_invalid_headers(balancer: Resource) -> Verdict:
    """Malformed header names are how requests are smuggled past a proxy."""
    if balancer.text("loadBalancerType", absent="application") != "application":
        return PASS
    return balancer.expect("dropInvalidHeaderFields", value=True)


@rule(
    on=BALANCER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"enableDeletionProtection": True},
    same_as=["SecurityHub ELB.6", "CKV_AWS_150"],
)
def elbv2_deletion_protection(balancer: Resource) -> Verdict:
    """A deleted load balancer takes its DNS name with it, and every client that knows the name."""
    return balancer.expect("enableDeletionProtection", value=True)


@rule(
    on=BALANCER,
    severity=MEDIUM,
    theme=Theme.NETWORK,
    fix={"desyncMitigationMode": "defensive"},
    same_as=["SecurityHub ELB.12", "CKV_AWS_328"],
)
def elbv2_desync_mitigation(balancer: Resource) -> Verdict:
    """In monitor mode requests that two servers would read differently are passed on."""
    if balancer.text("loadBalancerType", absent="application") != "application":
        return PASS
    return balancer.expect_one_of("desyncMitigationMode", ("defensive", "strictest"), absent="defensive")


@rule(on=BALANCER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub ELB.13"])
def elbv2_two_zones(balancer: Resource) -> Verdict:
    """A load balancer in one zone is gone when the zone is."""
    subnets = balancer.each("subnets") or balancer.each("subnetMappings")
    if len(subnets) >= 2:
        return PASS
    return violation(
        "subnets", "names fewer than two subnets", "Give one subnet in each of two or more zones."
    )


@rule(on=TARGETS, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_261"])
def elbv2_target_group_health_check(targets: Resource) -> Verdict:
    """Without a health check requests go to servers that can't answer."""
    if targets.text("targetType") == "lambda":
        return PASS  # Optional there: it would invoke, and bill, the function.
    return targets.expect("healthCheck.enabled", value=True, absent=True)


@rule(on=BALANCER, severity=LOW, theme=Theme.RESILIENCE, same_as=["CKV_AWS_152"])
def elbv2_cross_zone(balancer: Resource) -> Verdict:
    """Without it a network load balancer's zone with few servers gets as many requests as one with many."""
    if balancer.text("loadBalancerType", absent="application") == "application":
        return PASS  # Always on there.
    return balancer.expect("enableCrossZoneLoadBalancing", value=True)


@rule(on=TARGETS, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_378"])
def elbv2_targets_encrypted(targets: Resource) -> Verdict:
    """What the visitor sent encrypted must not go on to the servers in the open."""
    return targets.expect_not("protocol", "HTTP")


@rule(on=LISTENER, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def elbv2_listener_certificate(listener: Resource) -> Verdict:
    """AWS refuses an HTTPS or TLS listener without a default certificate, after all before it has been built."""
    if listener.text("protocol") not in ("HTTPS", "TLS"):
        return PASS
    return listener.expect_set("certificateArn", "Set `certificate_arn` to a certificate of ACM.")


@rule(on=TARGETS, severity=MEDIUM, theme=Theme.RESILIENCE)
def elbv2_target_group_health_path(targets: Resource) -> Verdict:
    """A health check of a page that is always there, or that takes errors for health, keeps dead servers in service."""
    spoken = targets.text("healthCheck.protocol", absent=targets.text("protocol"))
    if targets.text("targetType") == "lambda" or spoken not in ("HTTP", "HTTPS"):
        return PASS
    remedy = 'Name a page that asks what the program needs: `health_check={"path": "/health", ...}`.'
    path = targets.expect_set("healthCheck.path", remedy)
    if targets.text("protocolVersion") == "GRPC" or not _takes_errors(targets.text("healthCheck.matcher")):
        return path
    return path & violation("healthCheck.matcher", "takes errors for health", 'Set `"matcher": "200"`.')


def _takes_errors(matcher: str) -> bool:
    """Whether a list or range of HTTP codes (`200-299,302`) reaches into the errors."""
    return any(int(code) >= 400 for code in re.findall(r"\d+", matcher))


@rule(on=TARGETS, severity=LOW, theme=Theme.RESILIENCE, fix={"deregistrationDelay": 300})
def elbv2_target_group_drains(targets: Resource) -> Verdict:
    """With a delay of zero every request that is under way is cut off when its server is taken out."""
    if targets.text("targetType") == "lambda":
        return PASS
    return targets.expect_at_least("deregistrationDelay", 1, absent=300)
