"""The web ACL of a load balancer: AWS WAF turns away known attacks and floods before they reach a server.

    request --> rate limit by address --> bad addresses --> known bad inputs --> common attacks --> load balancer
                                                                                      +--> log group (encrypted)

Not in the documents' load balancer; the AWS Well-Architected Framework (SEC05) and AWS's own controls ask for it in front
of everything that the internet reaches. The rules are AWS's managed groups. Headers that sign users in are not logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.foundation import key_ring
from components.foundation.args import Args, Text
from components.foundation.names import fit
from components.foundation.retention import RetentionDays

if TYPE_CHECKING:
    from components.foundation.component import Component

ManagedGroup = Literal[
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesAdminProtectionRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesLinuxRuleSet",
    "AWSManagedRulesUnixRuleSet",
    "AWSManagedRulesPHPRuleSet",
    "AWSManagedRulesWordPressRuleSet",
]
"""Groups without a fee of their own (AWS WAF Developer Guide, "AWS Managed Rules rule groups list")."""

LOG_GROUP_PREFIX = "aws-waf-logs-"
"""WAF writes into no group of another name."""
MAX_LOG_GROUP = 512
_HIDDEN = ("authorization", "cookie", "x-amz-security-token")


class WebAcl(Args):
    """What the web ACL blocks.

    `rate_limit`: requests in five minutes from one address, 10 to 2 billion; more of them are refused. `managed`: groups
    of AWS in the order in which they are asked. `count`: those of them that only count, to try them out.
    `log_retention_days` and `key_arn` of its log (None makes a key).
    """

    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] = 2000
    managed: tuple[ManagedGroup, ...] = (
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    )
    count: tuple[ManagedGroup, ...] = ()
    log_retention_days: RetentionDays = 365
    key_arn: Text | None = None


def create_web_acl(owner: Component, settings: WebAcl) -> aws.wafv2.WebAcl:
    """The web ACL with its log, as children of `owner`."""
    acl = aws.wafv2.WebAcl(
        owner.name_for("web-acl"),
        scope="REGIONAL",
        description=f"What {owner.name} lets through",
        default_action={"allow": {}},
        rules=[_rate_rule(settings.rate_limit), *_managed_rules(settings)],
        visibility_config={
            "cloudwatch_metrics_enabled": True,
            "sampled_requests_enabled": True,
            "metric_name": owner.name,
        },
        region=owner.region,
        tags=owner.tags("web-acl"),
        opts=owner.child(),
    )
    _create_log(owner, settings, acl)
    return acl


def _rate_rule(limit: int) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": limit, "aggregate_key_type": "IP"}},
        "visibility_config": _rule_visibility("rate-limit"),
    }


def _managed_rules(settings: WebAcl) -> list[aws.wafv2.WebAclRuleArgsDict]:
    return [
        {
            "name": group,
            "priority": place,
            "override_action": {"count": {}} if group in settings.count else {"none": {}},
            "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
            "visibility_config": _rule_visibility(group),
        }
        for place, group in enumerate(settings.managed, start=1)
    ]


def _rule_visibility(metric: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {
        "cloudwatch_metrics_enabled": True,
        "sampled_requests_enabled": True,
        "metric_name": metric,
    }


def _create_log(owner: Component, settings: WebAcl, acl: aws.wafv2.WebAcl) -> None:
    place = f"{pulumi.get_project()}-{pulumi.get_stack()}-{owner.name}"
    name = fit(f"{LOG_GROUP_PREFIX}{place}", MAX_LOG_GROUP)
    key_arn = settings.key_arn
    if key_arn is None:
        key_arn = owner.key("web-acl", users=[key_ring.log_groups(name)]).arn
    group = aws.cloudwatch.LogGroup(
        owner.name_for("web-acl"),
        name=name,
        retention_in_days=settings.log_retention_days,
        kms_key_id=key_arn,
        region=owner.region,
        tags=owner.tags("web-acl"),
        opts=owner.child(),
    )
    aws.wafv2.WebAclLoggingConfiguration(
        owner.name_for("web-acl"),
        resource_arn=acl.arn,
        log_destination_configs=[group.arn],
        redacted_fields=[{"single_header": {"name": name}} for name in _HIDDEN],
        region=owner.region,
        opts=owner.child(),
    )
