"""Rules on ECR repositories."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

REPOSITORY = "aws:ecr/repository:Repository"


@rule(
    on=REPOSITORY,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"imageTagMutability": "IMMUTABLE"},
    same_as=["CKV_AWS_51", "SecurityHub ECR.2"],
)
def ecr_repository_tags_immutable(repository: Resource) -> Verdict:
    """A tag that can be moved lets other code run under the name of the tested one."""
    return repository.expect_one_of("imageTagMutability", ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"))


@rule(
    on=REPOSITORY,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"imageScanningConfiguration.scanOnPush": True},
    same_as=["CKV_AWS_163", "SecurityHub ECR.1"],
)
def ecr_repository_scanned(repository: Resource, stack: Stack) -> Verdict:
    """A scan at the push finds known flaws before the image runs."""
    for registry in stack.by_type("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"):
        if registry.known("rules") and registry.each("rules"):
            return PASS  # The registry's rules replace the repositories' own setting.
    return repository.expect("imageScanningConfiguration.scanOnPush", value=True)


@rule(
    on=REPOSITORY,
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_136", "SecurityHub ECR.5"],
)
def ecr_repository_customer_key(repository: Resource) -> Verdict:
    """Images under a key of one's own can be read only by those whom the key's policy names."""
    for part in repository.each("encryptionConfigurations"):
        if part.text("encryptionType").startswith("KMS"):
            return part.expect_set("kmsKey", "Set `kms_key` to a customer managed key.")
    remedy = 'Set `encryption_configurations=[{"encryption_type": "KMS", "kms_key": ...}]`.'
    return violation("encryptionConfigurations", "does not name KMS", remedy)


@rule(on=REPOSITORY, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub ECR.3"])
def ecr_repository_lifecycle(repository: Resource, stack: Stack) -> Verdict:
    """Without a lifecycle policy every image ever built is kept, with its flaws, and paid for."""
    links = stack.referring(repository, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.repository")
    return violation("lifecyclePolicy", "is missing", "Add `aws.ecr.LifecyclePolicy`.")


@rule(on=REPOSITORY, severity=LOW, theme=Theme.RESILIENCE)
def ecr_repository_not_force_deleted(repository: Resource) -> Verdict:
    """With force a destroy takes the images along that running services start from."""
    return repository.expect_not("forceDelete", value=True)
