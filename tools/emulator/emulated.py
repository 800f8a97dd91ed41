"""How a resource type becomes calls to the embedded AWS: the declaration `Emulated` and what runs it.

A type is declared in `services/<service>.py` in a few lines: which API operation creates, reads, changes and deletes it.
Property names and API parameter names are matched by themselves (`cidrBlock` is `CidrBlock`), guided by the API's own model
in botocore; a declaration only names what differs:

    SUBNET = Emulated(
        "aws:ec2/subnet:Subnet",
        service="ec2",
        create=Create("create_subnet", id="Subnet.SubnetId"),
        read=Read("describe_subnets", by="SubnetIds[]", item="Subnets[0]", take={"arn": "SubnetArn"}),
        changes=[Change("modify_subnet_attribute", by="SubnetId", send={"enableDns64": "EnableDns64.Value"})],
        delete=Delete("delete_subnet", by="SubnetId"),
        tags=ec2_tags("subnet"),
        replace_on=("vpcId", "cidrBlock", "availabilityZone"),
    )

Where an API does not fit, `create`, `read`, `update` and `delete` may be functions that take a `Call`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from tools.emulator.accounts import Accounts, Place
from tools.emulator.mapping import parameters, put_path, take
from tools.emulator.schema import ResourceType

PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the attempts to delete what others still depend on."""
GONE = (
    "NotFound",
    "NoSuch",
    "DoesNotExist",
    "ResourceNotFoundException",
    "NotFoundException",
    "InvalidID",
    ".Malformed",
    "NonExistent",
    "OrganizationsNotInUse",
    "Nonexistent",
)


@dataclass(slots=True)
class Call:
    """One operation on one resource: what the program gives, what was there before, and where it happens."""

    type: ResourceType
    name: str
    place: Place
    accounts: Accounts
    service: str
    inputs: dict[str, Any]
    """Inputs after Check, without secret marks and unknowns."""
    old: dict[str, Any] = field(default_factory=dict)
    """Inputs of the last deployment; empty for a create."""
    state: dict[str, Any] = field(default_factory=dict)
    """Outputs of the last deployment."""
    id: str = ""

    def aws(self, service: str = "") -> Any:
        """The boto3 client of a service (of the type's own, unless named) in the resource's account and Region."""
        return self.accounts.client(service or self.service, self.place)

    def get(self, name: str, default: Any = None) -> Any:
        """An input, or `default` where it is absent or null."""
        value = self.inputs.get(name)
        return default if value is None else value

    def changed(self, *names: str) -> bool:
        """Whether any of these inputs differs from the last deployment; in a create, from the documented default."""
        return any(self.inputs.get(name) != self._before(name) for name in names)

    def _before(self, name: str) -> Any:
        if self.old or self.state:
            return self.old.get(name)
        prop = self.type.properties.get(name)
        return self.inputs.get(name) if prop is None or self.inputs.get(name) == prop.default else None

    @property
    def tags(self) -> dict[str, str]:
        """The tags to be on the resource, the provider's default tags among them."""
        return _all_tags(self.inputs)

    def arn(
        self, service: str, resource: str, *, region: str | None = None, account: str | None = None
    ) -> str:
        """An ARN in the resource's partition, account and Region; `region=""` for global services."""
        where = self.place.region if region is None else region
        whose = self.place.account if account is None else account
        return f"arn:{self.place.partition}:{service}:{where}:{whose}:{resource}"


@dataclass(frozen=True, slots=True)
class Create:
    """An API operation that creates. `id` is a JMESPath into its answer (or a function of call and answer)."""

    action: str
    id: str | Callable[[Call, Mapping[str, Any]], str]
    send: Mapping[str, str] = field(default_factory=dict)
    """Property name -> parameter, where they differ. An empty parameter keeps the property out."""
    also: Callable[[Call], Mapping[str, Any]] | None = None
    """More parameters."""
    only: tuple[str, ...] | None = None
    """If given, only these properties are sent by themselves."""

    def __call__(self, call: Call) -> str:
        """Create, and return the id."""
        client = call.aws()
        given = call.inputs if self.only is None else {k: v for k, v in call.inputs.items() if k in self.only}
        given = {k: v for k, v in given.items() if k not in ("tags", "tagsAll", "region")}
        params = parameters(client, self.action, given, self.send)
        if self.also is not None:
            params.update(self.also(call))
        answer = getattr(client, self.action)(**params)
        found = self.id(call, answer) if callable(self.id) else jmespath.search(self.id, answer)
        return str(found)


