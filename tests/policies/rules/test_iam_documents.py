"""What all IAM rules together say of policies as documentation and blogs print them: the wrong and the right ones.

Each case has the ids of every rule of severity medium or above that finds a violation, so that a rule that trips
over a correct policy fails here too.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.pack.iam.places import POLICY, ROLE
from policies.pack.resource import Resource
from policies.pack.rule import Severity
from policies.rules import all_rules

SERVICES = ("iam-", "resource-policy-", "ecr-policy-", "eventbridge-policy-", "backup-")
RULES = [
    rule
    for rule in all_rules()
    if rule.id.startswith(SERVICES) and not rule.over_stack and rule.severity is not Severity.LOW
]
BUS = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
REPOSITORY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
VAULT = "aws:backup/vaultPolicy:VaultPolicy"
QUEUE = "aws:sqs/queuePolicy:QueuePolicy"
API = "aws:apigateway/restApiPolicy:RestApiPolicy"


def found(token: str, path: str, *statements: dict[str, Any]) -> set[str]:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    resource = Resource(token, "p", "urn:p", {path: text})
    return {rule.id for rule in RULES if token in rule.on and rule.judge(resource).violated}


def identity(action: Any, resource: Any, **condition: Any) -> set[str]:
    more = {"Condition": condition} if condition else {}
    return found(POLICY, "policy", {"Effect": "Allow", "Action": action, "Resource": resource, **more})


ARN = "arn:aws:{}:us-east-1:111111111111:{}"


@pytest.mark.parametrize(
    ("actions", "resource"),
    [
        (["dynamodb:UpdateItem", "dynamodb:GetItem"], ARN.format("dynamodb", "table/Aggregator")),
        ("sqs:SendMessage", ARN.format("sqs", "Actions")),
        (["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ARN.format("sqs", "Actions")),
        (["secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets"], "*"),
        (
            [
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:GetSecretValue",
                "secretsmanager:DescribeSecret",
            ],
            ARN.format("secretsmanager", "secret:app-AbCdEf"),
        ),
        ("rds-db:connect", ARN.format("rds-db", "dbuser:db-ABCDEFGHIJKL/app")),
        (["ec2:DescribeInstances", "ec2:DescribeVpcs", "cloudwatch:PutMetricData"], "*"),
        (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        (["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"]),
        ("events:PutEvents", ARN.format("events", "event-bus/security")),
        (["ecr:GetAuthorizationToken"], "*"),
        (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ARN.format("ecr", "repository/app")),
        (["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"], "*"),
        (["kms:Decrypt", "kms:GenerateDataKey"], ARN.format("kms", "key/1")),
        (["logs:CreateLogStream", "logs:PutLogEvents"], ARN.format("logs", "log-group:/aws/lambda/f:*")),
    ],
)
def test_a_policy_of_what_is_needed_passes(actions: Any, resource: Any) -> None:
    assert identity(actions, resource) == set()


def test_a_boundary_is_asked_for_as_documented() -> None:
    boundary = "arn:aws:iam::111111111111:policy/lambda-dev-boundary"
    roles = "arn:aws:iam::111111111111:role/lambdaDev*"
    assert identity("iam:CreateRole", roles, StringEquals={"iam:PermissionsBoundary": boundary}) == set()
    assert identity("iam:CreateRole", roles) == {"iam-rights-new-identities-bounded"}


def test_layers_are_limited_by_a_condition_that_limits_nothing() -> None:
    layers = ["arn:aws:lambda:*:111111111111:layer:company:*"]
    said = identity(
        ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
        ARN.format("lambda", "function:app"),
        **{"ForAllValues:StringLike": {"lambda:Layer": layers}},
    )
    assert said == {"iam-policy-no-for-all-values"}


def test_a_boundary_that_is_still_too_permissive() -> None:
    said = identity(["s3:List*", "s3:Get*", "logs:*", "dynamodb:*", "lambda:*"], "*")
    assert said == {
        "iam-policy-no-service-wildcard",
        "iam-rights-data-kept",
        "iam-rights-no-destruction",
        "iam-rights-no-escalation",
        "iam-rights-permissions-kept",
        "iam-rights-writes-kept",
    }


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("SecretsManager:GetSecretValue", {"iam-rights-data-kept", "iam-rights-secrets-named"}),
        ("lambda:InvokeFunction", {"iam-rights-writes-kept"}),
        (["storagegateway:RefreshCache", "storagegateway:ListFileShares"], {"iam-rights-writes-kept"}),
        (
            [
                "rds:AddTagsToResource",
                "rds:DescribeDBInstances",
                "states:StartExecution",
                "rds:StopDBInstance",
            ],
            {"iam-rights-writes-kept"},
        ),
    ],
)
def test_what_the_documents_leave_open(actions: Any, expected: set[str]) -> None:
    assert identity(actions, "*") == expected


def test_an_account_number_that_is_too_short() -> None:
    assert identity("rds-db:connect", "arn:aws:rds-db:us-east-1:986532147:dbuser:db-mydb/user") == {
        "iam-rights-database-arn"
    }


def test_a_function_may_take_its_role() -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert found(ROLE, "assumeRolePolicy", trust) == set()


def test_a_bus_of_another_account_for_rules_of_its_own() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": ["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"],
        "Resource": [ARN.format("events", "rule/security/*")],
        "Condition": {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}},
    }
    assert found(BUS, "policy", statement) == set()
    del statement["Condition"]
    assert found(BUS, "policy", statement) == {"eventbridge-policy-own-rules"}


def test_a_repository_for_the_functions_of_another_account() -> None:
    pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    accounts = {
        "Effect": "Allow",
        "Action": pull,
        "Principal": {"AWS": ["arn:aws:iam::222222222222:root"]},
    }
    functions = {
        "Effect": "Allow",
        "Action": pull,
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Condition": {"StringLike": {"aws:sourceArn": ["arn:aws:lambda:us-east-1:222222222222:function:*"]}},
    }
    assert found(REPOSITORY, "policy", accounts, functions) == set()
    del functions["Condition"]
    assert found(REPOSITORY, "policy", accounts, functions) == {"resource-policy-service-source"}


def test_a_vault_for_the_organisation() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "backup:CopyIntoBackupVault",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-XXXXXXXXXX"}},
    }
    assert found(VAULT, "policy", statement) == set()
    del statement["Condition"]
    assert found(VAULT, "policy", statement) == {"backup-vault-policy-scoped"}


def test_a_queue_for_one_topic() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": ARN.format("sqs", "q"),
        "Condition": {"ArnEquals": {"aws:SourceArn": ARN.format("sns", "t")}},
    }
    assert found(QUEUE, "policy", statement) == set()


@pytest.mark.parametrize("operator", ["StringNotEquals", "StringNotEqualsIfExists", "StringNotLike"])
def test_a_private_api_that_denies_all_but_its_endpoint(operator: str) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    others = {**everybody, "Effect": "Deny", "Condition": {operator: {"aws:SourceVpce": ["vpce-1"]}}}
    assert found(API, "policy", everybody, others) == set()
    assert found(API, "policy", everybody) == {"resource-policy-not-public"}


@pytest.mark.parametrize(
    "deny",
    [
        {
            "Action": "execute-api:ManageConnections",
            "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        },
        {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
        {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}},
        {
            "Principal": {"AWS": "222222222222"},
            "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        },
        {
            "Condition": {
                "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
                "Bool": {"aws:SecureTransport": "false"},
            }
        },
    ],
)
def test_a_deny_that_leaves_strangers_in(deny: dict[str, Any]) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    said = found(API, "policy", everybody, {**everybody, "Effect": "Deny", **deny})
    assert said == {"resource-policy-not-public"}
