"""What an RDS instance and its storage refuse, before anything is created."""

from __future__ import annotations

from typing import Any

import pytest

from components.data import RdsInstanceArgs, Replica, Storage
from components.foundation.errors import ComponentError

PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"engine": "oracle-ee"}, "knows no IAM authentication"),
        ({"engine": "sqlserver-web"}, "knows no IAM authentication"),
        ({"engine": "mysgl"}, "engine"),
        ({"instance_class": "db.serverless"}, "only Aurora is serverless"),
        ({"instance_class": "t3.micro"}, "is no instance class"),
        ({"storage": Storage(gib=20, max_gib=None), "master_username": "admin 1"}, "master_username"),
        ({"master_username": "rdsadmin"}, "belongs to the service"),
        ({"database_name": "my-orders"}, "is no name of a database"),
        ({"identifier": "Orders"}, "is no identifier"),
        ({"logs": ("postgresql",)}, "mysql has no log 'postgresql'"),
        ({"logs": ("error", "error")}, "stands twice"),
        ({"backup_window": "03:30-04:30"}, "overlaps"),
        ({"backup_retention_days": 0}, "backup_retention_days"),
        ({"allow_major_version_upgrade": True}, "set apply: immediately"),
        ({"replicas": {"Reports": Replica()}}, "is no name"),
        ({"replicas": {f"r{index}": Replica() for index in range(16)}}, "replicas"),
        ({"parameters": {"require_secure_transport": 0}}, "insist on TLS"),
    ],
)
def test_what_an_instance_refuses(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        RdsInstanceArgs(**{**PLACE, **settings})


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"gib": 100, "max_gib": 105}, "give at least 110"),
        ({"kind": "io2"}, "io2 has no IOPS of its own"),
        ({"kind": "io2", "iops": 3000, "throughput": 500}, "belongs to gp3"),
        ({"iops": 12000}, "no more and no less"),
        ({"gib": 399, "max_gib": None, "throughput": 500}, "no more and no less"),
        ({"gib": 10}, "gib"),
    ],
)
def test_storage_that_rds_would_refuse(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        Storage(**settings)
