"""Rules on what guards a VPC as a whole: Encryption Control, and the block of public access of a Region."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict


@rule(
    on="aws:ec2/vpcEncryptionControl:VpcEncryptionControl",
    severity=LOW,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
)
def vpc_guard_encryption_enforced(control: Resource) -> Verdict:
    """In the mode `monitor` Encryption Control shows who sends in the open; only `enforce` refuses it."""
    return control.expect("mode", "enforce")


@rule(
    on="aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions", severity=MEDIUM, theme=Theme.NETWORK
)
def vpc_guard_public_access_blocked(options: Resource) -> Verdict:
    """A block that is switched off looks like one that holds, and every gateway of the Region is open again."""
    return options.expect_not("internetGatewayBlockMode", "off")
