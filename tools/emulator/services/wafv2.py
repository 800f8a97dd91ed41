"""WAF: web ACLs, IP sets and what they protect. Rules are kept, nothing is filtered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import from_api, parameters, tag_list
from tools.emulator.services._common import Parts, remembered, unless_gone, void, without_none

_ACL = ("captchaConfig", "challengeConfig", "customResponseBodies", "defaultAction", "description", "rules")
_ACL_SENT = (*_ACL, "tokenDomains", "visibilityConfig", "associationConfig")


def _place(call: Call) -> dict[str, str]:
    """What the API wants to find a thing: id, name and scope; an import gives `id/name/scope`."""
    parts = call.id.split("/")
    if len(parts) == 3:
        call.id, name, scope = parts
        return {"Id": call.id, "Name": name, "Scope": scope}
    known = {**call.state, **call.inputs}
    return {"Id": call.id, "Name": str(known.get("name")), "Scope": str(known.get("scope"))}


def _inputs(call: Call, action: str, names: tuple[str, ...]) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in names if call.inputs.get(name) is not None}
    bodies = given.pop("customResponseBodies", None)
    params = parameters(call.aws(), action, given)
    if bodies:
        params["CustomResponseBodies"] = {
            body["key"]: {"Content": body["content"], "ContentType": body["contentType"]} for body in bodies
        }
    return params


def waf_tags(kind: str) -> Tagging:
    """Tags by the ARN that a creation or a read has put into the state."""

    def arn(call: Call) -> str:
        found = call.state.get("arn") or _summary(call, kind).get("ARN")
        return str(found)

    def read(call: Call) -> dict[str, str]:
        answer = call.aws().list_tags_for_resource(ResourceARN=arn(call))
        return {tag["Key"]: tag["Value"] for tag in answer["TagInfoForResource"].get("TagList", [])}

    return Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(ResourceARN=arn(call), Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().untag_resource(ResourceARN=arn(call), TagKeys=keys),
        read=read,
    )


def _summary(call: Call, kind: str) -> Mapping[str, Any]:
    """A `WebACL` or `IPSet` as the API gives it, with its lock token; empty where it is gone."""
    action = {"WebACL": "get_web_acl", "IPSet": "get_ip_set"}[kind]
    answer = unless_gone(getattr(call.aws(), action), **_place(call))
    return {**answer[kind], "LockToken": answer["LockToken"]} if answer else {}


def _create_acl(call: Call) -> str:
    params = _inputs(call, "create_web_acl", _ACL_SENT)
    answer = call.aws().create_web_acl(Name=call.inputs["name"], Scope=call.inputs["scope"], **params)
    call.state = {"arn": answer["Summary"]["ARN"]}
    return str(answer["Summary"]["Id"])


def _read_acl(call: Call) -> dict[str, Any] | None:
    item = _summary(call, "WebACL")
    if not item:
        return None
    scope = _place(call)["Scope"] if call.inputs.get("scope") else _scope(item["ARN"])
    kinds = call.type.properties
    found = {
        "name": item["Name"],
        "scope": scope,
        "arn": item["ARN"],
        "capacity": item.get("Capacity", 0),
        "lockToken": item["LockToken"],
        "description": item.get("Description", ""),
        "defaultAction": from_api(kinds["defaultAction"].type, item["DefaultAction"]),
        "visibilityConfig": from_api(kinds["visibilityConfig"].type, item["VisibilityConfig"]),
        "rules": from_api(kinds["rules"].type, item.get("Rules", [])),
    }
    call.state = {**call.state, "arn": item["ARN"]}
    return {name: remembered(call.inputs.get(name), value) for name, value in found.items()}


def _scope(arn: str) -> str:
    return "CLOUDFRONT" if ":global/" in arn else "REGIONAL"


def _update_acl(call: Call) -> None:
    params = _inputs(call, "update_web_acl", _ACL_SENT)
    call.aws().update_web_acl(**_place(call), **params, LockToken=_summary(call, "WebACL")["LockToken"])


def _delete_acl(call: Call) -> None:
    item = _summary(call, "WebACL")
    if item:
        call.aws().delete_web_acl(**_place(call), LockToken=item["LockToken"])


WEB_ACL = Emulated(
    "aws:wafv2/webAcl:WebAcl",
    service="wafv2",
    create=_create_acl,
    read=_read_acl,
    update=_update_acl,
    delete=_delete_acl,
    tags=waf_tags("WebACL"),
    replace_on=("name", "namePrefix", "scope"),
    update_on=_ACL_SENT,
    unordered=("rules", "tokenDomains"),
)


def _create_set(call: Call) -> str:
    answer = call.aws().create_ip_set(
        Name=call.inputs["name"],
        Scope=call.inputs["scope"],
        IPAddressVersion=call.inputs["ipAddressVersion"],
        Addresses=call.get("addresses", []),
        **({"Description": call.inputs["description"]} if call.get("description") else {}),
    )
    call.state = {"arn": answer["Summary"]["ARN"]}
    return str(answer["Summary"]["Id"])


def _read_set(call: Call) -> dict[str, Any] | None:
    item = _summary(call, "IPSet")
    if not item:
        return None
    call.state = {**call.state, "arn": item["ARN"]}
    return {
        "name": item["Name"],
        "scope": call.inputs.get("scope") or _scope(item["ARN"]),
        "arn": item["ARN"],
        "addresses": item.get("Addresses", []),
        "description": item.get("Description") or "",
        "ipAddressVersion": item["IPAddressVersion"],
        "lockToken": item["LockToken"],
    }


def _update_set(call: Call) -> None:
    token = _summary(call, "IPSet")["LockToken"]
    description = {"Description": call.inputs["description"]} if call.get("description") else {}
    call.aws().update_ip_set(
        **_place(call), **description, Addresses=call.get("addresses", []), LockToken=token
    )


def _delete_set(call: Call) -> None:
    item = _summary(call, "IPSet")
    if item:
        call.aws().delete_ip_set(**_place(call), LockToken=item["LockToken"])


IP_SET = Emulated(
    "aws:wafv2/ipSet:IpSet",
    service="wafv2",
    create=_create_set,
    read=_read_set,
    update=_update_set,
    delete=_delete_set,
    tags=waf_tags("IPSet"),
    replace_on=("name", "namePrefix", "scope", "ipAddressVersion"),
    update_on=("addresses", "description"),
    unordered=("addresses",),
)

_PAIR = Parts(("webAclArn", "resourceArn"), by=",")


def _associate(call: Call) -> str:
    call.aws().associate_web_acl(WebACLArn=call.inputs["webAclArn"], ResourceArn=call.inputs["resourceArn"])
    return _PAIR.join(call)


def _read_association(call: Call) -> dict[str, Any] | None:
    known = _PAIR.of(call)
    answer = unless_gone(call.aws().get_web_acl_for_resource, ResourceArn=known["resourceArn"]) or {}
    there = answer.get("WebACL") or {}
    return dict(known) if there.get("ARN") == known["webAclArn"] else None


ASSOCIATION = Emulated(
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    service="wafv2",
    create=_associate,
    read=_read_association,
    delete=lambda call: void(
        unless_gone(call.aws().disassociate_web_acl, ResourceArn=_PAIR.of(call)["resourceArn"])
    ),
    replace_on=_PAIR.names,
)

# -- where an ACL logs to


def _sent_filter(given: Mapping[str, Any]) -> dict[str, Any]:
    def condition(one: Mapping[str, Any]) -> dict[str, Any]:
        action, label = one.get("actionCondition"), one.get("labelNameCondition")
        return without_none(
            ActionCondition={"Action": action["action"]} if action else None,
            LabelNameCondition={"LabelName": label["labelName"]} if label else None,
        )

    filters = [
        {
            "Behavior": one["behavior"],
            "Requirement": one["requirement"],
            "Conditions": [condition(each) for each in one["conditions"]],
        }
        for one in given["filters"]
    ]
    return {"DefaultBehavior": given["defaultBehavior"], "Filters": filters}


def _sent_field(field: Mapping[str, Any]) -> dict[str, Any]:
    if field.get("singleHeader"):
        return {"SingleHeader": {"Name": field["singleHeader"]["name"]}}
    names = {"method": "Method", "queryString": "QueryString", "uriPath": "UriPath"}
    return {api: {} for name, api in names.items() if field.get(name) is not None}


def _put_logging(call: Call) -> str:
    arn = str(call.inputs["resourceArn"])
    wanted = without_none(
        ResourceArn=arn,
        LogDestinationConfigs=call.inputs["logDestinationConfigs"],
        LoggingFilter=_sent_filter(call.inputs["loggingFilter"]) if call.get("loggingFilter") else None,
        RedactedFields=[_sent_field(one) for one in call.get("redactedFields", [])] or None,
    )
    call.aws().put_logging_configuration(LoggingConfiguration=wanted)
    return arn


def _read_logging(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_logging_configuration, ResourceArn=call.id)
    if answer is None:
        return None
    there = answer["LoggingConfiguration"]
    kinds = call.type.outputs
    names = {"loggingFilter": "LoggingFilter", "redactedFields": "RedactedFields"}
    blocks = {name: from_api(kinds[name].type, there[api]) for name, api in names.items() if there.get(api)}
    return {**blocks, "resourceArn": call.id, "logDestinationConfigs": there["LogDestinationConfigs"]}


LOGGING = Emulated(
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    service="wafv2",
    create=_put_logging,
    read=_read_logging,
    update=lambda call: void(_put_logging(call)),
    delete=lambda call: void(unless_gone(call.aws().delete_logging_configuration, ResourceArn=call.id)),
    replace_on=("resourceArn", "region"),
    exact=True,
    unordered=("logDestinationConfigs", "redactedFields"),
)

TYPES = (WEB_ACL, IP_SET, ASSOCIATION, LOGGING)
