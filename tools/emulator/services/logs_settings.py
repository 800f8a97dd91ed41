"""CloudWatch Logs: saved queries, data protection, index and account policies."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import take
from tools.emulator.services._common import Parts, as_text, unless_gone, void, without_none

# -- saved queries


def _put_query(call: Call) -> str:
    params = without_none(
        name=call.inputs["name"],
        queryString=call.inputs["queryString"],
        logGroupNames=call.get("logGroupNames"),
        queryDefinitionId=call.id or None,
    )
    return str(call.aws().put_query_definition(**params)["queryDefinitionId"])


def _read_query(call: Call) -> dict[str, Any] | None:
    wanted = call.id.rsplit(":", 1)[-1]
    there = call.aws().describe_query_definitions()["queryDefinitions"]
    item = next((one for one in there if one["queryDefinitionId"] == wanted), None)
    if item is None:
        return None
    # An import is by the ARN, the id is the end of it.
    call.id = wanted
    return {**take(call.type, item), "arn": call.arn("logs", f"query-definition:{wanted}")}


def _delete_query(call: Call) -> None:
    unless_gone(call.aws().delete_query_definition, queryDefinitionId=call.id)


QUERY = Emulated(
    "aws:cloudwatch/queryDefinition:QueryDefinition",
    service="logs",
    create=_put_query,
    read=_read_query,
    update=lambda call: void(_put_query(call)),
    delete=_delete_query,
    replace_on=("region",),
    exact=True,
)


# -- policies of a log group


def _protect(call: Call) -> str:
    name, policy = str(call.inputs["logGroupName"]), as_text(call.inputs["policyDocument"])
    call.aws().put_data_protection_policy(logGroupIdentifier=name, policyDocument=policy)
    return name


def _read_protection(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_data_protection_policy, logGroupIdentifier=call.id)
    if item is None or not item.get("policyDocument"):
        return None
    return {"logGroupName": call.id, "policyDocument": item["policyDocument"]}


DATA_PROTECTION = Emulated(
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    service="logs",
    create=_protect,
    read=_read_protection,
    update=lambda call: void(_protect(call)),
    delete=Delete("delete_data_protection_policy", by="logGroupIdentifier"),
    replace_on=("logGroupName", "region"),
    exact=True,
)


def _index(call: Call) -> str:
    name, policy = str(call.inputs["logGroupName"]), as_text(call.inputs["policyDocument"])
    call.aws().put_index_policy(logGroupIdentifier=name, policyDocument=policy)
    return name


def _read_index(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_index_policies, logGroupIdentifiers=[call.id])
    there = (answer or {}).get("indexPolicies", [])
    return {"logGroupName": call.id, "policyDocument": there[0]["policyDocument"]} if there else None


INDEX = Emulated(
    "aws:cloudwatch/logIndexPolicy:LogIndexPolicy",
    service="logs",
    create=_index,
    read=_read_index,
    update=lambda call: void(_index(call)),
    delete=Delete("delete_index_policy", by="logGroupIdentifier"),
    replace_on=("logGroupName", "region"),
    exact=True,
)


# -- policies of the account

_ACCOUNT = Parts(("policyName", "policyType"))


def _put_account(call: Call) -> str:
    params = without_none(
        policyName=call.inputs["policyName"],
        policyType=call.inputs["policyType"],
        policyDocument=as_text(call.inputs["policyDocument"]),
        scope=call.get("scope"),
        selectionCriteria=call.get("selectionCriteria"),
    )
    call.aws().put_account_policy(**params)
    return str(call.inputs["policyName"])


def _read_account(call: Call) -> dict[str, Any] | None:
    known = _ACCOUNT.of(call)
    answer = call.aws().describe_account_policies(**known)["accountPolicies"]
    if not answer:
        return None
    call.id = known["policyName"]
    return take(call.type, answer[0])


def _delete_account(call: Call) -> None:
    unless_gone(call.aws().delete_account_policy, **_ACCOUNT.of(call))


ACCOUNT_POLICY = Emulated(
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
    service="logs",
    create=_put_account,
    read=_read_account,
    update=lambda call: void(_put_account(call)),
    delete=_delete_account,
    replace_on=("policyName", "policyType", "region"),
    exact=True,
)

TYPES = (QUERY, DATA_PROTECTION, INDEX, ACCOUNT_POLICY)
