from __future__ import annotations

import ast

import pytest

from tools.mutation.operators import mutations

SOURCE = '''
def thing(part: Part, *, least: int = 3) -> Verdict:
    """A reason with True and 7 in it."""
    remedy = "Set it."
    if not part.has("path") and part.number("size") >= least:
        return violation(part.at("path"), "is missing", remedy)
    return PASS
'''


def changes(source: str) -> dict[str, tuple[str, bool]]:
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    return {item.what: (ast.unparse(item.tree), item.inversion) for item in mutations(function)}


def test_every_change_is_one_change_and_compiles() -> None:
    before = ast.unparse(ast.parse(SOURCE).body[0])
    found = changes(SOURCE)
    for text, _ in found.values():
        assert text != before
        compile(text, "x", "exec")
    assert len(found) == len({text for text, _ in found.values()})
    assert before == ast.unparse(ast.parse(SOURCE).body[0])


def test_what_is_an_inversion_and_what_a_shift() -> None:
    found = {what: inversion for what, (_, inversion) in changes(SOURCE).items()}
    assert found["PASS -> violation('mutated', 'is mutated')"] is True
    assert found["violation(part.at('path'), 'is missing', remedy) -> PASS"] is True
    assert found["not part.has('path') -> part.has('path')"] is True
    assert found["part.number('size') >= least -> part.number('size') < least"] is True
    assert found["part.number('size') >= least -> part.number('size') > least"] is False
    assert found["'size' -> 'mutatedsize'"] is False
    assert found["3 -> 4"] is False


def test_words_for_users_are_left_alone() -> None:
    text = " ".join(changes(SOURCE))
    for words in ("reason", "Set it", "7 ->", "'is missing' ->"):
        assert words not in text
    assert changes('def f():\n    return g(what="is", remedy=f"{True}")') == {}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a and b", {"a or b", "a", "b"}),
        ("a or b or c", {"a and b and c", "b or c", "a or c", "a or b"}),
        ("any(x)", {"all(x)"}),
        ("all(x)", {"any(x)"}),
        ("a in b", {"a not in b"}),
        ("a is None", {"a is not None"}),
        ("a == b", {"a != b"}),
        ("a < b", {"a >= b", "a <= b"}),
        ("True", {"False"}),
        ("7", {"8"}),
        ("'x y'", set()),
        ("''", set()),
        ("a < b < c", set()),
        ("undecided('x')", set()),
    ],
)
def test_changes_of_an_expression(expression: str, expected: set[str]) -> None:
    found = {
        text.rpartition("return ")[2] for text, _ in changes(f"def f():\n    return {expression}").values()
    }
    assert found == expected


def test_the_same_change_twice_has_two_names() -> None:
    assert set(changes("def f():\n    return g(1, 1)")) == {"1 -> 2", "1 -> 2 (2)"}
