"""Access control lists, notifications and the account's public access block."""

from __future__ import annotations

from tests.tools.emulator.services.test_s3_bucket import BUCKET, name_of
from tests.tools.emulator.services.world import World, lifecycle


def test_access_control_list(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    acl = world.create("aws:s3/bucketAcl:BucketAcl", bucket=bucket.id, acl="private")
    assert acl.id == f"{bucket.id},private"
    assert acl.refresh() == acl.inputs
    acl.update(acl="log-delivery-write")
    grants = world.client("s3").get_bucket_acl(Bucket=bucket.id)["Grants"]
    assert any("LogDelivery" in grant["Grantee"].get("URI", "") for grant in grants)


def test_notification_to_a_queue(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    queue = world.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    arn = world.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    block = {"queueArn": arn, "events": ["s3:ObjectCreated:*"], "filterPrefix": "in/", "id": "all"}
    notification = world.create(
        "aws:s3/bucketNotification:BucketNotification", bucket=bucket.id, queues=[block]
    )
    assert notification.refresh() == notification.inputs
    notification.update(queues=[{**block, "events": ["s3:ObjectRemoved:*"]}], eventbridge=True)
    assert notification.refresh() == notification.inputs
    notification.update(eventbridge=False)
    lifecycle(notification)


def test_account_public_access_block(world: World) -> None:
    block = world.create("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", blockPublicAcls=True)
    assert block.id == world.place.account
    block.update(blockPublicPolicy=True)
    lifecycle(block)
