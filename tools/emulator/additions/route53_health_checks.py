"""Route 53 health checks, in the place of moto's, which lose alarms, routing controls and what is searched for.

Nothing is checked: every health check is healthy, unless it says that it is inverted.
"""

from __future__ import annotations

from moto.moto_api._internal import mock_random
from moto.route53.responses import Route53

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("route53")
CHECKS = Shelf("health-checks", "Health check", "NoSuchHealthCheck")
_DEFAULTS = {
    "FailureThreshold": 3,
    "Inverted": False,
    "Disabled": False,
    "MeasureLatency": False,
    "RequestInterval": 30,
}
_PORTS = {"HTTP": 80, "HTTP_STR_MATCH": 80, "HTTPS": 443, "HTTPS_STR_MATCH": 443}
_PROBED = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
_ELEMENTS = {
    "ChildHealthChecks": "ChildHealthChecks",
    "FullyQualifiedDomainName": "FullyQualifiedDomainName",
    "Regions": "Regions",
    "ResourcePath": "ResourcePath",
}
"""What `ResetElements` names, and the setting that goes."""


@API.operation
def _create_health_check(asked: Asked) -> Document:
    config, reference = dict(asked.params["HealthCheckConfig"]), asked.params["CallerReference"]
    for one in CHECKS.listed(asked.backend):
        if one["CallerReference"] == reference:
            raise refused("HealthCheckAlreadyExists", f"A health check of {reference} exists")
    kind = config["Type"]
    defaults = dict(_DEFAULTS)
    if kind not in _PROBED:
        for name in ("FailureThreshold", "RequestInterval", "MeasureLatency"):
            defaults.pop(name)
    if kind in _PORTS:
        defaults["Port"] = _PORTS[kind]
    if kind.startswith("HTTPS"):
        defaults["EnableSNI"] = True
    made = str(mock_random.uuid4())
    document = {
        "Id": made,
        "CallerReference": reference,
        "HealthCheckConfig": {**defaults, **config},
        "HealthCheckVersion": 1,
    }
    # moto keeps tags of what it knows.
    asked.backend.health_checks[made] = document
    return {
        "HealthCheck": CHECKS.add(asked.backend, made, document),
        "Location": f"/2013-04-01/healthcheck/{made}",
    }


@API.operation
def _get_health_check(asked: Asked) -> Document:
    return {"HealthCheck": CHECKS.get(asked.backend, asked.params["HealthCheckId"])}


@API.operation
def _list_health_checks(asked: Asked) -> Document:
    return {
        "HealthChecks": CHECKS.listed(asked.backend),
        "IsTruncated": False,
        "MaxItems": "100",
        "Marker": "",
    }


@API.operation
def _update_health_check(asked: Asked) -> Document:
    found = CHECKS.get(asked.backend, asked.params["HealthCheckId"])
    config = found["HealthCheckConfig"]
    for element in asked.params.get("ResetElements", []):
        config.pop(_ELEMENTS.get(element, element), None)
    other = ("HealthCheckId", "HealthCheckVersion", "ResetElements")
    config.update(
        {key: value for key, value in asked.params.items() if value is not None and key not in other}
    )
    found["HealthCheckVersion"] += 1
    return {"HealthCheck": found}


@API.operation
def _delete_health_check(asked: Asked) -> None:
    name = asked.params["HealthCheckId"]
    CHECKS.remove(asked.backend, name)
    asked.backend.health_checks.pop(name, None)


def install() -> None:
    """Keep whole health checks."""
    API.install(Route53)
