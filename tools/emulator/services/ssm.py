"""SSM: parameters and documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of, take
from tools.emulator.services._common import keep, same_tail, unless_gone, void, without_none


def ssm_tags(kind: str) -> Tagging:
    """Tags of a `Parameter` or `Document`, by its name."""
    return Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().add_tags_to_resource(
            ResourceType=kind, ResourceId=call.id, Tags=tag_list(tags)
        ),
        remove=lambda call, keys: call.aws().remove_tags_from_resource(
            ResourceType=kind, ResourceId=call.id, TagKeys=keys
        ),
        read=lambda call: (
            tags_of(
                {"Tags": call.aws().list_tags_for_resource(ResourceType=kind, ResourceId=call.id)["TagList"]}
            )
            or {}
        ),
    )


def _value(call: Call) -> str:
    names = ("value", "insecureValue", "valueWo")
    return str(next(call.inputs[name] for name in names if call.inputs.get(name) is not None))


def _put(call: Call, overwrite: bool) -> str:
    params = without_none(
        Name=call.inputs["name"],
        Type=call.inputs["type"],
        Value=_value(call),
        Description=call.get("description", "") or None,
        KeyId=call.get("keyId"),
        Tier=call.get("tier"),
        AllowedPattern=call.get("allowedPattern"),
        DataType=call.get("dataType"),
    )
    call.aws().put_parameter(**params, Overwrite=overwrite)
    return str(call.inputs["name"])


def _read(call: Call) -> dict[str, Any] | None:
    ssm = call.aws()
    answer = unless_gone(ssm.get_parameter, Name=call.id, WithDecryption=True)
    if answer is None:
        return None
    item = answer["Parameter"]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [call.id]}]
    listed = ssm.describe_parameters(ParameterFilters=filters)["Parameters"]
    about = listed[0] if listed else {}
    found: dict[str, Any] = {
        "name": call.id,
        "type": item["Type"],
        "arn": item.get("ARN") or call.arn("ssm", f"parameter/{call.id.lstrip('/')}"),
        "version": item["Version"],
        "dataType": item.get("DataType", "text"),
        "tier": about.get("Tier") or call.get("tier", "Standard"),
        "description": about.get("Description") or "",
        "allowedPattern": about.get("AllowedPattern") or "",
    }
    if call.inputs.get("insecureValue") is not None:
        found["insecureValue"] = item["Value"]
    elif call.inputs.get("valueWo") is None:
        found["value"] = item["Value"]
    if item["Type"] == "SecureString":
        key = about.get("KeyId") or "alias/aws/ssm"
        found["keyId"] = keep(call, "keyId", key, same_tail)
    return found


def _replacing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """A secure parameter can't become a clear one in place, nor an advanced one a standard one."""
    kinds = (old.get("type"), new.get("type"))
    found = ["type"] if "SecureString" in kinds and kinds[0] != kinds[1] else []
    return [*found, "tier"] if old.get("tier") == "Advanced" and new.get("tier") == "Standard" else found


PARAMETER = Emulated(
    "aws:ssm/parameter:Parameter",
    service="ssm",
    create=lambda call: _put(call, bool(call.get("overwrite"))),
    read=_read,
    update=lambda call: void(_put(call, True)),
    delete=Delete("delete_parameter", by="Name"),
    tags=ssm_tags("Parameter"),
    replace_on=("name", "dataType"),
    replace_if=_replacing,
    update_on=("type", "value", "keyId", "tier", "description", "allowedPattern"),
)


def _read_document(call: Call) -> dict[str, Any] | None:
    ssm = call.aws()
    answer = unless_gone(ssm.describe_document, Name=call.id)
    if answer is None:
        return None
    found = take(
        call.type, answer["Document"], {"tags": "", "tagsAll": "", "parameters": "", "permissions": ""}
    )
    version = found.get("documentFormat", "JSON")
    content = ssm.get_document(Name=call.id, DocumentFormat=version)["Content"]
    return {**found, "content": content, "arn": call.arn("ssm", f"document/{call.id}")}


def _update_document(call: Call) -> None:
    if call.changed("content", "documentFormat", "targetType", "versionName"):
        params = without_none(
            DocumentFormat=call.get("documentFormat"),
            TargetType=call.get("targetType"),
            VersionName=call.get("versionName"),
        )
        answer = call.aws().update_document(
            Name=call.id, Content=call.inputs["content"], DocumentVersion="$LATEST", **params
        )
        version = answer["DocumentDescription"]["DocumentVersion"]
        call.aws().update_document_default_version(Name=call.id, DocumentVersion=version)


DOCUMENT = Emulated(
    "aws:ssm/document:Document",
    service="ssm",
    create=Create(
        "create_document",
        id="DocumentDescription.Name",
        only=("name", "content", "documentType", "documentFormat", "targetType", "versionName"),
    ),
    read=_read_document,
    update=_update_document,
    delete=Delete("delete_document", by="Name"),
    tags=ssm_tags("Document"),
    replace_on=("name", "documentType"),
    update_on=("content", "documentFormat", "targetType", "versionName"),
)

TYPES = (PARAMETER, DOCUMENT)
