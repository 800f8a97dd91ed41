"""Flow logs.

moto takes `bucket/folder/` for the name of a bucket, knows no buckets outside of the account, and keeps neither the form of
the files nor the role for another account.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.ec2.responses.flow_logs import FlowLogs

from tools.emulator.additions import asked, method

_FORM = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}


def install() -> None:
    """Let a flow log go to any bucket, and keep all of it."""
    made = FlowLogsBackend.create_flow_logs

    @method(FlowLogsBackend)
    def create_flow_logs(self: Any, **given: Any) -> Any:
        if given["log_destination_type"] != "s3":
            return made(self, **given)
        # The bucket is another account's as a rule, which the embedded AWS can't know. moto looks for those of S3 only.
        logs, failed = made(self, **{**given, "log_destination_type": "kinesis-data-firehose"})
        for log in logs:
            log.log_destination_type = "s3"
        return logs, failed

    answered = FlowLogs.create_flow_logs

    @method(FlowLogs, "create_flow_logs")
    def create_whole_flow_logs(self: Any) -> ActionResult:
        answer = answered(self)
        form = asked(self, "DestinationOptions") or {}
        for log_id in answer.result["FlowLogIds"]:
            log = self.ec2_backend.flow_logs[log_id]
            log.deliver_cross_account_role = asked(self, "DeliverCrossAccountRole")
            log.destination_options = {**_FORM, **form} if log.log_destination_type == "s3" else None
        return answer
