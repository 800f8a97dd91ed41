"""Two accounts and several Regions in one program: every type is where its provider and its `region` say, and only there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.tools.emulator.engine import Engine, connected
from tools.emulator.server import Running, serving

OTHER = json.dumps([{"roleArn": "arn:aws:iam::222222222222:role/deployment"}])
PLAN_RULE = {"ruleName": "daily", "targetVaultName": "vault", "schedule": "cron(0 3 ? * * *)"}
ROLE = "arn:aws:iam::111111111111:role/r"
TYPES: dict[str, dict[str, Any]] = {
    "aws:appautoscaling/target:Target": {
        "serviceNamespace": "rds",
        "resourceId": "cluster:db",
        "scalableDimension": "rds:cluster:ReadReplicaCount",
        "minCapacity": 1,
        "maxCapacity": 2,
    },
    "aws:backup/plan:Plan": {"name": "p", "rules": [PLAN_RULE]},
    "aws:backup/vault:Vault": {"name": "vault"},
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"alarmName": "a", "alarmRule": "ALARM(b)"},
    "aws:cloudwatch/eventBus:EventBus": {"name": "hub"},
    "aws:cloudwatch/eventRule:EventRule": {"name": "r", "eventPattern": '{"source":["a"]}'},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/a"},
    "aws:cloudwatch/queryDefinition:QueryDefinition": {"name": "q", "queryString": "fields @message"},
    "aws:codecommit/repository:Repository": {"repositoryName": "r"},
    "aws:elasticache/serverlessCache:ServerlessCache": {"name": "c", "engine": "valkey"},
    "aws:elasticache/user:User": {
        "userId": "u",
        "userName": "u",
        "engine": "valkey",
        "accessString": "on ~* +@all",
        "authenticationMode": {"type": "iam"},
    },
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
        "name": "f",
        "destination": "extended_s3",
        "extendedS3Configuration": {"bucketArn": "arn:aws:s3:::b", "roleArn": ROLE},
    },
    "aws:kms/key:Key": {},
    "aws:lambda/codeSigningConfig:CodeSigningConfig": {
        "allowedPublishers": {
            "signingProfileVersionArns": [
                "arn:aws:signer:us-east-1:111111111111:/signing-profiles/p/abcdefghij"
            ]
        }
    },
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "db",
        "engine": "aurora-postgresql",
        "masterUsername": "admin1",
        "manageMasterUserPassword": True,
        "skipFinalSnapshot": True,
    },
    "aws:rds/optionGroup:OptionGroup": {"name": "o", "engineName": "mysql", "majorEngineVersion": "8.4"},
    "aws:scheduler/scheduleGroup:ScheduleGroup": {"name": "g"},
    "aws:secretsmanager/secret:Secret": {"name": "s", "recoveryWindowInDays": 0},
    "aws:signer/signingProfile:SigningProfile": {"name": "pp", "platformId": "AWSLambda-SHA384-ECDSA"},
    "aws:sns/topic:Topic": {"name": "t"},
    "aws:sqs/queue:Queue": {"name": "q"},
    "aws:ssm/parameter:Parameter": {"name": "/p", "type": "String", "value": "1"},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving(None) as found:
        yield found


@pytest.fixture
def engines(running: Running) -> Iterator[tuple[Engine, Engine]]:
    own = {"region": "us-east-1", "allowedAccountIds": json.dumps(["111111111111"])}
    other = {"region": "us-east-1", "assumeRoles": OTHER, "allowedAccountIds": json.dumps(["222222222222"])}
    with connected(running.provider_port, own) as one, connected(running.provider_port, other) as two:
        yield one, two


@pytest.mark.parametrize("token", sorted(TYPES))
def test_one_resource_in_each_place(engines: tuple[Engine, Engine], token: str) -> None:
    own, other = engines
    places = [
        (own, "111111111111", None),
        (own, "111111111111", "eu-west-1"),
        (other, "222222222222", None),
        (other, "222222222222", "ap-southeast-1"),
    ]
    made = []
    for engine, account, region in places:
        kept = engine.make(token, {**TYPES[token], **({"region": region} if region else {})})
        arn = next(text for text in (kept.outputs.get("arn"), kept.outputs.get("logGroupArn")) if text)
        assert arn.split(":")[3:5] == [region or "us-east-1", account]
        made.append(kept)
    assert len({(kept.id, kept.outputs["arn"]) for kept in made}) == len(places)
    for kept in made:
        assert kept.diff(kept.checked()).changes == pb.DiffResponse.DIFF_NONE
        assert kept.refresh()
        assert kept.diff(kept.checked()).changes == pb.DiffResponse.DIFF_NONE
    made[0].delete()
    assert [kept.refresh() for kept in made] == [False, True, True, True]
    for kept in made[1:]:
        kept.delete()
        assert not kept.refresh()
