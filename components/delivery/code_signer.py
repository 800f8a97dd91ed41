"""Signed code for Lambda: a signing profile, a bucket for the archives, and the configuration that takes nothing else.

    archive --> bucket, unsigned/ --signing job (profile)--> bucket, signed/ --> function or layer
                                                                      code signing configuration: anything else is refused

sources/004 says nothing of signing; this follows "Using code signing to verify code integrity with Lambda". A profile, its
bucket and its configuration belong to one Region. A signed archive holds its signature, so signed copies of one archive
differ between Regions; what went into them is the same.
"""

from __future__ import annotations

import base64
from typing import Annotated

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.delivery.artifact_bucket import create_artifact_bucket
from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.names import fit
from components.serverless import Artefact, SignedCode

PLATFORM = "AWSLambda-SHA384-ECDSA"
MAX_PREFIX = 38
"""Of a profile's name, which has 64 characters with what Pulumi appends to a prefix."""


class CodeSignerArgs(Args):
    """`validity_months`: how long signatures last (Lambda looks when code is deployed). `archive_days`: how long archives
    stay in the bucket; Lambda keeps copies of its own.
    """

    validity_months: Annotated[int, Field(ge=1, le=135)] = 135
    archive_days: Annotated[int, Field(ge=1, le=3650)] = 365
    force_destroy: bool = False
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class CodeSigner(Component):
    """Signs what functions and layers run.

        signer = CodeSigner("code", CodeSignerArgs())
        Function("orders", FunctionArgs(source="orders"), signer=signer)

    Outputs: `profile_version_arn`, `config_arn`, `bucket`.
    """

    profile: aws.signer.SigningProfile
    config: aws.lambda_.CodeSigningConfig
    bucket: aws.s3.Bucket
    config_arn: pulumi.Output[str]

    def __init__(self, name: str, args: CodeSignerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "groundplan:delivery:CodeSigner", name, args, opts, region=args.region, tags=args.tags
        )
        key = self.key("archives", users=[key_ring.through("s3")])
        self.bucket = create_artifact_bucket(
            self, key, keep_days=args.archive_days, force_destroy=args.force_destroy
        )
        self.profile = aws.signer.SigningProfile(
            self.name_for("profile"),
            # Signer takes letters, digits and underscores.
            name_prefix=f"{fit(self.name, MAX_PREFIX - 1).replace('-', '_')}_",
            platform_id=PLATFORM,
            signature_validity_period={"type": "MONTHS", "value": args.validity_months},
            region=self.region,
            tags=self.tags("profile"),
            opts=self.child(),
        )
        self.config = aws.lambda_.CodeSigningConfig(
            self.name_for("config"),
            description=f"Only code signed by {self.name}",
            allowed_publishers={"signing_profile_version_arns": [self.profile.version_arn]},
            policies={"untrusted_artifact_on_deployment": "Enforce"},
            region=self.region,
            tags=self.tags("config"),
            opts=self.child(),
        )
        self.config_arn = self.config.arn
        self.outputs(
            {
                "profile_version_arn": self.profile.version_arn,
                "config_arn": self.config_arn,
                "bucket": self.bucket.bucket,
            }
        )

    def sign(self, owner: Component, artefact: Artefact) -> SignedCode:
        """Have an archive signed: a job for each content, which waits until the signed copy is there."""
        digest = base64.b64decode(artefact.digest).hex()
        unsigned = aws.s3.BucketObjectv2(
            owner.name_for("unsigned", *self._suffix(owner)),
            bucket=self.bucket.bucket,
            key=f"unsigned/{owner.name}/{digest}.zip",
            source=pulumi.FileAsset(str(artefact.path)),
            source_hash=digest,
            region=self.region,
            opts=owner.child(),
        )
        job = aws.signer.SigningJob(
            owner.name_for("signed", *self._suffix(owner)),
            profile_name=self.profile.name,
            source={
                "s3": {
                    "bucket": self.bucket.bucket,
                    "key": unsigned.key,
                    "version": unsigned.version_id,
                }
            },
            destination={"s3": {"bucket": self.bucket.bucket, "prefix": f"signed/{owner.name}/"}},
            region=self.region,
            opts=owner.child(),
        )
        place = job.signed_objects[0].s3s[0]
        return SignedCode(place.bucket, place.key)

    def _suffix(self, owner: Component) -> tuple[str, ...]:
        """Tells the signers of several Regions apart where one component uses them all."""
        return () if self.region == owner.region else (self.region or self.name,)