@dataclass(frozen=True, slots=True)
class Read:
    """An API operation that reads one resource by its id. `item` is a JMESPath to it in the answer."""

    action: str
    by: str = ""
    """The parameter that takes the id; `Ids[]` where it takes a list."""
    item: str = "@"
    take: Mapping[str, str | Callable[[Any], Any]] = field(default_factory=dict)
    """Property name -> JMESPath in the item (or a function of the item), where they differ. "" keeps it out."""
    also: Callable[[Call], Mapping[str, Any]] | None = None
    absent: Mapping[str, Any] = field(default_factory=dict)
    """What a property is where the API leaves it out, so that its removal shows as drift: `{"routes": []}`."""
    more: Callable[[Call, Any], Mapping[str, Any]] | None = None
    """Properties that take more than the item: further calls, or an ARN made of the place and the id."""

    def fetch(self, call: Call) -> Any:
        """The item as the API gives it, or None where it is gone."""
        params = by_id(self.by, call.id)
        if self.also is not None:
            params.update(self.also(call))
        try:
            answer = getattr(call.aws(), self.action)(**params)
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        return jmespath.search(self.item, answer) or None

    def __call__(self, call: Call) -> dict[str, Any] | None:
        """Read, as output properties; None where it is gone."""
        item = self.fetch(call)
        if item is None:
            return None
        found = {**self.absent, **take(call.type, item, self.take)}
        return found if self.more is None else {**found, **self.more(call, item)}


@dataclass(frozen=True, slots=True)
class Change:
    """An API operation that sets properties after the creation. It runs when one of them is given or changed.

    `send` maps property -> parameter path (`EnableDnsSupport.Value`). With `each`, one call is made for each property.
    """

    action: str
    send: Mapping[str, str]
    by: str = ""
    each: bool = False
    also: Callable[[Call], Mapping[str, Any]] | None = None
    at_create: bool = True
    """Whether it also runs when the resource is created (not where the create operation takes the property itself)."""

    def __call__(self, call: Call) -> None:
        """Make the call."""
        names = [name for name in self.send if call.changed(name)]
        if not names:
            return
        client = call.aws()
        groups = [[name] for name in names] if self.each else [list(self.send)]
        for group in groups:
            params = by_id(self.by, call.id)
            for name in group:
                if call.inputs.get(name) is not None:
                    put_path(params, self.send[name], call.inputs[name], client, self.action)
            if self.also is not None:
                params.update(self.also(call))
            getattr(client, self.action)(**params)


@dataclass(frozen=True, slots=True)
class Delete:
    """An API operation that deletes by id. A resource that is already gone is no error."""

    action: str
    by: str = ""
    also: Callable[[Call], Mapping[str, Any]] | None = None

    def __call__(self, call: Call) -> None:
        """Make the call."""
        params = by_id(self.by, call.id)
        if self.also is not None:
            params.update(self.also(call))
        getattr(call.aws(), self.action)(**params)


@dataclass(frozen=True, slots=True)
class Tagging:
    """How a type's tags are written and read."""

    at_create: Callable[[dict[str, str]], Mapping[str, Any]] | None
    """Parameters of the create operation, or None where tags are put afterwards."""
    put: Callable[[Call, dict[str, str]], None]
    remove: Callable[[Call, list[str]], None]
    read: Callable[[Call], dict[str, str]] | None = None
    """A call that reads them, where the read operation does not give them as `Tags`."""


