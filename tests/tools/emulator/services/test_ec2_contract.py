"""What holds for every declared type of EC2: it speaks of properties and operations that exist."""

from __future__ import annotations

import functools

import botocore.session
import pytest
from botocore import xform_name

from tools.emulator.emulated import Change, Create, Delete, Emulated, Read
from tools.emulator.schema import ResourceType, resource
from tools.emulator.services import adapters

EC2 = sorted(token for token, adapter in adapters().items() if adapter.service == "ec2")

STEPS = (Create, Read, Delete)


@functools.cache
def operations() -> frozenset[str]:
    model = botocore.session.get_session().get_service_model("ec2")
    return frozenset(xform_name(name) for name in model.operation_names)


@functools.cache
def parameters(action: str) -> frozenset[str]:
    model = botocore.session.get_session().get_service_model("ec2")
    name = next(name for name in model.operation_names if xform_name(name) == action)
    shape = model.operation_model(name).input_shape
    return frozenset(shape.members) if shape else frozenset()


def parts(token: str) -> tuple[ResourceType, Emulated]:
    found = resource(token)
    assert found is not None, f"{token} is no type of the SDK"
    return found, adapters()[token]


@pytest.mark.parametrize("token", EC2)
def test_every_named_property_exists(token: str) -> None:
    found, adapter = parts(token)
    for name in (*adapter.replace_on, *adapter.update_on, *adapter.unordered, *adapter.normal):
        assert name in found.inputs, f"{name} is no input of {token}"
    if isinstance(adapter.read, Read):
        for name in (*adapter.read.take, *adapter.read.absent):
            assert name in found.outputs, f"{name} is no output of {token}"
    for change in adapter.changes:
        assert set(change.send) <= set(found.inputs), token


@pytest.mark.parametrize("token", EC2)
def test_every_operation_exists_and_takes_the_id_where_it_is_given(token: str) -> None:
    _, adapter = parts(token)
    declared = [step for step in (adapter.create, adapter.read, adapter.delete) if isinstance(step, STEPS)]
    steps: list[Create | Read | Delete | Change] = [*declared, *adapter.changes]
    for step in steps:
        assert step.action in operations(), step.action
        by = getattr(step, "by", "").removesuffix("[]")
        assert not by or by in parameters(step.action), f"{step.action} takes no {by}"
        for path in getattr(step, "send", {}).values():
            assert not path or path.split(".")[0] in parameters(step.action), f"{step.action} takes no {path}"


@pytest.mark.parametrize("token", EC2)
def test_what_replaces_is_the_declarations_own(token: str) -> None:
    """The facts are the real provider's; the schema's guesses must not add to them."""
    _, adapter = parts(token)
    assert adapter.exact


@pytest.mark.parametrize("token", EC2)
def test_tags_are_declared_where_the_type_has_them(token: str) -> None:
    found, adapter = parts(token)
    assert (adapter.tags is not None) == ("tags" in found.inputs)
