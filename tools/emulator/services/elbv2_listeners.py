"""Elastic Load Balancing: listeners, their rules and further certificates, under both names that the SDK has."""

from __future__ import annotations

import re
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.services._common import Parts, remembered, unless_gone, without_none
from tools.emulator.services._elbv2 import (
    attributes,
    both,
    elb_tags,
    from_action,
    from_conditions,
    read_attributes,
    snake,
    to_actions,
    to_conditions,
)

_ROUTING = re.compile(r"^routingHttp(Request|Response)(\w+?)(HeaderName|HeaderValue|Enabled)$")


def _attributes(call: Call) -> dict[str, str]:
    """`routingHttpResponseServerEnabled` is the attribute `routing.http.response.server.enabled`, and so on."""
    found = {"tcpIdleTimeoutSeconds": "tcp.idle_timeout.seconds"}
    for name in call.type.properties:
        parts = _ROUTING.match(name)
        if parts:
            direction, middle, end = parts.groups()
            found[name] = f"routing.http.{direction.lower()}.{snake(middle)}.{snake(end)}"
    return found


def _params(call: Call) -> dict[str, Any]:
    certificate, alpn, mutual = (
        call.get("certificateArn"),
        call.get("alpnPolicy"),
        call.get("mutualAuthentication"),
    )
    tls = call.get("protocol") in ("HTTPS", "TLS")
    return without_none(
        Port=call.get("port"),
        Protocol=_protocol(call),
        SslPolicy=call.get("sslPolicy", "ELBSecurityPolicy-2016-08") if tls else None,
        Certificates=[{"CertificateArn": certificate}] if certificate else None,
        AlpnPolicy=[alpn] if alpn else None,
        DefaultActions=to_actions(call.inputs["defaultActions"]),
        MutualAuthentication={k[0].upper() + k[1:]: v for k, v in mutual.items() if v is not None}
        if mutual
        else None,
    )


def _protocol(call: Call) -> str | None:
    """HTTP where none is given, except for a gateway load balancer, whose listener has neither protocol nor port."""
    return call.get("protocol", "HTTP") if call.get("port") else None


def _create_listener(call: Call) -> str:
    answer = call.aws().create_listener(LoadBalancerArn=call.inputs["loadBalancerArn"], **_params(call))
    return str(answer["Listeners"][0]["ListenerArn"])


def _settle_listener(call: Call) -> None:
    wanted = attributes(call, _attributes(call))
    if wanted:
        call.aws().modify_listener_attributes(ListenerArn=call.id, Attributes=wanted)


def _update_listener(call: Call) -> None:
    names = (
        "port",
        "protocol",
        "sslPolicy",
        "certificateArn",
        "alpnPolicy",
        "defaultActions",
        "mutualAuthentication",
    )
    if call.changed(*names):
        call.aws().modify_listener(ListenerArn=call.id, **_params(call))


def _read_listener(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_listeners, ListenerArns=[call.id])
    if not answer or not answer["Listeners"]:
        return None
    item = answer["Listeners"][0]
    there = call.aws().describe_listener_attributes(ListenerArn=call.id)["Attributes"]
    found = read_attributes(call.type, there, _attributes(call))
    if item.get("Protocol") not in ("TCP", "GENEVE"):
        found.pop("tcpIdleTimeoutSeconds", None)
    certificates, alpn = item.get("Certificates") or [], item.get("AlpnPolicy") or []
    actions = [from_action(action) for action in item["DefaultActions"]]
    mutual = call.get("mutualAuthentication")
    return {
        **found,
        **without_none(
            port=item.get("Port"),
            protocol=item.get("Protocol"),
            sslPolicy=item.get("SslPolicy") if item.get("Protocol") in ("HTTPS", "TLS") else None,
            mutualAuthentication=mutual,
        ),
        "arn": call.id,
        "loadBalancerArn": item["LoadBalancerArn"],
        "certificateArn": certificates[0]["CertificateArn"] if certificates else None,
        "alpnPolicy": alpn[0] if alpn else None,
        "defaultActions": remembered(call.get("defaultActions"), actions),
    }


