"""Engines of RDS: versions, parameters that force TLS, and those that know passwords only."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.data.aurora_parameters import Parameter
from components.data.rds_engines import (
    ENGINES,
    RdsEngine,
    check_engine,
    check_parameters,
    max_connections,
    parameters_of,
    parse_version,
)
from components.foundation.errors import ComponentError

LINES = [(engine, line) for engine, facts in ENGINES.items() for line in facts.lines]


@given(st.sampled_from(LINES), st.integers(0, 60))
def test_a_line_is_found_with_and_without_its_minor_version(which: tuple[RdsEngine, str], minor: int) -> None:
    engine, line = which
    short, long = parse_version(engine, line), parse_version(engine, f"{line}.{minor}")
    assert short.line == long.line == line
    assert short.family == long.family == ENGINES[engine].lines[line]
    assert long.text == f"{line}.{minor}"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_default_version_is_one_that_there_is(engine: RdsEngine) -> None:
    assert parse_version(engine, None).line == ENGINES[engine].default_version


@pytest.mark.parametrize(
    ("engine", "text", "problem"),
    [
        ("mysql", "8", "is no version of mysql"),
        ("mysql", "8.4.x", "is no version of mysql"),
        ("mysql", "5.7", "use one of 8.0, 8.4"),
        ("mariadb", "10.5", "use one of 10.6"),
        ("postgres", "9.6", "use one of 13"),
        ("postgres", " 17", "is no version of postgres"),
    ],
)
def test_versions_that_are_none(engine: RdsEngine, text: str, problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        parse_version(engine, text)


@pytest.mark.parametrize(
    "engine", ["oracle-ee", "oracle-se2-cdb", "sqlserver-ex", "SQLServer-se", "db2-se", "custom-oracle-ee"]
)
def test_engines_without_iam_are_refused_with_the_reason(engine: str) -> None:
    with pytest.raises(
        ComponentError, match="knows no IAM authentication, so its users would need passwords"
    ):
        check_engine(engine)


def test_aurora_is_another_component() -> None:
    with pytest.raises(ComponentError, match="use an AuroraCluster"):
        check_engine("aurora-mysql")


@given(
    st.sampled_from(LINES), st.dictionaries(st.sampled_from(["max_connections", "timezone"]), st.just("1"))
)
def test_tls_is_forced_whatever_else_is_set(which: tuple[RdsEngine, str], given_: dict[str, str]) -> None:
    version = parse_version(*which)
    wanted = {name: Parameter(value=value) for name, value in given_.items()}
    check_parameters(version, wanted)
    found = parameters_of(version, wanted)
    assert {name: found[name].value for name in version.facts.tls} == dict(version.facts.tls)
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("engine", "name"), [(engine, name) for engine, facts in ENGINES.items() for name in facts.tls]
)
def test_nobody_can_loosen_tls(engine: RdsEngine, name: str) -> None:
    with pytest.raises(ComponentError, match="makes the database insist on TLS"):
        check_parameters(parse_version(engine, None), {name: Parameter(value="0")})


@pytest.mark.parametrize(
    ("name", "parameter", "problem"),
    [
        ("Max Connections", Parameter(value="1"), "is no name of a parameter"),
        ("performance_schema", Parameter(value="1", apply="immediate"), "is static"),
    ],
)
def test_parameters_that_rds_would_refuse(name: str, parameter: Parameter, problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        check_parameters(parse_version("mysql", None), {name: parameter})


def test_records_can_be_changed_but_are_there_by_default() -> None:
    version = parse_version("postgres", None)
    assert parameters_of(version, {})["log_statement"].value == "ddl"
    assert parameters_of(version, {"log_statement": Parameter(value="all")})["log_statement"].value == "all"


def test_connections_follow_memory() -> None:
    assert max_connections("mysql", 4) == 341
    assert max_connections("postgres", 4) == 450
    assert max_connections("postgres", 1000) == 5000
