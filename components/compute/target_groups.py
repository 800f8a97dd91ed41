"""Target groups: who answers requests, how AWS finds out whether they are well, and how they leave.

Follows sources/001 lines 452-457 (health check: a port and a route such as `/health`, anything but 200 is
unhealthy), 472-477 (targets), 525-530 (stickiness) and 580-588 (deregistration delay, 1 to 3600 seconds, 300 by
default). Difference: the document's 0, which drops requests that are being answered, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components.compute.routing import Slug
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.names import AUTONAME_LENGTH

if TYPE_CHECKING:
    import pulumi

    from components.foundation.component import Component

MAX_NAME = 32
"""Longest name that Elastic Load Balancing allows for a load balancer or a target group."""

Port = Annotated[int, Field(ge=1, le=65_535)]
_MATCHER = re.compile(r"\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*")
_OWN_COOKIES = ("AWSALB", "AWSALBAPP", "AWSALBTG")


class HealthCheck(Args):
    """How the load balancer asks a target: `path` must answer with `matcher` within `timeout` seconds.

    Asked every `interval` seconds; `healthy` good answers in a row put a target in, `unhealthy` bad ones put it out.
    `port` None is the port that gets the traffic.
    """

    path: Annotated[str, Field(pattern=r"^/", max_length=1024)] = "/health"
    matcher: str = "200"
    port: Port | None = None
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    timeout: Annotated[int, Field(ge=2, le=120)] = 5
    healthy: Annotated[int, Field(ge=2, le=10)] = 3
    unhealthy: Annotated[int, Field(ge=2, le=10)] = 2

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not _MATCHER.fullmatch(self.matcher):
            raise ComponentError(
                "matcher", f"{self.matcher!r} is no list of codes", "write '200' or '200-299,301'"
            )
        if self.timeout >= self.interval:
            problem = f"{self.timeout} is not below interval ({self.interval})"
            raise ComponentError("timeout", problem, "wait less or ask less often")
        return self


class Stickiness(Args):
    """Send a client to the same target for `duration` seconds (1 second to 7 days).

    With `cookie` the application's own cookie of that name decides, else one that the load balancer makes.
    """

    duration: Annotated[int, Field(ge=1, le=604_800)] = 86_400
    cookie: str | None = None

    @field_validator("cookie")
    @classmethod
    def _not_reserved(cls, cookie: str | None) -> str | None:
        if cookie is not None and cookie.upper().startswith(_OWN_COOKIES):
            raise ComponentError(
                "", f"{cookie!r} is a name that AWS keeps for itself", "use another cookie name"
            )
        return cookie


class TargetGroup(Args):
    """A group of targets.

    `kind`: `instance` (the Auto Scaling group registers its instances), `ip` (whoever owns the addresses registers
    them, such as an ECS service) or `lambda` (then `function_arn`). `port` is where targets listen, `protocol`
    what they speak there: HTTPS, unless the servers know HTTP only. The load balancer doesn't check a target's
    certificate, so one that it signed itself will do.
    """

    name: Slug
    kind: Literal["instance", "ip", "lambda"] = "instance"
    port: Port = 8080
    protocol: Literal["HTTP", "HTTPS"] = "HTTPS"
    protocol_version: Literal["HTTP1", "HTTP2", "GRPC"] = "HTTP1"
    function_arn: Text | None = None
    health_check: HealthCheck = HealthCheck()
    deregistration_delay: int = 300
    algorithm: Literal["round_robin", "least_outstanding_requests", "weighted_random"] = "round_robin"
    anomaly_mitigation: bool = False
    slow_start: int = 0
    stickiness: Stickiness | None = None

    @field_validator("deregistration_delay")
    @classmethod
    def _lets_requests_finish(cls, seconds: int) -> int:
        if not 1 <= seconds <= 3600:
            raise ComponentError(
                "", f"{seconds} is not 1 to 3600 seconds", "0 would drop requests that are running"
            )
        return seconds

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.kind == "lambda") != (self.function_arn is not None):
            raise ComponentError(
                "function_arn", "belongs to kind 'lambda', and only to it", "give both or neither"
            )
        if self.slow_start and not 30 <= self.slow_start <= 900:
            raise ComponentError(
                "slow_start", f"{self.slow_start} is not 30 to 900 seconds", "or use 0 for none"
            )
        if self.slow_start and self.algorithm != "round_robin":
            raise ComponentError("slow_start", f"does not work with {self.algorithm}", "use round_robin")
        if self.anomaly_mitigation and self.algorithm != "weighted_random":
            raise ComponentError("anomaly_mitigation", "needs algorithm weighted_random", "set both")
        return self


def create_target_group(
    owner: Component, group: TargetGroup, vpc_id: pulumi.Input[str]
) -> aws.lb.TargetGroup:
    """The target group as a child of `owner`; a Lambda function is registered and may be called by it."""
    is_function = group.kind == "lambda"
    created = aws.lb.TargetGroup(
        owner.name_for(group.name, limit=MAX_NAME - AUTONAME_LENGTH),
        target_type=group.kind,
        vpc_id=None if is_function else vpc_id,
        port=None if is_function else group.port,
        protocol=None if is_function else group.protocol,
        protocol_version=None if is_function else group.protocol_version,
        deregistration_delay=group.deregistration_delay,
        load_balancing_algorithm_type=group.algorithm,
        load_balancing_anomaly_mitigation="on" if group.anomaly_mitigation else None,
        slow_start=group.slow_start or None,
        health_check=_health_check(group),
        stickiness=_stickiness(group.stickiness),
        region=owner.region,
        tags=owner.tags(group.name),
        # A listener can't lose its target group, so the new one must stand before the old one goes.
        opts=owner.child(delete_before_replace=False),
    )
    if group.function_arn is not None:
        _register_function(owner, group, created)
    return created


def _health_check(group: TargetGroup) -> aws.lb.TargetGroupHealthCheckArgs:
    check = group.health_check
    talks = group.kind != "lambda"
    return aws.lb.TargetGroupHealthCheckArgs(
        enabled=True,
        path=check.path,
        matcher=check.matcher,
        port=(str(check.port) if check.port else "traffic-port") if talks else None,
        protocol=group.protocol if talks else None,
        interval=check.interval,
        timeout=check.timeout,
        healthy_threshold=check.healthy,
        unhealthy_threshold=check.unhealthy,
    )


def _stickiness(stickiness: Stickiness | None) -> aws.lb.TargetGroupStickinessArgs:
    if stickiness is None:
        return aws.lb.TargetGroupStickinessArgs(type="lb_cookie", enabled=False)
    return aws.lb.TargetGroupStickinessArgs(
        type="app_cookie" if stickiness.cookie else "lb_cookie",
        cookie_name=stickiness.cookie,
        cookie_duration=stickiness.duration,
        enabled=True,
    )


def _register_function(owner: Component, group: TargetGroup, created: aws.lb.TargetGroup) -> None:
    assert group.function_arn is not None  # TargetGroup has checked it
    permission = aws.lambda_.Permission(
        owner.name_for(group.name, "invoke"),
        action="lambda:InvokeFunction",
        function=group.function_arn,
        principal="elasticloadbalancing.amazonaws.com",
        source_arn=created.arn,
        region=owner.region,
        opts=owner.child(),
    )
    aws.lb.TargetGroupAttachment(
        owner.name_for(group.name, "function"),
        target_group_arn=created.arn,
        target_id=group.function_arn,
        region=owner.region,
        opts=owner.child(depends_on=[permission]),
    )