def listeners() -> list[Emulated]:
    """Listeners under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_create_listener,
            read=_read_listener,
            settle=_settle_listener,
            update=_update_listener,
            delete=Delete("delete_listener", by="ListenerArn"),
            tags=elb_tags(),
            replace_on=("loadBalancerArn",),
            update_on=("port", "protocol", "sslPolicy", "certificateArn", "defaultActions"),
        )
        for token in both("listener:Listener")
    ]


def _rules(call: Call) -> list[dict[str, Any]]:
    found = call.aws().describe_rules(ListenerArn=call.inputs["listenerArn"])["Rules"]
    return [dict(rule) for rule in found]


def _create_rule(call: Call) -> str:
    priority = call.get("priority")
    if not priority:
        taken = [int(rule["Priority"]) for rule in _rules(call) if rule["Priority"] != "default"]
        priority = max(taken, default=0) + 1
    answer = call.aws().create_rule(
        ListenerArn=call.inputs["listenerArn"],
        Priority=priority,
        Conditions=to_conditions(call.inputs["conditions"]),
        Actions=to_actions(call.inputs["actions"]),
    )
    return str(answer["Rules"][0]["RuleArn"])


def _update_rule(call: Call) -> None:
    elb = call.aws()
    if call.changed("conditions", "actions"):
        elb.modify_rule(
            RuleArn=call.id,
            Conditions=to_conditions(call.inputs["conditions"]),
            Actions=to_actions(call.inputs["actions"]),
        )
    if call.changed("priority") and call.get("priority"):
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": call.id, "Priority": call.inputs["priority"]}])


def _read_rule(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_rules, RuleArns=[call.id])
    if not answer or not answer["Rules"]:
        return None
    rule = answer["Rules"][0]
    listener = call.id.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]
    return {
        "arn": call.id,
        "listenerArn": listener,
        "priority": int(rule["Priority"]) if str(rule["Priority"]).isdigit() else 99999,
        "conditions": remembered(call.get("conditions"), from_conditions(rule["Conditions"])),
        "actions": remembered(call.get("actions"), [from_action(action) for action in rule["Actions"]]),
        **without_none(transforms=call.get("transforms")),
    }


def rules() -> list[Emulated]:
    """Rules under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_create_rule,
            read=_read_rule,
            update=_update_rule,
            delete=Delete("delete_rule", by="RuleArn"),
            tags=elb_tags(),
            replace_on=("listenerArn",),
            update_on=("priority",),
            unordered=("conditions",),
        )
        for token in both("listenerRule:ListenerRule")
    ]


_CERTIFICATE = Parts(("listenerArn", "certificateArn"), by="_")


def _add_certificate(call: Call) -> str:
    call.aws().add_listener_certificates(
        ListenerArn=call.inputs["listenerArn"],
        Certificates=[{"CertificateArn": call.inputs["certificateArn"]}],
    )
    return _CERTIFICATE.join(call)


def _read_certificate(call: Call) -> dict[str, Any] | None:
    known = _CERTIFICATE.of(call)
    answer = unless_gone(call.aws().describe_listener_certificates, ListenerArn=known["listenerArn"])
    there = [item["CertificateArn"] for item in (answer or {}).get("Certificates", [])]
    return dict(known) if known["certificateArn"] in there else None


def _remove_certificate(call: Call) -> None:
    known = _CERTIFICATE.of(call)
    unless_gone(
        call.aws().remove_listener_certificates,
        ListenerArn=known["listenerArn"],
        Certificates=[{"CertificateArn": known["certificateArn"]}],
    )


def certificates() -> list[Emulated]:
    """Further certificates of a listener under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_add_certificate,
            read=_read_certificate,
            delete=_remove_certificate,
            replace_on=_CERTIFICATE.names,
        )
        for token in both("listenerCertificate:ListenerCertificate")
    ]


TYPES = (*listeners(), *rules(), *certificates())
