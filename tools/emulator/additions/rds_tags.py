"""RDS: tags of kinds that moto does not know, and of what has no Region."""

from __future__ import annotations

from typing import Any

from moto.rds.models import RDSBackend, rds_backends

from tools.emulator.additions import method
from tools.emulator.additions._rds_tags import Labels

KINDS = frozenset({"cluster-endpoint", "db-proxy-endpoint", "auto-backup", "target-group", "global-cluster"})
HOME = "us-east-1"
"""The Region whose resources hold what is in no Region, as moto has it for global clusters."""


def install() -> None:
    """Find the tags of these kinds by their ARN."""
    find = RDSBackend._get_resource_for_tagging  # noqa: SLF001 -- the one place that every operation on tags asks

    @method(RDSBackend)
    def _get_resource_for_tagging(self: Any, arn: str) -> Any:
        parts = arn.split(":")
        kind = parts[5] if len(parts) > 6 else ""
        if kind not in KINDS:
            return find(self, arn)
        return Labels(rds_backends[self.account_id][HOME] if kind == "global-cluster" else self, arn)
