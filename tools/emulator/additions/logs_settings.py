"""CloudWatch Logs: settings that moto does not know: saved queries, data protection, index and account policies.

They are kept and given. Nothing is masked or indexed because of one.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import unix_time_millis
from moto.logs.responses import LogsResponse
from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("logs")
GONE = "ResourceNotFoundException"
QUERIES = Shelf("query-definitions", "Query definition", GONE)
PROTECTION = Shelf("data-protection", "Data protection policy", GONE)
INDEXES = Shelf("index-policies", "Index policy", GONE)
ACCOUNT = Shelf("account-policies", "Account policy", GONE)


def _now() -> int:
    return int(unix_time_millis())


def _group(asked: Asked, named: str) -> str:
    """The name of a log group that is given by name or ARN. Raises the API's error where there is none."""
    name = named.split(":log-group:", 1)[-1].removesuffix(":*")
    if name not in asked.backend.groups:
        raise refused(GONE, f"The specified log group does not exist: {name}")
    return name


# -- saved queries


@API.operation
def _put_query_definition(asked: Asked) -> Document:
    made = asked.params.get("queryDefinitionId")
    if made is not None:
        QUERIES.get(asked.backend, made)
    made = made or str(mock_random.uuid4())
    fields = asked.given("name", "queryString", "logGroupNames", "queryLanguage", "parameters")
    document = {"queryLanguage": "CWLI", **fields, "queryDefinitionId": made, "lastModified": _now()}
    QUERIES.put(asked.backend, made, document)
    return {"queryDefinitionId": made}


@API.operation
def _describe_query_definitions(asked: Asked) -> Document:
    prefix = asked.params.get("queryDefinitionNamePrefix", "")
    found = [one for one in QUERIES.listed(asked.backend) if one["name"].startswith(prefix)]
    return {"queryDefinitions": found}


@API.operation
def _delete_query_definition(asked: Asked) -> Document:
    QUERIES.remove(asked.backend, asked.params["queryDefinitionId"])
    return {"success": True}


# -- data protection and indexes of a log group


@API.operation
def _put_data_protection_policy(asked: Asked) -> Document:
    name = _group(asked, asked.params["logGroupIdentifier"])
    document = {"logGroupIdentifier": name, **asked.given("policyDocument"), "lastUpdatedTime": _now()}
    return PROTECTION.put(asked.backend, name, document)


@API.operation
def _get_data_protection_policy(asked: Asked) -> Document:
    name = _group(asked, asked.params["logGroupIdentifier"])
    return PROTECTION.all(asked.backend).get(name, {"logGroupIdentifier": name})


@API.operation
def _delete_data_protection_policy(asked: Asked) -> None:
    PROTECTION.all(asked.backend).pop(_group(asked, asked.params["logGroupIdentifier"]), None)


@API.operation
def _put_index_policy(asked: Asked) -> Document:
    name = _group(asked, asked.params["logGroupIdentifier"])
    document = {
        "logGroupIdentifier": name,
        **asked.given("policyDocument"),
        "lastUpdateTime": _now(),
        "source": "LOG_GROUP",
    }
    return {"indexPolicy": INDEXES.put(asked.backend, name, document)}


@API.operation
def _describe_index_policies(asked: Asked) -> Document:
    names = [_group(asked, one) for one in asked.params["logGroupIdentifiers"]]
    there = INDEXES.all(asked.backend)
    return {"indexPolicies": [there[name] for name in names if name in there]}


@API.operation
def _delete_index_policy(asked: Asked) -> None:
    INDEXES.remove(asked.backend, _group(asked, asked.params["logGroupIdentifier"]))


# -- policies of the account


def _key(asked: Asked) -> str:
    return f"{asked.params['policyType']}:{asked.params['policyName']}"


@API.operation
def _put_account_policy(asked: Asked) -> Document:
    names = ("policyName", "policyDocument", "policyType", "scope", "selectionCriteria")
    document = {"scope": "ALL", **asked.given(*names), "accountId": asked.account, "lastUpdatedTime": _now()}
    return {"accountPolicy": ACCOUNT.put(asked.backend, _key(asked), document)}


@API.operation
def _describe_account_policies(asked: Asked) -> Document:
    wanted: Any = asked.params.get("policyName")
    there = ACCOUNT.listed(asked.backend)
    kinds = [one for one in there if one["policyType"] == asked.params["policyType"]]
    return {"accountPolicies": [one for one in kinds if wanted in (None, one["policyName"])]}


@API.operation
def _delete_account_policy(asked: Asked) -> None:
    ACCOUNT.remove(asked.backend, _key(asked))


def install() -> None:
    """Keep these settings."""
    API.install(LogsResponse)
