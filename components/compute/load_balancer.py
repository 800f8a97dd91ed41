"""An application load balancer that speaks HTTPS only, logs everything and drops what is malformed.

    :80 --301--> :443 --rules by priority--> target groups, fixed responses, redirects
                   |
                   +--default--> the first target group

Follows sources/001 lines 467-498 and 521-567. Where AWS has moved on since: TLS 1.3 with post-quantum key exchange
instead of a choice of old policies, connection and health check logs beside access logs, response headers that
browsers understand as protection, reserved capacity instead of a support call for a "warm-up" (line 515).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components.compute.access_logs import ACCESS, CONNECTION, HEALTH_CHECK
from components.compute.certificate import Certificate, create_alias_records, create_certificate
from components.compute.listeners import create_listeners
from components.compute.log_bucket import LogBucket, LogBucketArgs
from components.compute.placement import SubnetIds, together
from components.compute.route_priorities import assign_priorities
from components.compute.routing import FixedResponse, Route, check_destinations
from components.compute.target_groups import MAX_NAME, TargetGroup, create_target_group
from components.compute.web_acl import WebAcl, create_web_acl
from components.foundation.args import Args, Text
from components.foundation.component import MAX_LOGICAL_NAME, Component
from components.foundation.errors import ComponentError
from components.foundation.names import AUTONAME_LENGTH

TlsPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
]
"""Policies without TLS 1.0 and 1.1. The first is what AWS recommends; those without PQ lack post-quantum keys."""

MAX_EXTRA_CERTIFICATES = 25
MAX_TARGET_GROUPS = 100
MAX_RULES = 100


class MutualTls(Args):
    """Ask clients for a certificate: `verify` against a trust store, or `passthrough` it to the targets."""

    mode: Literal["verify", "passthrough"] = "verify"
    trust_store_arn: Text | None = None

    @model_validator(mode="after")
    def _has_a_store(self) -> Self:
        if (self.mode == "verify") != (self.trust_store_arn is not None):
            raise ComponentError(
                "trust_store_arn", "belongs to mode 'verify', and only to it", "give both or neither"
            )
        return self


class ResponseHeaders(Args):
    """Headers that the load balancer puts into every answer; an empty text leaves one out."""

    strict_transport_security: str = "max-age=31536000; includeSubDomains"
    content_type_options: Literal["nosniff", ""] = "nosniff"
    frame_options: Literal["DENY", "SAMEORIGIN", ""] = "DENY"
    content_security_policy: str = ""
    server: bool = False


class LoadBalancerSettings(Args):
    """What a user decides about a load balancer; where it stands comes from the network.

    `certificate`: the default one; `sni_certificate_arns`: more, for other names (25 at most).
    `targets`: the target groups, the first one gets what no route asks for; `default_response` answers that instead.
    `idle_timeout` and `keep_alive` are seconds; `capacity_units` reserves capacity for a known rush.
    `web_acl`: made for a load balancer of the internet, unless `web_acl_arn` names one or it is None.
    `health_check_logs` come beside the access and connection logs, which are always written.
    """

    certificate: Certificate
    sni_certificate_arns: Annotated[tuple[Text, ...], Field(max_length=MAX_EXTRA_CERTIFICATES)] = ()
    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    mutual_tls: MutualTls | None = None
    response_headers: ResponseHeaders = ResponseHeaders()
    http_redirect: bool = True
    targets: Annotated[tuple[TargetGroup, ...], Field(max_length=MAX_TARGET_GROUPS)] = (
        TargetGroup(name="web"),
    )
    routes: Annotated[tuple[Route, ...], Field(max_length=MAX_RULES)] = ()
    default_response: FixedResponse | None = None
    internal: bool = False
    dual_stack: bool = False
    desync_mitigation: Literal["strictest", "defensive"] = "strictest"
    deletion_protection: bool = True
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 60
    keep_alive: Annotated[int, Field(ge=60, le=604_800)] = 3600
    zonal_shift: bool = True
    capacity_units: Annotated[int, Field(ge=100)] | None = None
    web_acl: WebAcl | None = WebAcl()
    web_acl_arn: Text | None = None
    health_check_logs: bool = False
    logs: LogBucketArgs = LogBucketArgs()

    @field_validator("targets")
    @classmethod
    def _named_apart(cls, targets: tuple[TargetGroup, ...]) -> tuple[TargetGroup, ...]:
        if not targets:
            raise ComponentError("", "there is no target group", "give one, such as TargetGroup(name='web')")
        names = [group.name for group in targets]
        for name in names:
            if names.count(name) > 1:
                raise ComponentError("", f"two target groups are named {name!r}", "give each its own name")
        return targets

    @model_validator(mode="after")
    def _routes_lead_somewhere(self) -> Self:
        check_destinations(self.routes, {group.name: group for group in self.targets})
        assign_priorities(self.routes)
        return self


class LoadBalancerArgs(LoadBalancerSettings):
    """The settings and the place: a VPC, at least two of its subnets in different zones, a security group."""

    vpc_id: Text
    subnet_ids: SubnetIds
    security_group_id: Text
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class LoadBalancer(Component):
    """The load balancer with its listeners, target groups, certificate and log bucket.

        LoadBalancer("shop", LoadBalancerArgs(
            certificate=Certificate(domain_name="shop.example.com", zone_id=zone.zone_id),
            vpc_id=vpc.id, subnet_ids=public, security_group_id=group.id))

    Outputs: `dns_name`, `url`, `arn`, `target_groups` (name -> target group), `logs`, `web_acl` (where it made one).
    """

    load_balancer: aws.lb.LoadBalancer
    target_groups: dict[str, aws.lb.TargetGroup]
    logs: LogBucket
    listener: aws.lb.Listener
    web_acl: aws.wafv2.WebAcl | None

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "groundplan:compute:LoadBalancer", name, args, opts, region=args.region, tags=args.tags
        )
        self.logs = LogBucket(
            self.name_for("logs", limit=MAX_LOGICAL_NAME // 2),
            args.logs.model_copy(update={"region": args.region, "tags": {**args.tags, **args.logs.tags}}),
            self.child(),
        )
        self.load_balancer = self._create(args)
        self.target_groups = {
            group.name: create_target_group(self, group, args.vpc_id) for group in args.targets
        }
        proved = create_certificate(self, args.certificate)
        self.listener = create_listeners(self, args, self.load_balancer, self.target_groups, proved.arn)
        kinds = ("A", "AAAA") if args.dual_stack else ("A",)
        create_alias_records(self, args.certificate, proved.zone_id, self.load_balancer, kinds)
        self.name_servers = proved.name_servers
        self.web_acl = self._attach_web_acl(args)
        self.arn = self.load_balancer.arn
        self.dns_name = self.load_balancer.dns_name
        self.zone_id = self.load_balancer.zone_id
        self.url = pulumi.Output.concat("https://", args.certificate.domain_name or self.dns_name)
        self.outputs(
            {"url": self.url, "dns_name": self.dns_name, "arn": self.arn, "name_servers": self.name_servers}
        )

    def _create(self, args: LoadBalancerArgs) -> aws.lb.LoadBalancer:
        bucket = self.logs.name_output
        return aws.lb.LoadBalancer(
            self.name_for(limit=MAX_NAME - AUTONAME_LENGTH),
            load_balancer_type="application",
            internal=args.internal,
            ip_address_type="dualstack" if args.dual_stack else "ipv4",
            subnets=together(args.subnet_ids),
            security_groups=[args.security_group_id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode=args.desync_mitigation,
            enable_deletion_protection=args.deletion_protection,
            enable_http2=True,
            enable_waf_fail_open=False,
            enable_zonal_shift=args.zonal_shift,
            idle_timeout=args.idle_timeout,
            client_keep_alive=args.keep_alive,
            xff_header_processing_mode="append",
            minimum_load_balancer_capacity=(
                {"capacity_units": args.capacity_units} if args.capacity_units else None
            ),
            access_logs={"bucket": bucket, "prefix": ACCESS, "enabled": True},
            connection_logs={"bucket": bucket, "prefix": CONNECTION, "enabled": True},
            health_check_logs=(
                {"bucket": bucket, "prefix": HEALTH_CHECK, "enabled": True}
                if args.health_check_logs
                else None
            ),
            region=self.region,
            tags=self.tags(),
            # AWS writes a test object when logs are switched on, so the bucket's policy must stand by then.
            opts=self.child(depends_on=self.logs.ready),
        )

    def _attach_web_acl(self, args: LoadBalancerArgs) -> aws.wafv2.WebAcl | None:
        own = args.web_acl is not None and args.web_acl_arn is None and not args.internal
        acl = create_web_acl(self, args.web_acl) if own and args.web_acl is not None else None
        arn = acl.arn if acl else args.web_acl_arn
        if arn is not None:
            aws.wafv2.WebAclAssociation(
                self.name_for("web-acl"),
                resource_arn=self.load_balancer.arn,
                web_acl_arn=arn,
                region=self.region,
                opts=self.child(),
            )
        return acl
