"""Elastic Load Balancing: load balancers and target groups, under both names that the SDK has for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.services._common import remembered, unless_gone, void, without_none
from tools.emulator.services._elb_regions import zone_of
from tools.emulator.services._elbv2 import attributes, both, elb_tags, read_attributes
from tools.emulator.values import has_unknown

BALANCER_ATTRIBUTES = {
    "accessLogs.bucket": "access_logs.s3.bucket",
    "accessLogs.prefix": "access_logs.s3.prefix",
    "accessLogs.enabled": "access_logs.s3.enabled",
    "connectionLogs.bucket": "connection_logs.s3.bucket",
    "connectionLogs.prefix": "connection_logs.s3.prefix",
    "connectionLogs.enabled": "connection_logs.s3.enabled",
    "healthCheckLogs.enabled": "health_check_logs.s3.enabled",
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dnsRecordClientRoutingPolicy": "dns_record.client_routing_policy",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "enableZonalShift": "zonal_shift.config.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}


def arn_suffix(arn: str) -> str:
    """The part of an ARN that CloudWatch's metrics have: `app/name/id`, `targetgroup/name/id`."""
    resource = arn.split(":", 5)[5]
    return resource.removeprefix("loadbalancer/")


def _create_balancer(call: Call) -> str:
    mappings = [
        without_none(
            SubnetId=mapping["subnetId"],
            AllocationId=mapping.get("allocationId"),
            PrivateIPv4Address=mapping.get("privateIpv4Address"),
            IPv6Address=mapping.get("ipv6Address"),
        )
        for mapping in call.get("subnetMappings", [])
    ]
    params = without_none(
        Name=call.inputs["name"],
        Type=call.get("loadBalancerType", "application"),
        Scheme="internal" if call.get("internal") else "internet-facing",
        Subnets=call.get("subnets") if not mappings else None,
        SubnetMappings=mappings or None,
        SecurityGroups=call.get("securityGroups"),
        IpAddressType=call.get("ipAddressType"),
        CustomerOwnedIpv4Pool=call.get("customerOwnedIpv4Pool"),
    )
    return str(call.aws().create_load_balancer(**params)["LoadBalancers"][0]["LoadBalancerArn"])


def _settle_balancer(call: Call) -> None:
    wanted = attributes(call, BALANCER_ATTRIBUTES)
    if call.old.get("accessLogs") and not call.get("accessLogs"):
        wanted.append({"Key": "access_logs.s3.enabled", "Value": "false"})
    if wanted:
        call.aws().modify_load_balancer_attributes(LoadBalancerArn=call.id, Attributes=wanted)


def _update_balancer(call: Call) -> None:
    elb = call.aws()
    if call.changed("securityGroups") and call.get("securityGroups"):
        elb.set_security_groups(LoadBalancerArn=call.id, SecurityGroups=call.inputs["securityGroups"])
    if call.changed("subnets", "subnetMappings"):
        subnets = call.get("subnets") or [mapping["subnetId"] for mapping in call.get("subnetMappings", [])]
        if subnets:
            elb.set_subnets(LoadBalancerArn=call.id, Subnets=subnets)
    if call.changed("ipAddressType") and call.get("ipAddressType"):
        elb.set_ip_address_type(LoadBalancerArn=call.id, IpAddressType=call.inputs["ipAddressType"])


def _read_balancer(call: Call) -> dict[str, Any] | None:
    elb = call.aws()
    answer = unless_gone(elb.describe_load_balancers, LoadBalancerArns=[call.id])
    if not answer or not answer["LoadBalancers"]:
        return None
    item = answer["LoadBalancers"][0]
    there = elb.describe_load_balancer_attributes(LoadBalancerArn=call.id)["Attributes"]
    found = read_attributes(call.type, there, BALANCER_ATTRIBUTES)
    for name in ("accessLogs", "connectionLogs", "healthCheckLogs"):
        if not call.inputs.get(name) and not (found.get(name) or {}).get("enabled"):
            found.pop(name, None)
    subnets = [zone["SubnetId"] for zone in item["AvailabilityZones"]]
    mappings = remembered(call.get("subnetMappings"), [{"subnetId": subnet} for subnet in subnets])
    return {
        **found,
        "arn": call.id,
        "arnSuffix": arn_suffix(call.id),
        "name": item["LoadBalancerName"],
        "dnsName": item["DNSName"],
        "zoneId": zone_of(call.place.region, item["Type"]),
        "vpcId": item["VpcId"],
        "internal": item["Scheme"] == "internal",
        "loadBalancerType": item["Type"],
        "ipAddressType": item["IpAddressType"],
        "securityGroups": item.get("SecurityGroups", []),
        "subnets": subnets,
        "subnetMappings": mappings,
    }


