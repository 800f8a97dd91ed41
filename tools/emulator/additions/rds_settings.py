"""RDS: operations around databases that moto lacks.

Roles can be taken away, activity streams started and stopped, event subscriptions changed, automated backups copied to
another Region, the account's certificate authority chosen, the Data API switched; option groups take the versions of today.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.models import OptionGroup
from moto.rds.responses import RDSResponse

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused
from tools.emulator.additions.rds_databases import CA_DEFAULT

API = Api("rds")
BACKUPS = Shelf("backup-copies", "Automated backup", "DBInstanceAutomatedBackupNotFound")
CHOSEN = Shelf("certificate", "Certificate override", "CertificateNotFound")
_AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
_ENGINES = frozenset(
    {
        "db2-ae",
        "db2-se",
        "mariadb",
        "mysql",
        "oracle-ee",
        "oracle-ee-cdb",
        "oracle-se2",
        "oracle-se2-cdb",
        "postgres",
        "sqlserver-ee",
        "sqlserver-ex",
        "sqlserver-se",
        "sqlserver-web",
    }
)


def _cluster(asked: Asked, name: str) -> Any:
    return asked.backend.describe_db_clusters(name.rsplit(":", 1)[-1])[0]


def _remove_role(owner: Any, asked: Asked, missing: str) -> None:
    role, feature = asked.params["RoleArn"], asked.params.get("FeatureName")
    there = owner._associated_roles  # noqa: SLF001 -- moto gives no way to take one out
    left = [one for one in there if one.role_arn != role or feature not in (None, one.feature_name)]
    if len(left) == len(there):
        raise refused(missing, f"Role {role} is not associated")
    owner._associated_roles = left  # noqa: SLF001 -- as above


@API.operation
def _remove_role_from_db_cluster(asked: Asked) -> None:
    _remove_role(_cluster(asked, asked.params["DBClusterIdentifier"]), asked, "DBClusterRoleNotFound")


@API.operation
def _remove_role_from_db_instance(asked: Asked) -> None:
    name = asked.params["DBInstanceIdentifier"]
    _remove_role(asked.backend.describe_db_instances(name)[0], asked, "DBInstanceRoleNotFound")


@API.operation
def _start_activity_stream(asked: Asked) -> Document:
    found = _cluster(asked, asked.params["ResourceArn"])
    if getattr(found, "activity_stream_status", "stopped") != "stopped":
        raise refused("InvalidDBClusterStateFault", "The activity stream is started already")
    found.activity_stream_status = "started"
    found.activity_stream_mode = asked.params["Mode"]
    found.activity_stream_kms_key_id = asked.params["KmsKeyId"]
    found.activity_stream_kinesis_stream_name = f"aws-rds-das-{found.db_cluster_resource_id}"
    return {
        "KmsKeyId": asked.params["KmsKeyId"],
        "KinesisStreamName": found.activity_stream_kinesis_stream_name,
        "Status": "starting",
        "Mode": asked.params["Mode"],
        "EngineNativeAuditFieldsIncluded": asked.params.get("EngineNativeAuditFieldsIncluded", False),
    }


@API.operation
def _stop_activity_stream(asked: Asked) -> Document:
    found = _cluster(asked, asked.params["ResourceArn"])
    found.activity_stream_status = "stopped"
    key = getattr(found, "activity_stream_kms_key_id", None)
    return {"KmsKeyId": key, "Status": "stopping"}


def _switched(asked: Asked, on: bool) -> Document:
    found = _cluster(asked, asked.params["ResourceArn"])
    found._enable_http_endpoint = on  # noqa: SLF001 -- its setter asks for the first serverless engines
    return {"ResourceArn": asked.params["ResourceArn"], "HttpEndpointEnabled": on}


@API.operation
def _enable_http_endpoint(asked: Asked) -> Document:
    return _switched(asked, True)


@API.operation
def _disable_http_endpoint(asked: Asked) -> Document:
    return _switched(asked, False)


def _subscription(asked: Asked) -> Any:
    name = asked.params["SubscriptionName"]
    there = asked.backend.event_subscriptions.get(name)
    if there is None:
        raise refused("SubscriptionNotFound", f"Subscription {name} not found.")
    return there


@API.operation
def _modify_event_subscription(asked: Asked) -> Document:
    one = _subscription(asked)
    names = {
        "SnsTopicArn": "sns_topic_arn",
        "SourceType": "source_type",
        "EventCategories": "event_categories",
        "Enabled": "enabled",
    }
    for name, attribute in names.items():
        if asked.params.get(name) is not None:
            setattr(one, attribute, asked.params[name])
    return {"EventSubscription": one}


@API.operation
def _add_source_identifier_to_subscription(asked: Asked) -> Document:
    one, source = _subscription(asked), asked.params["SourceIdentifier"]
    one.source_ids = [*(one.source_ids or []), source]
    return {"EventSubscription": one}


@API.operation
def _remove_source_identifier_from_subscription(asked: Asked) -> Document:
    one, source = _subscription(asked), asked.params["SourceIdentifier"]
    one.source_ids = [name for name in one.source_ids or [] if name != source]
    return {"EventSubscription": one}


@API.operation
def _start_db_instance_automated_backups_replication(asked: Asked) -> Document:
    source = asked.params["SourceDBInstanceArn"]
    region, name = source.split(":")[3], source.rsplit(":", 1)[-1]
    instance = asked.elsewhere(region).describe_db_instances(name)[0]
    arn = asked.arn("rds", f"auto-backup:ab-{mock_random.get_random_string(26, lower_case=True)}")
    document = {
        "DBInstanceAutomatedBackupsArn": arn,
        "DBInstanceArn": source,
        "DBInstanceIdentifier": name,
        "DbiResourceId": instance.dbi_resource_id,
        "Region": region,
        "Engine": instance.engine,
        "Status": "replicating",
        "BackupRetentionPeriod": asked.params.get("BackupRetentionPeriod", 7),
        "KmsKeyId": asked.params.get("KmsKeyId"),
        "Encrypted": bool(instance.storage_encrypted),
    }
    return {"DBInstanceAutomatedBackup": BACKUPS.add(asked.backend, arn, document)}


@API.operation
def _stop_db_instance_automated_backups_replication(asked: Asked) -> Document:
    source = asked.params["SourceDBInstanceArn"]
    there = BACKUPS.all(asked.backend)
    arn = next((arn for arn, one in there.items() if one["DBInstanceArn"] == source), "")
    return {"DBInstanceAutomatedBackup": BACKUPS.remove(asked.backend, arn)}


@API.operation
def _describe_db_instance_automated_backups(asked: Asked) -> Document:
    arn = asked.params.get("DBInstanceAutomatedBackupsArn")
    if arn:
        return {"DBInstanceAutomatedBackups": BACKUPS.listed(asked.backend, arn)}
    own = asked.backend.describe_db_instance_automated_backups(asked.params.get("DBInstanceIdentifier"))
    return {"DBInstanceAutomatedBackups": [*own, *BACKUPS.listed(asked.backend)]}


@API.operation
def _modify_certificates(asked: Asked) -> Document:
    if asked.params.get("RemoveCustomerOverride"):
        CHOSEN.all(asked.backend).clear()
        return {"Certificate": _certificate(asked, CA_DEFAULT)}
    name = asked.params["CertificateIdentifier"]
    if name not in _AUTHORITIES:
        raise refused("CertificateNotFound", f"Certificate {name} not found")
    CHOSEN.put(asked.backend, "chosen", {"CertificateIdentifier": name})
    return {"Certificate": _certificate(asked, name)}


@API.operation
def _describe_certificates(asked: Asked) -> Document:
    name = asked.params.get("CertificateIdentifier")
    chosen = CHOSEN.all(asked.backend).get("chosen", {}).get("CertificateIdentifier")
    found = [_certificate(asked, one) for one in _AUTHORITIES if name in (None, one)]
    if not found:
        raise refused("CertificateNotFound", f"Certificate {name} not found")
    return {"Certificates": found, "DefaultCertificateForNewLaunches": chosen or CA_DEFAULT}


def _certificate(asked: Asked, name: str) -> Document:
    chosen = CHOSEN.all(asked.backend).get("chosen", {}).get("CertificateIdentifier")
    return {
        "CertificateIdentifier": name,
        "CertificateType": "CA",
        "CertificateArn": f"arn:{asked.partition}:rds:{asked.region}::cert:{name}",
        "CustomerOverride": name == chosen,
    }


@API.operation
def _create_option_group(asked: Asked) -> Document:
    given, there = asked.params, asked.backend.option_groups
    if given["EngineName"] not in _ENGINES:
        raise refused("InvalidParameterValue", f"Invalid DB engine: {given['EngineName']}")
    if given["OptionGroupName"] in there:
        raise refused(
            "OptionGroupAlreadyExistsFault",
            f"An option group named {given['OptionGroupName']} already exists.",
        )
    group = OptionGroup(
        asked.backend,
        given["OptionGroupName"],
        given["EngineName"],
        given["MajorEngineVersion"],
        given["OptionGroupDescription"],
        given.get("Tags"),
    )
    there[given["OptionGroupName"]] = group
    return {"OptionGroup": group}


@API.operation
def _describe_option_groups(asked: Asked) -> Document:
    name, engine = asked.params.get("OptionGroupName"), asked.params.get("EngineName")
    there = asked.backend.option_groups
    if name and name not in there:
        raise refused("OptionGroupNotFoundFault", f"Specified OptionGroupName: {name} not found.")
    found = [there[name]] if name else list(there.values())
    return {"OptionGroupsList": [one for one in found if engine in (None, one.engine_name)]}


@API.operation
def _modify_option_group(asked: Asked) -> Document:
    group = asked.backend.describe_option_groups({"option_group_name": asked.params["OptionGroupName"]})[0]
    details = group.__dict__.setdefault("details", {})
    for name in asked.params.get("OptionsToRemove", []):
        details.pop(name, None)
    for option in asked.params.get("OptionsToInclude", []):
        settings = [{"Name": one["Name"], "Value": one["Value"]} for one in option.get("OptionSettings", [])]
        vpc = [
            {"VpcSecurityGroupId": one, "Status": "active"}
            for one in option.get("VpcSecurityGroupMemberships", [])
        ]
        db = [
            {"DBSecurityGroupName": one, "Status": "active"}
            for one in option.get("DBSecurityGroupMemberships", [])
        ]
        details[option["OptionName"]] = {
            "OptionName": option["OptionName"],
            "OptionVersion": option.get("OptionVersion"),
            "Port": option.get("Port"),
            "OptionSettings": settings,
            "VpcSecurityGroupMemberships": vpc,
            "DBSecurityGroupMemberships": db,
        }
    return {"OptionGroup": group}


def install() -> None:
    """Add these operations."""
    API.install(RDSResponse)
    OptionGroup.allows_vpc_and_non_vpc_instance_memberships = True
    OptionGroup.option_group_description = property(lambda self: self.description)
    OptionGroup.options = property(lambda self: list(self.__dict__.get("details", {}).values()))
