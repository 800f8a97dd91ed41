"""Runs changed rules on the examples, in this process and without the protocol, so that thousands take seconds.

The command tries inversions that no example notices on the tests in tests/policies/rules too, which hold what
examples can't show: options, words, and what several rules share.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from policies import rules as package
from policies.pack.graph import Stack
from policies.pack.resource import Place, Resource
from policies.pack.rule import Rule
from policies.pack.tokens import canonical
from policies.pack.values import decode
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, Example, examples, stack_request, struct, urn
from tools.mutation.operators import Mutation, mutations

UNIT_TESTS = Path(__file__).resolve().parents[2] / "tests" / "policies" / "rules"
LIMIT = 5
"""Seconds a changed rule may take for its examples; more is a loop that never ends, and so noticed."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no example notices."""

    file: str
    function: str
    what: str
    inversion: bool

    def __str__(self) -> str:
        return f"{self.file}::{self.function}: {self.what}"


@dataclass(frozen=True, slots=True)
class Case:
    """An example made ready: the resources to judge, and what a rule has to say."""

    expected: str
    subjects: tuple[tuple[Any, ...], ...]


def modules() -> list[types.ModuleType]:
    """The files with rules, and those with what rules share."""
    all_rules()
    prefix = f"{package.__name__}."
    return [module for name, module in sorted(sys.modules.items()) if name.startswith(prefix)]


def survivors(
    module: types.ModuleType, *, unit_tests: bool = False, shifts: bool = True
) -> tuple[int, list[Survivor]]:
    """How many changes a file's functions allow, and those that nothing notices: no example, and no test if asked.

    Without `shifts` only inversions are tried.
    """
    path = Path(module.__file__ or "")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    count, found = 0, []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            for mutation in mutations(function):
                if not (mutation.inversion or shifts):
                    continue
                count += 1
                if not _noticed(module, function.name, mutation, str(path), unit_tests=unit_tests):
                    found.append(
                        Survivor(f"rules/{path.name}", function.name, mutation.what, mutation.inversion)
                    )
    return count, found


def _noticed(module: types.ModuleType, name: str, mutation: Mutation, path: str, *, unit_tests: bool) -> bool:
    original = getattr(module, name)
    is_rule = isinstance(original, Rule)
    changed = _compiled(module, name, mutation, path, keep_decorators=not is_rule)
    if _noticed_by_examples(original, changed):
        return True
    stand_in = replace(original, judge=changed) if is_rule else changed
    return unit_tests and mutation.inversion and _noticed_by_tests(module, original, stand_in)


def _noticed_by_examples(original: Any, changed: Callable[..., Any]) -> bool:
    is_rule = isinstance(original, Rule)
    try:
        with _limited():
            if is_rule:
                return _wrong(original, changed)
            with _in_place_of(original, changed) as users:
                return any(_wrong(rule, rule.judge) for rule in users)
    except TimeoutError:
        return True


def _noticed_by_tests(module: types.ModuleType, original: object, changed: object) -> bool:
    """Whether the tests that were written for a file of rules, in a process of their own, notice a change."""
    home = module.__name__.rpartition(".")[2]
    files = [
        str(file) for file in sorted(UNIT_TESTS.glob("test_*.py")) if home in file.read_text(encoding="utf-8")
    ]
    if not files:
        return False
    child = os.fork()
    if child == 0:
        for other in modules():
            for key, value in list(other.__dict__.items()):
                if value is original:
                    other.__dict__[key] = changed
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        import pytest  # noqa: PLC0415  only the few changes that come here need it

        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files])))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 1


def _compiled(
    module: types.ModuleType, name: str, mutation: Mutation, path: str, *, keep_decorators: bool
) -> Callable[..., Any]:
    if not keep_decorators:
        mutation.tree.decorator_list = []
    code = compile(ast.Module([mutation.tree], []), path, "exec", dont_inherit=True, flags=annotations_flag())
    # The changed function lives among the file's own names, and the two answers it may be changed to.
    names = module.__dict__
    before = names.get(name)
    added = {key: value for key, value in (("PASS", PASS), ("violation", violation)) if key not in names}
    names.update(added)
    try:
        exec(code, names)  # noqa: S102  the project's own code, one expression changed
        changed: Callable[..., Any] = names[name]
    finally:
        names[name] = before
    return changed


