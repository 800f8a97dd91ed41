"""What the rules on data stores share: keys, parameters, versions, passwords, JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from policies.pack.resource import Part
from policies.pack.values import UNKNOWN, SecretText, Value
from policies.pack.verdict import NotKnownError
from policies.rules._stores import (
    PRINTED_PASSWORDS,
    customer_key,
    is_on,
    json_list,
    json_object,
    not_printed_password,
    parameter,
    set_parameter,
    version,
)

KEY = "arn:aws:kms:us-east-1:111111111111:key/1"
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.just(UNKNOWN))
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


@pytest.mark.parametrize("key", [KEY, "alias/mine", UNKNOWN, SecretText(KEY)])
def test_a_key_that_is_given_passes(key: Value) -> None:
    assert customer_key(Part({"kmsKeyId": key}), "kmsKeyId").passed


@pytest.mark.parametrize(
    "key", [None, "", "alias/aws/rds", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3", "AWS_OWNED_KMS_KEY"]
)
def test_no_key_and_keys_of_aws_are_violations(key: Value) -> None:
    verdict = customer_key(Part({"kmsKeyId": key}), "kmsKeyId")
    assert verdict.violated
    assert "`kms_key_id=key.arn`" in str(verdict.findings[0])


def test_remedy_for_a_nested_key_names_the_argument() -> None:
    part = Part({}, "serverSideEncryption")
    assert '`server_side_encryption={"kms_key_arn": key.arn}`' in str(
        customer_key(part, "kmsKeyArn").findings[0]
    )


@pytest.mark.parametrize("on", [1, 1.0, "1", "ON", "on", "true", True, "Required"])
def test_values_that_switch_a_parameter_on(on: Value) -> None:
    assert is_on(on)


@pytest.mark.parametrize("off", [0, "0", "OFF", "false", False, None, "", [], {}])
def test_values_that_do_not(off: Value) -> None:
    assert not is_on(off)


def test_the_last_of_two_parameters_counts_and_case_does_not() -> None:
    group = Part({"parameters": [{"name": "TLS", "value": "a"}, {"name": "tls", "value": "b"}]})
    assert parameter(group, "tls") == "b"


def test_a_parameter_without_a_name_is_undecided_only_while_the_wanted_one_is_missing() -> None:
    unnamed: Value = {"name": UNKNOWN, "value": "1"}
    with pytest.raises(NotKnownError):
        parameter(Part({"parameters": [unnamed]}), "tls")
    assert parameter(Part({"parameters": [unnamed, {"name": "tls", "value": "x"}]}), "tls") == "x"


def test_a_parameter_that_is_switched_off_is_wrong_even_where_the_engine_has_it_on() -> None:
    off = Part({"parameters": [{"name": "rds.force_ssl", "value": "0"}]})
    assert set_parameter(off, "rds.force_ssl", "1", on_by_default=True).violated
    assert set_parameter(Part({}), "rds.force_ssl", "1", on_by_default=True).passed


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_versions_compare_as_numbers(numbers: list[int]) -> None:
    assert version(".".join(map(str, numbers))) == tuple(numbers)


def test_versions_with_words_in_them() -> None:
    assert version("8.0.mysql_aurora.3.04.1") == (8, 0, 3, 4)
    assert version("none") == ()


@pytest.mark.parametrize("password", sorted(PRINTED_PASSWORDS))
def test_printed_passwords_are_found_in_any_case_and_not_told(password: str) -> None:
    verdict = not_printed_password(Part({"password": SecretText(password.upper())}), "password")
    assert verdict.violated
    assert password not in str(verdict.findings[0]).replace("`password`", "").replace("a password", "")


@given(VALUES)
def test_json_reads_the_same_as_text_and_as_an_object(value: Value) -> None:
    try:
        text = json.dumps(value)
    except TypeError:
        return  # Holds an unknown.
    plain = json.loads(text)
    assert json_object(Part({"policy": text}), "policy").value == (plain if isinstance(plain, dict) else {})
    items = [item for item in (plain if isinstance(plain, list) else [plain]) if isinstance(item, dict)]
    assert [part.value for part in json_list(Part({"policy": text}), "policy")] == items


def test_text_that_is_no_json_holds_nothing() -> None:
    assert json_object(Part({"policy": "{"}), "policy").value == {}
    assert json_list(Part({"policy": "{"}), "policy") == []
