"""People hear what happens to secrets (sources/002 line 1441): deleted, rotated or not, asked for after their deletion.

    CloudTrail --> EventBridge --+- deleted ------+
                                 +- rotation -----+--> topic, encrypted --> e-mail, queues, functions
                                 +- used too late-+
                                          +--undeliverable--> queue, with an alarm

Needs a trail that logs management events in the Region, which is where EventBridge has calls from. The document names the
third rule and shows no way: EventBridge gets calls that only read where the rule's state asks for all of them, and
Secrets Manager answers a read of a deleted secret with an error that says so ("Monitor secrets scheduled for deletion").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components.events import EventPattern, wildcard
from components.foundation import key_ring
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, policy_document

if TYPE_CHECKING:
    from components.foundation.partition import Site

SOURCE = "aws.secretsmanager"
API_CALL, SERVICE_EVENT = "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"
ENABLED, ALSO_READS = "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
MAX_RULE_NAME = 64 - 8
RETENTION_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True)
class Alert:
    """One rule: the events it takes, what people read, and where an event says which secret it is about."""

    name: str
    detail_type: str
    detail: dict[str, Any]
    text: str
    secret: str
    state: str = ENABLED


ALERTS = (
    Alert(
        "deleted",
        API_CALL,
        {"eventName": ["DeleteSecret"]},
        "A secret was deleted: <secret>, by <who>. Until its recovery window ends it can be restored.",
        "$.detail.requestParameters.secretId",
    ),
    Alert(
        "rotation",
        SERVICE_EVENT,
        {"eventName": ["RotationAbandoned", "RotationFailed", "RotationSucceeded"]},
        "<what> of the secret <secret>.",
        "$.detail.additionalEventData.SecretId",
    ),
    Alert(
        "used-too-late",
        API_CALL,
        {"eventName": ["GetSecretValue"], "errorMessage": [wildcard("*marked for deletion*")]},
        "A secret that is about to be deleted is still in use: <secret>, by <who>. Restore it, or mend the user.",
        "$.detail.requestParameters.secretId",
        ALSO_READS,
    ),
)


def pattern(alert: Alert, secrets: Sequence[str] = ()) -> dict[str, Any]:
    """The event pattern of an alert, for these secrets (ARNs) or for all of the account and Region.

    A caller may name a secret by its name, too; then the event holds the name and no ARN, so both are looked for.
    """
    detail = dict(alert.detail)
    if secrets:
        known = [name for arn in secrets for name in (arn, name_in(arn))]
        field, inner = alert.secret.removeprefix("$.detail.").split(".")
        detail[field] = {inner: known}
    return {"source": [SOURCE], "detail-type": [alert.detail_type], "detail": detail}


def name_in(arn: str) -> str:
    """The name of a secret: its ARN ends in it, a hyphen and six characters of AWS's."""
    return arn.rsplit(":", 1)[-1][:-7]


class SecretAlertsSettings(Args):
    """Who is told: `emails`, each of which must confirm once; or `topic_arn`, a topic of your own.

    The policy and the key of a topic of your own must let `events.amazonaws.com` and `cloudwatch.amazonaws.com` publish.
    """

    emails: tuple[str, ...] = ()
    topic_arn: Text | None = None

    @model_validator(mode="after")
    def _one_topic(self) -> Self:
        if self.topic_arn is not None and self.emails:
            problem = "belong to the topic that is made here"
            raise ComponentError("emails", problem, "subscribe them to your own topic")
        return self


