"""Instances: moto drops some of what they are launched with, and can't switch detailed monitoring.

It takes no wildcards where one asks which instance types are offered.
"""

from __future__ import annotations

import fnmatch
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.instance_types import InstanceTypeOfferingBackend
from moto.ec2.models.instances import Instance
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.monitoring import Monitoring

from tools.emulator.additions import asked, method


def _keep(request: Any, instance: Any) -> None:
    """Keep what moto's own launching leaves out."""
    instance.disable_api_termination = bool(asked(request, "DisableApiTermination", False))
    instance.placement.tenancy = asked(request, "Placement.Tenancy") or "default"
    instance.placement.group_name = asked(request, "Placement.GroupName") or ""
    instance.cpu_credits = asked(request, "CreditSpecification.CpuCredits")
    backend = request.ec2_backend
    for mapping in asked(request, "BlockDeviceMappings", []):
        there = instance.block_device_mapping.get(mapping.get("DeviceName"))
        if there is None:
            continue
        volume = backend.volumes[there.volume_id]
        ebs = mapping.get("Ebs") or {}
        volume.iops, volume.throughput = ebs.get("Iops"), ebs.get("Throughput")


def install() -> None:
    """Put the launching and the monitoring of instances right, and the offers of their types."""
    Instance.cpu_credits = None
    _install_launch()
    _install_credits()
    _install_monitoring()
    _install_offers()


def _install_launch() -> None:
    launched = InstanceResponse.run_instances

    @method(InstanceResponse)
    def run_instances(self: Any) -> ActionResult:
        answer = launched(self)
        for instance in answer.result.instances:
            _keep(self, instance)
        return answer


def _install_credits() -> None:
    @method(InstanceResponse)
    def describe_instance_credit_specifications(self: Any) -> ActionResult:
        found = self.ec2_backend.describe_instance_credit_specifications(self._get_param("InstanceIds", []))
        shown = [{"InstanceId": one.id, "CpuCredits": one.cpu_credits or "standard"} for one in found]
        return ActionResult({"InstanceCreditSpecifications": shown})

    @method(InstanceResponse)
    def modify_instance_credit_specification(self: Any) -> ActionResult:
        wanted = self._get_param("InstanceCreditSpecifications", [])
        for one in wanted:
            self.ec2_backend.get_instance(one["InstanceId"]).cpu_credits = one.get("CpuCredits")
        return ActionResult({"SuccessfulInstanceCreditSpecifications": wanted})


def _install_monitoring() -> None:
    @method(Monitoring)
    def monitor_instances(self: Any) -> ActionResult:
        return _monitor(self, "enabled")

    @method(Monitoring)
    def unmonitor_instances(self: Any) -> ActionResult:
        return _monitor(self, "disabled")


def _monitor(request: Any, state: str) -> ActionResult:
    ids = asked(request, "InstanceIds", [])
    for one in ids:
        request.ec2_backend.get_instance(one).monitoring_state = state
    return ActionResult(
        {"InstanceMonitorings": [{"InstanceId": one, "Monitoring": {"State": state}} for one in ids]}
    )


def _install_offers() -> None:
    compared = InstanceTypeOfferingBackend.matches_filters

    @method(InstanceTypeOfferingBackend)
    def matches_filters(self: Any, offering: dict[str, Any], filters: Any, location_type: str) -> bool:
        wanted = filters.get("instance-type")
        if wanted and not any(fnmatch.fnmatchcase(offering["InstanceType"], pattern) for pattern in wanted):
            return False
        rest = {name: values for name, values in filters.items() if name != "instance-type"}
        return bool(compared(self, offering, rest, location_type))
