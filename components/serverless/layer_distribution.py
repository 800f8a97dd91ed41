"""One Lambda layer in many Regions from one declaration.

    lambdas/runtime_layer --uv, reproducible ZIP--> one artefact
        |-- us-east-1:     version + permission + SSM parameters + canary that imports it
        |-- eu-central-1:  the same, and so on: every Region by the `region` argument, no provider each
        +-- the same CodeSha256 everywhere, or the deployment fails and names the Region

Follows sources/004 lines 809-1052, which does this with a pipeline (`LayerPipeline`). What differs: permissions are granted
on every version, which the document's code leaves out; an unchanged layer makes no new version; Regions that the account
has not enabled are named before anything is published. Each Region stands alone: one that fails leaves the others as they
are, and the next `up` mends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.regions import partition_of
from components.serverless.artefact import LAYER_ROOT, Artefact, build_artefact
from components.serverless.function import Function
from components.serverless.function_args import FunctionArgs
from components.serverless.layer_args import LayerDistributionArgs, Share
from components.serverless.requirements import Platform
from components.serverless.signing import Signer

ACTION = "lambda:GetLayerVersion"
EVERYBODY = "*"


class LayerDistribution(Component):
    """A layer in several Regions.

        layer = LayerDistribution("runtime", LayerDistributionArgs(
            source="runtime_layer", layer_name="runtime", regions=("us-east-1", "eu-central-1"),
            share=Share(organization_id="o-a1b2c3d4e5")))
        FunctionArgs(..., layers=(layer.version_arns["eu-central-1"],))

    `signers` (by Region) have the layer and the canaries signed. Outputs: `version_arns`, `versions` (by Region),
    `code_sha256` (one for all), `parameters` (names in SSM).
    Raises `ComponentError` before anything is created.
    """

    versions: dict[str, aws.lambda_.LayerVersion]
    version_arns: dict[str, pulumi.Output[str]]
    canaries: dict[str, Function]

    def __init__(
        self,
        name: str,
        args: LayerDistributionArgs,
        opts: pulumi.ResourceOptions | None = None,
        *,
        signers: Mapping[str, Signer] | None = None,
    ) -> None:
        self._signers = dict(signers or {})
        check_signers(args.regions, self._signers, f"{name}.signers")
        try:
            artefact = build_layer(args)
        except ComponentError as error:
            raise error.under(name) from None
        super().__init__("groundplan:serverless:LayerDistribution", name, args, opts, tags=args.tags)
        layer_name = self._checked_name(args)
        self.versions = {
            region: self._publish_version(region, args, artefact, layer_name) for region in args.regions
        }
        self.version_arns = {region: version.arn for region, version in self.versions.items()}
        self.canaries = {}
        parameters: dict[str, pulumi.Output[str]] = {}
        for region, version in self.versions.items():
            self._share(region, args, version)
            if args.parameter_prefix is not None:
                parameters[region] = self._publish(region, args, version).name
            if args.canary:
                self.canaries[region] = self._try(region, args, version)
        # A signature is part of the archive, so signed copies differ between Regions: what was signed counts then.
        self.code_sha256 = pulumi.Output.from_input(artefact.digest) if self._signers else self._one_code()
        self.outputs(
            {
                "version_arns": self.version_arns,
                "versions": {region: version.version for region, version in self.versions.items()},
                "code_sha256": self.code_sha256,
                "parameters": parameters,
            }
        )

    def _checked_name(self, args: LayerDistributionArgs) -> pulumi.Output[str]:
        """The layer's name, once it is known that the account has all Regions: nothing is published before."""
        off = aws.get_regions_output(
            all_regions=True,
            filters=[{"name": "opt-in-status", "values": ["not-opted-in"]}],
            opts=self.invoke,
        ).names

        def check(known: Sequence[object]) -> str:
            partition, names = known
            assert isinstance(names, list)  # for the type checker
            check_regions(args.regions, str(partition), names, f"{self.name}.regions")
            return args.layer_name

        return pulumi.Output.all(self.site.partition, off).apply(check)

    def _publish_version(
        self, region: str, args: LayerDistributionArgs, artefact: Artefact, layer_name: pulumi.Output[str]
    ) -> aws.lambda_.LayerVersion:
        signed = self._signers[region].sign(self, artefact) if self._signers else None
        return aws.lambda_.LayerVersion(
            self.name_for(region),
            layer_name=layer_name,
            description=args.description or None,
            code=None if signed else artefact.code,
            s3_bucket=signed.bucket if signed else None,
            s3_key=signed.key if signed else None,
            source_code_hash=artefact.digest,
            compatible_runtimes=list(args.runtimes),
            compatible_architectures=list(args.architectures),
            license_info=args.license,
            skip_destroy=args.keep == "all",
            region=region,
            opts=self.child(),
        )

    def _share(self, region: str, args: LayerDistributionArgs, version: aws.lambda_.LayerVersion) -> None:
        """Permissions belong to one version: a new one needs all of them again."""
        for statement_id, principal, organization in grants(args.share):
            aws.lambda_.LayerVersionPermission(
                self.name_for(region, statement_id),
                layer_name=version.layer_arn,
                version_number=version.version.apply(int),
                statement_id=statement_id,
                action=ACTION,
                principal=principal,
                organization_id=organization,
                skip_destroy=args.keep == "all",
                region=region,
                opts=self.child(),
            )

    def _publish(
        self, region: str, args: LayerDistributionArgs, version: aws.lambda_.LayerVersion
    ) -> aws.ssm.Parameter:
        base = f"{args.parameter_prefix}/{args.layer_name}"
        aws.ssm.Parameter(
            self.name_for(region, "version"),
            name=pulumi.Output.concat(base, "/", version.version),
            type="String",
            value=version.arn,
            description=f"One version of layer {args.layer_name}",
            region=region,
            tags=self.tags(region, "version"),
            # The version stays, so what names it stays too.
            opts=self.child(retain_on_delete=args.keep == "all"),
        )
        return aws.ssm.Parameter(
            self.name_for(region, "latest"),
            name=f"{base}/latest",
            type="String",
            value=version.arn,
            description=f"The newest version of layer {args.layer_name}",
            region=region,
            tags=self.tags(region, "latest"),
            opts=self.child(),
        )

    def _try(self, region: str, args: LayerDistributionArgs, version: aws.lambda_.LayerVersion) -> Function:
        """A function that imports the layer, called whenever the version changes."""
        canary = Function(
            self.name_for(region, "canary"),
            FunctionArgs(
                source="layer_canary",
                description=f"Imports layer {args.layer_name}",
                runtime=args.runtimes[0],
                architecture=args.architectures[0],
                environment={"MODULES": " ".join(args.canary)},
                layers=(version.arn,),
                key_arn=args.canary_key_arns.get(region),
                reserved_concurrency=1,
            ),
            opts=self.child(),
            region=region,
            tags=args.tags,
            signer=self._signers.get(region),
        )
        aws.lambda_.Invocation(
            self.name_for(region, "canary"),
            function_name=canary.function_name,
            input="{}",
            triggers={"version": version.arn},
            region=region,
            opts=self.child(depends_on=[canary]),
        )
        return canary

    def _one_code(self) -> pulumi.Output[str]:
        """The hash that all Regions report; a Region that reports another one fails the deployment."""
        hashes = {region: version.code_sha256 for region, version in self.versions.items()}

        def same(known: dict[str, str]) -> str:
            return one_hash(known, self.name)

        return pulumi.Output.all(**hashes).apply(same)


