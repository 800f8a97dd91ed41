"""Parameters of a cluster: TLS is forced, what is logged can be changed, static ones wait."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, strategies as st

from components.data import AuroraSettings
from components.data.access import Language
from components.data.aurora_parameters import (
    RECORDS,
    STATIC,
    TLS,
    Parameter,
    as_settings,
    check_parameters,
    cluster_parameters,
    turns_on,
)
from components.data.engines import ENGINES, AuroraEngine, parse_version
from components.foundation.errors import ComponentError

VALUES = st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True), st.text(max_size=8), max_size=5)


def settings(**values: Any) -> AuroraSettings:
    return AuroraSettings.read(values, "db")


def test_parameters_of_the_user_lie_over_ours() -> None:
    given_ones = settings(
        parameters={"log_statement": "all", "work_mem": 65536, "rds.logical_replication": True}
    )
    found = cluster_parameters(given_ones.version, given_ones.parameters)
    assert found["log_statement"].value == "all"
    assert found["rds.force_ssl"].value == "1"
    assert (found["work_mem"].value, found["work_mem"].method("work_mem")) == ("65536", "immediate")
    assert found["rds.logical_replication"].value == "1"
    assert found["rds.logical_replication"].method("rds.logical_replication") == "pending-reboot"


@given(st.sampled_from(sorted(ENGINES)), VALUES)
def test_no_setting_loosens_tls(engine: AuroraEngine, values: dict[str, str]) -> None:
    version = parse_version(engine, None)
    chosen = {name: Parameter(value=value) for name, value in values.items()}
    try:
        check_parameters(version.engine.language, chosen, "parameters")
    except ComponentError:
        return
    found = cluster_parameters(version, chosen)
    for name, value in TLS[version.engine.language].items():
        assert found[name].value == value
    assert all(found[name].value == value for name, value in values.items())


@pytest.mark.parametrize("language", sorted(TLS))
def test_what_forces_tls_stays(language: Language) -> None:
    for name in TLS[language]:
        with pytest.raises(ComponentError, match=f"x.{name}: makes the cluster insist on TLS"):
            check_parameters(language, {name: Parameter(value="0")}, "x")


@pytest.mark.parametrize("name", sorted(STATIC))
def test_static_parameters_wait_for_a_restart_by_themselves(name: str) -> None:
    assert as_settings({name: Parameter(value="1")}) == [
        {"name": name, "value": "1", "apply_method": "pending-reboot"}
    ]


def test_nothing_is_both_tls_and_a_record() -> None:
    for language in RECORDS:
        assert language in get_args(Language)
        assert not set(RECORDS[language]) & set(TLS[language])


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("ROW", True), ("on", True), ("0", False), ("OFF", False), ("", False)]
)
def test_a_parameter_that_is_on(value: str, on: bool) -> None:
    assert turns_on({"binlog_format": Parameter(value=value)}, "binlog_format") is on
    assert not turns_on({}, "binlog_format")
