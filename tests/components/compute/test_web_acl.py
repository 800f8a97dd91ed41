"""The web ACL of a load balancer, with its log."""

from __future__ import annotations

from typing import Any

import pytest

from components.compute import Certificate, LoadBalancer, LoadBalancerArgs, WebAcl
from components.foundation.errors import ComponentError

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"


def balancer(deploy: Any, **settings: Any) -> Any:
    def program() -> None:
        LoadBalancer(
            "shop",
            LoadBalancerArgs(
                certificate=Certificate(arn=CERTIFICATE),
                vpc_id="vpc-1",
                subnet_ids=("subnet-a", "subnet-b"),
                security_group_id="sg-1",
                **settings,
            ),
        )

    return deploy(program)


def test_the_internet_comes_past_a_web_acl(deploy: Any) -> None:
    made = balancer(deploy)
    acl = made.one("wafv2/webAcl:WebAcl")
    association = made.one("WebAclAssociation").inputs
    assert association["webAclArn"] == acl.state["arn"]
    assert association["resourceArn"] == made.one("lb/loadBalancer:LoadBalancer").state["arn"]
    assert acl.inputs["scope"] == "REGIONAL"


def test_floods_are_stopped_first_and_managed_groups_follow_in_order(deploy: Any) -> None:
    settings = WebAcl(
        rate_limit=500,
        managed=("AWSManagedRulesLinuxRuleSet", "AWSManagedRulesCommonRuleSet"),
        count=("AWSManagedRulesCommonRuleSet",),
    )
    flood, linux, common = balancer(deploy, web_acl=settings).one("wafv2/webAcl:WebAcl").inputs["rules"]
    assert flood["statement"] == {"rateBasedStatement": {"limit": 500, "aggregateKeyType": "IP"}}
    assert flood["action"] == {"block": {}}
    assert [one["priority"] for one in (flood, linux, common)] == [0, 1, 2]
    assert (linux["overrideAction"], common["overrideAction"]) == ({"none": {}}, {"count": {}})
    group = common["statement"]["managedRuleGroupStatement"]
    assert group == {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}


def test_what_is_refused_is_logged_without_what_signs_users_in(deploy: Any) -> None:
    made = balancer(deploy)
    log = made.one("WebAclLoggingConfiguration").inputs
    group = made.one("logGroup:LogGroup")
    assert log["logDestinationConfigs"] == [group.state["arn"]]
    assert group.inputs["name"].startswith("aws-waf-logs-")
    assert group.inputs["kmsKeyId"]
    hidden = {one["singleHeader"]["name"] for one in log["redactedFields"]}
    assert {"authorization", "cookie"} <= hidden


@pytest.mark.parametrize("settings", [{"web_acl": None}, {"internal": True}])
def test_none_is_made_where_none_is_wanted(deploy: Any, settings: dict[str, Any]) -> None:
    made = balancer(deploy, **settings)
    assert made.of("wafv2/webAcl:WebAcl") == []
    assert made.of("WebAclAssociation") == []


def test_one_that_is_there_is_taken(deploy: Any) -> None:
    made = balancer(deploy, web_acl_arn="arn:acl", internal=True)
    assert made.of("wafv2/webAcl:WebAcl") == []
    assert made.one("WebAclAssociation").inputs["webAclArn"] == "arn:acl"


def test_a_limit_that_waf_refuses_is_refused() -> None:
    with pytest.raises((ComponentError, ValueError), match="rate_limit"):
        WebAcl(rate_limit=9)
