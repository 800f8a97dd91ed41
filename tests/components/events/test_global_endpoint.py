from __future__ import annotations

import json
from typing import Any

import pytest

from components.events import BusSettings, GlobalEndpoint, GlobalEndpointArgs
from components.foundation.errors import ComponentError
from tests.components.recording import Recording, Registered, run


def built(**changes: Any) -> Recording:
    given = {
        "bus": BusSettings(name="orders"),
        "primary": "eu-central-1",
        "secondary": "eu-west-1",
        **changes,
    }
    args = GlobalEndpointArgs(**given)

    def program() -> None:
        GlobalEndpoint("orders", args)

    return run(program)


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == f"aws:{type_}"]


def test_two_buses_of_one_name_in_two_regions() -> None:
    recording = built()
    buses = of_type(recording, "cloudwatch/eventBus:EventBus")
    assert {(one.inputs["name"], one.inputs["region"]) for one in buses} == {
        ("orders", "eu-central-1"),
        ("orders", "eu-west-1"),
    }
    (endpoint,) = of_type(recording, "cloudwatch/eventEndpoint:EventEndpoint")
    arns = {one.inputs["region"]: one.state["arn"] for one in buses}
    # The primary Region's bus comes first.
    said = [one["eventBusArn"] for one in endpoint.inputs["eventBuses"]]
    assert said == [arns["eu-central-1"], arns["eu-west-1"]]
    assert endpoint.inputs["routingConfig"]["failoverConfig"]["secondary"] == {"route": "eu-west-1"}


def test_silence_and_slowness_of_the_primary_are_trouble() -> None:
    recording = built(latency_seconds=12)
    (alarm,) = of_type(recording, "cloudwatch/metricAlarm:MetricAlarm")
    assert (alarm.inputs["threshold"], alarm.inputs["treatMissingData"]) == (12_000, "breaching")
    (check,) = of_type(recording, "route53/healthCheck:HealthCheck")
    assert check.inputs["cloudwatchAlarmRegion"] == "eu-central-1"
    assert check.inputs["insufficientDataHealthStatus"] == "Unhealthy"


def test_the_replica_role_manages_its_own_rules_alone() -> None:
    recording = built()
    (policy,) = of_type(recording, "iam/rolePolicy:RolePolicy")
    manage, put, itself = json.loads(policy.inputs["policy"])["Statement"]
    assert all(arn.endswith(":rule/orders/GlobalEndpointManagedRule-*") for arn in manage["Resource"])
    buses = of_type(recording, "cloudwatch/eventBus:EventBus")
    assert sorted(put["Resource"]) == sorted(one.state["arn"] for one in buses)
    assert itself["Condition"] == {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
    assert not of_type(built(replicate=False), "iam/role:Role")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"secondary": "eu-central-1"}, "secondary: is the primary Region itself"),
        ({"secondary": "us-gov-west-1"}, "secondary: events do not cross"),
        ({"primary": "cn-north-1", "secondary": "cn-northwest-1"}, "secondary: events do not cross"),
    ],
)
def test_regions_that_events_do_not_cross_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        built(**changes)
