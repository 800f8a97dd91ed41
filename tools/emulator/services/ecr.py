"""ECR: private repositories and their policies."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of
from tools.emulator.services._common import as_text, remembered, unless_gone, void, without_none


def _mutability(call: Call) -> dict[str, Any]:
    """Which tags can be moved to another image."""
    filters = call.get("imageTagMutabilityExclusionFilters")
    return without_none(
        imageTagMutability=call.get("imageTagMutability", "MUTABLE"),
        imageTagMutabilityExclusionFilters=filters,
    )


def _create(call: Call) -> str:
    encryption = (call.get("encryptionConfigurations") or [{}])[0]
    configuration = without_none(
        encryptionType=encryption.get("encryptionType", "AES256"), kmsKey=encryption.get("kmsKey")
    )
    scanning = (call.get("imageScanningConfiguration") or {}).get("scanOnPush", False)
    answer = call.aws().create_repository(
        repositoryName=call.inputs["name"],
        **_mutability(call),
        imageScanningConfiguration={"scanOnPush": bool(scanning)},
        encryptionConfiguration=configuration,
    )
    return str(answer["repository"]["repositoryName"])


def _find(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_repositories, repositoryNames=[call.id])
    return dict(answer["repositories"][0]) if answer and answer["repositories"] else None


def _read(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    encryption = item.get("encryptionConfiguration") or {}
    there = [without_none(encryptionType=encryption.get("encryptionType"), kmsKey=encryption.get("kmsKey"))]
    return {
        "name": item["repositoryName"],
        "arn": item["repositoryArn"],
        "registryId": item["registryId"],
        "repositoryUrl": item["repositoryUri"],
        "imageTagMutability": item.get("imageTagMutability", "MUTABLE"),
        "imageScanningConfiguration": {
            "scanOnPush": item["imageScanningConfiguration"].get("scanOnPush", False)
        },
        "encryptionConfigurations": remembered(call.get("encryptionConfigurations"), there),
    }


def _update(call: Call) -> None:
    if call.changed("imageTagMutability", "imageTagMutabilityExclusionFilters"):
        call.aws().put_image_tag_mutability(repositoryName=call.id, **_mutability(call))
    if call.changed("imageScanningConfiguration"):
        scanning = (call.get("imageScanningConfiguration") or {}).get("scanOnPush", False)
        configuration = {"scanOnPush": bool(scanning)}
        call.aws().put_image_scanning_configuration(
            repositoryName=call.id, imageScanningConfiguration=configuration
        )


def _arn(call: Call) -> str:
    return call.arn("ecr", f"repository/{call.id}")


REPOSITORY = Emulated(
    "aws:ecr/repository:Repository",
    service="ecr",
    create=_create,
    read=_read,
    update=_update,
    delete=Delete(
        "delete_repository", by="repositoryName", also=lambda call: {"force": bool(call.get("forceDelete"))}
    ),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(resourceArn=_arn(call), tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().untag_resource(resourceArn=_arn(call), tagKeys=keys),
        read=lambda call: tags_of(call.aws().list_tags_for_resource(resourceArn=_arn(call))) or {},
    ),
    replace_on=("name", "encryptionConfigurations"),
    update_on=("imageTagMutability", "imageScanningConfiguration"),
)


def policy(token: str, put: str, get: str, delete: str, text: str) -> Emulated:
    """A policy of a repository, whose id is the repository's name; `text` is the API's name of the document."""

    def write(call: Call) -> str:
        name = str(call.inputs["repository"])
        getattr(call.aws(), put)(repositoryName=name, **{text: as_text(call.inputs["policy"])})
        return name

    def read(call: Call) -> dict[str, Any] | None:
        answer = unless_gone(getattr(call.aws(), get), repositoryName=call.id)
        if answer is None:
            return None
        return {"repository": call.id, "policy": answer[text], "registryId": answer["registryId"]}

    return Emulated(
        token,
        service="ecr",
        create=write,
        read=read,
        update=lambda call: void(write(call)),
        delete=lambda call: void(unless_gone(getattr(call.aws(), delete), repositoryName=call.id)),
        replace_on=("repository",),
        update_on=("policy",),
    )


TYPES = (
    REPOSITORY,
    policy(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "set_repository_policy",
        "get_repository_policy",
        "delete_repository_policy",
        "policyText",
    ),
    policy(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "put_lifecycle_policy",
        "get_lifecycle_policy",
        "delete_lifecycle_policy",
        "lifecyclePolicyText",
    ),
)
