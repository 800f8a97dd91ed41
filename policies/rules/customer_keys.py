"""Rules on services of which this pack says nothing but whose key encrypts what they keep.

One rule a service, all of one kind: a key of one's own, whose policy says who may read and which can be withdrawn.
"""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, every
from policies.rules._stores import customer_key


@rule(on="aws:kendra/index:Index", severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_262"])
def customer_keys_kendra(index: Resource) -> Verdict:
    """An index holds the text of every document that it finds."""
    return customer_key(index, "serverSideEncryptionConfiguration.kmsKeyId")


@rule(on="aws:appflow/flow:Flow", severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_263"])
def customer_keys_appflow(flow: Resource) -> Verdict:
    """A flow keeps what it carries between two services."""
    return customer_key(flow, "kmsArn")


@rule(
    on="aws:appflow/connectorProfile:ConnectorProfile",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_264"],
)
def customer_keys_appflow_profile(profile: Resource) -> Verdict:
    """A connector profile keeps the credentials of the other service."""
    return customer_key(profile, "kmsArn")


@rule(
    on="aws:comprehend/entityRecognizer:EntityRecognizer",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_267", "CKV_AWS_268"],
)
def customer_keys_comprehend(recognizer: Resource) -> Verdict:
    """A trained model, and the volumes of its training, hold what it was trained with."""
    return customer_key(recognizer, "modelKmsKeyId") & customer_key(recognizer, "volumeKmsKeyId")


@rule(
    on="aws:connect/instanceStorageConfig:InstanceStorageConfig",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_269", "CKV_AWS_270"],
)
def customer_keys_connect(config: Resource) -> Verdict:
    """Recordings of calls and chats are about people who did not ask for them."""
    storage = config.part("storageConfig")
    stores = [storage.part(name) for name in ("s3Config", "kinesisVideoStreamConfig") if storage.has(name)]

    def judge(store: Part) -> Verdict:
        return customer_key(store, "encryptionConfig.keyId")

    return every(stores, judge)


@rule(
    on="aws:bedrock/agentAgent:AgentAgent",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_373"],
)
def customer_keys_bedrock_agent(agent: Resource) -> Verdict:
    """An agent keeps its instructions and the sessions of its users."""
    return customer_key(agent, "customerEncryptionKeyArn")


@rule(on="aws:mwaa/environment:Environment", severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def customer_keys_mwaa(environment: Resource) -> Verdict:
    """Airflow keeps connections, variables and the results of tasks."""
    return customer_key(environment, "kmsKey")


@rule(on="aws:xray/encryptionConfig:EncryptionConfig", severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def customer_keys_xray(config: Resource) -> Verdict:
    """Traces hold addresses, queries and whatever else was annotated."""
    return config.expect("type", "KMS") if config.text("type") != "KMS" else customer_key(config, "keyId")


@rule(on="aws:codecommit/repository:Repository", severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def customer_keys_codecommit(repository: Resource) -> Verdict:
    """A repository holds the whole history of a program, and whatever was once committed by mistake."""
    return customer_key(repository, "kmsKeyId")


@rule(
    on="aws:dlm/lifecyclePolicy:LifecyclePolicy",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_254", "CKV_AWS_256"],
)
def customer_keys_dlm_copies(policy: Resource) -> Verdict:
    """A copy of a snapshot in another Region is encrypted under the key named here, or under AWS's own."""
    return every(copies(policy), lambda pair: customer_key(*pair) if pair[0].known(pair[1]) else PASS)


def copies(policy: Resource) -> list[tuple[Part, str]]:
    """The cross-Region copies of a lifecycle policy, each with the name of its key's property."""
    found = [
        (encryption, "cmkArn")
        for copy in policy.each("policyDetails.action.crossRegionCopies")
        for encryption in copy.each("encryptionConfiguration")
    ]
    found += [
        (copy, "cmkArn")
        for schedule in policy.each("policyDetails.schedules")
        for copy in schedule.each("crossRegionCopyRules")
    ]
    return found
