"""Keeps databases stopped that AWS starts again after seven days (sources/002 lines 1671-2153).

    RDS --events--> topic --filter: 0153, 0154--> start function --once a message--> state machine
                      |                              | tag? exactly                   | look, stop, wait, look ...
                      +--undeliverable--> queue      +--left alone: logged            +--> people (topic): stopped,
                                                                                           gone, given up, failed

Deploy it once an account and Region. Differences from the document: three roles with the few rights each function uses,
and the right to stop only where the database has the tag; the tag matched exactly; Aurora clusters too; waits with an end;
people told of every end, by alarm also of one that the workflow can't tell; topics, logs, executions and failed events
encrypted with one key; nothing lost silently.
"""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from components.data.stop_auto_started.machine import Called, create_alarms, create_machine
from components.data.stop_auto_started.settings import StopAutoStartedArgs
from components.data.stop_auto_started.topics import RDS_EVENTS, create_topic, let_publish, subscribe_to_rds
from components.foundation import key_ring
from components.foundation.args import Text
from components.foundation.component import Component
from components.foundation.iam import Statement, policy_document
from components.serverless import Function, FunctionAlarms, FunctionArgs, function_key_users

EVENTS = ("RDS-EVENT-0153", "RDS-EVENT-0154")
"""RDS has started a cluster, or an instance, because it exceeded the longest time of being stopped."""

START_SECONDS, TASK_SECONDS = 60, 30


