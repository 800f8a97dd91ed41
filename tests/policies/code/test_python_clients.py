"""Names are followed however they lead: in circles, and back together."""

from __future__ import annotations

import ast

import pytest

from policies.code.python_clients import Clients, Signing

LETTERS = "abcdefghijkl"


def signing(source: str) -> set[Signing]:
    tree = ast.parse(source)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    return Clients(tree).signing(last.value)


def test_names_that_all_mean_each_other_end_in_what_one_of_them_is() -> None:
    circles = "\n".join(f"{one} = {other}" for one in LETTERS for other in LETTERS)
    assert signing(f"{circles}\na") == {Signing.UNKNOWN}
    known = 'import boto3\nl = boto3.client("s3")\n'
    assert signing(f"{known}{circles}\na") == {Signing.DEFAULT}


@pytest.mark.parametrize("other", ["b", "make()"])
def test_a_value_reached_twice_counts_once(other: str) -> None:
    source = f"""
import boto3
def make():
    return b
b = boto3.client("s3")
a = b if flag else {other}
a
"""
    assert signing(source) == {Signing.DEFAULT}
