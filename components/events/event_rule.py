"""A rule on an event bus, its targets, and the permissions that they need.

    bus --> rule (checked pattern) --role or resource policy--> target
                      +--(attempts used up)--> dead-letter queue, with an alarm when something is in it

Follows sources/004 lines 315-336 and 374-431. Differences: each target has a dead-letter queue and says how long to
retry; the role of a target trusts EventBridge only on behalf of this rule.
"""

from __future__ import annotations

from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator

from components.events.accounts import DEFAULT_BUS, RuleName
from components.events.dead_letters import create_queue, let_events_send, queue_policy
from components.events.event_bus import event_encryption
from components.events.patterns import EventPattern
from components.events.targets import LOG_GROUP_PREFIX, ROLE_ACTIONS, Target
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, assume_role_policy, policy_document

MAX_TARGETS = 5
MAX_ROLE_NAME = 64


class RuleSettings(Args):
    """What a rule takes (`pattern`) and where it sends it (`targets`, by name, at most 5).

    `rule_name` None lets Pulumi name it. `enabled: false` keeps the rule without sending.
    """

    pattern: dict[str, Any]
    targets: dict[str, Target] = Field(min_length=1, max_length=MAX_TARGETS)
    rule_name: RuleName | None = None
    description: Annotated[str, Field(max_length=512)] | None = None
    enabled: bool = True

    @field_validator("pattern")
    @classmethod
    def _checked(cls, value: dict[str, Any]) -> dict[str, Any]:
        EventPattern(value, path="")
        return value


