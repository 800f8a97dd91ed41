"""What a rotation decides, without a database."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.lambdas.loading import load

rotation = load("secret_rotation", "rotation")
databases = load("secret_rotation", "databases")
GOOD = {"DB_ENGINE": "mysql", "DB_HOST": "h", "DB_PORT": "3306", "DB_USER": "u", "DB_CA_FILE": "/ca.pem"}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_settings_that_are_missing_are_named(name: str) -> None:
    with pytest.raises(rotation.RotationError, match=f"{name}: not set"):
        rotation.read_settings({key: value for key, value in GOOD.items() if key != name})


def test_an_engine_that_is_not_known_is_refused() -> None:
    with pytest.raises(rotation.RotationError, match="'oracle' is none of"):
        rotation.read_settings({**GOOD, "DB_ENGINE": "oracle"})


@pytest.mark.parametrize(
    ("described", "problem"),
    [
        ({}, "is not rotated"),
        ({"RotationEnabled": True}, "no version of this token"),
        ({"RotationEnabled": True, "VersionIdsToStages": {"t": ["AWSPREVIOUS"]}}, "is not the next one"),
    ],
)
def test_what_is_no_rotation_of_this_secret_is_refused(described: dict[str, Any], problem: str) -> None:
    with pytest.raises(rotation.RotationError, match=problem):
        rotation.place_of(described, "t")


def test_what_is_in_use_already_is_told() -> None:
    stages = {"t": ["AWSCURRENT", "AWSPENDING"]}
    assert rotation.place_of({"RotationEnabled": True, "VersionIdsToStages": stages}, "t") == "AWSCURRENT"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_quoted_name_ends_where_it_should(name: str) -> None:
    quoted = databases.quoted(name)
    assert quoted[1:-1].replace('""', "").count('"') == 0
    assert quoted[1:-1].replace('""', '"') == name


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1),
    st.binary(min_size=16, max_size=16),
)
def test_a_verifier_holds_no_password_and_needs_no_quoting(password: str, salt: bytes) -> None:
    verifier = databases.scram_verifier(password, salt)
    assert "'" not in verifier
    assert base64.b64decode(verifier.split("$")[1].split(":")[1]) == salt
    assert verifier != databases.scram_verifier(password + "x", salt)


def test_logins_do_not_show_their_password() -> None:
    assert "hush" not in repr(databases.Login("u", "hush"))