def _replacing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """Subnets of a network or gateway load balancer can be added, but not be taken away in place."""
    before, after = old.get("subnets") or [], new.get("subnets") or []
    if has_unknown(before) or has_unknown(after):
        return ()
    gone = set(before) - set(after)
    movable = new.get("loadBalancerType") in (None, "application", "network")
    return () if movable or not gone else ("subnets",)


def balancers() -> list[Emulated]:
    """Load balancers under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_create_balancer,
            read=_read_balancer,
            settle=_settle_balancer,
            update=_update_balancer,
            delete=Delete("delete_load_balancer", by="LoadBalancerArn"),
            tags=elb_tags(),
            replace_on=("name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"),
            replace_if=_replacing,
            update_on=("subnets", "securityGroups", "subnetMappings", "ipAddressType"),
            unordered=("subnets", "securityGroups", "subnetMappings"),
        )
        for token in both("loadBalancer:LoadBalancer")
    ]


_UNHEALTHY = "target_health_state.unhealthy"
_DNS = "target_group_health.dns_failover.minimum_healthy_targets"
_ROUTING = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
GROUP_ATTRIBUTES = {
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "lambdaMultiValueHeadersEnabled": "lambda.multi_value_headers.enabled",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
    "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
    "proxyProtocolV2": "proxy_protocol_v2.enabled",
    "slowStart": "slow_start.duration_seconds",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.type": "stickiness.type",
    "stickiness.cookieName": "stickiness.app_cookie.cookie_name",
    "targetFailovers.onDeregistration": "target_failover.on_deregistration",
    "targetFailovers.onUnhealthy": "target_failover.on_unhealthy",
    "targetHealthStates.enableUnhealthyConnectionTermination": f"{_UNHEALTHY}.connection_termination.enabled",
    "targetHealthStates.unhealthyDrainingInterval": f"{_UNHEALTHY}.draining_interval_seconds",
    "targetGroupHealth.dnsFailover.minimumHealthyTargetsCount": f"{_DNS}.count",
    "targetGroupHealth.dnsFailover.minimumHealthyTargetsPercentage": f"{_DNS}.percentage",
    "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsCount": f"{_ROUTING}.count",
    "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsPercentage": f"{_ROUTING}.percentage",
}
_CHECK = {
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}


def _group_attributes(call: Call) -> Mapping[str, str]:
    """The attributes of a target group: how long a cookie lives depends on its kind."""
    kind = (call.get("stickiness") or {}).get("type")
    cookie = {"stickiness.cookieDuration": f"stickiness.{kind}.duration_seconds"}
    return {**GROUP_ATTRIBUTES, **(cookie if kind in ("lb_cookie", "app_cookie") else {})}


def _check(call: Call) -> dict[str, Any]:
    check = call.get("healthCheck") or {}
    wanted = {api: check[name] for name, api in _CHECK.items() if check.get(name) is not None}
    if check.get("matcher"):
        code = "GrpcCode" if call.get("protocolVersion") == "GRPC" else "HttpCode"
        wanted["Matcher"] = {code: check["matcher"]}
    return wanted


def _create_group(call: Call) -> str:
    http = call.get("protocol") in ("HTTP", "HTTPS")
    params = without_none(
        Name=call.inputs["name"],
        Protocol=call.get("protocol"),
        ProtocolVersion=call.get("protocolVersion") if http else None,
        Port=call.get("port"),
        VpcId=call.get("vpcId"),
        TargetType=call.get("targetType", "instance"),
        IpAddressType=call.get("ipAddressType"),
    )
    answer = call.aws().create_target_group(**params, **_check(call))
    return str(answer["TargetGroups"][0]["TargetGroupArn"])


def _settle_group(call: Call) -> None:
    wanted = attributes(call, _group_attributes(call))
    if wanted:
        call.aws().modify_target_group_attributes(TargetGroupArn=call.id, Attributes=wanted)


def _update_group(call: Call) -> None:
    if call.changed("healthCheck"):
        call.aws().modify_target_group(TargetGroupArn=call.id, **_check(call))


def _read_group(call: Call) -> dict[str, Any] | None:
    elb = call.aws()
    answer = unless_gone(elb.describe_target_groups, TargetGroupArns=[call.id])
    if not answer or not answer["TargetGroups"]:
        return None
    item = answer["TargetGroups"][0]
    there = elb.describe_target_group_attributes(TargetGroupArn=call.id)["Attributes"]
    found = read_attributes(call.type, there, _group_attributes(call))
    for name in ("stickiness", "targetFailovers", "targetHealthStates", "targetGroupHealth"):
        if call.inputs.get(name) is not None:
            found[name] = remembered(call.inputs[name], found.get(name, call.inputs[name]))
    check = {name: item[api] for name, api in _CHECK.items() if item.get(api) is not None}
    matcher = item.get("Matcher") or {}
    if matcher:
        check["matcher"] = matcher.get("HttpCode") or matcher.get("GrpcCode")
    return {
        **found,
        **without_none(
            protocol=item.get("Protocol"),
            protocolVersion=item.get("ProtocolVersion"),
            port=item.get("Port"),
            vpcId=item.get("VpcId"),
        ),
        "arn": call.id,
        "arnSuffix": arn_suffix(call.id),
        "name": item["TargetGroupName"],
        "targetType": item.get("TargetType", "instance"),
        "ipAddressType": item.get("IpAddressType", "ipv4"),
        "healthCheck": check,
        "loadBalancerArns": list(dict.fromkeys(item.get("LoadBalancerArns", []))),
    }


def groups() -> list[Emulated]:
    """Target groups under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_create_group,
            read=_read_group,
            settle=_settle_group,
            update=_update_group,
            delete=Delete("delete_target_group", by="TargetGroupArn"),
            tags=elb_tags(),
            replace_on=(
                "name",
                "namePrefix",
                "port",
                "protocol",
                "protocolVersion",
                "targetType",
                "vpcId",
                "ipAddressType",
            ),
            update_on=("healthCheck", "stickiness"),
        )
        for token in both("targetGroup:TargetGroup")
    ]


