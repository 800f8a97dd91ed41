"""The policy simulator of the embedded AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, own_account
from tools.emulator.evaluate import Decision, may
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal

ALLOW_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


@pytest.fixture
def world() -> World:
    return own_account(Gate(Journal(None)))


def document(effect: str, action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(iam: Any, name: str = "app", **more: Any) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=text, **more)["Role"]["Arn"])


def test_a_role_may_what_its_inline_policy_says_and_nothing_else(world: World) -> None:
    iam, user = world.client("iam"), "arn:aws:rds-db:us-east-1:111111111111:dbuser:cluster-ABC/app"
    arn = role(iam)
    iam.put_role_policy(
        RoleName="app", PolicyName="p", PolicyDocument=document("Allow", "rds-db:connect", user)
    )
    assert may(iam, arn, "rds-db:connect", user) is Decision.IMPLICIT_DENY  # another account's
    own = user.replace("111111111111", world.place.account)
    iam.put_role_policy(
        RoleName="app", PolicyName="p", PolicyDocument=document("Allow", "rds-db:connect", own)
    )
    assert may(iam, arn, "rds-db:connect", own) is Decision.ALLOWED
    assert may(iam, arn, "rds-db:connect", own.replace("/app", "/admin")) is Decision.IMPLICIT_DENY


def test_attached_policies_boundary_and_groups_count(world: World) -> None:
    iam = world.client("iam")
    boundary = iam.create_policy(PolicyName="edge", PolicyDocument=document("Allow", "s3:*"))["Policy"]["Arn"]
    arn = role(iam, PermissionsBoundary=boundary)
    iam.attach_role_policy(RoleName="app", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    iam.attach_role_policy(RoleName="app", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert may(iam, arn, "s3:GetObject", "arn:aws:s3:::bucket/key") is Decision.ALLOWED
    assert may(iam, arn, "s3:PutObject", "arn:aws:s3:::bucket/key") is Decision.IMPLICIT_DENY
    answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["sqs:SendMessage"])
    found = answer["EvaluationResults"][0]
    assert found["EvalDecision"] == "implicitDeny"
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    user = iam.create_user(UserName="ann")["User"]["Arn"]
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="p", PolicyDocument=document("Allow", "s3:Get*"))
    assert may(iam, user, "s3:GetObject") is Decision.IMPLICIT_DENY
    iam.add_user_to_group(GroupName="readers", UserName="ann")
    assert may(iam, user, "s3:GetObject") is Decision.ALLOWED


def test_tags_and_context_of_the_request_count(world: World) -> None:
    iam = world.client("iam")
    arn = role(iam, Tags=[{"Key": "team", "Value": "data"}])
    matching = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    text = document("Allow", "rds:StopDBInstance", Condition=matching)
    iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=text)
    tagged = {"aws:ResourceTag/team": "data"}
    assert may(iam, arn, "rds:StopDBInstance", context=tagged) is Decision.ALLOWED
    assert may(iam, arn, "rds:StopDBInstance") is Decision.IMPLICIT_DENY


def test_a_resource_policy_counts(world: World) -> None:
    iam = world.client("iam")
    arn = role(iam)
    queue = f"arn:aws:sqs:us-east-1:{world.place.account}:orders"
    given = document("Allow", "sqs:SendMessage", queue, Principal={"AWS": arn})
    assert may(iam, arn, "sqs:SendMessage", queue, resource_policy=given) is Decision.ALLOWED
    assert may(iam, arn, "sqs:SendMessage", queue) is Decision.IMPLICIT_DENY


def test_policies_that_are_given_with_the_request(world: World) -> None:
    iam = world.client("iam")
    answer = iam.simulate_custom_policy(
        PolicyInputList=[ALLOW_ALL, document("Deny", "s3:Delete*")],
        ActionNames=["s3:GetObject", "s3:DeleteObject"],
        ResourceArns=["arn:aws:s3:::a", "arn:aws:s3:::b"],
        MaxItems=3,
    )
    found = [(one["EvalActionName"], one["EvalDecision"]) for one in answer["EvaluationResults"]]
    assert found == [
        ("s3:GetObject", "allowed"),
        ("s3:GetObject", "allowed"),
        ("s3:DeleteObject", "explicitDeny"),
    ]
    assert answer["IsTruncated"]
    matched = answer["EvaluationResults"][2]["MatchedStatements"]
    assert [one["SourcePolicyId"] for one in matched] == ["PolicyInputList.2"]


def test_an_organisation_limits_its_members_but_not_its_management_account(world: World) -> None:
    organization = world.client("organizations")
    organization.create_organization(FeatureSet="ALL")
    member = organization.create_account(AccountName="member", Email="member@example.com")
    account = member["CreateAccountStatus"]["AccountId"]
    policy = organization.create_policy(
        Name="no-s3", Description="", Type="SERVICE_CONTROL_POLICY", Content=document("Deny", "s3:*")
    )["Policy"]["PolicySummary"]["Id"]
    organization.attach_policy(PolicyId=policy, TargetId=organization.list_roots()["Roots"][0]["Id"])
    theirs = World(world.accounts, type(world.place)(account, "us-east-1")).client("iam")
    for iam, expected in ((theirs, "explicitDeny"), (world.client("iam"), "allowed")):
        arn = role(iam)
        iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=ALLOW_ALL)
        assert may(iam, arn, "s3:GetObject") == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [("arn:aws:iam::{}:role/nobody", "NoSuchEntity"), ("nobody", "InvalidInput")],
)
def test_an_unknown_principal_is_refused(world: World, source: str, code: str) -> None:
    with pytest.raises(ClientError) as caught:
        world.client("iam").simulate_principal_policy(
            PolicySourceArn=source.format(world.place.account).ljust(20, "x"), ActionNames=["s3:GetObject"]
        )
    assert caught.value.response["Error"]["Code"] == code


def test_what_is_no_policy_is_refused(world: World) -> None:
    with pytest.raises(ClientError, match="InvalidInput"):
        world.client("iam").simulate_custom_policy(PolicyInputList=["{"], ActionNames=["s3:GetObject"])
