"""What a role of the stack may do, taken together: its inline policies, its attached ones, AWS's own.

Documents that are not known yet, policies of other stacks and AWS's policies outside the table leave it open what
else the role may do (`complete` is False): then only what it surely may do can be said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policies.pack.document import Document
from policies.pack.graph import Stack
from policies.pack.iam.grants import Grants
from policies.pack.iam.places import POLICY, ROLE_ATTACHMENT, ROLE_POLICY
from policies.pack.resource import Resource
from policies.pack.verdict import NotKnownError

_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
# AWS's policies for functions and what rules ask of them (Lambda developer guide, "Defining Lambda function
# permissions with an execution role").
MANAGED: dict[str, tuple[str, ...]] = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaVPCAccessExecutionRole": (*_LOGS, *_INTERFACES),
    "AWSLambdaENIManagementAccess": _INTERFACES,
    "AWSLambdaSQSQueueExecutionRole": (
        *_LOGS,
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ),
    "AWSLambdaDynamoDBExecutionRole": (
        *_LOGS,
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
    "AWSLambdaKinesisExecutionRole": (
        *_LOGS,
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ),
    "AWSLambdaMSKExecutionRole": (
        *_LOGS,
        *_INTERFACES,
        "kafka:DescribeClusterV2",
        "kafka:GetBootstrapBrokers",
    ),
    "AWSXRayDaemonWriteAccess": ("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
    "AWSXrayWriteOnlyAccess": ("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
}


@dataclass(frozen=True, slots=True)
class Holdings:
    """The policies of a role: documents, and the names of AWS's own that are in the table."""

    documents: tuple[Document, ...]
    managed: tuple[str, ...]
    complete: bool

    @property
    def grants(self) -> Grants:
        """The documents, judged together."""
        return Grants(self.documents)

    def allows(self, action: str) -> bool | None:
        """Whether the role may do something at all; None when it can't be said yet."""
        if any(action in MANAGED[name] for name in self.managed) or self.grants.allows(action):
            return True
        return False if self.complete else None


def holdings(role: Resource, stack: Stack) -> Holdings:
    """Collect what a role of the stack has been given."""
    documents: list[Document] = []
    managed: list[str] = []
    complete = True
    for value, path in _sources(role, stack):
        if value is None:
            complete = False
            continue
        if isinstance(value, str):
            name = value.rpartition("/")[2]
            if ":iam::aws:policy/" in value and name in MANAGED:
                managed.append(name)
            else:
                complete = False
            continue
        try:
            documents.append(value.document(path))
        except NotKnownError:
            complete = False
    return Holdings(tuple(documents), tuple(managed), complete)


def _sources(role: Resource, stack: Stack) -> Iterator[tuple[Resource | str | None, str]]:
    """Resources with a document at a path, ARNs of policies outside the stack, None for what is not known."""
    inline = stack.referring(role, ROLE_POLICY, "role")
    yield from ((found, "policy") for found in inline.sure)
    attached = stack.referring(role, ROLE_ATTACHMENT, "role")
    for attachment in attached.sure:
        yield from _attached(attachment, stack)
    if inline.possible or inline.open or attached.possible or attached.open:
        yield None, "policy"
    try:
        yield from ((arn, "") for arn in role.texts("managedPolicyArns"))
        count = len(role.each("inlinePolicies"))
        yield from ((role, f"inlinePolicies[{index}].policy") for index in range(count))
    except NotKnownError:
        yield None, "inlinePolicies"


def _attached(attachment: Resource, stack: Stack) -> Iterator[tuple[Resource | str | None, str]]:
    links = stack.targets(attachment, "policyArn", POLICY)
    if links.sure:
        yield from ((found, "policy") for found in links.sure)
    elif attachment.known("policyArn"):
        yield attachment.text("policyArn"), ""
    else:
        yield None, "policyArn"