def annotations_flag() -> int:
    """`from __future__ import annotations`, as every file of the project has it."""
    import __future__  # noqa: PLC0415

    return __future__.annotations.compiler_flag


@contextmanager
def _in_place_of(original: object, changed: object) -> Iterator[list[Rule]]:
    """Every file that knows a shared function knows the changed one; gives the rules of those files."""
    holders = [
        (module.__dict__, key)
        for module in modules()
        for key, value in list(module.__dict__.items())
        if value is original
    ]
    users = {
        rule.id: rule
        for module in modules()
        for rule in module.__dict__.values()
        if isinstance(rule, Rule) and _may_use(module, original)
    }
    for names, key in holders:
        names[key] = changed
    try:
        yield list(users.values())
    finally:
        for names, key in holders:
            names[key] = original


def _may_use(module: types.ModuleType, function: object) -> bool:
    """Whether a file knows a function, or another file of rules that does."""
    return module.__name__ in _reaching(getattr(function, "__module__", ""))


@cache
def _reaching(home: str) -> frozenset[str]:
    """The files that use a file's functions, that file included."""
    reached = {home}
    while True:
        more = {module.__name__ for module in modules() if _sources(module) & reached}
        if more <= reached:
            return frozenset(reached)
        reached |= more


def _sources(module: types.ModuleType) -> set[str]:
    """The files whose functions a file has among its names, alone or with their file."""
    return {
        value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", "")
        for value in module.__dict__.values()
        if callable(value) or isinstance(value, types.ModuleType)
    }


def _wrong(rule: Rule, judge: Callable[..., Verdict]) -> bool:
    """Whether a function says something else of an example than the rule promises."""
    return any(_said(judge, case) != case.expected for case in _cases().get(rule.id, ()))


def _said(judge: Callable[..., Verdict], case: Case) -> str:
    undecided = False
    for subject in case.subjects:
        try:
            verdict = judge(*_anew(subject))
            wrong, waits = verdict.violated, verdict.undecided
        except NotKnownError:
            undecided = True
            continue
        except TimeoutError:
            raise
        except Exception:  # noqa: BLE001  whatever a changed rule does wrong is noticed
            return "broken"
        if wrong:
            return "fail"
        undecided = undecided or waits
    return "undecided" if undecided else "pass"


def _anew(subject: tuple[Any, ...]) -> tuple[Any, ...]:
    """A subject whose stack remembers nothing of what was made of it before a change."""
    return tuple(Stack(item.resources) if isinstance(item, Stack) else item for item in subject)


@cache
def _cases() -> dict[str, list[Case]]:
    by_id = {rule.id: rule for rule in all_rules()}
    found: dict[str, list[Case]] = defaultdict(list)
    for file in sorted(EXAMPLES.glob("*.yaml")):
        for example in examples(file.stem):
            if example.rule in by_id:
                found[example.rule] += _ready(by_id[example.rule], example)
    return dict(found)


def _ready(rule: Rule, example: Example) -> list[Case]:
    if not example.over_stack:
        properties = decode(struct(example.content))
        token = canonical(example.token)
        return [Case(example.expected, ((Resource(token, "subject", urn(token, "subject"), properties),),))]
    cases = [_over_stack(rule, example, preview=True)]
    if example.expected != "undecided":
        cases.append(_over_stack(rule, example, preview=False))
    return cases


def _over_stack(rule: Rule, example: Example, *, preview: bool) -> Case:
    resources = [
        Resource(
            canonical(item.type),
            item.name,
            item.urn,
            decode(item.properties),
            Place(
                item.parent,
                tuple(item.dependencies),
                {name: tuple(deps.urns) for name, deps in item.propertyDependencies.items()},
            ),
        )
        for item in stack_request(example.content, preview=preview).resources
    ]
    stack = Stack(resources)
    judged = [resource for resource in resources if resource.type in rule.on]
    return Case(
        example.expected, tuple((resource, stack) if rule.over_stack else (resource,) for resource in judged)
    )


@contextmanager
def _limited() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
