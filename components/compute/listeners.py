"""The listeners of a load balancer and the rules of the HTTPS one.

Follows sources/001 lines 483-490 (conditions and actions) and 556-562 (HTTPS listener, SNI).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.compute.route_priorities import assign_priorities
from components.compute.routing import FixedResponse, Redirect, Route

if TYPE_CHECKING:
    from components.compute.load_balancer import LoadBalancerSettings, MutualTls
    from components.foundation.component import Component

HTTP, HTTPS = 80, 443
TargetGroups = Mapping[str, aws.lb.TargetGroup]


def create_listeners(
    owner: Component,
    settings: LoadBalancerSettings,
    load_balancer: aws.lb.LoadBalancer,
    target_groups: TargetGroups,
    certificate_arn: pulumi.Output[str],
) -> aws.lb.Listener:
    """Port 80 that sends clients to HTTPS, port 443 with its certificates and rules; returns the latter."""
    if settings.http_redirect:
        _redirect_to_https(owner, load_balancer)
    listener = _https(owner, settings, load_balancer, target_groups, certificate_arn)
    _more_certificates(owner, settings, listener)
    _rules(owner, settings.routes, listener, target_groups)
    return listener


def _redirect_to_https(owner: Component, load_balancer: aws.lb.LoadBalancer) -> aws.lb.Listener:
    return aws.lb.Listener(
        owner.name_for("http"),
        load_balancer_arn=load_balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_actions=[
            {
                "type": "redirect",
                "redirect": {"protocol": "HTTPS", "port": str(HTTPS), "status_code": "HTTP_301"},
            }
        ],
        region=owner.region,
        tags=owner.tags("http"),
        opts=owner.child(),
    )


def _https(
    owner: Component,
    settings: LoadBalancerSettings,
    load_balancer: aws.lb.LoadBalancer,
    target_groups: TargetGroups,
    certificate_arn: pulumi.Output[str],
) -> aws.lb.Listener:
    headers = settings.response_headers
    return aws.lb.Listener(
        owner.name_for("https"),
        load_balancer_arn=load_balancer.arn,
        port=HTTPS,
        protocol="HTTPS",
        ssl_policy=settings.tls_policy,
        certificate_arn=certificate_arn,
        mutual_authentication=_mutual_tls(settings.mutual_tls),
        default_actions=[_default_action(settings, target_groups)],
        routing_http_response_server_enabled=headers.server,
        routing_http_response_strict_transport_security_header_value=headers.strict_transport_security
        or None,
        routing_http_response_x_content_type_options_header_value=headers.content_type_options or None,
        routing_http_response_x_frame_options_header_value=headers.frame_options or None,
        routing_http_response_content_security_policy_header_value=headers.content_security_policy or None,
        region=owner.region,
        tags=owner.tags("https"),
        opts=owner.child(),
    )


def _mutual_tls(mutual_tls: MutualTls | None) -> aws.lb.ListenerMutualAuthenticationArgsDict | None:
    if mutual_tls is None:
        return None
    if mutual_tls.trust_store_arn is None:
        return {"mode": mutual_tls.mode}
    return {"mode": mutual_tls.mode, "trust_store_arn": mutual_tls.trust_store_arn}


def _default_action(
    settings: LoadBalancerSettings, target_groups: TargetGroups
) -> aws.lb.ListenerDefaultActionArgsDict:
    if settings.default_response is not None:
        return {"type": "fixed-response", "fixed_response": _fixed_response(settings.default_response)}
    first = settings.targets[0].name
    return {"type": "forward", "target_group_arn": target_groups[first].arn}


def _fixed_response(answer: FixedResponse) -> aws.lb.ListenerRuleActionFixedResponseArgsDict:
    return {
        "content_type": answer.content_type,
        "message_body": answer.body or None,
        "status_code": answer.status,
    }


def _more_certificates(owner: Component, settings: LoadBalancerSettings, listener: aws.lb.Listener) -> None:
    for index, arn in enumerate(settings.sni_certificate_arns, start=1):
        aws.lb.ListenerCertificate(
            owner.name_for("sni", str(index)),
            listener_arn=listener.arn,
            certificate_arn=arn,
            region=owner.region,
            opts=owner.child(),
        )


def _rules(
    owner: Component, routes: tuple[Route, ...], listener: aws.lb.Listener, target_groups: TargetGroups
) -> None:
    priorities = assign_priorities(routes)
    for route in routes:
        aws.lb.ListenerRule(
            owner.name_for("route", route.name),
            listener_arn=listener.arn,
            priority=priorities[route.name],
            conditions=conditions_of(route),
            actions=[_action(route, target_groups)],
            region=owner.region,
            tags=owner.tags("route", route.name),
            opts=owner.child(),
        )


def conditions_of(route: Route) -> list[aws.lb.ListenerRuleConditionArgsDict]:
    """The conditions of a route as the listener rule has them: one of each kind, headers one each name."""
    conditions: list[aws.lb.ListenerRuleConditionArgsDict] = [
        {"http_header": {"http_header_name": name, "values": list(values)}}
        for name, values in route.headers.items()
    ]
    if route.paths:
        conditions.append({"path_pattern": {"values": list(route.paths)}})
    if route.hosts:
        conditions.append({"host_header": {"values": list(route.hosts)}})
    if route.methods:
        conditions.append({"http_request_method": {"values": list(route.methods)}})
    if route.query:
        conditions.append({"query_strings": [_query(key, value) for key, value in route.query.items()]})
    if route.source_ips:
        conditions.append({"source_ip": {"values": list(route.source_ips)}})
    return conditions


def _query(key: str, value: str) -> aws.lb.ListenerRuleConditionQueryStringArgsDict:
    return {"key": key, "value": value} if key else {"value": value}


def _action(route: Route, target_groups: TargetGroups) -> aws.lb.ListenerRuleActionArgsDict:
    if route.respond is not None:
        return {"type": "fixed-response", "fixed_response": _fixed_response(route.respond)}
    if route.redirect is not None:
        return {"type": "redirect", "redirect": _redirect(route.redirect)}
    if route.target_group_arn is not None:
        return {"type": "forward", "target_group_arn": route.target_group_arn}
    assert route.to is not None  # Route has checked that it leads somewhere
    return {"type": "forward", "target_group_arn": target_groups[route.to].arn}


def _redirect(redirect: Redirect) -> aws.lb.ListenerRuleActionRedirectArgsDict:
    return {
        "host": redirect.host,
        "path": redirect.path,
        "query": redirect.query,
        "protocol": "HTTPS",
        "port": str(HTTPS),
        "status_code": "HTTP_301" if redirect.permanent else "HTTP_302",
    }