class SecretAlertsArgs(SecretAlertsSettings):
    """Who is told, and of which secrets: `secret_arns`, None for all of the account and Region."""

    secret_arns: tuple[Text, ...] | None = None
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class SecretAlerts(Component):
    """Three rules on the default bus, and the topic that they tell.

        SecretAlerts("secrets", SecretAlertsArgs(emails=("security@example.com",)))

    Outputs: `topic_arn`, `rule_arns` (by alert), `undelivered_arn`.
    """

    topic_arn: pulumi.Output[str]
    rules: dict[str, aws.cloudwatch.EventRule]

    def __init__(self, name: str, args: SecretAlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("groundplan:data:SecretAlerts", name, args, opts, region=args.region, tags=args.tags)
        self._args = args
        users = [_let_events, key_ring.service("cloudwatch")]
        self.encryption_key = self.key("alerts", users=users)
        self.topic_arn, ready = self._topic()
        self.undelivered = self._create_queue()
        self.rules = {alert.name: self._create_rule(alert) for alert in ALERTS}
        queue_policy = self._let_rules_send()
        for alert in ALERTS:
            self._tell(alert, [queue_policy, *ready])
        self._watch_queue()
        self.outputs(
            {
                "topic_arn": self.topic_arn,
                "rule_arns": {name: rule.arn for name, rule in self.rules.items()},
                "undelivered_arn": self.undelivered.arn,
            }
        )

    def _topic(self) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
        if self._args.topic_arn is not None:
            return pulumi.Output.from_input(self._args.topic_arn), []
        topic = aws.sns.Topic(
            self.name_for("alerts"),
            kms_master_key_id=self.encryption_key.arn,
            signature_version=2,
            region=self.region,
            tags=self.tags("alerts"),
            opts=self.child(),
        )
        policy = aws.sns.TopicPolicy(
            self.name_for("alerts"),
            arn=topic.arn,
            policy=policy_document(*_publishers(self.site, topic.arn)),
            region=self.region,
            opts=self.child(),
        )
        for place, address in enumerate(self._args.emails):
            aws.sns.TopicSubscription(
                self.name_for("person", str(place)),
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                region=self.region,
                opts=self.child(),
            )
        return topic.arn, [policy]

    def _create_rule(self, alert: Alert) -> aws.cloudwatch.EventRule:
        arns = self._args.secret_arns
        text: pulumi.Input[str]
        if arns is None:
            text = EventPattern(pattern(alert)).json
        else:
            text = pulumi.Output.all(*arns).apply(lambda known: EventPattern(pattern(alert, known)).json)
        return aws.cloudwatch.EventRule(
            self.name_for(alert.name, limit=MAX_RULE_NAME),
            description=f"{self.name}: {alert.name}",
            event_pattern=text,
            state=alert.state,
            region=self.region,
            tags=self.tags(alert.name),
            opts=self.child(),
        )

    def _tell(self, alert: Alert, ready: Sequence[pulumi.Resource]) -> aws.cloudwatch.EventTarget:
        paths = {"secret": alert.secret, "who": "$.detail.userIdentity.arn", "what": "$.detail.eventName"}
        return aws.cloudwatch.EventTarget(
            self.name_for(alert.name),
            rule=self.rules[alert.name].name,
            target_id="topic",
            arn=self.topic_arn,
            input_transformer={
                "input_paths": {name: path for name, path in paths.items() if f"<{name}>" in alert.text},
                "input_template": f'"{alert.text}"',
            },
            dead_letter_config={"arn": self.undelivered.arn},
            retry_policy={"maximum_retry_attempts": 185, "maximum_event_age_in_seconds": 86400},
            region=self.region,
            opts=self.child(depends_on=list(ready)),
        )

    def _create_queue(self) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            self.name_for("undelivered"),
            kms_master_key_id=self.encryption_key.arn,
            message_retention_seconds=RETENTION_SECONDS,
            receive_wait_time_seconds=20,
            region=self.region,
            tags=self.tags("undelivered"),
            opts=self.child(),
        )

    def _let_rules_send(self) -> aws.sqs.QueuePolicy:
        rules = [rule.arn for rule in self.rules.values()]
        return aws.sqs.QueuePolicy(
            self.name_for("undelivered"),
            queue_url=self.undelivered.url,
            policy=policy_document(
                Statement(
                    "DeliverEvents",
                    actions=["sqs:SendMessage"],
                    resources=[self.undelivered.arn],
                    principals={"Service": [self.site.service_principal("events")]},
                    conditions={"ArnEquals": {"aws:SourceArn": rules}},
                ),
                Statement(
                    "DenyPlainHttp",
                    actions=["sqs:*"],
                    resources=[self.undelivered.arn],
                    principals="*",
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                    effect="Deny",
                ),
            ),
            region=self.region,
            opts=self.child(),
        )

    def _watch_queue(self) -> aws.cloudwatch.MetricAlarm:
        return aws.cloudwatch.MetricAlarm(
            self.name_for("undelivered"),
            alarm_description=f"{self.name}: an alert could not be delivered and waits in the queue",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": self.undelivered.name},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            period=300,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[self.topic_arn],
            region=self.region,
            tags=self.tags("undelivered"),
            opts=self.child(),
        )


def _let_events(site: Site) -> list[Statement]:
    """EventBridge may use the key. It sends no source when it publishes to a topic, so there is no condition on one."""
    return [
        Statement(
            "LetEventsUseTheKey",
            actions=("kms:Decrypt", "kms:GenerateDataKey*"),
            resources=["*"],
            principals={"Service": [site.service_principal("events")]},
        )
    ]


def _publishers(site: Site, topic: pulumi.Output[str]) -> list[Statement]:
    return [
        # EventBridge supports no conditions in a topic's policy ("Amazon SNS permissions" of its guide).
        Statement(
            "PublishEvents",
            actions=["sns:Publish"],
            resources=[topic],
            principals={"Service": [site.service_principal("events")]},
        ),
        Statement(
            "PublishAlarms",
            actions=["sns:Publish"],
            resources=[topic],
            principals={"Service": [site.service_principal("cloudwatch")]},
            conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
        ),
        Statement(
            "DenyPlainHttp",
            actions=["sns:Publish"],
            resources=[topic],
            principals="*",
            conditions={"Bool": {"aws:SecureTransport": "false"}},
            effect="Deny",
        ),
    ]
