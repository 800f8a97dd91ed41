"""Builds the types from the SDK's source text: resources, data sources and nested types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tools.emulator.schema import hints, naming, phrases, source
from tools.emulator.schema.documentation import Origin
from tools.emulator.schema.model import FunctionType, ObjectType, Property, ResourceType, TypeRef
from tools.emulator.schema.nested import Reference

_SECRETS = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_ALIASES = re.compile(r"alias_opts = pulumi\.ResourceOptions\(aliases=\[(.*)\]\)")
_ALIAS = re.compile(r"type_=\"([^\"]+)\"")
_QUOTED = re.compile(r"\"([^\"]+)\"")
_SDK_DEFAULT = re.compile(r"^        if (\w+) is None:\n            \1 = (.+)$", re.MULTILINE)
_INVOKE = re.compile(r"runtime\.invoke\('(?P<token>[^']+)'.*typ=(?P<result>\w+)\)")
_PARAMETER = re.compile(r"(\w+): (.+?)(?: = None)?(?:,$|\) -> )", re.MULTILINE)
_ARGUMENT = re.compile(r"__args__\['(\w+)'\] = (\w+)")
_LITERALS: Mapping[str, Any] = MappingProxyType({"True": True, "False": False, "None": None})
# The types that the real provider replaces by deleting first (pulumi-aws 7,
# `provider/resource_overrides.go`).
_DELETED_FIRST = frozenset(
    {
        "aws:apigateway/integration:Integration",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:efs/mountTarget:MountTarget",
        "aws:iam/accountAlias:AccountAlias",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    }
)


def resource_type(token: str, python_class: str) -> ResourceType:
    """Read a resource type; raises LookupError when its class is not where the SDK keeps such classes."""
    path = source.file_of(token)
    folder = path.rpartition("/")[0]
    body = source.class_text(path, python_class)
    if body is None:
        raise LookupError(f"{token}: the installed pulumi_aws has no class {python_class} in {path}")
    # A type that has the name of another's arguments gets `XInitArgs`.
    args_name = f"{python_class}Args"
    args = source.class_text(path, args_name)
    if args is None:
        args_name = f"{python_class}InitArgs"
        args = source.class_text(path, args_name) or ""
    secrets = frozenset(word for group in _SECRETS.findall(body) for word in _QUOTED.findall(group))
    aliases = tuple(token for group in _ALIASES.findall(body) for token in _ALIAS.findall(group))
    properties = _joined(
        _Side(folder, path, args_name, args), _Side(folder, path, python_class, body), secrets=secrets
    )
    return ResourceType(
        token,
        python_class,
        properties,
        aliases,
        naming=naming.naming_of(token, properties),
        delete_before_replace=token in _DELETED_FIRST,
    )


def function_type(token: str) -> FunctionType | None:
    """Read a data source; None when the SDK has no such one."""
    path = source.file_of(token)
    whole = source.text(path)
    call = next((match for match in _INVOKE.finditer(whole) if match["token"] == token), None)
    if call is None:
        return None
    folder = path.rpartition("/")[0]
    body = source.class_text(path, call["result"]) or ""
    returned = _Side(folder, path, call["result"], body).properties(given=False)
    return FunctionType(token, _parameters(whole, call.start(), folder, path), returned)


def _parameters(whole: str, call: int, folder: str, path: str) -> Mapping[str, Property]:
    """The arguments of a data source, from the signature of its Python function."""
    start = whole.rindex("\ndef ", 0, call)
    signature = whole[start : whole.index(":\n", start) + 1]
    wire = {python: name for name, python in _ARGUMENT.findall(whole[start:call])}
    found = {}
    for line in signature[signature.index("(") + 1 :].split("\n"):
        match = _PARAMETER.search(line.strip())
        if match is None or match[1] not in wire:
            continue
        name = wire[match[1]]
        kind = hints.read(match[2], folder)
        found[name] = Property(
            name=name,
            type=kind.type,
            required=not kind.optional,
            input=True,
            output=False,
            computed=False,
            secret=False,
            default=None,
            replace=False,
            deprecated=None,
            origin=Origin(path, "", name),
        )
    return MappingProxyType(found)


def nested_type(reference: Reference) -> ObjectType:
    """Read a nested type: what its input class takes and what its output class has."""
    given = _Side.of(reference.folder, "_inputs.py", reference.given)
    returned = _Side.of(reference.folder, "outputs.py", reference.returned)
    name = reference.returned or (reference.given or "").removesuffix("Args")
    if given.body and returned.body:
        return ObjectType(name, _joined(given, returned))
    if given.body:
        return ObjectType(name, given.properties(given=True))
    return ObjectType(name, returned.properties(given=False))


class _Side:
    """One of the two classes that describe a type: the one for input or the one for output."""

    def __init__(self, folder: str, path: str, class_name: str, body: str) -> None:
        self.folder = folder
        self.path = path
        self.class_name = class_name
        self.body = body

    @classmethod
    def of(cls, folder: str, file: str, class_name: str | None) -> _Side:
        path = f"{folder}/{file}".lstrip("/")
        body = source.class_text(path, class_name) if class_name else None
        return cls(folder, path, class_name or "", body or "")

    def properties(self, *, given: bool) -> Mapping[str, Property]:
        """Its properties when there is no other side."""
        found = {}
        for getter in source.getters(self.body):
            kind = hints.read(getter.annotation, self.folder)
            found[getter.wire] = _property(
                getter, kind.type, self, given=given, required=given and not kind.optional, computed=not given
            )
        return MappingProxyType(found)


def _joined(given: _Side, returned: _Side, secrets: frozenset[str] = frozenset()) -> Mapping[str, Property]:
    """The properties of a type that has both sides, inputs and outputs of one name made one."""
    outputs = {getter.wire: getter for getter in source.getters(returned.body)}
    sdk_defaults = dict(_SDK_DEFAULT.findall(given.body))
    found: dict[str, Property] = {}
    for getter in source.getters(given.body):
        taken = hints.read(getter.annotation, given.folder)
        back = outputs.pop(getter.wire, None)
        kind = taken.type
        computed = False
        if back is not None:
            shown = hints.read(back.annotation, returned.folder)
            kind = _merged(taken.type, shown.type)
            # The SDK types an output `Output[T]` rather than `Output[Optional[T]]` when AWS fills it in.
            computed = taken.optional and not shown.optional
        found[getter.wire] = _property(
            getter,
            kind,
            given,
            given=True,
            required=not taken.optional,
            computed=computed,
            returned=back is not None,
            secret=getter.wire in secrets,
            sdk_default=sdk_defaults.get(getter.name),
        )
    for getter in outputs.values():
        shown = hints.read(getter.annotation, returned.folder)
        found[getter.wire] = _property(
            getter, shown.type, returned, given=False, computed=True, secret=getter.wire in secrets
        )
    return MappingProxyType(found)


def _property(
    getter: source.Getter,
    kind: TypeRef,
    side: _Side,
    *,
    given: bool,
    required: bool = False,
    computed: bool,
    returned: bool | None = None,
    secret: bool = False,
    sdk_default: str | None = None,
) -> Property:
    default = phrases.default(getter.doc, kind.kind) if given and not required else None
    if sdk_default is not None:
        default = _literal(sdk_default)
    return Property(
        name=getter.wire,
        type=kind,
        required=required,
        input=given,
        output=(not given) if returned is None else returned,
        computed=computed,
        secret=secret,
        default=default,
        replace=given and phrases.replaces(getter.doc),
        deprecated=getter.deprecated,
        origin=Origin(side.path, side.class_name, getter.wire),
    )


def _literal(text: str) -> Any:
    """A default that the SDK itself fills in; None for one that it takes from the environment."""
    if text.startswith("'") and text.endswith("'"):
        return text[1:-1]
    if text in _LITERALS:
        return _LITERALS[text]
    return int(text) if text.lstrip("-").isdigit() else None


def _merged(taken: TypeRef, shown: TypeRef) -> TypeRef:
    """The input type of a property, with nested types joined to their output form."""
    if taken.kind in ("list", "map") and taken.kind == shown.kind and taken.element and shown.element:
        return TypeRef(taken.kind, element=_merged(taken.element, shown.element))
    if taken.reference is not None and shown.reference is not None:
        returned = shown.reference.returned or shown.reference.given
        return TypeRef("object", reference=Reference(taken.reference.folder, taken.reference.given, returned))
    return taken
