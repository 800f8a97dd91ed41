"""Data sources of AWS Organizations.

An account that belongs to no organisation of its own making is the management account of one that is made up: programs that
limit access to their organisation need an id, and the embedded AWS is theirs alone. `organizations.create_organization`
(boto3, the AWS CLI or a program) makes a real one, which is shown instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.services._common import pages, unless_gone


def _letters(request: Request, kind: str, length: int) -> str:
    text = f"{kind}:{request.place.account}"
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _made_up(request: Request) -> dict[str, Any]:
    account = request.place.account
    organization, root = f"o-{_letters(request, 'organization', 10)}", f"r-{_letters(request, 'root', 4)}"
    prefix = f"arn:{request.place.partition}:organizations::{account}"
    own = {
        "arn": f"{prefix}:account/{organization}/{account}",
        "email": "management@example.com",
        "id": account,
        "name": "management",
        "status": "ACTIVE",
        "state": "ACTIVE",
        "joinedMethod": "INVITED",
        "joinedTimestamp": "2024-01-01T00:00:00Z",
    }
    return {
        "id": organization,
        "arn": f"{prefix}:organization/{organization}",
        "featureSet": "ALL",
        "masterAccountArn": own["arn"],
        "masterAccountEmail": own["email"],
        "masterAccountId": account,
        "masterAccountName": own["name"],
        "accounts": [own],
        "nonMasterAccounts": [],
        "roots": [
            {"arn": f"{prefix}:root/{organization}/{root}", "id": root, "name": "Root", "policyTypes": []}
        ],
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": [],
    }


def _account(item: Mapping[str, Any]) -> dict[str, Any]:
    joined = item.get("JoinedTimestamp")
    return {
        "arn": item["Arn"],
        "email": item["Email"],
        "id": item["Id"],
        "name": item["Name"],
        "status": item["Status"],
        "state": item["Status"],
        "joinedMethod": item.get("JoinedMethod", ""),
        "joinedTimestamp": joined.strftime("%Y-%m-%dT%H:%M:%SZ") if joined else "",
    }


def organization(request: Request) -> Mapping[str, Any]:
    """The organisation of the account."""
    client = request.aws("organizations")
    answer = unless_gone(client.describe_organization) if _in_one(client) else None
    if answer is None:
        return _made_up(request)
    item = answer["Organization"]
    accounts = [_account(one) for one in pages(client, "list_accounts", "Accounts")]
    master = item["MasterAccountId"]
    roots = [
        {
            "arn": root["Arn"],
            "id": root["Id"],
            "name": root["Name"],
            "policyTypes": [{"status": kind["Status"], "type": kind["Type"]} for kind in root["PolicyTypes"]],
        }
        for root in pages(client, "list_roots", "Roots")
    ]
    return {
        "id": item["Id"],
        "arn": item["Arn"],
        "featureSet": item["FeatureSet"],
        "masterAccountArn": item["MasterAccountArn"],
        "masterAccountEmail": item["MasterAccountEmail"],
        "masterAccountId": master,
        "masterAccountName": next((one["name"] for one in accounts if one["id"] == master), "master"),
        "accounts": accounts,
        "nonMasterAccounts": [one for one in accounts if one["id"] != master],
        "roots": roots,
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": [kind["type"] for root in roots for kind in root["policyTypes"]],
    }


def _in_one(client: Any) -> bool:
    try:
        client.describe_organization()
    except client.exceptions.AWSOrganizationsNotInUseException:
        return False
    return True


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:organizations/getOrganization:getOrganization": organization,
}
