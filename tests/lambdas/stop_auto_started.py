"""A database in an AWS inside the process, and the documented notification about it."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = "111111111111"
LINK = "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html"
MESSAGE_ID = "10001-2d55da-9a73-5e42d46748c0"


def message(name: str, event: str = "RDS-EVENT-0154", source: str = "db-instance") -> str:
    """What RDS publishes (sources/002 line 2111)."""
    return json.dumps(
        {
            "Event Source": source,
            "Event Time": "2020-07-09 15:15:03.031",
            "Identifier Link": f"https://console.aws.amazon.com/rds/home?region=us-east-1#dbinstance:id={name}",
            "Source ID": name,
            "Event ID": f"{LINK}#{event}",
            "Event Message": "DB instance started",
        }
    )


def notification(text: str, message_id: str = MESSAGE_ID) -> dict[str, Any]:
    """The event that SNS invokes a function with."""
    sns = {"Type": "Notification", "MessageId": message_id, "Subject": "RDS Notification Message"}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {**sns, "Message": text}}]}


def create_instance(rds: Any, name: str, tags: dict[str, str], **more: Any) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="admin_user",
        MasterUserPassword="not-a-secret-1",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        **more,
    )


def create_cluster(rds: Any, name: str, tags: dict[str, str]) -> None:
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="admin_user",
        MasterUserPassword="not-a-secret-1",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
