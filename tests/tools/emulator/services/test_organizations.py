"""An organization, its units, accounts and policies."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

POLICY = "aws:organizations/policy:Policy"
CONTENT = json.dumps({"plans": {"daily": {"regions": {"@@assign": ["eu-central-1"]}}}})


def organization(world: World) -> Live:
    return world.create(
        "aws:organizations/organization:Organization",
        featureSet="ALL",
        awsServiceAccessPrincipals=["backup.amazonaws.com"],
        enabledPolicyTypes=["BACKUP_POLICY"],
    )


def test_organization(world: World) -> None:
    made = organization(world)
    assert made.outputs["masterAccountId"] == world.place.account
    assert [one["id"] for one in made.outputs["accounts"]] == [world.place.account]
    assert made.outputs["roots"][0]["id"].startswith("r-")
    made.update(enabledPolicyTypes=["BACKUP_POLICY", "TAG_POLICY"], awsServiceAccessPrincipals=[])
    assert sorted(made.outputs["enabledPolicyTypes"]) == ["BACKUP_POLICY", "TAG_POLICY"]
    assert world.imported(made.token, made.id)[1]["featureSet"] == "ALL"
    lifecycle(made)


def test_units_and_accounts(world: World) -> None:
    root = organization(world).outputs["roots"][0]["id"]
    unit = world.create("aws:organizations/organizationalUnit:OrganizationalUnit", name="apps", parentId=root)
    assert world.imported(unit.token, unit.id)[1] == unit.inputs
    account = world.create(
        "aws:organizations/account:Account",
        name="app",
        email="app@example.com",
        parentId=unit.id,
        tags={"a": "b"},
    )
    assert account.refresh() == account.inputs
    unit.update(name="applications", tags={"c": "d"})
    assert [one["id"] for one in unit.outputs["accounts"]] == [account.id]
    lifecycle(account)
    lifecycle(unit)


def test_backup_policy_and_where_it_holds(world: World) -> None:
    root = organization(world).outputs["roots"][0]["id"]
    policy = world.create(POLICY, name="daily", type="BACKUP_POLICY", content=CONTENT, tags={"a": "b"})
    assert "/backup_policy/p-" in policy.outputs["arn"]
    attached = world.create(
        "aws:organizations/policyAttachment:PolicyAttachment", policyId=policy.id, targetId=root
    )
    assert attached.id == f"{root}:{policy.id}"
    with pytest.raises(ClientError, match="PolicyInUse"):
        policy.delete()
    policy.update(content=CONTENT.replace("eu-central-1", "eu-west-1"), description="Daily")
    assert world.imported(POLICY, policy.id)[1]["description"] == "Daily"
    lifecycle(attached)
    lifecycle(policy)


def test_delegated_administrator_and_the_policy_of_the_organization(world: World) -> None:
    organization(world)
    account = world.create("aws:organizations/account:Account", name="app", email="app@example.com")
    lifecycle(
        world.create(
            "aws:organizations/delegatedAdministrator:DelegatedAdministrator",
            accountId=account.id,
            servicePrincipal="backup.amazonaws.com",
        )
    )
    content = json.dumps({"Version": "2012-10-17", "Statement": []})
    lifecycle(world.create("aws:organizations/resourcePolicy:ResourcePolicy", content=content))


def test_without_an_organization_aws_says_so(world: World) -> None:
    with pytest.raises(ClientError, match="AWSOrganizationsNotInUse"):
        world.create(POLICY, name="daily", type="BACKUP_POLICY", content=CONTENT)
