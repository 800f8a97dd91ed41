"""Arguments: unknown names, wrong values, and how the errors read."""

from __future__ import annotations

from typing import Any, Literal, Self

import pulumi
import pytest
from hypothesis import given, strategies as st
from pydantic import Field, model_validator

from components.foundation.args import Args, ArgumentsError, Text
from components.foundation.errors import ComponentError, join_path, nearest


class Inner(Args):
    mode: Literal["one", "two"] = "one"
    keys: dict[str, Text] = Field(default_factory=dict)
    limit: int = 3

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.limit > 10:
            raise ComponentError("limit", f"{self.limit} is too much", "use up to 10")
        return self


class Outer(Args):
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()
    days: int


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Outer.days: is missing; give it a value"),
        ({"days": "x"}, "Outer.days: 'x': input should be a valid integer"),
        ({"days": 1, "dayz": 1}, "Outer.dayz: is not an argument; did you mean 'days'?"),
        ({"days": 1, "zzz": 1}, "Outer.zzz: is not an argument; known here: days, inner, many"),
        ({"days": 1, "inner": {"mod": 1}}, "Outer.inner.mod: is not an argument; did you mean 'mode'?"),
        (
            {"days": 1, "inner": {"mode": "three"}},
            "Outer.inner.mode: 'three': input should be 'one' or 'two'",
        ),
        ({"days": 1, "inner": {"limit": 11}}, "Outer.inner.limit: 11 is too much; use up to 10"),
        ({"days": 1, "many": [{}, {"limit": 12}]}, "Outer.many[1].limit: 12 is too much"),
        ({"days": 1, "inner": {"keys": {"a": 1}}}, "Outer.inner.keys.a: 1: input should be a valid string"),
        ({"days": 1, "inner": "text"}, "Outer.inner: 'text': input should be a valid dictionary"),
    ],
)
def test_errors_read_well(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        Outer(**values)
    assert str(caught.value).startswith(message)
    with pytest.raises(ComponentError) as read:
        Outer.read(values, "app:queue")
    assert str(read.value).startswith(message.replace("Outer", "app:queue", 1))


def test_all_errors_come_together() -> None:
    with pytest.raises(ArgumentsError) as caught:
        Outer(days="x", inner={"mode": "three"})  # type: ignore[arg-type]  # wrong on purpose
    assert [error.path for error in caught.value.errors] == ["Outer.inner.mode", "Outer.days"]


def test_values_may_be_outputs() -> None:
    later = pulumi.Output.from_input("later")
    assert Inner(keys={"a": later}).keys["a"] is later


def test_arguments_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Inner().limit = 4


def test_long_values_and_secrets_stay_out_of_messages() -> None:
    secret = "s" * 65
    with pytest.raises(ComponentError) as caught:
        Outer(days=secret)  # type: ignore[arg-type]  # wrong on purpose
    assert secret not in str(caught.value)


def test_errors_are_what_pulumi_prints_without_a_stack_trace() -> None:
    assert issubclass(ComponentError, pulumi.RunError)


@given(st.lists(st.text("abc.", max_size=4) | st.integers(0, 9), max_size=4))
def test_paths_never_start_or_end_with_a_dot_of_ours(parts: list[str | int]) -> None:
    words = [part for part in parts if part != "" and "." not in str(part)]
    path = join_path(*words)
    assert not path.startswith(".")
    assert not path.endswith(".")


def test_nearest() -> None:
    assert nearest("aplication", ["data", "application"]) == "did you mean 'application'?"
    assert nearest("x", ["b", "a"]) == "known here: a, b"
    assert nearest("x", []) == "nothing is allowed here"
