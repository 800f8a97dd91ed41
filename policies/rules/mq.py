"""Rules on Amazon MQ brokers."""

from __future__ import annotations

from policies.pack.network import port_range, protocol_name
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key
from policies.rules.security_group import OPENS, Opening, openings

BROKER = "aws:mq/broker:Broker"
# The oldest versions that Amazon MQ still supports (Amazon MQ Developer Guide, "version support calendar").
_OLDEST = {"activemq": (5, 18), "rabbitmq": (3, 13)}


@rule(on=BROKER, severity=MEDIUM, theme=Theme.LOGGING, fix={"logs.general": True}, same_as=["CKV_AWS_48"])
def mq_broker_general_logs(broker: Resource) -> Verdict:
    """General logs tell who connected and what the broker refused; they are off by default."""
    return broker.expect("logs.general", value=True)


@rule(on=BROKER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub MQ.2", "CKV_AWS_197"])
def mq_broker_audit_logs(broker: Resource) -> Verdict:
    """What somebody changed through the console or JMX stands only in the audit log; RabbitMQ has none."""
    if broker.text("engineType").lower() == "rabbitmq":
        return PASS
    return broker.expect("logs.audit", value=True)


@rule(
    on=BROKER,
    severity=CRITICAL,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
    same_as=["SecurityHub MQ.4", "CKV_AWS_69"],
)
def mq_broker_private(broker: Resource) -> Verdict:
    """A public broker is one password away from every message."""
    return broker.expect("publiclyAccessible", value=False, absent=False)


@rule(
    on=BROKER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"autoMinorVersionUpgrade": True},
    same_as=["SecurityHub MQ.3", "CKV_AWS_207"],
)
def mq_broker_minor_upgrades(broker: Resource) -> Verdict:
    """Security fixes of the broker come as minor versions."""
    return broker.expect("autoMinorVersionUpgrade", value=True)


@rule(on=BROKER, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_209"])
def mq_broker_customer_key(broker: Resource) -> Verdict:
    """The key is chosen when the broker is created; with AWS's own nobody can see or stop its use."""
    own = broker.expect("encryptionOptions.useAwsOwnedKey", value=False, absent=True)
    return customer_key(broker, "encryptionOptions.kmsKeyId") if broker.has("encryptionOptions") else own


@rule(on=BROKER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_208"])
def mq_broker_version(broker: Resource) -> Verdict:
    """An engine past its support gets no security fixes."""
    oldest = _OLDEST.get(broker.text("engineType").lower())
    parts = broker.text("engineVersion").split(".")
    if oldest is None or len(parts) < len(oldest) or not all(part.isdecimal() for part in parts[:2]):
        return PASS
    if (int(parts[0]), int(parts[1])) >= oldest:
        return PASS
    wanted = ".".join(map(str, oldest))
    return violation("engineVersion", "is out of support", f"Set `engine_version` to {wanted} or newer.")


@rule(on=BROKER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub MQ.5"])
def mq_broker_two_zones(broker: Resource) -> Verdict:
    """A broker in one zone takes every producer and consumer down with that zone."""
    return broker.expect_one_of("deploymentMode", ["ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"])


# Ports on which brokers speak without TLS: AMQP, MQTT, STOMP, OpenWire, and RabbitMQ's console.
_PLAIN = frozenset({5672, 1883, 61613, 61616, 15672})
_LISTENS = ("aws:lb/listener:Listener", "aws:lb/targetGroup:TargetGroup")


@rule(on=(*OPENS, *_LISTENS), severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def mq_no_plain_ports(resource: Resource) -> Verdict:
    """Amazon MQ speaks TLS only: what listens on a broker's plain port is another one, or a door left open for it."""
    remedy = "Use 5671 (AMQP), 8883 (MQTT), 61614 (STOMP), 61617 (OpenWire) or 443 (console)."
    if resource.type in _LISTENS:
        plain = resource.number("port") in _PLAIN
        return violation("port", "is a broker's port without TLS", remedy) if plain else PASS

    def judge(opening: Opening) -> Verdict:
        if protocol_name(opening.part.get(opening.protocol)) != "tcp":
            return PASS
        first, last = port_range(opening.part)
        if first != last or first not in _PLAIN:
            return PASS  # Ranges are other rules' matter.
        return violation(opening.part.path or "fromPort", "opens a broker's port without TLS", remedy)

    return every(openings(resource, "ingress"), judge)