def _target(call: Call) -> dict[str, Any]:
    return without_none(
        Id=call.inputs["targetId"], Port=call.get("port"), AvailabilityZone=call.get("availabilityZone")
    )


def _register(call: Call) -> str:
    group = str(call.inputs["targetGroupArn"])
    call.aws().register_targets(TargetGroupArn=group, Targets=[_target(call)])
    return f"{group}-{call.inputs['targetId']}" + (f"-{call.inputs['port']}" if call.get("port") else "")


def _read_target(call: Call) -> dict[str, Any] | None:
    group, target = call.inputs.get("targetGroupArn"), call.inputs.get("targetId")
    answer = unless_gone(call.aws().describe_target_health, TargetGroupArn=group) if group else None
    there = [item["Target"] for item in (answer or {}).get("TargetHealthDescriptions", [])]
    found = next((item for item in there if item["Id"] == target), None)
    if found is None:
        return None
    port = {"port": found["Port"]} if found.get("Port") else {}
    return {"targetGroupArn": group, "targetId": target, **port}


def _deregister(call: Call) -> None:
    if _read_target(call) is not None:
        target = [{"Id": call.inputs["targetId"]}]
        call.aws().deregister_targets(TargetGroupArn=call.inputs["targetGroupArn"], Targets=target)


def attachments() -> list[Emulated]:
    """Targets of a group under both names."""
    return [
        Emulated(
            token,
            service="elbv2",
            create=_register,
            read=_read_target,
            update=lambda call: void(_register(call)),
            delete=_deregister,
            replace_on=("targetGroupArn", "targetId", "port", "availabilityZone"),
        )
        for token in both("targetGroupAttachment:TargetGroupAttachment")
    ]


TYPES = (*balancers(), *groups(), *attachments())
