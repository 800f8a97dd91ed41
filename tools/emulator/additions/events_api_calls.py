"""EventBridge: `AWS API Call via CloudTrail`, the events by which rules hear of API calls.

As in AWS, they come where a trail of the account logs in the Region, or in all Regions; IAM's and other global services'
come in the partition's first Region. Calls that only read, refused ones too, come to rules with the state
`ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` alone. Calls for data (messages, items, records, invocations) are no
management events. Nothing is made up where no rule would take the event.

Not here: S3's calls, which moto serves in a way of its own, `responseElements`, and parameters that are secrets or large.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.events.models import events_backends
from moto.utilities.utils import get_partition

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.additions._api import asked_of
from tools.emulator.additions._callers import caller
from tools.emulator.gate import READ_ONLY
from tools.emulator.patterns import matches

KIND = "AWS API Call via CloudTrail"
ALSO_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
GLOBAL = frozenset(
    {"iam", "organizations", "route53", "cloudfront", "sts", "globalaccelerator", "shield", "waf"}
)
"""Services whose events come in one Region, by the first part of their address."""
FIRST_REGION = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_DATA = re.compile(
    r"^(PutEvents|Publish|PublishBatch|Invoke\w*|(Send|Receive|Delete)Message\w*|ChangeMessageVisibility\w*|"
    r"(Put|Get|Update|Delete|BatchGet|BatchWrite)Item|Query|Scan|Transact\w+|Execute(Statement|Transaction)|"
    r"Put(Record|LogEvent|MetricData|Trace)\w*|GetRecords|GetShardIterator|FilterLogEvents|GetLogEvents|AssumeRole\w*)$"
)
"""Calls for data."""
_SECRET = re.compile(
    r"password|secretstring|secretbinary|authtoken|privatekey|zipfile|plaintext", re.IGNORECASE
)
_XML_ERROR = re.compile(r"<Code>(?P<code>[^<]*)</Code>\s*<Message>(?P<message>[^<]*)</Message>", re.DOTALL)


def install() -> None:
    """Let rules hear of the calls of all services."""
    answer = BaseResponse.call_action

    @method(BaseResponse)
    def call_action(self: Any) -> Any:
        found = answer(self)
        if not work.current().replaying:
            _observe(self, found)
        return found


def _observe(response: Any, answer: tuple[Any, Mapping[str, str], Any]) -> None:
    account = str(response.current_account)
    action = str(response._get_action())  # noqa: SLF001 -- as moto's own dispatch does
    if _DATA.match(action) or account not in events_backends:
        return
    prefix = _prefix(response)
    partition = get_partition(response.region)
    region = FIRST_REGION.get(partition, response.region) if prefix in GLOBAL else response.region
    rules = _listening(account, region)
    if not rules or not _is_logged(account, region):
        return
    event = _event(response, action, prefix, region, answer)
    if any(hears(rule, event) and matches(rule.event_pattern.get_pattern(), event) for rule in rules):
        work.current().later(
            lambda activity: activity.publish(account, region, event["source"], KIND, event["detail"])
        )


def _prefix(response: Any) -> str:
    try:
        return str(get_service_model(response.boto3_service_name).endpoint_prefix)
    except Exception:  # noqa: BLE001 -- moto has services that botocore does not know
        return str(response.service_name)


def _listening(account: str, region: str) -> list[Any]:
    """The rules of a default bus that may be for API calls."""
    there = events_backends[account]
    if region not in there:
        return []
    rules = there[region].event_buses["default"].rules.values()
    return [rule for rule in rules if "CloudTrail" in (rule.event_pattern.dump() or "")]


def _is_logged(account: str, region: str) -> bool:
    models = sys.modules.get("moto.cloudtrail.models")
    if models is None or account not in models.cloudtrail_backends:
        return False
    return any(
        trail.status.is_logging and (trail.is_multi_region or trail.region_name == region)
        for backend in list(models.cloudtrail_backends[account].values())
        for trail in backend.trails.values()
    )


def hears(rule: Any, event: Mapping[str, Any]) -> bool:
    """Whether a rule's state lets it hear of an event."""
    if rule.state == "DISABLED":
        return False
    reads = event.get("detail-type") == KIND and event["detail"].get("readOnly") is True
    return not reads or rule.state == ALSO_READS


def _event(
    response: Any, action: str, prefix: str, region: str, answer: tuple[Any, Mapping[str, str], Any]
) -> dict[str, Any]:
    status, headers, body = answer
    account = str(response.current_account)
    detail = {
        "eventVersion": "1.11",
        "userIdentity": _identity(account, response.region),
        "eventTime": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{prefix}.amazonaws.com",
        "eventName": action,
        "awsRegion": region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "embedded",
        "requestParameters": _parameters(response),
        "responseElements": None,
        "requestID": str(headers.get("x-amzn-requestid", "")),
        "eventID": str(uuid.uuid4()),
        "readOnly": bool(READ_ONLY.match(action)),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
        **_failure(int(status or 200), body),
    }
    return {
        "source": f"aws.{prefix}",
        "detail-type": KIND,
        "account": account,
        "region": region,
        "resources": [],
        "detail": detail,
    }


def _identity(account: str, region: str) -> dict[str, Any]:
    who = caller(account, region)
    if who.endswith(":root"):
        return {"type": "Root", "principalId": account, "arn": who, "accountId": account}
    name = who.rsplit("/", 1)[-1]
    session = f"arn:{get_partition(region)}:sts::{account}:assumed-role/{name}/embedded"
    issuer = {"type": "Role", "arn": who, "accountId": account, "userName": name}
    return {
        "type": "AssumedRole",
        "principalId": f"{name}:embedded",
        "arn": session,
        "accountId": account,
        "sessionContext": {"sessionIssuer": issuer},
    }


def _parameters(response: Any) -> dict[str, Any]:
    try:
        given = asked_of(response, response.service_name).params
    except Exception:  # noqa: BLE001 -- what can't be read is left out, as in large events
        return {}
    shown = _shown(given)
    return shown if isinstance(shown, dict) else {}


def _shown(value: Any) -> Any:
    """Parameters as CloudTrail writes them: names begin small, secrets and bytes are left out."""
    if isinstance(value, Mapping):
        return {
            key[:1].lower() + key[1:]: _shown(item)
            for key, item in value.items()
            if item is not None and not isinstance(item, bytes) and not _SECRET.search(key)
        }
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _failure(status: int, body: Any) -> dict[str, str]:
    if status < 400:
        return {}
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    xml = _XML_ERROR.search(text)
    if xml:
        return {"errorCode": xml["code"], "errorMessage": xml["message"]}
    try:
        fields = json.loads(text)
    except ValueError:
        return {"errorCode": str(status), "errorMessage": text[:500]}
    code = str(fields.get("__type") or fields.get("Code") or status).rsplit("#", 1)[-1]
    return {"errorCode": code, "errorMessage": str(fields.get("message") or fields.get("Message") or "")}
