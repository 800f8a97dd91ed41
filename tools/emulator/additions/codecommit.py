"""CodeCommit: what moto lacks of repositories: changes, tags, triggers, and templates of approval rules.

Repositories hold no commits: a default branch is kept as a name, and no trigger fires.
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.codecommit.responses import CodeCommitResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.accounts import partition_of
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("codecommit")
TEMPLATES = Shelf(
    "approval-templates",
    "Approval rule template",
    "ApprovalRuleTemplateDoesNotExistException",
    "ApprovalRuleTemplateNameAlreadyExistsException",
)
TRIGGERS = Shelf("triggers", "Triggers of repository", "RepositoryDoesNotExistException")


def _repository(asked: Asked, name: str = "") -> Any:
    """Moto's repository, whose metadata is what the API shows."""
    wanted = name or asked.params["repositoryName"]
    found = asked.backend.repositories.get(wanted)
    if found is None:
        raise refused("RepositoryDoesNotExistException", f"{wanted} does not exist")
    return found.repository_metadata


def _labels(asked: Asked, arn: str) -> dict[str, str]:
    _repository(asked, arn.rsplit(":", 1)[-1])
    labels: dict[str, dict[str, str]] = asked.backend.__dict__.setdefault("labels", {})
    return labels.setdefault(arn, {})


@API.operation
def _create_repository(asked: Asked) -> Document:
    name = asked.params["repositoryName"]
    made: Document = asked.backend.create_repository(name, asked.params.get("repositoryDescription", ""))
    made["kmsKeyId"] = asked.params.get("kmsKeyId") or asked.arn("kms", "alias/aws/codecommit")
    suffix = partition_of(asked.region)[1]
    for kind in ("Ssh", "Http"):
        made[f"cloneUrl{kind}"] = made[f"cloneUrl{kind}"].replace("amazonaws.com", suffix)
    _labels(asked, made["Arn"]).update(asked.params.get("tags") or {})
    return {"repositoryMetadata": _shown(made)}


def _shown(repository: Document) -> Document:
    shown = {
        key: value
        for key, value in repository.items()
        if key not in ("creationDate", "lastModifiedDate", "Arn")
    }
    return {**shown, "arn": repository["Arn"], "creationDate": utcnow(), "lastModifiedDate": utcnow()}


@API.operation
def _get_repository(asked: Asked) -> Document:
    return {"repositoryMetadata": _shown(_repository(asked))}


@API.operation
def _list_repositories(asked: Asked) -> Document:
    there = [one.repository_metadata for one in asked.backend.repositories.values()]
    names = ("repositoryName", "repositoryId")
    return {"repositories": [{name: one[name] for name in names} for one in there]}


@API.operation
def _update_repository_description(asked: Asked) -> None:
    _repository(asked)["repositoryDescription"] = asked.params.get("repositoryDescription", "")


@API.operation
def _update_repository_encryption_key(asked: Asked) -> Document:
    repository = _repository(asked)
    before, repository["kmsKeyId"] = repository["kmsKeyId"], asked.params["kmsKeyId"]
    return {
        "repositoryId": repository["repositoryId"],
        "kmsKeyId": repository["kmsKeyId"],
        "originalKmsKeyId": before,
    }


@API.operation
def _update_repository_name(asked: Asked) -> None:
    old, new = asked.params["oldName"], asked.params["newName"]
    repository = _repository(asked, old)
    if new in asked.backend.repositories:
        raise refused("RepositoryNameExistsException", f"Repository named {new} already exists")
    asked.backend.repositories[new] = asked.backend.repositories.pop(old)
    for name in ("repositoryName", "cloneUrlSsh", "cloneUrlHttp"):
        repository[name] = repository[name].removesuffix(old) + new
    labels = asked.backend.__dict__.setdefault("labels", {})
    arn = repository["Arn"]
    repository["Arn"] = arn.removesuffix(old) + new
    labels[repository["Arn"]] = labels.pop(arn, {})


@API.operation
def _update_default_branch(asked: Asked) -> None:
    _repository(asked)["defaultBranch"] = asked.params["defaultBranchName"]


@API.operation
def _list_tags_for_resource(asked: Asked) -> Document:
    return {"tags": _labels(asked, asked.params["resourceArn"])}


