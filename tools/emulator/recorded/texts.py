"""Plausible text for an output that AWS computes, told by the output's name: ids, ARNs, times, names in DNS,
versions.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Callable, Mapping

from tools.emulator.emulated import Call
from tools.emulator.recorded import arns, shapes

_DAY_ONE = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_YEAR = 365 * 24 * 3600

Maker = Callable[[Call, str], str]


def text(call: Call, path: str) -> str:
    """Text for the output at `path` (`endpoint.address`); empty where nothing is plausible."""
    name = path.rsplit(".", 1)[-1].split("[", 1)[0]
    short = call.type.token.split(":")[1]
    special = _OF_TYPE.get(f"{short}.{name}")
    if special is not None:
        return special(call, path)
    for pattern, maker in _BY_NAME:
        if pattern.search(name):
            return maker(call, path)
    return ""


def several(call: Call, name: str) -> list[str] | None:
    """Items of a list of texts that is never empty in AWS; None for other lists."""
    region = call.place.region
    if name == "availabilityZones":
        return [f"{region}{letter}" for letter in "abc"]
    if name in ("nameServers", "dnsServers") and name == "nameServers":
        return [
            f"ns-{int(_seed(call, f'ns{n}', 3), 16) % 2048}.awsdns-{n:02d}.{end}"
            for n, end in enumerate(_NS_ENDS)
        ]
    if name in ("vpcSecurityGroupIds", "securityGroupIds"):
        return [f"sg-{_seed(call, name, shapes.EC2_DIGITS)}"]
    return None


_NS_ENDS = ("com", "net", "org", "co.uk")


def _seed(call: Call, path: str, count: int, alphabet: str = "0123456789abcdef") -> str:
    return shapes.digits(_source(call, path), count, alphabet)


def _source(call: Call, path: str) -> str:
    place = call.place
    return f"{call.type.token}|{place.account}|{place.region}|{call.id}|{path}"


def _namespace(call: Call) -> str:
    return arns.shape(call.type.token).namespace


def _label(call: Call) -> str:
    """The resource's name as a label in DNS."""
    named = call.type.autoname
    chosen = str(call.inputs.get(named or "") or call.id or call.name)
    return re.sub(r"[^a-z0-9-]+", "-", re.split(r"[/:]", chosen)[-1].lower()).strip("-")[:50] or "x"


def _host(call: Call, path: str) -> str:
    unique = _seed(call, "host", 12, "abcdefghijklmnopqrstuvwxyz0123456789")
    del path
    return f"{_label(call)}.{unique}.{call.place.region}.{_namespace(call)}.{call.place.dns_suffix}"


def _rds(kind: str) -> Maker:
    def host(call: Call, path: str) -> str:
        del path
        unique = _seed(call, "host", 12, "abcdefghijklmnopqrstuvwxyz0123456789")
        middle = f"{kind}-{unique}" if kind else unique
        return f"{_label(call)}.{middle}.{call.place.region}.rds.{call.place.dns_suffix}"

    return host


def _with_port(host: Maker, port: int) -> Maker:
    return lambda call, path: f"{host(call, path)}:{call.inputs.get('port') or port}"


def _url(call: Call, path: str) -> str:
    return f"https://{_host(call, path)}"


