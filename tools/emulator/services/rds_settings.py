"""RDS, around databases: custom endpoints, global clusters, option groups, subscriptions, roles, streams, the CA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import tag_list, take
from tools.emulator.services._common import Parts, keep, name_or_prefixed, unless_gone, void, without_none
from tools.emulator.services._rds import changed, same_version
from tools.emulator.services.rds import DESCRIPTION, rds_tags

# -- custom endpoints of a cluster


def _endpoint(call: Call) -> Mapping[str, Any] | None:
    answer = call.aws().describe_db_cluster_endpoints(DBClusterEndpointIdentifier=call.id)
    return answer["DBClusterEndpoints"][0] if answer["DBClusterEndpoints"] else None


def _read_endpoint(call: Call) -> dict[str, Any] | None:
    item = _endpoint(call)
    if item is None:
        return None
    names = {
        "arn": "DBClusterEndpointArn",
        "clusterEndpointIdentifier": "DBClusterEndpointIdentifier",
        "clusterIdentifier": "DBClusterIdentifier",
        "tags": "",
        "tagsAll": "",
    }
    return take(call.type, item, names)


def _update_endpoint(call: Call) -> None:
    if call.changed("customEndpointType", "staticMembers", "excludedMembers"):
        call.aws().modify_db_cluster_endpoint(
            DBClusterEndpointIdentifier=call.id,
            EndpointType=call.inputs["customEndpointType"],
            StaticMembers=call.get("staticMembers", []),
            ExcludedMembers=call.get("excludedMembers", []),
        )


CLUSTER_ENDPOINT = Emulated(
    "aws:rds/clusterEndpoint:ClusterEndpoint",
    service="rds",
    create=Create(
        "create_db_cluster_endpoint",
        id="DBClusterEndpointIdentifier",
        send={
            "clusterEndpointIdentifier": "DBClusterEndpointIdentifier",
            "clusterIdentifier": "DBClusterIdentifier",
            "customEndpointType": "EndpointType",
        },
    ),
    read=_read_endpoint,
    update=_update_endpoint,
    delete=Delete("delete_db_cluster_endpoint", by="DBClusterEndpointIdentifier"),
    tags=rds_tags("cluster-endpoint"),
    replace_on=("clusterEndpointIdentifier", "clusterIdentifier", "region"),
    exact=True,
    unordered=("staticMembers", "excludedMembers"),
)


# -- global clusters


def _create_global(call: Call) -> str:
    name, source = str(call.inputs["globalClusterIdentifier"]), call.get("sourceDbClusterIdentifier")
    params = without_none(
        DatabaseName=call.get("databaseName"),
        DeletionProtection=call.get("deletionProtection"),
        # A global cluster that is made of a cluster has that one's engine, and AWS refuses a second word on it.
        Engine=None if source else call.get("engine", "aurora"),
        EngineLifecycleSupport=None if source else call.get("engineLifecycleSupport"),
        EngineVersion=None if source else call.get("engineVersion"),
        SourceDBClusterIdentifier=source,
        StorageEncrypted=None if source else call.get("storageEncrypted"),
        Tags=tag_list(call.tags) or None,
    )
    call.aws().create_global_cluster(GlobalClusterIdentifier=name, **params)
    return name


def _read_global(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_global_clusters, GlobalClusterIdentifier=call.id)
    if not answer or not answer["GlobalClusters"]:
        return None
    item = answer["GlobalClusters"][0]
    members = [
        {"dbClusterArn": one["DBClusterArn"], "isWriter": one["IsWriter"]}
        for one in item["GlobalClusterMembers"]
    ]
    names = {
        "arn": "GlobalClusterArn",
        "endpoint": "Endpoint",
        "engineVersionActual": "EngineVersion",
        "globalClusterMembers": "",
        "sourceDbClusterIdentifier": "",
        "tags": "",
        "tagsAll": "",
    }
    found = take(call.type, item, names)
    # What AWS shows of a member's engine is nothing that a program that names a source has to say.
    found["engineVersion"] = keep(call, "engineVersion", item["EngineVersion"], same_version)
    return {**found, "globalClusterMembers": members}


def _update_global(call: Call) -> None:
    names = [name for name in changed(call) if name in ("deletionProtection", "engineVersion")]
    params: dict[str, Any] = {}
    if "deletionProtection" in names:
        params["DeletionProtection"] = bool(call.get("deletionProtection"))
    if "engineVersion" in names and call.get("engineVersion"):
        # The real provider allows a new major version, and upgrades the members with it.
        params |= {"EngineVersion": call.inputs["engineVersion"], "AllowMajorVersionUpgrade": True}
    if params:
        call.aws().modify_global_cluster(GlobalClusterIdentifier=call.id, **params)


def _delete_global(call: Call) -> None:
    found = _read_global(call)
    if found is None:
        return
    if call.get("forceDestroy"):
        for member in found["globalClusterMembers"]:
            call.aws().remove_from_global_cluster(
                GlobalClusterIdentifier=call.id, DbClusterIdentifier=member["dbClusterArn"]
            )
    call.aws().delete_global_cluster(GlobalClusterIdentifier=call.id)


GLOBAL_CLUSTER = Emulated(
    "aws:rds/globalCluster:GlobalCluster",
    service="rds",
    create=_create_global,
    read=_read_global,
    update=_update_global,
    delete=_delete_global,
    tags=rds_tags("global-cluster", region=""),
    replace_on=(
        "databaseName",
        "engine",
        "globalClusterIdentifier",
        "sourceDbClusterIdentifier",
        "storageEncrypted",
        "region",
    ),
    exact=True,
)


# -- option groups


def _options(call: Call) -> None:
    if not call.changed("options"):
        return
    wanted = {option["optionName"]: option for option in call.get("options", [])}
    there = {option["optionName"] for option in call.old.get("options") or []}
    include = [_option(option) for option in wanted.values()]
    remove = sorted(there - set(wanted))
    lists = {"OptionsToInclude": include, "OptionsToRemove": remove}
    if include or remove:
        given = {name: values for name, values in lists.items() if values}
        call.aws().modify_option_group(OptionGroupName=call.id, ApplyImmediately=True, **given)


def _option(option: Mapping[str, Any]) -> dict[str, Any]:
    settings = [
        {"Name": one["name"], "Value": str(one["value"])} for one in option.get("optionSettings") or []
    ]
    return without_none(
        OptionName=option["optionName"],
        OptionVersion=option.get("version"),
        Port=option.get("port"),
        OptionSettings=settings or None,
        VpcSecurityGroupMemberships=option.get("vpcSecurityGroupMemberships"),
        DBSecurityGroupMemberships=option.get("dbSecurityGroupMemberships"),
    )


def _shown_option(option: Mapping[str, Any]) -> dict[str, Any]:
    settings = [{"name": one["Name"], "value": one["Value"]} for one in option.get("OptionSettings") or []]
    vpc = [one["VpcSecurityGroupId"] for one in option.get("VpcSecurityGroupMemberships") or []]
    db = [one["DBSecurityGroupName"] for one in option.get("DBSecurityGroupMemberships") or []]
    return without_none(
        optionName=option["OptionName"],
        version=option.get("OptionVersion"),
        port=option.get("Port"),
        optionSettings=settings or None,
        vpcSecurityGroupMemberships=vpc or None,
        dbSecurityGroupMemberships=db or None,
    )


def _read_group(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_option_groups, OptionGroupName=call.id)
    if not answer or not answer["OptionGroupsList"]:
        return None
    item = answer["OptionGroupsList"][0]
    return {
        "name": call.id,
        "arn": call.arn("rds", f"og:{call.id}"),
        "engineName": item["EngineName"],
        "majorEngineVersion": item["MajorEngineVersion"],
        "optionGroupDescription": item["OptionGroupDescription"],
        "options": [_shown_option(option) for option in item.get("Options", [])],
    }


def _create_group(call: Call) -> str:
    name = name_or_prefixed(call)
    call.aws().create_option_group(
        OptionGroupName=name,
        EngineName=call.inputs["engineName"],
        MajorEngineVersion=str(call.inputs["majorEngineVersion"]),
        OptionGroupDescription=call.get("optionGroupDescription", DESCRIPTION),
        Tags=tag_list(call.tags),
    )
    return name.lower()


OPTION_GROUP = Emulated(
    "aws:rds/optionGroup:OptionGroup",
    service="rds",
    create=_create_group,
    read=_read_group,
    settle=_options,
    delete=lambda call: (
        None
        if call.get("skipDestroy")
        else void(unless_gone(call.aws().delete_option_group, OptionGroupName=call.id))
    ),
    tags=rds_tags("og"),
    replace_on=("engineName", "majorEngineVersion", "name", "namePrefix", "optionGroupDescription", "region"),
    exact=True,
    unordered=("options",),
)


# -- event subscriptions


def _create_subscription(call: Call) -> str:
    name = name_or_prefixed(call)
    params = without_none(
        SnsTopicArn=call.inputs["snsTopic"],
        SourceType=call.get("sourceType"),
        SourceIds=call.get("sourceIds"),
        EventCategories=call.get("eventCategories"),
        Enabled=call.get("enabled", True),
        Tags=tag_list(call.tags) or None,
    )
    call.aws().create_event_subscription(SubscriptionName=name, **params)
    return name


def _read_subscription(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_event_subscriptions, SubscriptionName=call.id)
    if not answer or not answer["EventSubscriptionsList"]:
        return None
    item = answer["EventSubscriptionsList"][0]
    return {
        "name": call.id,
        "arn": call.arn("rds", f"es:{call.id}"),
        "customerAwsId": call.place.account,
        "snsTopic": item["SnsTopicArn"],
        "sourceType": item.get("SourceType") or "",
        "sourceIds": item.get("SourceIdsList") or [],
        "eventCategories": item.get("EventCategoriesList") or [],
        "enabled": item["Enabled"],
    }


def _update_subscription(call: Call) -> None:
    if call.changed("snsTopic", "sourceType", "eventCategories", "enabled"):
        params = without_none(
            SnsTopicArn=call.inputs["snsTopic"],
            SourceType=call.get("sourceType"),
            EventCategories=call.get("eventCategories", []),
            Enabled=call.get("enabled", True),
        )
        call.aws().modify_event_subscription(SubscriptionName=call.id, **params)
    old, new = set(call.old.get("sourceIds") or ()), set(call.get("sourceIds", ()))
    for name in sorted(old - new):
        call.aws().remove_source_identifier_from_subscription(SubscriptionName=call.id, SourceIdentifier=name)
    for name in sorted(new - old):
        call.aws().add_source_identifier_to_subscription(SubscriptionName=call.id, SourceIdentifier=name)


SUBSCRIPTION = Emulated(
    "aws:rds/eventSubscription:EventSubscription",
    service="rds",
    create=_create_subscription,
    read=_read_subscription,
    update=_update_subscription,
    delete=Delete("delete_event_subscription", by="SubscriptionName"),
    tags=rds_tags("es"),
    replace_on=("name", "namePrefix", "region"),
    exact=True,
    unordered=("sourceIds", "eventCategories"),
)


# -- roles, activity streams, the certificate authority


def role_association(token: str, kind: str, prop: str, parameter: str) -> Emulated:
    """A role of a database, for one feature."""
    parts = Parts((prop, "roleArn"), by=",")

    def params(call: Call) -> dict[str, Any]:
        known = parts.of(call)
        feature = without_none(FeatureName=call.get("featureName", call.state.get("featureName")))
        return {parameter: known[prop], "RoleArn": known["roleArn"], **feature}

    def create(call: Call) -> str:
        getattr(call.aws(), f"add_role_to_{kind}")(**params(call))
        return parts.join(call)

    def read(call: Call) -> dict[str, Any] | None:
        known = parts.of(call)
        answer = unless_gone(getattr(call.aws(), f"describe_{kind}s"), **{parameter: known[prop]})
        found = next(iter(answer.values())) if answer else []
        roles = found[0].get("AssociatedRoles", []) if found else []
        role = next((one for one in roles if one["RoleArn"] == known["roleArn"]), None)
        return None if role is None else {**known, "featureName": role.get("FeatureName") or ""}

    def remove(call: Call) -> None:
        if read(call) is not None:
            getattr(call.aws(), f"remove_role_from_{kind}")(**params(call))

    return Emulated(
        token,
        service="rds",
        create=create,
        read=read,
        delete=remove,
        replace_on=(prop, "featureName", "roleArn", "region"),
        exact=True,
    )


def _start_stream(call: Call) -> str:
    arn = str(call.inputs["resourceArn"])
    call.aws().start_activity_stream(
        ResourceArn=arn,
        Mode=call.inputs["mode"],
        KmsKeyId=call.inputs["kmsKeyId"],
        ApplyImmediately=True,
        EngineNativeAuditFieldsIncluded=bool(call.get("engineNativeAuditFieldsIncluded")),
    )
    return arn


def _read_stream(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_db_clusters, DBClusterIdentifier=call.id)
    item = answer["DBClusters"][0] if answer and answer["DBClusters"] else {}
    if item.get("ActivityStreamStatus", "stopped") != "started":
        return None
    return {
        "resourceArn": call.id,
        "mode": item["ActivityStreamMode"],
        "kmsKeyId": item["ActivityStreamKmsKeyId"],
        "kinesisStreamName": item["ActivityStreamKinesisStreamName"],
    }


def _stop_stream(call: Call) -> None:
    if _read_stream(call) is not None:
        call.aws().stop_activity_stream(ResourceArn=call.id, ApplyImmediately=True)


ACTIVITY_STREAM = Emulated(
    "aws:rds/clusterActivityStream:ClusterActivityStream",
    service="rds",
    create=_start_stream,
    read=_read_stream,
    delete=_stop_stream,
    replace_on=("engineNativeAuditFieldsIncluded", "kmsKeyId", "mode", "resourceArn", "region"),
    exact=True,
)


def _choose(call: Call) -> str:
    call.aws().modify_certificates(CertificateIdentifier=call.inputs["certificateIdentifier"])
    return call.place.region


def _read_certificate(call: Call) -> dict[str, Any] | None:
    there = call.aws().describe_certificates()["Certificates"]
    chosen = next((one for one in there if one.get("CustomerOverride")), None)
    return None if chosen is None else {"certificateIdentifier": chosen["CertificateIdentifier"]}


CERTIFICATE = Emulated(
    "aws:rds/certificate:Certificate",
    service="rds",
    create=_choose,
    read=_read_certificate,
    update=lambda call: void(_choose(call)),
    delete=lambda call: void(call.aws().modify_certificates(RemoveCustomerOverride=True)),
    replace_on=("region",),
    exact=True,
)

TYPES = (
    CLUSTER_ENDPOINT,
    GLOBAL_CLUSTER,
    OPTION_GROUP,
    SUBSCRIPTION,
    role_association(
        "aws:rds/clusterRoleAssociation:ClusterRoleAssociation",
        "db_cluster",
        "dbClusterIdentifier",
        "DBClusterIdentifier",
    ),
    role_association(
        "aws:rds/roleAssociation:RoleAssociation",
        "db_instance",
        "dbInstanceIdentifier",
        "DBInstanceIdentifier",
    ),
    ACTIVITY_STREAM,
    CERTIFICATE,
)
