"""What a role holds: inline, attached, AWS's own; and what is left open."""

from __future__ import annotations

import json
from typing import Any

from policies.pack.graph import Stack
from policies.pack.iam.holdings import MANAGED, Holdings, holdings
from policies.pack.iam.places import POLICY, ROLE, ROLE_ATTACHMENT, ROLE_POLICY
from policies.pack.iam.usage import anywhere, mentions
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN


def text(*actions: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})


def role(**properties: Any) -> Resource:
    return Resource(
        ROLE, "r", "urn:r", {"name": "r", "arn": "arn:aws:iam::111111111111:role/r", **properties}
    )


def inline(policy: Any, name: str = "p") -> Resource:
    return Resource(ROLE_POLICY, name, f"urn:{name}", {"role": "r", "policy": policy})


def attachment(arn: Any, *computed_from: str) -> Resource:
    place = Place(property_dependencies={"policyArn": computed_from})
    return Resource(ROLE_ATTACHMENT, "a", "urn:a", {"role": "r", "policyArn": arn}, place)


def held(subject: Resource, *others: Resource) -> Holdings:
    return holdings(subject, Stack([subject, *others]))


def test_a_role_without_policies_may_do_nothing() -> None:
    found = held(role())
    assert found.complete
    assert found.allows("s3:GetObject") is False


def test_policies_come_from_three_places() -> None:
    managed = Resource(
        POLICY, "q", "urn:q", {"arn": "arn:aws:iam::111111111111:policy/q", "policy": text("sqs:Send*")}
    )
    subject = role(inlinePolicies=[{"name": "i", "policy": text("kms:Decrypt")}])
    found = held(subject, inline(text("s3:GetObject")), managed, attachment(managed.text("arn")))
    assert [found.allows(action) for action in ("s3:GetObject", "sqs:SendMessage", "kms:Decrypt")] == [
        True
    ] * 3
    assert found.allows("sqs:ReceiveMessage") is False


def test_policies_of_aws_in_the_table_are_known() -> None:
    found = held(role(), attachment("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"))
    assert found.complete
    assert found.allows("logs:PutLogEvents") is True
    assert found.allows("ec2:CreateNetworkInterface") is False
    also = held(role(managedPolicyArns=["arn:aws-cn:iam::aws:policy/AWSXRayDaemonWriteAccess"]))
    assert also.allows("xray:PutTraceSegments") is True


def test_a_policy_of_ones_own_with_an_aws_name_is_not_aws_own() -> None:
    found = held(role(), attachment("arn:aws:iam::111111111111:policy/AWSLambdaBasicExecutionRole"))
    assert found.allows("logs:PutLogEvents") is None


def test_what_is_not_known_leaves_the_answer_open() -> None:
    for other in (inline(UNKNOWN), attachment(UNKNOWN), attachment("arn:aws:iam::aws:policy/ReadOnlyAccess")):
        found = held(role(), inline(text("s3:GetObject"), "q"), other)
        assert not found.complete
        assert found.allows("s3:GetObject") is True
        assert found.allows("sqs:SendMessage") is None
    assert held(role(managedPolicyArns=UNKNOWN)).allows("s3:GetObject") is None
    assert held(role(inlinePolicies=[{"policy": UNKNOWN}])).allows("s3:GetObject") is None


def test_a_policy_that_might_be_another_roles_leaves_it_open() -> None:
    stray = Resource(ROLE_POLICY, "p", "urn:p", {"role": UNKNOWN, "policy": text("s3:GetObject")})
    assert held(role(), stray).allows("s3:GetObject") is None


def test_managed_policies_name_actions_as_aws_writes_them() -> None:
    assert all(":" in action for actions in MANAGED.values() for action in actions)


def test_a_mention_is_found_by_value_at_any_depth_and_by_dependency() -> None:
    subject = role()
    deep = Resource("aws:x/y:Y", "deep", "urn:deep", {"a": [{"b": subject.text("arn")}]})
    place = Place(property_dependencies={"role": ("urn:r",)})
    computed = Resource("aws:x/y:Y", "computed", "urn:computed", {"role": UNKNOWN}, place)
    beside = Resource("aws:x/y:Y", "beside", "urn:beside", {"a": "other"})
    stack = Stack([subject, deep, computed, beside])
    assert [found.name for found in mentions(subject, stack, (ROLE,))] == ["deep", "computed"]


def test_a_property_that_one_resource_has_is_found_anywhere() -> None:
    stack = Stack([role(), Resource(ROLE, "s", "urn:s", {"permissionsBoundary": UNKNOWN})])
    assert anywhere(stack, ROLE, "permissionsBoundary")
    assert not anywhere(stack, ROLE, "path")
    assert not anywhere(Stack([role(permissionsBoundary="")]), ROLE, "permissionsBoundary")
