"""Who may put events where: a table of all event buses of a plan or state, made from policies and roles.

    python -m tools.report.event_access build/plan.json        (or what `pulumi stack export` writes)

A bus's policy lets other accounts in; a role's policies let those in who take the role. Both are listed with their
conditions. What is not known before `up` is shown as such, never left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.check.source import SourceError, read
from policies.pack.document import Document, Statement, document
from policies.pack.graph import Stack
from policies.pack.iam.holdings import holdings
from policies.pack.resource import Resource
from policies.pack.verdict import NotKnownError

BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"
ROLE = "aws:iam/role:Role"
PUT = "events:PutEvents"
ACTIONS = (PUT, "events:PutRule", "events:PutTargets", "events:DeleteRule", "events:RemoveTargets")
"""Actions by which events get onto a bus, or rules that decide where they go."""
LATER = "known after `up`"


@dataclass(frozen=True, order=True)
class Row:
    """One way onto a bus."""

    bus: str
    who: str
    may: str
    through: str
    only_if: str


def rows(stack: Stack) -> list[Row]:
    """All ways onto the buses of a stack, sorted."""
    found = [*_by_policies(stack), *_by_permissions(stack), *_by_roles(stack)]
    return sorted(set(found))


def _by_policies(stack: Stack) -> Iterator[Row]:
    for policy in stack.by_type(BUS_POLICY):
        bus, through = _bus_of(policy), f"bus policy `{policy.name}`"
        try:
            statements = policy.document("policy").allowing
        except NotKnownError:
            yield Row(bus, LATER, LATER, through, "")
            continue
        for statement in statements:
            yield from _rows(bus, _principals(statement), statement, through)


def _by_permissions(stack: Stack) -> Iterator[Row]:
    for permission in stack.by_type(PERMISSION):
        condition = permission.part("condition")
        only_if = f"{condition.text('key')} = {condition.text('value')}" if condition.text("key") else ""
        action = permission.text("action", PUT)
        through = f"permission `{permission.name}`"
        yield Row(_bus_of(permission), permission.text("principal"), action, through, only_if)


def _by_roles(stack: Stack) -> Iterator[Row]:
    for role in stack.by_type(ROLE):
        takers = _takers(role)
        for held in holdings(role, stack).documents:
            for statement in held.allowing:
                for resource in statement.resources or ("*",):
                    if ":event-bus/" in resource or resource == "*":
                        yield from _rows(resource, [takers], statement, f"role `{role.name}`", put_only=True)


def _takers(role: Resource) -> str:
    try:
        trust: Document = document(role.get("assumeRolePolicy"), "assumeRolePolicy")
        names = [name for statement in trust.allowing for _, name in statement.principals]
    except NotKnownError:
        return LATER
    return ", ".join(sorted(set(names))) or "nobody"


def _rows(
    bus: str, who: Iterable[str], statement: Statement, through: str, *, put_only: bool = False
) -> Iterator[Row]:
    allowed = [name for name in ((PUT,) if put_only else ACTIONS) if statement.covers(name)]
    if not allowed:
        return
    may = ", ".join(name.removeprefix("events:") for name in allowed)
    for name in who:
        yield Row(bus, name, may, through, _conditions(statement))


def _principals(statement: Statement) -> list[str]:
    if statement.not_principals:
        return ["everybody but " + ", ".join(name for _, name in statement.not_principals)]
    return [name if name != "*" else "everybody" for _, name in statement.principals]


def _conditions(statement: Statement) -> str:
    return "; ".join(f"{one.key} {one.operator} {', '.join(one.values)}" for one in statement.conditions)


def _bus_of(resource: Resource) -> str:
    if not resource.known("eventBusName"):
        return LATER
    return resource.text("eventBusName", "default") + (
        f" ({region})" if (region := resource.text("region")) else ""
    )


def page(found: Iterable[Row]) -> str:
    """The table as Markdown."""
    lines = ["| bus | who | may | through | only if |", "|---|---|---|---|---|"]
    for row in found:
        cells = (row.bus, row.who, row.may, row.through, row.only_if)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or JSON. Exit code 2 where the file can't be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.report.event_access", description=__doc__)
    parser.add_argument("file", type=Path, help="a plan (build/plan.json) or a state (`pulumi stack export`)")
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a Markdown table")
    options = parser.parse_args(arguments)
    try:
        deployment = read(options.file.read_text(encoding="utf-8"), str(options.file))
    except (OSError, SourceError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = rows(Stack([one.in_stack for one in deployment.resources]))
    if options.json:
        sys.stdout.write(json.dumps([row.__dict__ for row in found], indent=2) + "\n")
    elif found:
        sys.stdout.write(page(found))
    else:
        sys.stdout.write("Nobody may put events: the deployment has no bus policy and no role that does.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