class StopAutoStarted(Component):
    """Stops tagged databases again after AWS has started them, and tells people how it went.

        StopAutoStarted("stop-auto-started", StopAutoStartedArgs(notify_emails=("dba@example.com",)))

    Outputs: `events_topic_arn`, `people_topic_arn`, `state_machine_arn`, `tag`. Raises `ComponentError` for arguments
    that don't fit together.
    """

    def __init__(
        self, name: str, args: StopAutoStartedArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:data:StopAutoStarted", name, args, opts, region=args.region, tags=args.tags
        )
        self._args = args
        self.encryption_key = self._create_key()
        self.people_topic_arn = self._create_people_topic()
        rds = let_publish(self, RDS_EVENTS, "PublishEvents", "rds")
        self.events, events_policy = create_topic(self, "events", self.encryption_key, [rds])
        self.failures = self._create_queue()
        self.state = self._create_state_function()
        self.stop = self._create_stop_function()
        called = Called(
            self.state, self.stop, self.people_topic_arn, self._people_key_arn(), self.encryption_key.arn
        )
        self.machine = create_machine(self, args, called)
        self.alarms = create_alarms(self, self.machine, self.people_topic_arn)
        self.start = self._create_start_function()
        self._subscribe_start_function()
        kinds = ["instances", *(["clusters"] if args.clusters else [])]
        self.subscriptions = subscribe_to_rds(self, self.events, events_policy, kinds)
        self.outputs(
            {
                "events_topic_arn": self.events.arn,
                "people_topic_arn": self.people_topic_arn,
                "state_machine_arn": self.machine.arn,
                "failures_arn": self.failures.arn,
                "tag": {args.tag_key: args.tag_value},
            }
        )

    # -- the key, the topics, the queue

    def _create_key(self) -> aws.kms.Key:
        ours = f"*/{pulumi.get_project()}/{pulumi.get_stack()}/{self.name}*"
        services = (RDS_EVENTS, "sns", "cloudwatch", "delivery.logs")
        return self.key(
            "messages",
            users=[
                *function_key_users(ours),
                key_ring.through("sns"),
                key_ring.through("states"),
                *(key_ring.service(name) for name in services),
            ],
        )

    def _create_people_topic(self) -> pulumi.Output[str]:
        if self._args.notify_topic_arn is not None:
            return pulumi.Output.from_input(self._args.notify_topic_arn)
        alarms = let_publish(self, "cloudwatch", "PublishAlarms", "cloudwatch")
        topic, _ = create_topic(self, "people", self.encryption_key, [alarms])
        for place, address in enumerate(self._args.notify_emails):
            aws.sns.TopicSubscription(
                self.name_for("person", str(place)),
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                region=self.region,
                opts=self.child(),
            )
        return topic.arn

    def _people_key_arn(self) -> Text | None:
        own = self._args.notify_topic_arn is None
        return self.encryption_key.arn if own else self._args.notify_key_arn

    def _create_queue(self) -> aws.sqs.Queue:
        """What SNS could not deliver, and what the function could not work on."""
        queue = aws.sqs.Queue(
            self.name_for("failures"),
            kms_master_key_id=self.encryption_key.arn,
            message_retention_seconds=14 * 24 * 3600,
            receive_wait_time_seconds=20,
            region=self.region,
            tags=self.tags("failures"),
            opts=self.child(),
        )
        aws.sqs.QueuePolicy(
            self.name_for("failures"),
            queue_url=queue.url,
            policy=policy_document(
                Statement(
                    "TakeUndeliverable",
                    actions=["sqs:SendMessage"],
                    resources=[queue.arn],
                    principals={"Service": [self.site.service_principal("sns")]},
                    conditions={"ArnEquals": {"aws:SourceArn": self.events.arn}},
                ),
                Statement(
                    "DenyPlainHttp",
                    actions=["sqs:*"],
                    resources=[queue.arn],
                    principals="*",
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                    effect="Deny",
                ),
            ),
            region=self.region,
            opts=self.child(),
        )
        return queue

    # -- the functions

    def _function(
        self,
        part: str,
        description: str,
        statements: list[Statement],
        *,
        timeout: int,
        environment: dict[str, Text],
        alarms: FunctionAlarms | None,
    ) -> Function:
        args = FunctionArgs(
            source=f"stop_auto_started_{part}",
            description=description,
            timeout_seconds=timeout,
            environment=environment,
            network=self._args.network,
            on_failure_arn=self.failures.arn,
            on_failure_key_arn=self.encryption_key.arn,
            key_arn=self.encryption_key.arn,
            log_retention_days=self._args.log_retention_days,
            alarms=alarms,
        )
        name = self.name_for(part)
        return Function(name, args, statements, self.child(), region=self.region, tags=self._args.tags)

    def _databases(self) -> list[pulumi.Output[str]]:
        kinds = ["db:*", *(["cluster:*"] if self._args.clusters else [])]
        return [self.site.arn("rds", kind) for kind in kinds]

    def _describe(self) -> list[str]:
        return ["rds:DescribeDBInstances", *(["rds:DescribeDBClusters"] if self._args.clusters else [])]

    def _create_state_function(self) -> Function:
        look = Statement("Look", self._describe(), self._databases())
        text = "Says in which state a database is"
        return self._function("state", text, [look], timeout=TASK_SECONDS, environment={}, alarms=None)

    def _create_stop_function(self) -> Function:
        """The role may stop a database only where it has the tag, whatever the function is asked."""
        actions = ["rds:StopDBInstance", *(["rds:StopDBCluster"] if self._args.clusters else [])]
        tag = {f"aws:ResourceTag/{self._args.tag_key}": self._args.tag_value}
        stop = Statement("StopTagged", actions, self._databases(), conditions={"StringEquals": tag})
        text = "Stops a database that has the tag"
        return self._function("stop", text, [stop], timeout=TASK_SECONDS, environment={}, alarms=None)

    def _create_start_function(self) -> Function:
        arn = self.machine.arn
        statements = [
            Statement("LookUp", [*self._describe(), "rds:ListTagsForResource"], self._databases()),
            Statement("StartWorkflow", ["states:StartExecution"], [arn]),
        ]
        environment: dict[str, Text] = {
            "STATE_MACHINE_ARN": arn,
            "TAG_KEY": self._args.tag_key,
            "TAG_VALUE": self._args.tag_value,
        }
        text = "Starts the workflow for a tagged database that RDS has started"
        alarms = FunctionAlarms(topic_arns=(self.people_topic_arn,))
        return self._function(
            "start", text, statements, timeout=START_SECONDS, environment=environment, alarms=alarms
        )

    def _subscribe_start_function(self) -> aws.sns.TopicSubscription:
        permission = self.start.grant_invoke("sns", source_arn=self.events.arn)
        return aws.sns.TopicSubscription(
            self.name_for("start"),
            topic=self.events.arn,
            protocol="lambda",
            endpoint=self.start.arn,
            filter_policy_scope="MessageBody",
            filter_policy=json.dumps({"Event ID": [{"suffix": f"#{event}"} for event in EVENTS]}),
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": self.failures.arn}),
            region=self.region,
            opts=self.child(depends_on=[permission]),
        )