def _time(call: Call, path: str) -> str:
    seconds = int(_seed(call, path, 8), 16) % _YEAR
    return (_DAY_ONE + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _other_arn(call: Call, path: str) -> str:
    """The ARN of something that belongs to the resource: `streamArn`, `certificateArn`."""
    name = path.rsplit(".", 1)[-1].split("[", 1)[0]
    word = re.sub(r"Arns?$", "", name)
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", word).lower() or "resource"
    if word.lower().endswith("role"):
        return call.arn("iam", f"role/{_label(call)}-{_seed(call, path, 7)}", region="")
    if word.lower().endswith(("kmskey", "kmskeyid")):
        return call.arn("kms", f"key/{shapes.uuid(_source(call, path))}")
    return call.arn(_namespace(call), f"{kind}/{_seed(call, path, 17)}")


def _other_id(call: Call, path: str) -> str:
    name = path.rsplit(".", 1)[-1].split("[", 1)[0]
    word = re.sub(r"(?:Id|Ids|Identifier)$", "", name)
    prefix = _EC2_PREFIXES.get(word.lower())
    if prefix is not None:
        return f"{prefix}-{_seed(call, path, shapes.EC2_DIGITS)}"
    return _seed(call, path, 20)


_EC2_PREFIXES: Mapping[str, str] = {
    "allocation": "eipalloc",
    "association": "eipassoc",
    "image": "ami",
    "instance": "i",
    "internetgateway": "igw",
    "networkacl": "acl",
    "defaultnetworkacl": "acl",
    "networkinterface": "eni",
    "primarynetworkinterface": "eni",
    "defaultroutetable": "rtb",
    "mainroutetable": "rtb",
    "routetable": "rtb",
    "securitygroup": "sg",
    "defaultsecuritygroup": "sg",
    "snapshot": "snap",
    "subnet": "subnet",
    "transitgateway": "tgw",
    "volume": "vol",
    "vpc": "vpc",
    "vpcendpoint": "vpce",
    "dhcpoptions": "dopt",
}


def _address(call: Call, path: str) -> str:
    numbers = [int(_seed(call, f"{path}{part}", 2), 16) for part in range(3)]
    first = "203.0" if "public" in path.lower() else "10.0"
    return f"{first}.{numbers[0] if first == '10.0' else 113}.{max(numbers[1], 4)}"


def _zone_id(call: Call, path: str) -> str:
    return "Z" + _seed(call, path, 13, string.ascii_uppercase + string.digits)


def _account(call: Call, path: str) -> str:
    del path
    return call.place.account


_BY_NAME: tuple[tuple[re.Pattern[str], Maker], ...] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (r"^arn$", lambda call, _: arns.made(call, call.id or call.name)),
        (r"Arns?$", _other_arn),
        (r"^(?:owner|account|registry|awsAccount|ownerAccount|sourceAccount|catalog)(?:Id|)$", _account),
        (r"AccountId$", _account),
        (r"^(?:r|R)egion$|Region$|^awsRegion$", lambda call, _: call.place.region),
        (r"^availabilityZone$|AvailabilityZone$", lambda call, _: f"{call.place.region}a"),
        (r"(?:Date|Time|Timestamp|At|DateTime)$|^(?:timestamp|created|lastUpdated|lastModified)", _time),
        (r"^(?:h|.*H)ostedZoneId$|^zoneId$", _zone_id),
        (r"(?:^k|K)msKeyId$", lambda call, path: call.arn("kms", f"key/{shapes.uuid(_source(call, path))}")),
        (r"^uuid$|^uniqueId$|Uuid$|Token$|^callerReference$", lambda call, path: shapes.uuid(_source(call, path))),
        (r"(?:^e|E)[tT]ag$|Md5$|^md5|Checksum$|^revisionId$", lambda call, path: _seed(call, path, 32)),
        (r"(?:^f|F)ingerprint$|Sha1$|Thumbprint$", lambda call, path: _seed(call, path, 40)),
        (r"Sha256$|Hash$", lambda call, path: _seed(call, path, 64)),
        (r"(?:^u|U)r[il]s?$|^httpEndpoint|^endpointUrl|^websiteEndpoint$", _url),
        (r"[eE]ndpoints?$|^address$|[dD]nsNames?$|[hH]ostname$|^fqdn$", _host),
        (r"^domainName$|DomainName$|[dD]omain$|Host$|^host$", _host),
        (r"(?:Ips?|IpAddress(?:es)?)$|^(?:ip|ipAddress)$", _address),
        (r"^(?:status|lifecycleStatus|.*Status)$", lambda *_: "ACTIVE"),
        (r"^(?:state|.*State)$", lambda *_: "available"),
        (r"(?:^v|V)ersion(?:Id|Number)?$|^latestVersion$|^revision$", lambda *_: "1"),
        (r"(?:Id|Identifier|Ids)$", _other_id),
        (r"^name$|^(?:cluster|table|bucket|domain|function|group|policy|instance)Name$", lambda call, _: _label(call)),
        (r"^(?:p|.*P)assword$|[sS]ecret$|SecretAccessKey$", lambda call, path: _seed(call, path, 32)),
    )
)  # fmt: skip
"""The first that fits counts. The name that is looked at is the output's own (`address` of `endpoint.address`)."""