@dataclass(frozen=True, slots=True)
class Emulated:
    """A resource type that exists in the embedded AWS for real."""

    token: str
    service: str
    create: Create | Callable[[Call], str]
    read: Read | Callable[[Call], dict[str, Any] | None]
    delete: Delete | Callable[[Call], None]
    changes: Sequence[Change] = ()
    update: Callable[[Call], None] | None = None
    settle: Callable[[Call], None] | None = None
    """Sets what no single operation sets. Runs after the creation and in every update; `call.old` tells which it is."""
    tags: Tagging | None = None
    replace_on: tuple[str, ...] = ()
    """Properties whose change replaces the resource, besides those that the schema knows of."""
    exact: bool = False
    """Whether `replace_on` (and `replace_if`) name all that replaces, so that the schema's judgement does not count."""
    update_on: tuple[str, ...] = ()
    """Properties that the schema's heuristics take for replacing, but that AWS changes in place."""
    unordered: tuple[str, ...] = ()
    """Lists whose order means nothing."""
    normal: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Properties that can be spelled in several ways -> their one form (`tcp` and `6` are one protocol)."""
    replace_if: Callable[[Mapping[str, Any], Mapping[str, Any]], Collection[str]] | None = None
    """Old and new inputs -> further properties that replace in this case. Each counts only where it has changed."""
    delete_first: bool = False
    """Whether a replacement must delete first, because two can't exist side by side."""
    known: Callable[[Call], Mapping[str, Any]] | None = None
    """Outputs that the real provider knows in preview, beyond the inputs."""

    def replacing(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
        """The properties whose change replaces the resource, when it goes from `old` to `new` inputs."""
        return self.replace_on if self.replace_if is None else (*self.replace_on, *self.replace_if(old, new))

    def updating(self, found: ResourceType, replacing: Collection[str]) -> Collection[str]:
        """The properties that change in place whatever the schema judges. A resource never moves to another Region."""
        if not self.exact:
            return self.update_on
        return [name for name in found.properties if name not in replacing and name != "region"]


def _all_tags(inputs: Mapping[str, Any]) -> dict[str, str]:
    tags = inputs.get("tagsAll", inputs.get("tags"))
    return dict(tags) if isinstance(tags, Mapping) else {}


class PartialCreate(Exception):  # noqa: N818 -- it names a state that the engine can carry on from
    """The resource exists, but setting it up failed half-way. The engine keeps it and goes on from there."""

    def __init__(self, resource_id: str, outputs: dict[str, Any], reason: Exception) -> None:
        super().__init__(str(reason))
        self.id, self.outputs, self.reason = resource_id, outputs, reason


def by_id(by: str, resource_id: str) -> dict[str, Any]:
    """The parameter that names a resource: `by_id("VpcIds[]", "vpc-1") == {"VpcIds": ["vpc-1"]}`."""
    if not by:
        return {}
    return {by[:-2]: [resource_id]} if by.endswith("[]") else {by: resource_id}


def is_gone(error: ClientError) -> bool:
    """Whether an API error says that the resource does not exist."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    # Auto Scaling has no code of its own for what is not there.
    said = code == "ValidationError" and "not found" in str(error.response["Error"].get("Message", ""))
    return said or code in ("404", "InvalidDocument") or any(mark in code for mark in GONE)


def create(emulated: Emulated, call: Call) -> dict[str, Any]:
    """Create the resource, set it up, and read it back. Sets `call.id`. Raises `PartialCreate` after the first step."""
    call.id = _create(emulated, call)
    try:
        for change in emulated.changes:
            if change.at_create:
                change(call)
        if emulated.settle is not None:
            emulated.settle(call)
        if emulated.tags is not None and call.tags and not _tags_at_create(emulated):
            emulated.tags.put(call, call.tags)
        found = read(emulated, call)
        if found is None:
            raise LookupError(f"{call.type.token} {call.id} is not there right after its creation")
        return found
    except Exception as error:
        # Whatever it is: the resource exists, and the engine must know its id, or nobody would ever delete it.
        raise PartialCreate(call.id, dict(call.inputs), error) from error


def _tags_at_create(emulated: Emulated) -> bool:
    return (
        emulated.tags is not None
        and emulated.tags.at_create is not None
        and isinstance(emulated.create, Create)
    )


def _create(emulated: Emulated, call: Call) -> str:
    create_op = emulated.create
    if not isinstance(create_op, Create):
        return create_op(call)
    also, at_create = create_op.also, emulated.tags.at_create if emulated.tags else None
    if call.tags and at_create is not None:
        with_them = at_create

        def with_tags(call: Call) -> Mapping[str, Any]:
            return {**(also(call) if also else {}), **with_them(call.tags)}

        create_op = Create(create_op.action, create_op.id, create_op.send, with_tags, create_op.only)
    return create_op(call)


def read(emulated: Emulated, call: Call) -> dict[str, Any] | None:
    """What is there now, as output properties; None where it is gone."""
    try:
        found = emulated.read(call)
    except ClientError as error:
        if is_gone(error):
            return None
        raise
    if found is not None and emulated.tags is not None:
        if emulated.tags.read is not None:
            found["tags"] = emulated.tags.read(call)
        found.setdefault("tags", {})
        found["tagsAll"] = dict(found["tags"])
    return found


def update(emulated: Emulated, call: Call) -> dict[str, Any]:
    """Bring an existing resource to its inputs, and read it back. Raises LookupError where it is gone."""
    for change in emulated.changes:
        change(call)
    if emulated.settle is not None:
        emulated.settle(call)
    if emulated.update is not None:
        emulated.update(call)
    if emulated.tags is not None and call.tags != _all_tags(call.old):
        gone = [key for key in _all_tags(call.old) if key not in call.tags]
        if gone:
            emulated.tags.remove(call, gone)
        if call.tags:
            emulated.tags.put(call, call.tags)
    found = read(emulated, call)
    if found is None:
        raise LookupError(f"{call.type.token} {call.id} is not there any more; a refresh makes it anew")
    return found


def delete(emulated: Emulated, call: Call) -> None:
    """Delete; a resource that is gone already counts as deleted.

    What others still depend on is tried again for a moment, as the real provider does for minutes: where nothing tells
    the engine of the dependency (imported resources have none), it deletes both at the same time.
    """
    for wait in (*PATIENCE, None):
        try:
            emulated.delete(call)
        except ClientError as error:
            if is_gone(error):
                return
            if wait is None or "DependencyViolation" not in str(error.response.get("Error", {}).get("Code")):
                raise
            time.sleep(wait)
        else:
            return
