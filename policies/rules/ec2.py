"""Rules on EC2 instances and launch templates."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import Verdict


@rule(on="aws:ec2/instance:Instance", severity=HIGH, theme=Theme.LEAST_PRIVILEGE,
      fix={"metadataOptions.httpTokens": "required"}, same_as=["FSBP EC2.8", "CKV_AWS_79"])
def ec2_instance_imdsv2_only(instance: Resource) -> Verdict:
    """IMDSv1 hands the role's credentials to any request a program can be tricked into making."""
    return instance.expect("metadataOptions.httpTokens", "required")
