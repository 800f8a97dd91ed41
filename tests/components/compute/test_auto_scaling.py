"""What an Auto Scaling group registers: template, key, role, policies; and what it refuses."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given, strategies as st
from moto.ec2.models.instance_types import INSTANCE_TYPES

from components.compute import (
    DOCUMENTED_BANDS,
    AutoScalingGroup,
    AutoScalingGroupArgs,
    Band,
    Capacity,
    CustomMetric,
    GroupSettings,
    Image,
    Instance,
    LifecycleHook,
    Refresh,
    Scaling,
    SimpleScaling,
    SpotMix,
    StepScaling,
    TargetTracking,
    Volume,
    weekly_peak,
)
from components.compute.instances import architecture_of, httpd_user_data
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement

PLACE: dict[str, Any] = {
    "subnet_ids": ("subnet-a", "subnet-b"),
    "security_group_ids": ("sg-1",),
    "target_group_arns": ("arn:target-group",),
    "requests_label": "app/shop/1/targetgroup/web/2",
    "requests_dimensions": {"TargetGroup": "targetgroup/web/2"},
}


def group(deploy: Any, **settings: Any) -> Any:
    def program() -> None:
        AutoScalingGroup("shop", AutoScalingGroupArgs(**PLACE, **settings))

    return deploy(program)


def template(deploy: Any, **instance: Any) -> dict[str, Any]:
    found: dict[str, Any] = group(deploy, instance=Instance(**instance)).one("LaunchTemplate").inputs
    return found


def test_instances_have_imdsv2_no_key_pair_and_no_public_address(deploy: Any) -> None:
    made = template(deploy)
    assert made["metadataOptions"]["httpTokens"] == "required"
    assert made["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert "keyName" not in made
    (interface,) = made["networkInterfaces"]
    assert interface["associatePublicIpAddress"] == "false"
    assert interface["securityGroups"] == ["sg-1"]


def test_every_volume_is_encrypted_with_the_group_s_own_key(deploy: Any) -> None:
    recording = group(deploy, instance=Instance(volumes={"/dev/sdf": Volume(gib=100, iops=4000)}))
    mappings = recording.one("LaunchTemplate").inputs["blockDeviceMappings"]
    assert [mapping["deviceName"] for mapping in mappings] == ["/dev/xvda", "/dev/sdf"]
    for mapping in mappings:
        assert mapping["ebs"]["encrypted"] == "true"
        assert mapping["ebs"]["kmsKeyId"].endswith(recording.one("kms/key:Key").name)


def test_only_the_group_s_own_service_role_may_use_the_key(deploy: Any) -> None:
    recording = group(deploy)
    role = recording.one("serviceLinkedRole:ServiceLinkedRole")
    assert role.inputs["customSuffix"] == "shop-test-groundplan"
    policy = json.loads(recording.one("kms/key:Key").inputs["policy"])
    users = [s for s in policy["Statement"] if s["Sid"].startswith("AutoScaling")]
    assert {json.dumps(s["Principal"]) for s in users} == {
        json.dumps({"AWS": [f"arn:aws:iam:us-east-1:111111111111:{role.name}"]})
    }
    (grants,) = [s for s in users if "kms:CreateGrant" in s["Action"]]
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    made = recording.one("autoscaling/group:Group").inputs
    assert made["serviceLinkedRoleArn"].endswith(role.name)


def test_the_role_opens_sessions_and_does_what_is_granted(deploy: Any) -> None:
    read = Statement("Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::shop/*"])
    recording = group(deploy, instance=Instance(statements=(read,)))
    sessions = json.loads(recording.one("rolePolicy:RolePolicy", "sessions").inputs["policy"])
    actions = {action for statement in sessions["Statement"] for action in statement["Action"]}
    assert "ssmmessages:OpenControlChannel" in actions
    assert not any("*" in action or "Parameter" in action for action in actions)
    app = json.loads(recording.one("rolePolicy:RolePolicy", "app").inputs["policy"])
    assert app["Statement"][0]["Action"] == ["s3:GetObject"]
    assert not recording.of("rolePolicyAttachment:RolePolicyAttachment")


def test_grant_adds_a_policy_for_each_purpose(deploy: Any) -> None:
    def program() -> None:
        made = AutoScalingGroup("shop", AutoScalingGroupArgs(**PLACE))
        made.grant("orders", Statement("Send", actions=["sqs:SendMessage"], resources=["arn:queue"]))

    policy = json.loads(deploy(program).one("rolePolicy:RolePolicy", "orders").inputs["policy"])
    assert policy["Statement"][0]["Resource"] == ["arn:queue"]


def test_the_image_is_amazon_linux_for_the_type_s_processor(deploy: Any) -> None:
    assert template(deploy)["imageId"] == "ami-0123456789abcdef0"
    late = template(deploy, type="m7i.large", image=Image(resolve="launch"))["imageId"]
    assert late == "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert template(deploy, image=Image(id="ami-0fedcba9876543210"))["imageId"] == "ami-0fedcba9876543210"


def test_user_data_is_the_documented_httpd_unless_given(deploy: Any) -> None:
    script = b64decode(template(deploy)["userData"]).decode()
    assert "dnf install -y httpd" in script
    assert "Listen 8080" in script
    assert "/var/www/html/health" in script
    assert b64decode(template(deploy, user_data="#!/bin/sh\n")["userData"]).decode() == "#!/bin/sh\n"
    assert "userData" not in template(deploy, user_data="")


def test_burstable_types_do_not_cost_more_than_their_price(deploy: Any) -> None:
    assert template(deploy)["creditSpecification"] == {"cpuCredits": "standard"}
    assert "creditSpecification" not in template(deploy, type="m7g.large")


def test_a_new_template_replaces_instances_and_rolls_back(deploy: Any) -> None:
    made = group(deploy).one("autoscaling/group:Group").inputs
    assert made["launchTemplate"]["version"] == "3"
    preferences = made["instanceRefresh"]["preferences"]
    assert preferences["autoRollback"] is True
    assert preferences["minHealthyPercentage"] == 100
    late = group(deploy, instance=Instance(image=Image(resolve="launch")))
    preferences = late.one("autoscaling/group:Group").inputs["instanceRefresh"]["preferences"]
    assert (preferences["autoRollback"], preferences["skipMatching"]) == (False, False)


def test_the_group_asks_the_load_balancer_whether_instances_are_well(deploy: Any) -> None:
    made = group(deploy).one("autoscaling/group:Group").inputs
    assert made["healthCheckType"] == "ELB"
    assert made["healthCheckGracePeriod"] == 300
    assert made["defaultCooldown"] == 300
    assert (made["minSize"], made["desiredCapacity"], made["maxSize"]) == (2, 2, 6)
    assert made["vpcZoneIdentifiers"] == ["subnet-a", "subnet-b"]


def test_a_deployment_does_not_turn_scaling_back(deploy: Any) -> None:
    scaled = group(deploy, capacity=Capacity(max=9), scaling=Scaling(schedules=weekly_peak(quiet=2, busy=4)))
    assert scaled.one("autoscaling/group:Group").ignore_changes[1:] == ("desiredCapacity", "minSize")
    fixed = group(deploy, scaling=Scaling(target_tracking=()))
    assert fixed.one("autoscaling/group:Group").ignore_changes[1:] == ()


def test_spot_mixes_types_and_rebalances(deploy: Any) -> None:
    spot = SpotMix(types=("t4g.medium", "t4g.small"), on_demand_base=2)
    made = group(deploy, instance=Instance(spot=spot)).one("autoscaling/group:Group").inputs
    policy = made["mixedInstancesPolicy"]
    overrides = [one["instanceType"] for one in policy["launchTemplate"]["overrides"]]
    assert overrides == ["t4g.small", "t4g.medium"]
    assert policy["instancesDistribution"]["onDemandBaseCapacity"] == 2
    assert made["capacityRebalance"] is True
    assert "launchTemplate" not in made


def test_hooks_hold_the_first_instances_and_can_change_later(deploy: Any) -> None:
    recording = group(deploy, hooks=(LifecycleHook(name="warm", when="launching", timeout=60),))
    made = recording.one("autoscaling/group:Group")
    (initial,) = made.inputs["initialLifecycleHooks"]
    later = recording.one("lifecycleHook:LifecycleHook").inputs
    assert initial["lifecycleTransition"] == "autoscaling:EC2_INSTANCE_LAUNCHING"
    assert initial["heartbeatTimeout"] == 60
    assert {name: later[name] for name in initial} == initial
    assert "initialLifecycleHooks" in made.ignore_changes


def test_target_tracking_of_cpu_requests_and_own_metrics(deploy: Any) -> None:
    depth = CustomMetric(namespace="Shop", name="Depth", dimensions={"Queue": "orders"})
    scaling = Scaling(
        target_tracking=(
            TargetTracking(),
            TargetTracking(metric="requests_per_target", target=500, scale_in=False),
            TargetTracking(metric=depth, target=10),
        )
    )
    made = {one.name: one.inputs for one in group(deploy, scaling=scaling).of("autoscaling/policy:Policy")}
    cpu = made["shop-track-cpu"]["targetTrackingConfiguration"]
    assert cpu["targetValue"] == 40
    assert cpu["predefinedMetricSpecification"] == {"predefinedMetricType": "ASGAverageCPUUtilization"}
    requests = made["shop-track-requests-per-target"]["targetTrackingConfiguration"]
    assert requests["predefinedMetricSpecification"]["resourceLabel"] == PLACE["requests_label"]
    assert requests["disableScaleIn"] is True
    own = made["shop-track-shop-depth"]["targetTrackingConfiguration"]["customizedMetricSpecification"]
    assert own["metricDimensions"] == [{"name": "Queue", "value": "orders"}]


def test_step_scaling_with_the_documented_bands(deploy: Any) -> None:
    scaling = Scaling(target_tracking=(), steps=(StepScaling(bands=DOCUMENTED_BANDS),))
    recording = group(deploy, scaling=scaling)
    policy = recording.one("autoscaling/policy:Policy")
    assert policy.inputs["stepAdjustments"] == [
        {"metricIntervalLowerBound": "0", "metricIntervalUpperBound": "10", "scalingAdjustment": 1},
        {"metricIntervalLowerBound": "10", "metricIntervalUpperBound": "30", "scalingAdjustment": 2},
        {"metricIntervalLowerBound": "30", "scalingAdjustment": 3},
    ]
    alarm = recording.one("metricAlarm:MetricAlarm").inputs
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (40, "GreaterThanOrEqualToThreshold")
    assert alarm["alarmActions"][0].endswith(policy.name)
    assert set(alarm["dimensions"]) == {"AutoScalingGroupName"}


def test_steps_on_a_metric_of_the_application(deploy: Any) -> None:
    depth = CustomMetric(namespace="Shop", name="Depth", statistic="Maximum", dimensions={"Queue": "orders"})
    steps = StepScaling(bands=(Band(lower=100, change=50),), metric=depth, unit="percent")
    recording = group(deploy, scaling=Scaling(steps=(steps,)))
    alarm = recording.one("metricAlarm:MetricAlarm").inputs
    assert (alarm["namespace"], alarm["metricName"], alarm["statistic"]) == ("Shop", "Depth", "Maximum")
    assert alarm["dimensions"] == {"Queue": "orders"}
    assert recording.one("Policy", "step-1").inputs["adjustmentType"] == "PercentChangeInCapacity"


def test_simple_scaling_rests_180_seconds_after_scaling_in(deploy: Any) -> None:
    simple = SimpleScaling(metric="requests_per_target", threshold=10, change=-1)
    recording = group(deploy, scaling=Scaling(simple=(simple,)))
    policy = recording.one("autoscaling/policy:Policy", "simple-1").inputs
    assert (policy["scalingAdjustment"], policy["cooldown"]) == (-1, 180)
    alarm = recording.one("metricAlarm:MetricAlarm").inputs
    assert alarm["metricName"] == "RequestCountPerTarget"
    assert alarm["dimensions"] == PLACE["requests_dimensions"]


def test_schedules_leave_what_they_do_not_name(deploy: Any) -> None:
    scaling = Scaling(schedules=weekly_peak(quiet=2, busy=4, time_zone="Europe/Berlin"))
    made = group(deploy, scaling=scaling).one("autoscaling/schedule:Schedule", "peak-starts").inputs
    assert (made["minSize"], made["maxSize"], made["desiredCapacity"]) == (4, -1, -1)
    assert (made["recurrence"], made["timeZone"]) == ("0 6 * * WED", "Europe/Berlin")


def test_the_processor_of_every_type_is_in_its_name() -> None:
    for instance_type in INSTANCE_TYPES:
        if not instance_type.startswith("mac"):
            assert architecture_of(instance_type) in architectures_known_to_aws(instance_type), instance_type


def architectures_known_to_aws(instance_type: str) -> list[str]:
    found: list[str] = INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"]
    return found


def test_the_example_speaks_tls_alone_where_it_is_asked_to() -> None:
    lines = httpd_user_data(8443, "/health", https=True).splitlines()
    assert "dnf install -y httpd mod_ssl openssl" in lines
    made = next(index for index, line in enumerate(lines) if line.startswith("openssl req -x509"))
    assert made < lines.index("systemctl start httpd.service")
    assert "sed -i '/^Listen 80$/d' /etc/httpd/conf/httpd.conf" in lines
    (moved,) = (line for line in lines if line.endswith("ssl.conf"))
    assert "s/^Listen 443 https$/Listen 8443 https/" in moved
    assert "s/_default_:443>/_default_:8443>/" in moved


@given(st.integers(1, 65_535), st.sampled_from(["/", "/health", "/a/b/ready"]))
def test_the_example_listens_and_answers_where_it_is_asked(port: int, path: str) -> None:
    script = httpd_user_data(port, path, https=False)
    assert script.startswith("#!/bin/bash\n")
    assert (f"Listen {port}/" in script) == (port != 80)
    assert (f"> /var/www/html{path}\n" in script) == (path != "/")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"capacity": {"min": 3, "max": 2}}, r"GroupSettings\.capacity\.min: 3 is more than max"),
        ({"capacity": {"desired": 9}}, r"GroupSettings\.capacity\.desired: 9 is not between"),
        (
            {"instance": {"type": "large"}},
            r"GroupSettings\.instance\.type: 'large' is no instance type for Linux",
        ),
        ({"instance": {"type": "mac2.metal"}}, "is no instance type for Linux"),
        ({"instance": {"spot": {"types": ("t3.small",)}}}, "t3.small is x86_64, but t4g.small is arm64"),
        ({"instance": {"image": {"id": "ami-x"}}}, "is no image id"),
        (
            {"instance": {"image": {"id": "ami-0123456789abcdef0", "parameter": "/x"}}},
            "is given by id already",
        ),
        ({"refresh": {"checkpoints": (50, 20)}}, "are not in rising order"),
        ({"instance": {"user_data": "x" * 16_385}}, "16385 bytes"),
        ({"instance": {"volumes": {"/dev/xvda": {}}}}, "is the root volume"),
        ({"instance": {"key_name": "me"}}, "key_name: is not an argument"),
        ({"hooks": ({"name": "a", "when": "launching"},) * 2}, "two hooks are named 'a'"),
        ({"hooks": ({"name": "a", "when": "launching", "notify_arn": "arn:x"},)}, "belong together"),
        ({"scaling": {"schedules": weekly_peak(quiet=1, busy=7)}}, "7 is more than max"),
        ({"refresh": {"min_healthy": 0, "max_healthy": 150}}, "more than 100 above"),
        ({"refresh": {"min_healthy": 100, "max_healthy": 100}}, "nothing could be replaced"),
        ({"wait_for_capacity": "soon"}, "wait_for_capacity"),
    ],
)
def test_what_a_group_refuses(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        GroupSettings(**settings)


def test_counting_requests_needs_a_load_balancer() -> None:
    scaling = Scaling(target_tracking=(TargetTracking(metric="requests_per_target", target=100),))
    with pytest.raises(ComponentError, match="requests_per_target needs a load balancer"):
        AutoScalingGroupArgs(subnet_ids=("a",), security_group_ids=("sg",), scaling=scaling)


def test_checkpoints_wait(deploy: Any) -> None:
    made = group(deploy, refresh=Refresh(checkpoints=(20, 100), checkpoint_delay=60))
    preferences = made.one("autoscaling/group:Group").inputs["instanceRefresh"]["preferences"]
    assert preferences["checkpointPercentages"] == [20, 100]
    assert preferences["checkpointDelay"] == "60"
