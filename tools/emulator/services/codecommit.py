"""CodeCommit: repositories, their triggers, and templates of approval rules. Repositories hold no commits."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import from_api, take
from tools.emulator.services._common import Parts, keep, same_tail, unless_gone, void, without_none
from tools.emulator.services._tags import mapped_tags

# -- repositories


def _arn(call: Call) -> str:
    return call.arn("codecommit", call.id)


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_repository, repositoryName=call.id)
    if answer is None:
        return None
    item = answer["repositoryMetadata"]
    found = take(call.type, item, {"description": "repositoryDescription", "tags": "", "tagsAll": ""})
    branch = {"defaultBranch": call.inputs["defaultBranch"]} if call.inputs.get("defaultBranch") else {}
    key = keep(
        call, "kmsKeyId", item["kmsKeyId"], lambda a, b: same_tail(a, b) or str(b).endswith(f"alias/{a}")
    )
    return {**found, **branch, "kmsKeyId": key}


def _update(call: Call) -> None:
    aws = call.aws()
    if call.changed("description"):
        aws.update_repository_description(
            repositoryName=call.id, repositoryDescription=call.get("description", "")
        )
    if call.changed("kmsKeyId") and call.get("kmsKeyId"):
        aws.update_repository_encryption_key(repositoryName=call.id, kmsKeyId=call.inputs["kmsKeyId"])


def _branch(call: Call) -> None:
    # Without commits there is no branch to make the default one, so the real provider waits for one, too.
    if call.old and call.changed("defaultBranch") and call.get("defaultBranch"):
        call.aws().update_default_branch(
            repositoryName=call.id, defaultBranchName=call.inputs["defaultBranch"]
        )


REPOSITORY = Emulated(
    "aws:codecommit/repository:Repository",
    service="codecommit",
    create=Create(
        "create_repository",
        id="repositoryMetadata.repositoryName",
        send={"description": "repositoryDescription"},
    ),
    read=_read,
    settle=_branch,
    update=_update,
    delete=Delete("delete_repository", by="repositoryName"),
    tags=mapped_tags(
        lambda call: {"resourceArn": _arn(call)},
        read=lambda call: dict(call.aws().list_tags_for_resource(resourceArn=_arn(call))["tags"]),
    ),
    replace_on=("repositoryName", "region"),
    exact=True,
)


# -- triggers


def _put_triggers(call: Call, triggers: list[dict[str, Any]]) -> None:
    sent = [
        without_none(
            name=one["name"],
            destinationArn=one["destinationArn"],
            events=one["events"],
            branches=one.get("branches") or [],
            customData=one.get("customData"),
        )
        for one in triggers
    ]
    name = call.inputs.get("repositoryName") or call.id
    call.aws().put_repository_triggers(repositoryName=name, triggers=sent)


def _create_triggers(call: Call) -> str:
    _put_triggers(call, call.inputs["triggers"])
    return str(call.inputs["repositoryName"])


def _read_triggers(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_repository_triggers, repositoryName=call.id)
    if answer is None or not answer["triggers"]:
        return None
    shown = from_api(call.type.outputs["triggers"].type, answer["triggers"])
    filled = [{name: value for name, value in one.items() if value != []} for one in shown]
    return {"repositoryName": call.id, "configurationId": answer["configurationId"], "triggers": filled}


def _delete_triggers(call: Call) -> None:
    if _read_triggers(call) is not None:
        _put_triggers(call, [])


TRIGGER = Emulated(
    "aws:codecommit/trigger:Trigger",
    service="codecommit",
    create=_create_triggers,
    read=_read_triggers,
    delete=_delete_triggers,
    replace_on=("repositoryName", "triggers", "region"),
    exact=True,
    unordered=("triggers",),
)


# -- templates of approval rules

_TEMPLATE = {
    "name": "approvalRuleTemplateName",
    "content": "approvalRuleTemplateContent",
    "description": "approvalRuleTemplateDescription",
}


def _read_template(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_approval_rule_template, approvalRuleTemplateName=call.id)
    return (
        None
        if answer is None
        else {"description": "", **take(call.type, answer["approvalRuleTemplate"], _TEMPLATE)}
    )


def _update_template(call: Call) -> None:
    if call.changed("content"):
        call.aws().update_approval_rule_template_content(
            approvalRuleTemplateName=call.id, newRuleContent=call.inputs["content"]
        )
    if call.changed("description"):
        call.aws().update_approval_rule_template_description(
            approvalRuleTemplateName=call.id, approvalRuleTemplateDescription=call.get("description", "")
        )


TEMPLATE = Emulated(
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate",
    service="codecommit",
    create=Create(
        "create_approval_rule_template", id="approvalRuleTemplate.approvalRuleTemplateName", send=_TEMPLATE
    ),
    read=_read_template,
    update=_update_template,
    delete=Delete("delete_approval_rule_template", by="approvalRuleTemplateName"),
    replace_on=("name", "region"),
    exact=True,
)

_ASSOCIATION = Parts(("approvalRuleTemplateName", "repositoryName"), by=",")


def _associate(call: Call) -> str:
    call.aws().associate_approval_rule_template_with_repository(**_ASSOCIATION.of(call))
    return _ASSOCIATION.join(call)


def _read_association(call: Call) -> dict[str, Any] | None:
    known = _ASSOCIATION.of(call)
    names = unless_gone(
        call.aws().list_associated_approval_rule_templates_for_repository,
        repositoryName=known["repositoryName"],
    )
    there = (names or {}).get("approvalRuleTemplateNames", [])
    return dict(known) if known["approvalRuleTemplateName"] in there else None


ASSOCIATION = Emulated(
    "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation",
    service="codecommit",
    create=_associate,
    read=_read_association,
    delete=lambda call: void(
        unless_gone(call.aws().disassociate_approval_rule_template_from_repository, **_ASSOCIATION.of(call))
    ),
    replace_on=("approvalRuleTemplateName", "repositoryName", "region"),
    exact=True,
)

TYPES = (REPOSITORY, TRIGGER, TEMPLATE, ASSOCIATION)