def _invoke_arn(call: Call, qualifier: str) -> str:
    """The ARN by which API Gateway calls a function."""
    path = f"path/2015-03-31/functions/{arns.made(call, call.id)}{qualifier}/invocations"
    return call.arn("apigateway", path, account="lambda")


_CLUSTERS = ("rds/cluster", "docdb/cluster", "neptune/cluster")
_INSTANCES = ("rds/instance", "docdb/clusterInstance", "neptune/clusterInstance", "rds/clusterInstance")
_OF_TYPE: Mapping[str, Maker] = {
    **{f"{kind}.endpoint": _rds("cluster") for kind in _CLUSTERS},
    **{f"{kind}.readerEndpoint": _rds("cluster-ro") for kind in _CLUSTERS},
    **{f"{kind}.address": _rds("") for kind in _INSTANCES},
    **{f"{kind}.endpoint": _rds("") for kind in _INSTANCES},
    "rds/instance.endpoint": _with_port(_rds(""), 3306),
    "neptune/clusterInstance.endpoint": _with_port(_rds(""), 8182),
    "rds/proxy.endpoint": _rds("proxy"),
    "rds/proxyEndpoint.endpoint": _rds("endpoint.proxy"),
    "sqs/queue.url": lambda call, _: call.id,
    "sqs/queue.name": lambda call, _: call.id.rsplit("/", 1)[-1],
    "ecr/repository.repositoryUrl": lambda call, _: (
        f"{call.place.account}.dkr.ecr.{call.place.region}.{call.place.dns_suffix}/{call.id}"
    ),
    "cloudfront/distribution.domainName": lambda call, _: f"{call.id.lower()}.cloudfront.net",
    "cloudfront/distribution.hostedZoneId": lambda *_: "Z2FDTNDATAQYW2",
    "cognito/userPool.endpoint": lambda call, _: (
        f"cognito-idp.{call.place.region}.{call.place.dns_suffix}/{call.id}"
    ),
    "eks/cluster.endpoint": lambda call, _: (
        f"https://{_seed(call, 'eks', 32).upper()}.gr7.{call.place.region}.eks.{call.place.dns_suffix}"
    ),
    "eks/cluster.issuer": lambda call, _: (
        f"https://oidc.eks.{call.place.region}.{call.place.dns_suffix}/id/{_seed(call, 'eks', 32).upper()}"
    ),
    "eks/cluster.version": lambda *_: "1.33",
    "apigateway/stage.invokeUrl": lambda call, _: (
        f"https://{call.inputs.get('restApi')}.execute-api.{call.place.region}.{call.place.dns_suffix}"
        f"/{call.inputs.get('stageName')}"
    ),
    "apigateway/restApi.executionArn": lambda call, _: call.arn("execute-api", call.id),
    "apigatewayv2/api.executionArn": lambda call, _: call.arn("execute-api", call.id),
    "lambda/function.invokeArn": lambda call, _: _invoke_arn(call, ""),
    "lambda/function.qualifiedArn": lambda call, _: f"{arns.made(call, call.id)}:1",
    "lambda/function.qualifiedInvokeArn": lambda call, _: _invoke_arn(call, ":1"),
    "lb/loadBalancer.arnSuffix": lambda call, _: call.id.split("loadbalancer/")[-1],
    "alb/loadBalancer.arnSuffix": lambda call, _: call.id.split("loadbalancer/")[-1],
    "route53/zone.primaryNameServer": lambda call, _: (several(call, "nameServers") or [""])[0],
    "apigatewayv2/api.apiEndpoint": lambda call, _: (
        f"https://{call.id}.execute-api.{call.place.region}.{call.place.dns_suffix}"
    ),
}
"""`module/type.output` of well-known outputs whose form programs rely on."""
