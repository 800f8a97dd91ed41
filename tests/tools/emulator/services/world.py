"""The embedded AWS in this process, and the steps that the provider takes with one resource."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, field
from typing import Any

from tools.emulator import emulated as running, services
from tools.emulator.accounts import Accounts, Place
from tools.emulator.drift import inputs_from
from tools.emulator.emulated import Call, Emulated
from tools.emulator.gate import Gate
from tools.emulator.recorded import complete
from tools.emulator.schema import resource

_numbers = itertools.count(300000000000)


@dataclass
class Live:
    """A resource in the embedded AWS, with what the engine would keep of it."""

    world: World
    token: str
    place: Place
    inputs: dict[str, Any]
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def adapter(self) -> Emulated:
        found = services.adapter(self.token)
        assert found is not None, f"{self.token} has no adapter"
        return found

    def call(self, inputs: dict[str, Any], old: dict[str, Any], state: dict[str, Any]) -> Call:
        found = resource(self.token)
        assert found is not None, f"{self.token} is no type"
        return Call(
            type=found,
            name="tested",
            place=self.place,
            accounts=self.world.accounts,
            service=self.adapter.service,
            inputs=inputs,
            old=old,
            state=state,
            id=self.id,
        )

    def create(self) -> Live:
        call = self.call(self.inputs, {}, {})
        actual = running.create(self.adapter, call)
        self.id, self.outputs = call.id, complete(call, actual)
        return self

    def update(self, **changed: Any) -> dict[str, Any]:
        """Change inputs (None takes one away); the outputs afterwards."""
        new = {k: v for k, v in {**self.inputs, **changed}.items() if v is not None}
        call = self.call(new, self.inputs, self.outputs)
        actual = running.update(self.adapter, call)
        self.inputs, self.outputs = new, complete(call, actual)
        return self.outputs

    def refresh(self) -> dict[str, Any] | None:
        """Read it as `pulumi refresh` does: the inputs that it would have then, or None where it is gone."""
        call = self.call(self.inputs, {}, self.outputs)
        actual = running.read(self.adapter, call)
        if actual is None:
            return None
        outputs = complete(call, actual)
        return inputs_from(call.type, self.inputs, outputs, actual, self.adapter.normal, self.outputs)

    def delete(self) -> None:
        running.delete(self.adapter, self.call(self.inputs, {}, self.outputs))


@dataclass
class World:
    """One account of its own in the embedded AWS."""

    accounts: Accounts
    place: Place

    def client(self, service: str, region: str = "") -> Any:
        return self.accounts.client(service, Place(self.place.account, region or self.place.region))

    def create(self, token: str, /, region: str = "", **inputs: Any) -> Live:
        place = Place(self.place.account, region or self.place.region)
        return Live(self, token, place, inputs).create()

    def imported(self, token: str, resource_id: str) -> tuple[str, dict[str, Any]]:
        """What an import by id gives: the id afterwards and the inputs."""
        live = Live(self, token, self.place, {}, resource_id)
        call = live.call({}, {}, {})
        actual = running.read(live.adapter, call)
        assert actual is not None, f"{resource_id} was not found"
        return call.id, inputs_from(call.type, {}, complete(call, actual), actual)


def lifecycle(live: Live) -> None:
    """The end of every resource's test: nothing drifts by itself, and a deleted one is gone."""
    refreshed = live.refresh()
    assert refreshed == live.inputs, f"drifted by itself: {refreshed}"
    live.delete()
    assert live.refresh() is None
    live.delete()


@functools.cache
def _accounts_of(gate: Gate) -> Accounts:
    """The clients of a gate are shared: to load a service's model takes a third of a second."""
    return Accounts(gate)


def own_account(gate: Gate) -> World:
    """An account that no other test uses, in us-east-1."""
    return World(_accounts_of(gate), Place(str(next(_numbers)), "us-east-1"))
