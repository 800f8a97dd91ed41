"""Rules on web ACLs, and on what the internet reaches without one."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

ACL = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
CLASSIC = ("aws:waf/webAcl:WebAcl", "aws:wafregional/webAcl:WebAcl")
# Web ACLs whose rules come as JSON, or from Firewall Manager, are not read.
_LOG4J = "AWSManagedRulesKnownBadInputsRuleSet"


@rule(on=(ACL, *CLASSIC), severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_175", "SecurityHub WAF.10"])
def wafv2_acl_has_rules(acl: Resource) -> Verdict:
    """A web ACL without rules lets everything through, or nothing."""
    if acl.each("rules") or (acl.type == ACL and acl.has("ruleJson")):
        return PASS
    return violation("rules", "is empty", "Add AWS's managed rule groups first.")


@rule(on=ACL, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_192", "CKV2_AWS_47", "CKV2_AWS_76"])
def wafv2_acl_known_bad_inputs(acl: Resource) -> Verdict:
    """The managed group of known bad inputs stops the Log4j flaw and others of its kind."""
    if acl.has("ruleJson") or not acl.each("rules"):
        return PASS  # Without any rule it is `wafv2-acl-has-rules`'s matter.
    for item in acl.each("rules"):
        if item.text("statement.managedRuleGroupStatement.name") == _LOG4J:
            if not item.has("overrideAction.count"):
                return PASS
            return violation(item.at("overrideAction"), "only counts", 'Set `override_action={"none": {}}`.')
    return violation(
        "rules", "lacks the group of known bad inputs", f"Add the managed rule group `{_LOG4J}`."
    )


@rule(on=ACL, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_342"])
def wafv2_rules_act(acl: Resource) -> Verdict:
    """WAF refuses a rule that says neither what to do nor how to change what its group does."""

    def judge(item: Part) -> Verdict:
        if item.has("action") or item.has("overrideAction"):
            return PASS
        return violation(item.at("action"), "is not set", 'Set `action={"block": {}}` or `override_action`.')

    return every(acl.each("rules"), judge)


@rule(on=ACL, severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub WAF.12"])
def wafv2_acl_metrics(acl: Resource) -> Verdict:
    """Without metrics nobody sees how much a rule blocks, or that it blocks customers."""
    return acl.expect("visibilityConfig.cloudwatchMetricsEnabled", value=True)


@rule(on=ACL, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV2_AWS_31", "SecurityHub WAF.11"])
def wafv2_acl_logged(acl: Resource, stack: Stack) -> Verdict:
    """The web ACL's log is the only record of what was turned away, and why."""
    kind = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
    links = stack.referring(acl, kind, "resourceArn")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.resourceArn")
    return violation(
        "webAclLoggingConfiguration", "is missing", "Add `aws.wafv2.WebAclLoggingConfiguration`."
    )


@rule(on=CLASSIC, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_176", "SecurityHub WAF.1"])
def wafv2_classic_logged(acl: Resource) -> Verdict:
    """The web ACL's log is the only record of what was turned away, and why."""
    return acl.expect_set("loggingConfiguration.logDestination", "Set `logging_configuration`.")


@rule(on=CLASSIC, severity=MEDIUM, theme=Theme.RESILIENCE)
def wafv2_no_classic(acl: Resource) -> Verdict:
    """AWS ended WAF Classic in 2025; only WAFv2 gets managed rules and fixes."""
    return violation(acl.path, "The web ACL is one of WAF Classic", "Use `aws.wafv2.WebAcl`.")


def _guarded(resource: Resource, stack: Stack) -> Verdict:
    links = stack.referring(resource, ASSOCIATION, "resourceArn")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.resourceArn")
    return violation("webAclAssociation", "is missing", "Add `aws.wafv2.WebAclAssociation`.")


@rule(
    on="aws:lb/loadBalancer:LoadBalancer",
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["CKV2_AWS_28", "SecurityHub ELB.16"],
)
def wafv2_public_balancer_guarded(balancer: Resource, stack: Stack) -> Verdict:
    """A web ACL turns known attacks and floods away before they reach the servers."""
    if balancer.flag("internal") or balancer.text("loadBalancerType", absent="application") != "application":
        return PASS
    return _guarded(balancer, stack)


@rule(
    on="aws:apigateway/stage:Stage",
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["CKV2_AWS_29", "SecurityHub APIGateway.4"],
)
def wafv2_api_stage_guarded(stage: Resource, stack: Stack) -> Verdict:
    """A web ACL turns known attacks and floods away before they reach the API's backend."""
    apis = stack.targets(stage, "restApi", "aws:apigateway/restApi:RestApi").sure
    if apis and all(
        api.known("endpointConfiguration.types") and api.text("endpointConfiguration.types") == "PRIVATE"
        for api in apis
    ):
        return PASS
    return _guarded(stage, stack)


@rule(on="aws:appsync/graphQLApi:GraphQLApi", severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_33"])
def wafv2_graphql_guarded(api: Resource, stack: Stack) -> Verdict:
    """A web ACL turns known attacks and floods away before they reach the resolvers."""
    return PASS if api.text("visibility") == "PRIVATE" else _guarded(api, stack)


@rule(on="aws:wafv2/ruleGroup:RuleGroup", severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub WAF.12"])
def wafv2_group_metrics(group: Resource) -> Verdict:
    """Without metrics nobody sees how much a rule blocks, or that it blocks customers."""
    return group.expect("visibilityConfig.cloudwatchMetricsEnabled", value=True)


@rule(on=ACL, severity=HIGH, theme=Theme.NETWORK)
def wafv2_acl_rate_limited(acl: Resource) -> Verdict:
    """Without a rate limit one client can keep every server busy."""
    rules = acl.each("rules")
    if acl.has("ruleJson") or not rules or any(item.has("statement.rateBasedStatement") for item in rules):
        return PASS
    return violation("rules", "holds no rate limit", "Add a rule with `rate_based_statement`.")
