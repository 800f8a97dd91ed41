"""Rules on Route 53: zones, records, health checks and registered domains."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
# What makes a record one of several answers to a name.
_ROUTING = (
    "failoverRoutingPolicies",
    "weightedRoutingPolicies",
    "latencyRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "cidrRoutingPolicy",
    "multivalueAnswerRoutingPolicy",
)


def _for_zone(zone: Resource, stack: Stack, token: str, path: str, remedy: str) -> Verdict:
    if (
        zone.each("vpcs")
        or stack.referring(zone, "aws:route53/zoneAssociation:ZoneAssociation", "zoneId").sure
    ):
        return PASS  # Private zones have neither DNSSEC nor this kind of log.
    links = stack.referring(zone, token, path)
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.{path}")
    return violation(token.rpartition(":")[2], "is missing for this zone", remedy)


@rule(on=ZONE, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_38"])
def route53_zone_signed(zone: Resource, stack: Stack) -> Verdict:
    """With DNSSEC a resolver can tell the zone's answers from forged ones."""
    kind = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
    return _for_zone(
        zone, stack, kind, "hostedZoneId", "Add `aws.route53.HostedZoneDnsSec` and a key-signing key."
    )


@rule(on=ZONE, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV2_AWS_39", "SecurityHub Route53.2"])
def route53_zone_query_log(zone: Resource, stack: Stack) -> Verdict:
    """The query log shows who looks for names that do not exist, and data carried out by DNS."""
    kind = "aws:route53/queryLog:QueryLog"
    return _for_zone(zone, stack, kind, "zoneId", "Add `aws.route53.QueryLog`.")


@rule(on=ZONE, severity=MEDIUM, theme=Theme.RESILIENCE)
def route53_zone_not_force_destroyed(zone: Resource) -> Verdict:
    """With force a destroy also takes the records that others have put into the zone."""
    return zone.expect_not("forceDestroy", value=True)


@rule(on=RECORD, severity=MEDIUM, theme=Theme.RESILIENCE)
def route53_record_alias_for_aws(record: Resource) -> Verdict:
    """An alias follows AWS's own names for free, and also stands where a CNAME must not."""
    if record.text("type") != "CNAME":
        return PASS
    for part in record.known_each("records"):
        target = part.value.rstrip(".") if isinstance(part.value, str) else ""
        if target.endswith((".elb.amazonaws.com", ".cloudfront.net", ".awsglobalaccelerator.com")):
            return violation(part.path, "is a name of AWS", "Use an alias record of type A.")
    return PASS


@rule(on=RECORD, severity=MEDIUM, theme=Theme.RESILIENCE)
def route53_record_failover_checked(record: Resource) -> Verdict:
    """Without a health check Route 53 never turns from the primary to the secondary."""
    if not any(policy.text("type") == "PRIMARY" for policy in record.each("failoverRoutingPolicies")):
        return PASS
    if any(alias.flag("evaluateTargetHealth") for alias in record.each("aliases")):
        return PASS
    return record.expect_set("healthCheckId", "Set `health_check_id`.")


@rule(on=RECORD, severity=LOW, theme=Theme.RESILIENCE)
def route53_record_check_has_alternative(record: Resource) -> Verdict:
    """Route 53 gives the only answer that it has whatever a health check says; a check needs another to turn to."""
    if record.known("healthCheckId") and not record.text("healthCheckId"):
        return PASS
    if any(not record.known(path) or record.get(path) not in (None, [], {}, False) for path in _ROUTING):
        return PASS
    remedy = "Add a routing policy, such as `failover_routing_policies`, and a second record."
    return violation("healthCheckId", "is set on a record that has no alternative", remedy)


@rule(on=RECORD, severity=LOW, theme=Theme.RESILIENCE)
def route53_record_time_to_live(record: Resource) -> Verdict:
    """A record that is kept for days can't be turned away from a dead server."""
    seconds = record.number("ttl")
    if seconds is None or seconds <= 86400:
        return PASS
    return violation("ttl", "is more than a day", "Set `ttl=300`.")


@rule(on=RECORD, severity=HIGH, theme=Theme.NETWORK)
def route53_record_no_wildcard_alias_to_bucket(record: Resource) -> Verdict:
    """A wildcard that leads to S3 serves any bucket that a stranger names after one of our hosts."""
    if not record.text("name").startswith("*."):
        return PASS
    for alias in record.each("aliases"):
        if ".s3-website" in alias.text("name") or alias.text("name").startswith("s3-website"):
            return violation(
                alias.at("name"), "is S3's website", "Name the hosts one by one, or use CloudFront."
            )
    return PASS


@rule(
    on="aws:route53domains/registeredDomain:RegisteredDomain",
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_377"],
)
def route53_domain_transfer_locked(domain: Resource) -> Verdict:
    """Without the lock a stolen code is enough to move the domain to another registrar."""
    return domain.expect_not("transferLock", value=False)


@rule(on="aws:route53domains/registeredDomain:RegisteredDomain", severity=HIGH, theme=Theme.RESILIENCE)
def route53_domain_renewed(domain: Resource) -> Verdict:
    """A domain that nobody renews is bought by someone who waits for it."""
    return domain.expect_not("autoRenew", value=False)


@rule(on="aws:route53/healthCheck:HealthCheck", severity=LOW, theme=Theme.RESILIENCE)
def route53_health_check_enabled(check: Resource) -> Verdict:
    """A health check that is switched off always says healthy."""
    return check.expect_not("disabled", value=True)
