"""Small changes to a function, of two strengths.

An *inversion* turns an answer, a comparison, a `not` or a boolean round: a rule that says the opposite. A *shift*
moves a border, drops half of a condition, or changes a number or a name. Words for users are left alone (no
example looks at them), and so are the paths inside a violation.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
# Calls whose texts are for people.
_SPEAKING = frozenset({"violation", "undecided", "NotKnownError", "at"})
# Keyword arguments and variables that hold texts for people.
_WORDS = frozenset({"remedy", "what", "where"})


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: `tree` is the whole changed function, `what` says it in a line, the same on every run."""

    what: str
    tree: ast.FunctionDef
    inversion: bool


def mutations(function: ast.FunctionDef) -> Iterator[Mutation]:
    """Every change to a function, one at a time."""
    count = len(list(_places(function)))
    seen: dict[str, int] = {}
    for index in range(count):
        for at in range(len(_changes(_nth(function, index)))):
            tree = copy.deepcopy(function)
            node = _nth(tree, index)
            before = ast.unparse(node)
            changed, inversion = _changes(node)[at]
            _replace(tree, node, changed)
            what = f"{_short(before)} -> {_short(ast.unparse(changed))}"
            seen[what] = seen.get(what, 0) + 1
            yield Mutation(what if seen[what] == 1 else f"{what} ({seen[what]})", tree, inversion)


def _nth(function: ast.FunctionDef, index: int) -> ast.expr:
    return list(_places(function))[index]


def _places(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """The expressions of a function's body and defaults that may change, in a fixed order."""
    for statement in function.body:
        yield from _expressions(statement)
    for default in (*function.args.defaults, *function.args.kw_defaults):
        if default is not None:
            yield from _expressions(default)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    if _for_people(node):
        return
    if isinstance(node, ast.expr):
        yield node
        if _answers(node) and isinstance(node, ast.Call):
            return
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST):
                yield from _expressions(inner)


def _for_people(node: ast.AST) -> bool:
    """Whether a part of the program is only words: docstrings, formatted texts, remedies."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and _names_words(node):
        return True
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.keyword) and node.arg in _WORDS)


def _names_words(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return bool(names) and all(name in _WORDS for name in names)


def _answers(node: ast.expr) -> str:
    """Whether an expression is a plain answer: PASS, or a call that speaks to people."""
    if isinstance(node, ast.Name) and node.id == "PASS":
        return "PASS"
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return name if name in _SPEAKING else ""
    return ""


def _changes(node: ast.expr) -> list[tuple[ast.expr, bool]]:
    """What an expression may become, and whether that is an inversion; nothing for most expressions."""
    return [(changed, True) for changed in _inverted(node)] + [(changed, False) for changed in _shifted(node)]


def _inverted(node: ast.expr) -> list[ast.expr]:
    answer = _answers(node)
    if answer == "PASS":
        return [ast.parse("violation('mutated', 'is mutated')", mode="eval").body]
    if answer == "violation":
        return [ast.Name("PASS", ast.Load())]
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return [ast.Compare(node.left, [_OPPOSITE[type(node.ops[0])]()], node.comparators)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return [ast.Constant(not node.value)]
    return []


def _shifted(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        border = _BOUNDARY.get(type(node.ops[0]))
        return [ast.Compare(node.left, [border()], node.comparators)] if border else []
    if isinstance(node, ast.BoolOp):
        other: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return [ast.BoolOp(other, node.values), *_without_one(node)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
        swapped = "all" if node.func.id == "any" else "any"
        return [ast.Call(ast.Name(swapped, ast.Load()), node.args, node.keywords)]
    return _constants(node) if isinstance(node, ast.Constant) else []


def _without_one(node: ast.BoolOp) -> list[ast.expr]:
    if len(node.values) == 2:
        return list(node.values)
    rest = [[*node.values[:at], *node.values[at + 1 :]] for at in range(len(node.values))]
    return [ast.BoolOp(node.op, values) for values in rest]


def _constants(node: ast.Constant) -> list[ast.expr]:
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return [ast.Constant(value + 1)]
    if isinstance(value, str) and value and " " not in value:
        return [ast.Constant(f"mutated{value}")]
    return []


class _Replacement(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self._new, node) if node is self._old else self.generic_visit(node)


def _replace(tree: ast.FunctionDef, old: ast.expr, new: ast.expr) -> None:
    _Replacement(old, new).visit(tree)
    ast.fix_missing_locations(tree)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."
