"""Data sources of Elastic Load Balancing: what a Region has, load balancers, target groups, listeners.

Each is under `lb` and, as far as the SDK has it there, under `alb`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import as_source, has_tags, missing, needed, only, read
from tools.emulator.services._common import pages, unless_gone
from tools.emulator.services._elb_regions import LOG_ACCOUNTS, zone_of


def service_account(request: Request) -> Mapping[str, Any]:
    """The account that writes access logs in the older Regions. AWS advises its log delivery service instead."""
    region = str(request.args.get("region") or request.place.region)
    account = LOG_ACCOUNTS.get(region)
    if account is None:
        service = "logdelivery.elasticloadbalancing.amazonaws.com"
        raise Refused(
            f"{request.token}: {region} has no such account; name the service {service} instead", "region"
        )
    return {"id": account, "arn": f"arn:{request.place.partition}:iam::{account}:root", "region": region}


def hosted_zone(request: Request) -> Mapping[str, Any]:
    """The hosted zone of the names of load balancers."""
    region = str(request.args.get("region") or request.place.region)
    kind = str(request.args.get("loadBalancerType") or "application")
    zone = zone_of(region, kind)
    if not zone:
        raise Refused(f"{request.token}: the hosted zone of {region} is not known here", "region")
    return {"id": zone, "region": region}


def _tags(elb: Any, arn: str) -> dict[str, str]:
    found = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return {tag["Key"]: tag["Value"] for tag in found[0]["Tags"]} if found else {}


def _found(request: Request, kind: str, what: str) -> str:
    """The ARN of the load balancer or target group that the arguments name."""
    args, elb = request.args, request.aws("elbv2")
    if args.get("arn"):
        return str(args["arn"])
    names = {"Names": [args["name"]]} if args.get("name") else {}
    answer = unless_gone(getattr(elb, f"describe_{what}s"), **names) or {}
    there = [item[f"{kind}Arn"] for item in answer.get(f"{kind}s", [])]
    wanted = args.get("tags")
    matching = [arn for arn in there if not wanted or has_tags(wanted, _tags(elb, arn))]
    return str(only(request, matching, f"{what.replace('_', ' ')} {args.get('name') or ''}".strip()))


def _shown(request: Request, token: str, arn: str) -> Mapping[str, Any]:
    found = read(request, token, arn)
    if found is None:
        raise missing(request, arn)
    return as_source(request, found)


def load_balancer(request: Request) -> Mapping[str, Any]:
    """A load balancer by ARN, name or tags."""
    return _shown(
        request, "aws:lb/loadBalancer:LoadBalancer", _found(request, "LoadBalancer", "load_balancer")
    )


def target_group(request: Request) -> Mapping[str, Any]:
    """A target group by ARN, name or tags."""
    return _shown(request, "aws:lb/targetGroup:TargetGroup", _found(request, "TargetGroup", "target_group"))


def listener(request: Request) -> Mapping[str, Any]:
    """A listener by ARN, or by load balancer and port."""
    arn = request.args.get("arn")
    if not arn:
        balancer, port = needed(request, "loadBalancerArn"), request.args.get("port")
        there = pages(request.aws("elbv2"), "describe_listeners", "Listeners", LoadBalancerArn=balancer)
        matching = [item["ListenerArn"] for item in there if port in (None, item.get("Port"))]
        arn = only(request, matching, f"listener at port {port}")
    return _shown(request, "aws:lb/listener:Listener", str(arn))


def load_balancers(request: Request) -> Mapping[str, Any]:
    """The ARNs of all load balancers with certain tags."""
    elb, wanted = request.aws("elbv2"), request.args.get("tags")
    there = [item["LoadBalancerArn"] for item in pages(elb, "describe_load_balancers", "LoadBalancers")]
    return {"arns": [arn for arn in there if not wanted or has_tags(wanted, _tags(elb, arn))]}


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:elb/getServiceAccount:getServiceAccount": service_account,
    "aws:elb/getHostedZoneId:getHostedZoneId": hosted_zone,
    "aws:lb/getHostedZoneId:getHostedZoneId": hosted_zone,
    "aws:lb/getLbs:getLbs": load_balancers,
    "aws:lb/getLoadBalancer:getLoadBalancer": load_balancer,
    "aws:alb/getLoadBalancer:getLoadBalancer": load_balancer,
    "aws:lb/getTargetGroup:getTargetGroup": target_group,
    "aws:alb/getTargetGroup:getTargetGroup": target_group,
    "aws:lb/getListener:getListener": listener,
    "aws:alb/getListener:getListener": listener,
}
