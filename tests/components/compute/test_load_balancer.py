"""What a load balancer registers: listeners, rules, certificates, logs; and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.compute import (
    Certificate,
    FixedResponse,
    HealthCheck,
    LoadBalancer,
    LoadBalancerArgs,
    LogBucketArgs,
    MutualTls,
    Redirect,
    Route,
    Stickiness,
    TargetGroup,
)
from components.compute.route_priorities import priority_of
from components.foundation.errors import ComponentError

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"
PLACE: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "subnet_ids": ("subnet-a", "subnet-b"),
    "security_group_id": "sg-1",
}


def balancer(deploy: Any, name: str = "shop", /, place: dict[str, str] | None = None, **settings: Any) -> Any:
    args = {"certificate": Certificate(arn=CERTIFICATE), **PLACE, **settings}

    def program() -> None:
        LoadBalancer(name, LoadBalancerArgs(**args))

    return deploy(program, **(place or {}))


def test_port_80_sends_clients_to_https(deploy: Any) -> None:
    listener = balancer(deploy).one("lb/listener:Listener", "http").inputs
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]


def test_https_speaks_tls_1_2_and_better_with_post_quantum_keys(deploy: Any) -> None:
    listener = balancer(deploy).one("lb/listener:Listener", "https").inputs
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert listener["certificateArn"] == CERTIFICATE
    assert listener["routingHttpResponseServerEnabled"] is False
    assert "max-age=31536000" in listener["routingHttpResponseStrictTransportSecurityHeaderValue"]
    (action,) = listener["defaultActions"]
    assert action["type"] == "forward"
    assert action["targetGroupArn"].endswith("shop-web")


def test_the_redirect_can_be_left_out_but_https_can_not(deploy: Any) -> None:
    names = [one.name for one in balancer(deploy, http_redirect=False).of("lb/listener:Listener")]
    assert names == ["shop-https"]


def test_the_load_balancer_drops_what_is_malformed_and_logs_everything(deploy: Any) -> None:
    recording = balancer(deploy)
    made = recording.one("lb/loadBalancer:LoadBalancer")
    assert made.inputs["dropInvalidHeaderFields"] is True
    assert made.inputs["desyncMitigationMode"] == "strictest"
    assert made.inputs["enableDeletionProtection"] is True
    bucket = recording.one("s3/bucket:Bucket").name
    assert made.inputs["accessLogs"] == {"bucket": bucket, "enabled": True, "prefix": "access"}
    assert made.inputs["connectionLogs"] == {"bucket": bucket, "enabled": True, "prefix": "connection"}
    assert any(urn.endswith("policy") for urn in made.dependencies), "logs are on before the policy stands"


def test_the_log_bucket_is_private_encrypted_versioned_and_emptied(deploy: Any) -> None:
    recording = balancer(deploy, logs=LogBucketArgs(retention_days=90))
    block = recording.one("bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[flag] is True for flag in flags)
    (rule,) = recording.one("ServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    assert recording.one("bucketVersioning:BucketVersioning").inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }
    (lifecycle,) = recording.one("BucketLifecycleConfiguration").inputs["rules"]
    assert lifecycle["expiration"] == {"days": 90}
    ownership = recording.one("BucketOwnershipControls").inputs["rule"]
    assert ownership == {"objectOwnership": "BucketOwnerEnforced"}


def test_the_bucket_policy_lets_log_delivery_write_and_nothing_else(deploy: Any) -> None:
    policy = json.loads(balancer(deploy).one("bucketPolicy:BucketPolicy").inputs["policy"])
    allows = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    (allow,) = allows
    assert allow["Principal"] == {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]}
    assert allow["Action"] == ["s3:PutObject"]
    assert "arn:aws:s3:::shop-logs/access/AWSLogs/111111111111/*" in allow["Resource"]
    assert {s["Sid"] for s in policy["Statement"]} >= {"DenyPlainHttp", "DenyOldTls", "DenyOldSignatures"}


def test_in_china_the_policy_is_of_its_partition(deploy: Any) -> None:
    recording = balancer(deploy, place={"partition": "aws-cn", "region": "cn-north-1"})
    policy = json.loads(recording.one("bucketPolicy:BucketPolicy").inputs["policy"])
    allow = policy["Statement"][0]
    assert allow["Principal"]["AWS"] == ["arn:aws-cn:iam::638102146993:root"]
    assert all(resource.startswith("arn:aws-cn:s3:::") for resource in allow["Resource"])


def test_a_new_certificate_is_proved_by_dns_once_a_record(deploy: Any) -> None:
    certificate = Certificate(
        domain_name="shop.example.com",
        zone_id="Z9",
        alternative_names=("*.shop.example.com", "www.example.com"),
    )
    recording = balancer(deploy, certificate=certificate, dual_stack=True)
    records = recording.of("route53/record:Record")
    proofs = {one.inputs["name"] for one in records if "prove" in one.name}
    assert proofs == {"_proof.shop.example.com", "_proof.www.example.com"}
    aliases = {(one.inputs["name"], one.inputs["type"]) for one in records if "prove" not in one.name}
    names = ("shop.example.com", "*.shop.example.com", "www.example.com")
    assert aliases == {(name, kind) for name in names for kind in ("A", "AAAA")}
    assert all(one.inputs["zoneId"] == "Z9" for one in records)
    validation = recording.one("certificateValidation:CertificateValidation")
    assert len(validation.inputs["validationRecordFqdns"]) == 2


def test_a_new_zone_holds_the_records_and_tells_its_name_servers(deploy: Any) -> None:
    certificate = Certificate(domain_name="shop.example.com", new_zone="example.com")
    recording = balancer(deploy, certificate=certificate)
    assert recording.one("route53/zone:Zone").inputs["name"] == "example.com"
    assert {one.inputs["zoneId"] for one in recording.of("route53/record:Record")} == {"Z2"}


def test_routes_become_rules_with_conditions_and_actions(deploy: Any) -> None:
    recording = balancer(
        deploy,
        targets=(TargetGroup(name="web"), TargetGroup(name="pricing", port=8081)),
        routes=(
            Route(name="pricing", paths=("/pricing/*",), to="pricing"),
            Route(
                name="old", hosts=("old.example.com",), redirect=Redirect(host="shop.example.com"), priority=7
            ),
            Route(
                name="beta",
                headers={"X-Beta": ("yes",)},
                query={"v": "2", "": "beta"},
                methods=("GET",),
                source_ips=("192.0.2.0/24",),
                respond=FixedResponse(status="403", body="no"),
                priority=1,
            ),
        ),
    )
    rules = {one.name.removeprefix("shop-route-"): one.inputs for one in recording.of("ListenerRule")}
    assert {name: rule["priority"] for name, rule in rules.items()} == {
        "pricing": priority_of("pricing"),
        "old": 7,
        "beta": 1,
    }
    assert rules["pricing"]["conditions"] == [{"pathPattern": {"values": ["/pricing/*"]}}]
    assert rules["pricing"]["actions"][0]["targetGroupArn"].endswith("shop-pricing")
    assert rules["old"]["actions"][0]["redirect"]["statusCode"] == "HTTP_302"
    assert rules["beta"]["actions"][0]["fixedResponse"] == {
        "contentType": "text/plain",
        "messageBody": "no",
        "statusCode": "403",
    }
    assert {"queryStrings": [{"key": "v", "value": "2"}, {"value": "beta"}]} in rules["beta"]["conditions"]
    assert {"sourceIp": {"values": ["192.0.2.0/24"]}} in rules["beta"]["conditions"]


def test_target_groups_carry_health_check_stickiness_and_delay(deploy: Any) -> None:
    group = TargetGroup(
        name="web",
        health_check=HealthCheck(path="/ready", interval=10),
        stickiness=Stickiness(cookie="SESSION", duration=3600),
        deregistration_delay=30,
    )
    made = balancer(deploy, targets=(group,)).one("TargetGroup").inputs
    assert (made["port"], made["protocol"], made["deregistrationDelay"]) == (8080, "HTTPS", 30)
    assert made["healthCheck"]["path"] == "/ready"
    assert made["healthCheck"]["matcher"] == "200"
    assert made["stickiness"] == {
        "type": "app_cookie",
        "cookieName": "SESSION",
        "cookieDuration": 3600,
        "enabled": True,
    }


def test_a_function_is_registered_and_may_be_called_by_its_group_only(deploy: Any) -> None:
    function = "arn:aws:lambda:us-east-1:111111111111:function:api"
    group = TargetGroup(name="api", kind="lambda", function_arn=function)
    recording = balancer(deploy, targets=(group,))
    permission = recording.one("lambda/permission:Permission").inputs
    assert permission["sourceArn"].endswith("shop-api")
    attachment = recording.one("targetGroupAttachment:TargetGroupAttachment")
    assert attachment.inputs["targetId"] == function
    assert any("permission" in urn for urn in attachment.dependencies)
    assert "port" not in recording.one("targetGroup:TargetGroup").inputs


def test_extras_are_there_when_asked_for(deploy: Any) -> None:
    recording = balancer(
        deploy,
        sni_certificate_arns=("arn:aws:acm:us-east-1:111111111111:certificate/2",),
        web_acl_arn="arn:aws:wafv2:us-east-1:111111111111:regional/webacl/a/1",
        mutual_tls=MutualTls(trust_store_arn="arn:store"),
        capacity_units=100,
        health_check_logs=True,
        default_response=FixedResponse(),
    )
    assert recording.one("listenerCertificate:ListenerCertificate").inputs["certificateArn"].endswith("/2")
    assert recording.one("webAclAssociation:WebAclAssociation").inputs["webAclArn"].endswith("webacl/a/1")
    made = recording.one("loadBalancer:LoadBalancer").inputs
    assert made["minimumLoadBalancerCapacity"] == {"capacityUnits": 100}
    assert made["healthCheckLogs"]["prefix"] == "health-check"
    https = recording.one("lb/listener:Listener", "https").inputs
    assert https["mutualAuthentication"] == {"mode": "verify", "trustStoreArn": "arn:store"}
    assert https["defaultActions"][0]["type"] == "fixed-response"


def test_long_names_stay_within_elb_s_32_characters_and_apart(deploy: Any) -> None:
    name = "a-rather-long-name-of-a-shop"
    groups = (TargetGroup(name="pricing-things-one"), TargetGroup(name="pricing-things-two"))
    recording = balancer(deploy, name, targets=groups)
    names = [one.name for one in recording.of("lb/targetGroup:TargetGroup")]
    names.append(recording.one("lb/loadBalancer:LoadBalancer").name)
    assert all(len(one) + 8 <= 32 for one in names)
    assert len(set(names)) == len(names)


def test_every_resource_has_a_component_as_its_parent(deploy: Any) -> None:
    recording = balancer(deploy)
    made = [one for one in recording.resources if one.type.startswith("aws:")]
    assert made
    assert all("groundplan:compute:" in one.parent for one in made)


def test_certificates_of_clients_can_be_passed_on_and_groups_made_elsewhere_used(deploy: Any) -> None:
    route = Route(name="search", paths=("/search",), target_group_arn="arn:elsewhere")
    recording = balancer(deploy, mutual_tls=MutualTls(mode="passthrough"), routes=(route,))
    assert recording.one("lb/listener:Listener", "https").inputs["mutualAuthentication"] == {
        "mode": "passthrough"
    }
    assert recording.one("ListenerRule").inputs["actions"][0]["targetGroupArn"] == "arn:elsewhere"
    with pytest.raises(ComponentError, match="belongs to mode 'verify'"):
        MutualTls(mode="verify")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"targets": ()}, "there is no target group"),
        ({"targets": (TargetGroup(name="a"), TargetGroup(name="a"))}, "two target groups are named 'a'"),
        (
            {"routes": (Route(name="r", paths=("/",), to="gone"),)},
            r"routes\[0\]\.to: there is no target group",
        ),
        ({"tls_policy": "ELBSecurityPolicy-2016-08"}, "tls_policy"),
        ({"desync_mitigation": "monitor"}, "desync_mitigation"),
    ],
)
def test_what_a_load_balancer_refuses(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        LoadBalancerArgs(certificate=Certificate(arn=CERTIFICATE), **PLACE, **settings)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"deregistration_delay": 0}, "0 would drop requests that are running"),
        ({"deregistration_delay": 3601}, "is not 1 to 3600 seconds"),
        ({"kind": "lambda"}, "belongs to kind 'lambda'"),
        ({"slow_start": 10}, "is not 30 to 900 seconds"),
        ({"slow_start": 60, "algorithm": "weighted_random"}, "does not work with weighted_random"),
        ({"anomaly_mitigation": True}, "needs algorithm weighted_random"),
        ({"health_check": {"timeout": 30, "interval": 30}}, "is not below interval"),
        ({"health_check": {"matcher": "ok"}}, "is no list of codes"),
        ({"stickiness": {"cookie": "AWSALBAPP-0"}}, "AWS keeps for itself"),
    ],
)
def test_what_a_target_group_refuses(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        TargetGroup(name="web", **values)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "an HTTPS listener needs a certificate"),
        ({"domain_name": "shop.example.com"}, "an HTTPS listener needs a certificate"),
        ({"domain_name": "shop.example.com", "new_zone": "example.org"}, "is not in 'example.org'"),
        ({"arn": CERTIFICATE, "domain_name": "shop.example.com"}, "either given or made"),
        ({"domain_name": "shop", "zone_id": "Z9"}, "'shop' is no domain name"),
    ],
)
def test_what_a_certificate_refuses(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        Certificate(**values)
