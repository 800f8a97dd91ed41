"""Rules on EC2 instances, launch templates and EBS volumes.

Follows `sources/001...` (instances without keys, credentials from the role) and today's IMDSv2 default.
"""

from __future__ import annotations

import base64
import binascii
import re

from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
SPOT = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"

# The first letters tell long-lived (AKIA) and temporary (ASIA) access keys: IAM User Guide, "IAM identifiers".
_ACCESS_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_SECRET_KEY = re.compile(r"aws_secret_access_key\s*[=:]\s*['\"]?[A-Za-z0-9/+=]{40}", re.IGNORECASE)


@rule(
    on=(INSTANCE, SPOT, TEMPLATE, CONFIGURATION),
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"metadataOptions.httpTokens": "required"},
    same_as=[
        "SecurityHub EC2.8",
        "CIS v3 5.6",
        "SecurityHub EC2.170",
        "SecurityHub AutoScaling.3",
        "CKV_AWS_79",
    ],
)
def ec2_imdsv2_only(instance: Resource) -> Verdict:
    """IMDSv1 hands the role's credentials to any request that a program can be tricked into making."""
    if instance.type == INSTANCE and not instance.has("metadataOptions") and instance.has("launchTemplate"):
        return PASS  # The launch template decides; it is judged by itself.
    if instance.text("metadataOptions.httpEndpoint") == "disabled":
        return PASS
    return instance.expect("metadataOptions.httpTokens", "required")


@rule(
    on=(TEMPLATE, CONFIGURATION),
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_341"],
)
def ec2_metadata_hop_limit(template: Resource, *, maximum: int = 2) -> Verdict:
    """Each hop lets the metadata answer travel one machine further; one is enough, two with containers."""
    limit = template.number("metadataOptions.httpPutResponseHopLimit")
    if limit is None or limit <= maximum:
        return PASS
    path = "metadataOptions.httpPutResponseHopLimit"
    return violation(
        path, f"is more than {maximum}", 'Set `metadata_options={"http_put_response_hop_limit": 1}`.'
    )


@rule(
    on=(INSTANCE, SPOT, CONFIGURATION),
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"associatePublicIpAddress": False},
    same_as=["SecurityHub EC2.9", "SecurityHub AutoScaling.5", "CKV_AWS_88"],
)
def ec2_instance_no_public_ip(instance: Resource) -> Verdict:
    """A server with a public address can be reached by everyone; a load balancer should stand in front."""
    return instance.expect_not("associatePublicIpAddress", value=True)


@rule(on=TEMPLATE, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub EC2.25", "CKV_AWS_88"])
def ec2_launch_template_no_public_ip(template: Resource) -> Verdict:
    """A template that gives public addresses puts every server of the group on the internet."""
    return every(
        template.each("networkInterfaces"),
        lambda card: card.expect_not("associatePublicIpAddress", value=True),
    )


@rule(
    on="aws:ebs/volume:Volume",
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encrypted": True},
    same_as=["SecurityHub EC2.3", "CKV_AWS_3"],
)
def ec2_volume_encrypted(volume: Resource) -> Verdict:
    """A volume's encryption is chosen when it is created and can't be added later."""
    return volume.expect("encrypted", value=True)


@rule(
    on=(INSTANCE, SPOT, CONFIGURATION),
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"rootBlockDevice.encrypted": True},
    same_as=["SecurityHub EC2.3", "CKV_AWS_8"],
)
def ec2_instance_volumes_encrypted(instance: Resource) -> Verdict:
    """An instance's disks hold what its programs write, secrets and logs too."""
    if instance.has("launchTemplate") and not instance.has("rootBlockDevice"):
        root = PASS  # The launch template decides; it is judged by itself.
    else:
        root = instance.expect("rootBlockDevice.encrypted", value=True)
    return root & every(instance.each("ebsBlockDevices"), _device_encrypted)


@rule(on=TEMPLATE, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["SecurityHub EC2.3", "CKV_AWS_8"])
def ec2_launch_template_volumes_encrypted(template: Resource) -> Verdict:
    """A template's disks are copied to every server of the group; an AMI's own mapping may be unencrypted."""
    devices = template.each("blockDeviceMappings")
    if not devices:
        return violation(
            "blockDeviceMappings",
            "is not set, so the AMI decides whether the root disk is encrypted",
            'Set `block_device_mappings=[{"device_name": ..., "ebs": {"encrypted": "true"}}]`.',
        )
    return every(devices, _mapping_encrypted)


def _device_encrypted(device: Part) -> Verdict:
    return device.expect("encrypted", value=True)


def _mapping_encrypted(device: Part) -> Verdict:
    if not device.has("ebs"):
        return PASS  # An instance store or a device that is switched off.
    return device.expect("ebs.encrypted", value=True)


@rule(
    on=(INSTANCE, SPOT, TEMPLATE, CONFIGURATION),
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
)
def ec2_no_key_pair(instance: Resource) -> Verdict:
    """Session Manager gives a shell that IAM allows and CloudTrail logs; a key pair bypasses both."""
    return instance.expect_absent(
        "keyName", "Leave `key_name` out and allow Session Manager in the instance's role."
    )


@rule(
    on=(INSTANCE, SPOT, TEMPLATE, CONFIGURATION),
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_46"],
)
def ec2_user_data_no_credentials(instance: Resource) -> Verdict:
    """User data can be read by every program on the instance and by everyone who may describe it."""
    return every(("userData", "userDataBase64"), lambda path: _no_credentials(instance, path))


def _no_credentials(instance: Resource, path: str) -> Verdict:
    for text in _readings(instance.text(path)):
        if _ACCESS_KEY.search(text) or _SECRET_KEY.search(text):
            return violation(
                path, "holds an AWS access key", "Give the instance a role (`iam_instance_profile`)."
            )
    return PASS


def _readings(text: str) -> list[str]:
    """User data as it stands, and decoded where it is base64 (launch templates send it so)."""
    try:
        return [text, base64.b64decode(text, validate=True).decode("utf-8", "replace")]
    except (binascii.Error, ValueError):
        return [text]


@rule(
    on="aws:ebs/encryptionByDefault:EncryptionByDefault",
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"enabled": True},
    same_as=["SecurityHub EC2.7", "CIS v3 2.2.1", "CKV_AWS_106"],
)
def ec2_ebs_encryption_by_default(setting: Resource) -> Verdict:
    """With the account's default on, a volume that nobody thought of is encrypted too."""
    return setting.expect("enabled", value=True, absent=True)


@rule(
    on=(INSTANCE, SPOT), severity=LOW, theme=Theme.LOGGING, fix={"monitoring": True}, same_as=["CKV_AWS_126"]
)
def ec2_detailed_monitoring(instance: Resource) -> Verdict:
    """Basic metrics come every five minutes, which is too late for an alarm that scales."""
    return instance.expect("monitoring", value=True)


@rule(on=INSTANCE, severity=LOW, theme=Theme.RESILIENCE, same_as=["CKV_AWS_135"])
def ec2_ebs_optimized(instance: Resource) -> Verdict:
    """A disk that shares the network with the clients is slow when they are many."""
    return instance.expect_not("ebsOptimized", value=False)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_41"])
def ec2_instance_profile(instance: Resource) -> Verdict:
    """A server without a role needs keys on its disk, and Session Manager can't reach it."""
    if not instance.known("launchTemplate") or instance.has("launchTemplate"):
        return PASS  # The launch template decides.
    return instance.expect_set("iamInstanceProfile", "Set `iam_instance_profile`.")
