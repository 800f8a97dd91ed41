"""Load balancers: moto deletes one in spite of its deletion protection."""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from tools.emulator.additions import method


def install() -> None:
    """Let `DeleteLoadBalancer` refuse where deletion protection is on."""
    delete = ELBv2Backend.delete_load_balancer

    @method(ELBv2Backend)
    def delete_load_balancer(self: Any, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer is not None and str(balancer.attrs.get("deletion_protection.enabled")).lower() == "true":
            reason = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise ELBClientError("OperationNotPermitted", reason)
        delete(self, arn)