@API.operation
def _tag_resource(asked: Asked) -> None:
    _labels(asked, asked.params["resourceArn"]).update(asked.params["tags"])


@API.operation
def _untag_resource(asked: Asked) -> None:
    for key in asked.params["tagKeys"]:
        _labels(asked, asked.params["resourceArn"]).pop(key, None)


# -- triggers


@API.operation
def _put_repository_triggers(asked: Asked) -> Document:
    name = _repository(asked)["repositoryName"]
    made = str(mock_random.uuid4())
    TRIGGERS.put(asked.backend, name, {"configurationId": made, "triggers": asked.params["triggers"]})
    return {"configurationId": made}


@API.operation
def _get_repository_triggers(asked: Asked) -> Document:
    name = _repository(asked)["repositoryName"]
    return TRIGGERS.all(asked.backend).get(name, {"configurationId": "", "triggers": []})


# -- templates of approval rules


def _template(asked: Asked) -> Document:
    return TEMPLATES.get(asked.backend, asked.params["approvalRuleTemplateName"])


def _changed(asked: Asked, found: Document) -> Document:
    content = found["approvalRuleTemplateContent"]
    found["ruleContentSha256"] = hashlib.sha256(content.encode()).hexdigest()
    found["lastModifiedDate"] = utcnow()
    found["lastModifiedUser"] = f"arn:{asked.partition}:iam::{asked.account}:root"
    return {"approvalRuleTemplate": found}


@API.operation
def _create_approval_rule_template(asked: Asked) -> Document:
    names = ("approvalRuleTemplateName", "approvalRuleTemplateContent", "approvalRuleTemplateDescription")
    document = {
        **asked.given(*names),
        "approvalRuleTemplateId": str(mock_random.uuid4()),
        "creationDate": utcnow(),
        "repositories": [],
    }
    made = TEMPLATES.add(asked.backend, asked.params["approvalRuleTemplateName"], document)
    return _changed(asked, made)


@API.operation
def _get_approval_rule_template(asked: Asked) -> Document:
    return {"approvalRuleTemplate": _template(asked)}


@API.operation
def _update_approval_rule_template_content(asked: Asked) -> Document:
    found = _template(asked)
    found["approvalRuleTemplateContent"] = asked.params["newRuleContent"]
    return _changed(asked, found)


@API.operation
def _update_approval_rule_template_description(asked: Asked) -> Document:
    found = _template(asked)
    found["approvalRuleTemplateDescription"] = asked.params["approvalRuleTemplateDescription"]
    return _changed(asked, found)


@API.operation
def _update_approval_rule_template_name(asked: Asked) -> Document:
    old, new = asked.params["oldApprovalRuleTemplateName"], asked.params["newApprovalRuleTemplateName"]
    found = TEMPLATES.remove(asked.backend, old)
    made = TEMPLATES.add(asked.backend, new, {**found, "approvalRuleTemplateName": new})
    return _changed(asked, made)


@API.operation
def _delete_approval_rule_template(asked: Asked) -> Document:
    found = _template(asked)
    if found["repositories"]:
        raise refused("ApprovalRuleTemplateInUseException", "The template is associated with repositories")
    TEMPLATES.remove(asked.backend, found["approvalRuleTemplateName"])
    return {"approvalRuleTemplateId": found["approvalRuleTemplateId"]}


@API.operation
def _associate_approval_rule_template_with_repository(asked: Asked) -> None:
    found, name = _template(asked), _repository(asked)["repositoryName"]
    found["repositories"] = sorted({*found["repositories"], name})


@API.operation
def _disassociate_approval_rule_template_from_repository(asked: Asked) -> None:
    found, name = _template(asked), _repository(asked)["repositoryName"]
    found["repositories"] = [one for one in found["repositories"] if one != name]


@API.operation
def _list_associated_approval_rule_templates_for_repository(asked: Asked) -> Document:
    name = _repository(asked)["repositoryName"]
    there = TEMPLATES.all(asked.backend).items()
    return {"approvalRuleTemplateNames": [template for template, one in there if name in one["repositories"]]}


def install() -> None:
    """Add these operations."""
    API.install(CodeCommitResponse)
