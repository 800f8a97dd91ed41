"""Applications on instances: load balancers, Auto Scaling groups, and the three-tier application made of them."""

from components.compute.alarms import Alarms
from components.compute.auto_scaling import AutoScalingGroup, AutoScalingGroupArgs, GroupSettings
from components.compute.certificate import Certificate
from components.compute.flows import AppTiers
from components.compute.instances import Image, Instance, Refresh, SpotMix, Volume
from components.compute.lifecycle_hooks import LifecycleHook
from components.compute.load_balancer import (
    LoadBalancer,
    LoadBalancerArgs,
    LoadBalancerSettings,
    MutualTls,
    ResponseHeaders,
)
from components.compute.log_bucket import LogBucket, LogBucketArgs
from components.compute.routing import FixedResponse, Redirect, Route
from components.compute.scaling_plan import (
    Capacity,
    CustomMetric,
    Scaling,
    Schedule,
    SimpleScaling,
    StepScaling,
    TargetTracking,
    weekly_peak,
)
from components.compute.step_bands import DOCUMENTED_BANDS, Band
from components.compute.target_groups import HealthCheck, Stickiness, TargetGroup
from components.compute.three_tier_app import AppSettings, ThreeTierApp, ThreeTierAppArgs
from components.compute.web_acl import WebAcl

__all__ = [
    "DOCUMENTED_BANDS",
    "Alarms",
    "AppSettings",
    "AppTiers",
    "AutoScalingGroup",
    "AutoScalingGroupArgs",
    "Band",
    "Capacity",
    "Certificate",
    "CustomMetric",
    "FixedResponse",
    "GroupSettings",
    "HealthCheck",
    "Image",
    "Instance",
    "LifecycleHook",
    "LoadBalancer",
    "LoadBalancerArgs",
    "LoadBalancerSettings",
    "LogBucket",
    "LogBucketArgs",
    "MutualTls",
    "Redirect",
    "Refresh",
    "ResponseHeaders",
    "Route",
    "Scaling",
    "Schedule",
    "SimpleScaling",
    "SpotMix",
    "StepScaling",
    "Stickiness",
    "TargetGroup",
    "TargetTracking",
    "ThreeTierApp",
    "ThreeTierAppArgs",
    "Volume",
    "WebAcl",
    "weekly_peak",
]
