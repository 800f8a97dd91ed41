"""The launch template: how every instance of the group comes to life.

IMDSv2 only, encrypted volumes with the application's own key, no public address, no key pair; people come in by
Session Manager (instance_role.py). Follows sources/001 lines 611-618 and 644; a launch template replaces the document's
launch configuration, which AWS has closed for new accounts.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.compute.instances import httpd_user_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.compute.instances import Image, Instance, Volume
    from components.foundation.component import Component

TAGGED_AT_LAUNCH = ("instance", "volume", "network-interface")


def create_launch_template(
    owner: Component,
    instance: Instance,
    *,
    key: aws.kms.Key,
    profile: aws.iam.InstanceProfile,
    security_group_ids: Sequence[pulumi.Input[str]],
    port: int,
    health_path: str,
    https: bool,
) -> aws.ec2.LaunchTemplate:
    """The template as a child of `owner`; `port`, `health_path` and `https` are those of the httpd example."""
    return aws.ec2.LaunchTemplate(
        owner.name_for("instance"),
        description=f"Instances of {owner.name}",
        update_default_version=True,
        image_id=image_id(owner, instance),
        instance_type=instance.type,
        ebs_optimized="true",
        iam_instance_profile={"arn": profile.arn},
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": instance.hop_limit,
            "instance_metadata_tags": "enabled" if instance.metadata_tags else "disabled",
        },
        monitoring={"enabled": instance.detailed_monitoring},
        credit_specification={"cpu_credits": instance.cpu_credits} if instance.burstable else None,
        network_interfaces=[
            {
                "device_index": 0,
                "associate_public_ip_address": "false",
                "delete_on_termination": "true",
                "security_groups": list(security_group_ids),
            }
        ],
        block_device_mappings=[
            _mapping(device, volume, key)
            for device, volume in {instance.root_device: instance.root_volume, **instance.volumes}.items()
        ],
        tag_specifications=[
            {"resource_type": kind, "tags": owner.tags("instance")} for kind in TAGGED_AT_LAUNCH
        ],
        user_data=encoded_user_data(instance, port, health_path, https=https),
        region=owner.region,
        tags=owner.tags("instance"),
        opts=owner.child(),
    )


def image_id(owner: Component, instance: Instance) -> pulumi.Input[str]:
    """The image's id, or the note `resolve:ssm:NAME` that EC2 resolves at each launch."""
    image: Image = instance.image
    if image.id is not None:
        return image.id
    parameter = image.parameter_for(instance.architecture)
    if image.resolve == "launch":
        return f"resolve:ssm:{parameter}"
    found = aws.ssm.get_parameter_output(name=parameter, region=owner.region, opts=owner.invoke)
    # AWS's image parameters are public; the provider marks every parameter's value as a secret.
    return pulumi.Output.unsecret(found.value)


def encoded_user_data(
    instance: Instance, port: int, health_path: str, *, https: bool
) -> pulumi.Output[str] | None:
    """The first-start script in base64, as EC2 wants it; None when there is none."""
    script = instance.user_data
    if script is None:
        script = httpd_user_data(port, health_path, https=https)
    if script == "":
        return None
    return pulumi.Output.from_input(script).apply(lambda text: b64encode(text.encode()).decode())


def _mapping(device: str, volume: Volume, key: aws.kms.Key) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name=device,
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_type="gp3",
            volume_size=volume.gib,
            iops=volume.iops,
            throughput=volume.throughput,
            encrypted="true",
            kms_key_id=key.arn,
            delete_on_termination="true",
        ),
    )
