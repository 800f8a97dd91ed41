"""Names of a cluster and its members: such as AWS takes them, and apart from each other."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from components.data import AuroraSettings
from components.data.aurora_plan import MAX_IDENTIFIER, MAX_MADE_IDENTIFIER, identifier_for, member_identifier


def settings(**values: Any) -> AuroraSettings:
    return AuroraSettings.read(values, "db")


@given(
    st.text(min_size=1, max_size=60),
    st.text(min_size=1, max_size=60),
    st.from_regex(r"[a-z](-?[a-z0-9]){0,27}", fullmatch=True),
)
def test_an_identifier_is_one_that_aws_takes(project: str, stack: str, name: str) -> None:
    made = identifier_for(project, stack, name)
    assert len(made) <= MAX_MADE_IDENTIFIER
    settings(identifier=made)
    member = member_identifier(made, "reader-" + "x" * 60)
    assert len(member) <= MAX_IDENTIFIER
    settings(identifier=member)


def test_long_names_stay_apart() -> None:
    stacks = {identifier_for("groundplan", "s" * 60 + end, "db") for end in ("a", "b")}
    assert len(stacks) == 2