def build_layer(args: LayerDistributionArgs) -> Artefact:
    """The layer's archive, the same for every runtime and processor that the layer is for.

    Raises `ComponentError` where it holds code that was compiled for one of them.
    """
    platforms = [
        Platform(runtime, processor) for runtime in args.runtimes for processor in args.architectures
    ]
    built = [build_artefact(args.source, platform, root=LAYER_ROOT) for platform in platforms]
    for platform, artefact in zip(platforms[1:], built[1:], strict=True):
        if artefact.digest != built[0].digest:
            argument = "architectures" if platform.architecture != platforms[0].architecture else "runtimes"
            problem = "the layer holds compiled code, which differs between them"
            raise ComponentError(argument, problem, "make a layer for each")
    return built[0]


def check_signers(regions: Sequence[str], signers: Mapping[str, Signer], path: str) -> None:
    """Raise `ComponentError` when some Regions have a signer and others none."""
    missing = [region for region in regions if region not in signers]
    if signers and missing:
        raise ComponentError(
            path, f"none for {', '.join(missing)}", "give one for each Region, or none at all"
        )


def check_regions(regions: Sequence[str], partition: str, switched_off: Sequence[str], path: str) -> None:
    """Raise `ComponentError` for Regions of another partition, and for those that the account has not enabled."""
    for index, region in enumerate(regions):
        where = f"{path}[{index}]"
        if partition_of(region) != partition:
            problem = f"{region} is not in partition {partition}, where this account is"
            raise ComponentError(where, problem, "use an account of that partition")
        if region in switched_off:
            remedy = f"enable it (aws account enable-region --region-name {region}) or remove it"
            raise ComponentError(where, f"{region} is not enabled in this account", remedy)


def grants(share: Share) -> list[tuple[str, str, str | None]]:
    """Statement id, principal and organization of each permission."""
    if share.public:
        return [("everybody", EVERYBODY, None)]
    found: list[tuple[str, str, str | None]] = [(f"account-{one}", one, None) for one in share.accounts]
    if share.organization_id:
        found.append(("organization", EVERYBODY, share.organization_id))
    return found


def one_hash(known: dict[str, str], name: str) -> str:
    """The hash that all Regions have; raises `ComponentError` with the Regions that differ from most."""
    hashes = sorted(known.values())
    usual = max(hashes, key=hashes.count)
    other = sorted(region for region, found in known.items() if found != usual)
    if other:
        problem = f"{', '.join(other)} hold other code than the rest"
        raise ComponentError(name, problem, "run the deployment again; it publishes a new version there")
    return usual
