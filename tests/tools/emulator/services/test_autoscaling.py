"""Auto Scaling groups and what scales them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.services.world import Live, World, lifecycle
from tools.emulator.services.autoscaling_plans import POLICY

GROUP = "aws:autoscaling/group:Group"


@pytest.fixture
def group(world: World) -> Live:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("ab")
    ]
    data = {"ImageId": "ami-12345678", "InstanceType": "t3.micro"}
    template = ec2.create_launch_template(LaunchTemplateName="app", LaunchTemplateData=data)
    return world.create(
        GROUP,
        name="app",
        minSize=1,
        maxSize=3,
        desiredCapacity=2,
        vpcZoneIdentifiers=subnets,
        launchTemplate={"id": template["LaunchTemplate"]["LaunchTemplateId"], "version": "$Latest"},
        healthCheckType="ELB",
        healthCheckGracePeriod=60,
        defaultInstanceWarmup=120,
        enabledMetrics=["GroupInServiceInstances"],
        serviceLinkedRoleArn=f"arn:aws:iam::{world.place.account}:role/aws-service-role/autoscaling.amazonaws.com/own",
        tags=[{"key": "Name", "value": "app", "propagateAtLaunch": True}],
    )


def test_group_from_creation_to_deletion(world: World, group: Live) -> None:
    scaling = world.client("autoscaling")
    there = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["app"])["AutoScalingGroups"][0]
    assert len(there["Instances"]) == 2
    assert group.outputs["arn"] == there["AutoScalingGroupARN"]
    assert group.outputs["launchTemplate"]["name"] == "app"
    assert group.refresh() == group.inputs
    tags = [{"key": "team", "value": "data", "propagateAtLaunch": False}]
    group.update(maxSize=5, desiredCapacity=3, tags=tags, suspendedProcesses=["AZRebalance"])
    assert group.outputs["tags"] == tags
    assert world.imported(GROUP, "app")[1]["maxSize"] == 5
    lifecycle(group)


def test_capacity_changed_by_hand_is_drift(world: World, group: Live) -> None:
    world.client("autoscaling").set_desired_capacity(AutoScalingGroupName="app", DesiredCapacity=3)
    refreshed = group.refresh()
    assert refreshed == {**group.inputs, "desiredCapacity": 3}


def test_mixed_instances(world: World, group: Live) -> None:
    template = group.inputs["launchTemplate"]
    policy: dict[str, Any] = {
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateId": template["id"], "version": "$Latest"},
            "overrides": [{"instanceType": "t3.small"}, {"instanceType": "t3a.small"}],
        },
        "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 50},
    }
    given = {
        "name": "mixed",
        "minSize": 0,
        "maxSize": 1,
        "vpcZoneIdentifiers": group.inputs["vpcZoneIdentifiers"],
    }
    lifecycle(world.create(GROUP, **given, mixedInstancesPolicy=policy))


def test_target_groups_are_attached_and_detached(world: World, group: Live) -> None:
    vpc = world.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"][0]
    targets = world.create(
        "aws:lb/targetGroup:TargetGroup", name="app", port=80, protocol="HTTP", vpcId=vpc["VpcId"]
    )
    token = "aws:autoscaling/attachment:Attachment"
    attachment = world.create(token, autoscalingGroupName="app", lbTargetGroupArn=targets.id)
    lifecycle(attachment)
    group.update(targetGroupArns=[targets.id])
    group.update(targetGroupArns=[])
    assert group.outputs["targetGroupArns"] == []


POLICIES: list[dict[str, Any]] = [
    {
        "policyType": "TargetTrackingScaling",
        "targetTrackingConfiguration": {
            "targetValue": 60,
            "predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"},
        },
    },
    {
        "policyType": "StepScaling",
        "adjustmentType": "ChangeInCapacity",
        "metricAggregationType": "Average",
        "estimatedInstanceWarmup": 60,
        "stepAdjustments": [
            {"scalingAdjustment": 1, "metricIntervalLowerBound": "0", "metricIntervalUpperBound": "10"},
            {"scalingAdjustment": 2, "metricIntervalLowerBound": "10"},
        ],
    },
    {"adjustmentType": "ChangeInCapacity", "scalingAdjustment": 1, "cooldown": 60},
]


@pytest.mark.parametrize("given", POLICIES, ids=["target", "step", "simple"])
def test_policy(world: World, group: Live, given: dict[str, Any]) -> None:
    token = "aws:autoscaling/policy:Policy"
    policy = world.create(token, name="scale", autoscalingGroupName=group.id, **given)
    assert policy.id == "scale"
    assert ":scalingPolicy:" in policy.outputs["arn"]
    assert policy.refresh() == policy.inputs
    imported, inputs = world.imported(token, "app/scale")
    assert (imported, inputs["autoscalingGroupName"]) == ("scale", "app")
    lifecycle(policy)


@given(st.integers(-100, 100))
def test_bounds_of_steps_mean_numbers(bound: int) -> None:
    form = POLICY.normal["stepAdjustments"]
    spellings = [str(bound), f"{bound}.0", bound]
    forms = [form([{"scalingAdjustment": 1, "metricIntervalLowerBound": spelling}]) for spelling in spellings]
    assert forms[0] == forms[1] == forms[2]


def test_schedule(world: World, group: Live) -> None:
    token = "aws:autoscaling/schedule:Schedule"
    schedule = world.create(
        token,
        scheduledActionName="night",
        autoscalingGroupName=group.id,
        recurrence="0 20 * * *",
        timeZone="Europe/Berlin",
        minSize=0,
        maxSize=-1,
        desiredCapacity=0,
    )
    assert schedule.refresh() == schedule.inputs
    schedule.update(recurrence="0 21 * * *")
    assert world.imported(token, "app/night")[0] == "night"
    lifecycle(schedule)


def test_lifecycle_hook(world: World, group: Live) -> None:
    token = "aws:autoscaling/lifecycleHook:LifecycleHook"
    hook = world.create(
        token,
        name="drain",
        autoscalingGroupName=group.id,
        lifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        heartbeatTimeout=120,
        defaultResult="CONTINUE",
    )
    lifecycle(hook)


def test_tag(world: World, group: Live) -> None:
    tag = {"key": "k", "value": "v", "propagateAtLaunch": True}
    live = world.create("aws:autoscaling/tag:Tag", autoscalingGroupName=group.id, tag=tag)
    assert live.id == "app,k"
    lifecycle(live)