class EventRuleArgs(RuleSettings):
    """The settings and the bus.

    `bus`: name of a bus of this account, or the ARN of another account's bus that lets this account make rules there
    (`BusDelegation`). `key_arn`: encrypts the dead-letter queue (None makes a key). `wait_for`: what must stand before
    the rule and its targets: the policy that lets this account make the rule, and that of a destination bus, which AWS
    looks at when a target is put.
    """

    bus: Text = DEFAULT_BUS
    key_arn: Text | None = None
    wait_for: tuple[Any, ...] = ()
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class EventRule(Component):
    """A rule with its targets.

        EventRule("orders", EventRuleArgs(
            bus=bus.name, pattern={"source": ["com.company.shop"]},
            targets={"work": Target(kind="sqs", arn=queue.arn, queue_url=queue.url)}))

    Outputs: `rule_arn`, `dead_letter_queue_url`, `role_arns` (by target). Raises `ComponentError` for patterns and
    settings that AWS would refuse.
    """

    rule: aws.cloudwatch.EventRule
    dead_letters: aws.sqs.Queue
    targets: dict[str, aws.cloudwatch.EventTarget]
    roles: dict[str, aws.iam.Role]

    def __init__(self, name: str, args: EventRuleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("groundplan:events:EventRule", name, args, opts, region=args.region, tags=args.tags)
        self.pattern = EventPattern(args.pattern)
        self.rule = aws.cloudwatch.EventRule(
            self.name_for(limit=MAX_ROLE_NAME - 8),
            name=args.rule_name,
            description=args.description,
            event_bus_name=args.bus,
            event_pattern=self.pattern.json,
            state="ENABLED" if args.enabled else "DISABLED",
            region=self.region,
            tags=self.tags(),
            opts=self.child(depends_on=list(args.wait_for)),
        )
        key_arn = args.key_arn or self.key("events", users=[event_encryption()]).arn
        self.dead_letters = create_queue(self, key_arn)
        ready = let_events_send(self, self.dead_letters, [self.rule.arn])
        self._watch()
        self.roles, self.targets = {}, {}
        for key, target in args.targets.items():
            self._add(key, target, args, [ready, *args.wait_for])
        self.outputs(
            {
                "rule_arn": self.rule.arn,
                "dead_letter_queue_url": self.dead_letters.url,
                "role_arns": {key: role.arn for key, role in self.roles.items()},
            }
        )

    def _add(self, key: str, target: Target, args: EventRuleArgs, wait_for: list[pulumi.Resource]) -> None:
        waits = [*wait_for, *self._permit(key, target)]
        transform = target.transform
        self.targets[key] = aws.cloudwatch.EventTarget(
            self.name_for(key),
            rule=self.rule.name,
            event_bus_name=args.bus,
            target_id=key,
            arn=target.arn,
            role_arn=self._role_arn(key, target, waits),
            input=target.constant,
            input_path=target.input_path,
            input_transformer={"input_paths": transform.paths, "input_template": transform.template}
            if transform
            else None,
            sqs_target={"message_group_id": target.message_group_id} if target.message_group_id else None,
            dead_letter_config={"arn": self.dead_letters.arn},
            retry_policy={
                "maximum_retry_attempts": target.retry.attempts,
                "maximum_event_age_in_seconds": target.retry.max_age_seconds,
            },
            region=self.region,
            opts=self.child(depends_on=waits),
        )

    def _role_arn(self, key: str, target: Target, waits: list[pulumi.Resource]) -> Text | None:
        """The role of a target that needs one; its policy must stand before the target is put."""
        if target.kind not in ROLE_ACTIONS or target.role_arn is not None:
            return target.role_arn
        role = aws.iam.Role(
            self.name_for(key, limit=MAX_ROLE_NAME - 8),
            description=f"Lets rule {self.name} send to {key}",
            # For a rule on another account's bus, the rule's ARN has that account; so it alone is the condition.
            assume_role_policy=assume_role_policy(self.site, service="events", source_arn=self.rule.arn),
            tags=self.tags(key),
            opts=self.child(),
        )
        right = Statement("Send", actions=ROLE_ACTIONS[target.kind], resources=[_sent_to(target)])
        policy = aws.iam.RolePolicy(
            self.name_for(key), role=role.id, policy=policy_document(right), opts=self.child()
        )
        waits.append(policy)
        self.roles[key] = role
        return role.arn

    def _permit(self, key: str, target: Target) -> list[pulumi.Resource]:
        """The resource policy of a target that needs one."""
        events = self.site.service_principal("events")
        if target.kind == "log_group":
            return [self._permit_logs(key, target)]
        if target.kind == "lambda":
            permission = aws.lambda_.Permission(
                self.name_for(key),
                function=target.arn,
                action="lambda:InvokeFunction",
                principal=events,
                source_arn=self.rule.arn,
                region=self.region,
                opts=self.child(),
            )
            return [permission]
        if target.kind == "sqs" and target.policy:
            assert target.queue_url is not None  # for the type checker: the settings say so
            policy = queue_policy(events, target.arn, [self.rule.arn])
            made = aws.sqs.QueuePolicy(
                self.name_for(key),
                queue_url=target.queue_url,
                policy=policy,
                region=self.region,
                opts=self.child(),
            )
            return [made]
        return [self._permit_topic(key, target)] if target.kind == "sns" and target.policy else []

    def _permit_logs(self, key: str, target: Target) -> aws.cloudwatch.LogResourcePolicy:
        """EventBridge and the log delivery service that works for it may write into this group.

        Statements as in "CloudWatch Logs permissions" of the EventBridge User Guide: AWS sends no source when it
        makes a stream.
        """
        who = {"Service": [self.site.service_principal(name) for name in ("events", "delivery.logs")]}
        streams = pulumi.Output.concat(target.arn, ":*")
        return aws.cloudwatch.LogResourcePolicy(
            self.name_for(key),
            policy_name=self.name_for(key, "events"),
            policy_document=policy_document(
                Statement("MakeStreams", ["logs:CreateLogStream"], [streams], principals=who),
                Statement(
                    "WriteEvents",
                    ["logs:PutLogEvents"],
                    [streams],
                    principals=who,
                    conditions={"ArnEquals": {"aws:SourceArn": self.rule.arn}},
                ),
            ),
            region=self.region,
            opts=self.child(),
        )

    def _permit_topic(self, key: str, target: Target) -> aws.sns.TopicPolicy:
        return aws.sns.TopicPolicy(
            self.name_for(key),
            arn=target.arn,
            policy=policy_document(
                Statement(
                    "PublishEvents",
                    ["sns:Publish"],
                    [target.arn],
                    # EventBridge supports no conditions in a topic's policy ("Amazon SNS permissions" of its guide).
                    principals={"Service": [self.site.service_principal("events")]},
                ),
                Statement(
                    "DenyPlainHttp",
                    ["sns:Publish"],
                    [target.arn],
                    principals="*",
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                    effect="Deny",
                ),
            ),
            region=self.region,
            opts=self.child(),
        )

    def _watch(self) -> None:
        aws.cloudwatch.MetricAlarm(
            self.name_for("undelivered"),
            alarm_description=f"{self.name}: events could not be delivered and wait in the dead-letter queue",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": self.dead_letters.name},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            period=300,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            region=self.region,
            tags=self.tags("undelivered"),
            opts=self.child(),
        )


def _sent_to(target: Target) -> pulumi.Input[str]:
    """The resource of the role's right. An API destination's ARN ends in an id that changes when it is remade."""
    if target.kind != "api_destination":
        return target.arn
    return pulumi.Output.from_input(target.arn).apply(lambda arn: f"{arn.rsplit('/', 1)[0]}/*")


def check_log_group(name: str, path: str) -> None:
    """Raise `ComponentError` when EventBridge would not write into a log group of that name."""
    if not name.startswith(LOG_GROUP_PREFIX):
        raise ComponentError(
            path, f"{name!r} does not begin with {LOG_GROUP_PREFIX}", "EventBridge needs that"
        )
