"""RDS: moto loses a subnet group when it is changed."""

from __future__ import annotations

from typing import Any

from moto.rds.exceptions import DBSubnetGroupNotFoundError
from moto.rds.models import RDSBackend

from tools.emulator.additions import method


def install() -> None:
    """Let `ModifyDBSubnetGroup` keep the group."""

    @method(RDSBackend)
    def modify_db_subnet_group(
        self: Any, subnet_name: str, description: str | None, subnets: list[Any]
    ) -> Any:
        group = self.subnet_groups.get(subnet_name)
        if group is None:
            raise DBSubnetGroupNotFoundError(subnet_name)
        group.subnets = subnets
        if description is not None:
            group.description = description
        return group
