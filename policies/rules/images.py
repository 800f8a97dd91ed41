"""Rules on machine images, Image Builder, and small services that run programs (Lightsail, Amplify)."""

from __future__ import annotations

from collections import defaultdict

from policies.pack.cidr import is_world
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

COPY = "aws:ec2/amiCopy:AmiCopy"
RECIPES = ("aws:imagebuilder/imageRecipe:ImageRecipe", "aws:imagebuilder/containerRecipe:ContainerRecipe")
PORTS = "aws:lightsail/instancePublicPorts:InstancePublicPorts"
# What starts from an image, and where it names the image.
_STARTED = {
    "aws:ec2/instance:Instance": "ami",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "ami",
    "aws:ec2/launchTemplate:LaunchTemplate": "imageId",
    "aws:ec2/launchConfiguration:LaunchConfiguration": "imageId",
}


@rule(on="aws:ec2/ami:Ami", severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_204"])
def images_ami_encrypted(image: Resource) -> Verdict:
    """An image's disks are copied to every server that starts from it."""
    return every(
        image.each("ebsBlockDevices"),
        lambda disk: PASS if disk.has("snapshotId") else disk.expect("encrypted", value=True),
    )


@rule(
    on="aws:ec2/amiLaunchPermission:AmiLaunchPermission",
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_205"],
)
def images_ami_not_public(permission: Resource) -> Verdict:
    """A public image shows everyone what is on its disks, forgotten keys too."""
    return permission.expect_not("group", "all")


@rule(
    on=COPY, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, fix={"encrypted": True}, same_as=["CKV_AWS_235"]
)
def images_copy_encrypted(copy: Resource) -> Verdict:
    """A copy is the last chance to encrypt what the source image did not."""
    return copy.expect("encrypted", value=True)


@rule(on=COPY, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_236"])
def images_copy_customer_key(copy: Resource) -> Verdict:
    """Only a key of one's own can be shared with the accounts that start servers from the image."""
    return copy.expect_set("kmsKeyId", "Set `kms_key_id`.")


@rule(
    on="aws:imagebuilder/component:Component",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_180"],
)
def images_component_customer_key(component: Resource) -> Verdict:
    """A component is a script that sets servers up; a key of one's own can be taken away."""
    return component.expect_set("kmsKeyId", "Set `kms_key_id`.")


@rule(
    on="aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_199"],
)
def images_distribution_customer_key(configuration: Resource) -> Verdict:
    """Only a key of one's own can be shared with the accounts that start servers from the image."""

    def judge(part: Part) -> Verdict:
        if not part.has("amiDistributionConfiguration"):
            return PASS
        return part.expect_set("amiDistributionConfiguration.kmsKeyId", "Set `kms_key_id`.")

    return every(configuration.each("distributions"), judge)


@rule(on=RECIPES[0], severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_200"])
def images_recipe_encrypted(recipe: Resource) -> Verdict:
    """An image's disks are copied to every server that starts from it."""

    def judge(disk: Part) -> Verdict:
        if not disk.has("ebs"):
            return PASS
        return disk.expect("ebs.encrypted", value=True) & disk.expect_set("ebs.kmsKeyId", "Set `kms_key_id`.")

    return every(recipe.each("blockDeviceMappings"), judge)


@rule(on=PORTS, severity=HIGH, theme=Theme.NETWORK)
def images_lightsail_no_ssh_from_anywhere(ports: Resource) -> Verdict:
    """Log-in ports that are open to the internet are attacked within minutes."""

    def judge(port: Part) -> Verdict:
        first, last = port.number("fromPort"), port.number("toPort")
        if first is None or last is None or not any(first <= number <= last for number in (22, 3389)):
            return PASS
        ranges = [*port.known_each("cidrs"), *port.known_each("ipv6Cidrs")]
        if ranges and not any(isinstance(item.value, str) and is_world(item.value) for item in ranges):
            return PASS
        return violation(
            port.path, "opens a log-in port to the internet", "Name the offices' ranges in `cidrs`."
        )

    return every(ports.each("portInfos"), judge)


@rule(
    on="aws:lightsail/database:Database",
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
)
def images_lightsail_database_private(database: Resource) -> Verdict:
    """A database answers to the application, never to the internet."""
    return database.expect_not("publiclyAccessible", value=True)


@rule(on="aws:amplify/app:App", severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def images_amplify_no_token(app: Resource) -> Verdict:
    """A personal token opens all the repositories of the person who made it; the GitHub app opens one."""
    return app.expect_absent("oauthToken", "Connect the repository through the GitHub app.")


@rule(
    on="aws:cloudformation/stack:Stack",
    severity=LOW,
    theme=Theme.LOGGING,
    same_as=["CKV_AWS_124", "SecurityHub CloudFormation.1"],
)
def images_cloudformation_notifies(stack: Resource) -> Verdict:
    """A stack that tells nobody fails unseen."""
    return stack.expect_set("notificationArns", "Set `notification_arns`.")


@rule(on="aws:cloudformation/stack:Stack", severity=LOW, theme=Theme.RESILIENCE)
def images_cloudformation_rolls_back(stack: Resource) -> Verdict:
    """A stack that stops halfway leaves a state that nobody has tested."""
    return stack.expect_not("disableRollback", value=True)


@rule(on=tuple(_STARTED), severity=MEDIUM, theme=Theme.RESILIENCE)
def images_id_of_one_region(server: Resource, stack: Stack) -> Verdict:
    """An image has another id in every Region; one id in two of them starts nothing in at least one."""
    path = _STARTED[server.type]
    image = server.text(path)
    if not image or len(stack.once(_regions).get(image, ())) < 2:
        return PASS
    remedy = "Look the image up in each Region: `aws.ec2.get_ami(...)` or a parameter of Systems Manager."
    return violation(path, "is the same in two Regions", remedy)


def _regions(stack: Stack) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for token, path in _STARTED.items():
        for server in stack.by_type(token):
            if server.known(path) and server.known("region") and server.text("region"):
                found[server.text(path)].add(server.text("region"))
    return found
