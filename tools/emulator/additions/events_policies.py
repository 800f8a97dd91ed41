"""EventBridge: policies of buses hold, and rules can be made on other accounts' buses.

moto keeps policies and asks nobody, refuses statements without an id, and knows no bus of another account. Here

- `PutEvents` to another account's bus needs that bus's policy, and a denial there counts for everybody;
- the rule operations (`PutRule`, `PutTargets`, ...) take the ARN of another account's bus in the same Region, where its
  policy allows them on `rule/BUS/NAME`, with `events:creatorAccount` in the context;
- a policy that is put replaces the whole policy.

Identity policies are not looked at: see `evaluate` for asking about them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import InvalidEventPatternException, ResourceNotFoundException
from moto.events.models import EventBus, EventsBackend, events_backends

from tools.emulator.additions import _callers, method
from tools.emulator.additions._callers import caller
from tools.emulator.evaluate import MalformedPolicy, parse
from tools.emulator.patterns import InvalidPattern, parse as parse_pattern

DEFAULT = "default"
ON_RULES = {
    "delete_rule": "DeleteRule",
    "describe_rule": "DescribeRule",
    "disable_rule": "DisableRule",
    "enable_rule": "EnableRule",
    "list_targets_by_rule": "ListTargetsByRule",
    "put_targets": "PutTargets",
    "remove_targets": "RemoveTargets",
}
"""Methods of moto's backend that are about a rule on a bus, and what policies call them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a bus's policy as it was put."""

    sid: str
    fields: Mapping[str, Any]

    @property
    def principal(self) -> Any:
        """Whom it names; moto asks for it."""
        return self.fields.get("Principal")

    def describe(self) -> dict[str, Any]:
        """The statement."""
        return dict(self.fields)


def require(bus: Any, principal: str, action: str, resource: str, context: Mapping[str, Any]) -> None:
    """Raise AWS's error where a bus's policy (and, in the own account, nothing else) does not let `principal` in."""
    _callers.require(principal, action, resource, bus.policy, bus.account_id, context)


def bus_at(backend: Any, named: str | None) -> Any:
    """A bus by its name, or by its ARN in whichever account of the same Region. Raises ResourceNotFoundException."""
    if not named or not named.startswith("arn:"):
        return backend._get_event_bus(named or DEFAULT)  # noqa: SLF001 -- moto's own way to a bus
    _, _, _, region, account, resource = named.split(":", 5)
    name = resource.removeprefix("event-bus/")
    if region != backend.region_name:
        raise ResourceNotFoundException(f"Event bus {named} does not exist.")
    return events_backends[account][region]._get_event_bus(name)  # noqa: SLF001 -- as above


def install() -> None:
    """Let policies hold, and rules reach other accounts' buses."""
    _keep_policies()
    _check_patterns()
    for name, action in ON_RULES.items():
        _elsewhere(name, action)
    put = EventsBackend.put_rule

    @method(EventsBackend)
    def put_rule(self: Any, name: str, *args: Any, event_bus_arn: str | None = None, **more: Any) -> Any:
        bus = bus_at(self, event_bus_arn)
        there = bus.rules.get(name)
        if bus.account_id == self.account_id:
            rule = put(self, name, *args, event_bus_arn=bus.name, **more)
            if there is not None:
                rule.created_by = there.created_by
            return rule
        creator = there.created_by if there is not None else self.account_id
        _require_rule(self, bus, name, "PutRule", creator)
        rule = put(events_backends[bus.account_id][bus.region], name, *args, event_bus_arn=bus.name, **more)
        rule.created_by = creator
        return rule


def _require_rule(backend: Any, bus: Any, name: str, action: str, creator: str) -> None:
    place = name if bus.name == DEFAULT else f"{bus.name}/{name}"
    resource = bus.arn.replace(f":event-bus/{bus.name}", f":rule/{place}")
    principal = caller(backend.account_id, backend.region_name)
    # The policy of the default bus is written for `rule/NAME`; that of another for `rule/BUS/NAME`.
    require(bus, principal, f"events:{action}", resource, {"events:creatorAccount": creator})


def _elsewhere(name: str, action: str) -> None:
    """Let an operation on a rule reach a bus of another account."""
    before = getattr(EventsBackend, name)

    @method(EventsBackend, name)
    def reaching(self: Any, *args: Any, **more: Any) -> Any:
        # moto's methods take rule and bus first, in this order; some are called by keyword.
        given = list(args)
        rule = given[0] if given else more.get("name") or more.get("rule_id")
        named = given[1] if len(given) > 1 else more.get("event_bus_arn")
        if not isinstance(named, str) or not named.startswith("arn:"):
            return before(self, *args, **more)
        bus = bus_at(self, named)
        backend = self
        if bus.account_id != self.account_id:
            there = bus.rules.get(rule)
            creator = there.created_by if there is not None else self.account_id
            _require_rule(self, bus, str(rule), action, creator)
            backend = events_backends[bus.account_id][bus.region]
        if len(given) > 1:
            given[1] = bus.name
        else:
            more["event_bus_arn"] = bus.name
        return before(backend, *given, **more)


def _keep_policies() -> None:
    @method(EventBus)
    def add_policy(self: Any, policy: dict[str, Any]) -> None:
        try:
            document = parse(policy)
        except MalformedPolicy as error:
            raise JsonRESTError("ValidationException", f"The policy is not valid: {error}") from None
        self._statements.clear()
        for number, statement in enumerate(document.statements):
            sid = statement.sid or f"statement-{number}"
            self._statements[sid] = Statement(sid, statement.fields)

    add = EventBus.add_permission

    @method(EventBus)
    def add_permission(
        self: Any, statement_id: str, action: str, principal: dict[str, str], condition: dict[str, Any] | None
    ) -> None:
        everybody = principal.get("AWS", "").endswith("::*:root")
        kept = {sid: statement for sid, statement in self._statements.items() if sid != statement_id}
        add(self, statement_id, action, "*" if everybody else principal, condition)
        self._statements = {**kept, statement_id: self._statements[statement_id]}

    @method(EventBus)
    def policy(self: Any) -> str | None:
        statements = [statement.describe() for statement in self._statements.values()]
        return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None

    EventBus.policy = property(EventBus.policy)


def _check_patterns() -> None:
    put = EventsBackend.put_rule

    @method(EventsBackend)
    def put_rule(self: Any, name: str, *args: Any, event_pattern: str | None = None, **more: Any) -> Any:
        if event_pattern:
            try:
                parse_pattern(event_pattern)
            except InvalidPattern as error:
                raise InvalidEventPatternException(str(error)) from None
        return put(self, name, *args, event_pattern=event_pattern, **more)
