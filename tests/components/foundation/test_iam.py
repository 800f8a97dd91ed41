"""Policy documents, in every partition."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from components.foundation import key_ring
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, assume_role_policy, policy_document
from components.foundation.partition import Site, service_principal
from tests.components.recording import ACCOUNT, run

PLACES = [("aws", "amazonaws.com", "eu-west-1"), ("aws-cn", "amazonaws.com.cn", "cn-north-1")]


def document(
    make: Any, partition: str = "aws", suffix: str = "amazonaws.com", region: str = "eu-west-1"
) -> Any:
    """Resolve what `make` builds for a site."""
    seen: list[str] = []

    def program() -> pulumi.Output[None]:
        known = pulumi.Output.from_input
        site = Site(known(partition), known(suffix), known(ACCOUNT), known(region))
        made: pulumi.Output[str] = make(site)
        return made.apply(seen.append)

    run(program)
    return json.loads(seen[0])


def test_a_document_has_the_keys_of_iam_in_order() -> None:
    made = document(
        lambda site: policy_document(
            Statement(
                "Read",
                actions=["s3:GetObject"],
                resources=[site.arn("s3", "b/*", region=False, account=False)],
            )
        )
    )
    assert made == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}
        ],
    }


def test_everything_a_statement_can_have() -> None:
    made = document(
        lambda _: policy_document(
            Statement(
                "Deny1",
                effect="Deny",
                not_actions=["iam:*"],
                resources=["*"],
                not_principals={"AWS": [pulumi.Output.from_input("arn:aws:iam::111111111111:root")]},
                conditions={"Bool": {"aws:SecureTransport": "false"}, "StringLike": {"aws:x": ["a", "b"]}},
            ),
            Statement("All", actions=["sts:AssumeRole"], principals="*"),
        )
    )["Statement"]
    assert made[0]["NotPrincipal"] == {"AWS": ["arn:aws:iam::111111111111:root"]}
    assert made[0]["Condition"]["StringLike"] == {"aws:x": ["a", "b"]}
    assert made[1]["Principal"] == "*"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sid": "not good", "actions": ["a:b"]}, "a Sid has only letters and digits"),
        ({"sid": "A"}, "needs either actions or not_actions"),
        ({"sid": "A", "actions": ["a:b"], "not_actions": ["a:b"]}, "needs either actions or not_actions"),
        ({"sid": "A", "actions": ["a:b"], "principals": {"Aws": ["x"]}}, "'Aws' is no kind of principal"),
    ],
)
def test_statements_that_iam_refuses(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError, match=message):
        Statement(**settings)


def test_a_sid_used_twice() -> None:
    with pytest.raises(ComponentError, match="used twice"):
        policy_document(Statement("A", actions=["a:b"]), Statement("A", actions=["a:c"]))


@pytest.mark.parametrize(("partition", "suffix", "region"), PLACES)
def test_trust_is_bound_to_the_account(partition: str, suffix: str, region: str) -> None:
    made = document(
        lambda site: assume_role_policy(
            site,
            service="vpc-flow-logs",
            source_account=site.account_id,
            source_arn=site.arn("ec2", "vpc-flow-log/*"),
        ),
        partition,
        suffix,
        region,
    )["Statement"][0]
    assert made["Principal"] == {"Service": ["vpc-flow-logs.amazonaws.com"]}
    assert made["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:{partition}:ec2:{region}:{ACCOUNT}:vpc-flow-log/*"},
    }


@pytest.mark.parametrize(
    ("service", "region", "suffix", "expected"),
    [
        ("ec2", "us-east-1", "amazonaws.com", "ec2.amazonaws.com"),
        ("ec2", "cn-north-1", "amazonaws.com.cn", "ec2.amazonaws.com.cn"),
        ("logs", "eu-west-1", "amazonaws.com", "logs.eu-west-1.amazonaws.com"),
        ("logs", "cn-north-1", "amazonaws.com.cn", "logs.cn-north-1.amazonaws.com.cn"),
        ("lambda", "cn-north-1", "amazonaws.com.cn", "lambda.amazonaws.com"),
    ],
)
def test_service_principals(service: str, region: str, suffix: str, expected: str) -> None:
    assert service_principal(service, region=region, dns_suffix=suffix) == expected


@pytest.mark.parametrize(("partition", "suffix", "region"), PLACES)
def test_a_key_is_administered_by_the_account_and_used_by_its_users_only(
    partition: str, suffix: str, region: str
) -> None:
    users = [
        key_ring.log_groups("/x/*"),
        key_ring.service("sns", source_arn="arn:x"),
        key_ring.through("ec2"),
        key_ring.auto_scaling(),
    ]
    made = document(lambda site: key_ring.key_policy(site, users), partition, suffix, region)
    admin, *rest = made["Statement"]
    assert admin["Principal"] == {"AWS": [f"arn:{partition}:iam::{ACCOUNT}:root"]}
    assert not {"kms:*", "kms:Decrypt", "kms:Encrypt", "kms:CreateGrant"} & set(admin["Action"])
    for statement in rest:
        assert not any(action in {"kms:*", "kms:PutKeyPolicy"} for action in statement["Action"])
        root = statement["Principal"] == {"AWS": [f"arn:{partition}:iam::{ACCOUNT}:root"]}
        assert statement.get("Condition") or not root, "the account uses the key through a service only"
    by_sid = {statement["Sid"]: statement for statement in rest}
    assert by_sid["UseThroughEc2"]["Condition"]["StringEquals"]["kms:ViaService"] == f"ec2.{region}.{suffix}"
    assert by_sid["GrantsThroughEc2"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert by_sid["AutoScalingGrants"]["Action"] == ["kms:CreateGrant"]
    assert "arn:aws:" not in json.dumps(made) or partition == "aws"
