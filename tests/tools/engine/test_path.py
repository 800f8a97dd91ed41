from __future__ import annotations

from pathlib import Path

import pytest

from tools.engine.path import find_on_path, parse_version


def cli(folder: Path, says: str, *, host: bool = True) -> Path:
    """A stand-in for `pulumi` that prints a version."""
    folder.mkdir(parents=True, exist_ok=True)
    pulumi = folder / "pulumi"
    pulumi.write_text(f"#!/bin/sh\necho '{says}'\n")
    pulumi.chmod(0o755)
    if host:
        (folder / "pulumi-language-python").write_text("#!/bin/sh\n")
        (folder / "pulumi-language-python").chmod(0o755)
    return pulumi


def test_a_new_enough_cli_with_its_host_is_taken(tmp_path: Path) -> None:
    pulumi = cli(tmp_path, "v3.999.0")
    found = find_on_path(str(tmp_path))
    assert found is not None
    assert (found.pulumi, found.version, found.problem) == (pulumi, "v3.999.0", "")


def test_no_cli_is_no_problem(tmp_path: Path) -> None:
    assert find_on_path(str(tmp_path)) is None


@pytest.mark.parametrize("says", ["v3.249.9", "v2.400.0", "v3.1.0-alpha.1"])
def test_an_old_cli_is_passed_over_with_both_versions(tmp_path: Path, says: str) -> None:
    cli(tmp_path, says)
    found = find_on_path(str(tmp_path))
    assert found is not None
    assert says in found.problem
    assert "3.250.0 or newer" in found.problem


def test_a_cli_that_says_nothing_is_passed_over(tmp_path: Path) -> None:
    cli(tmp_path, "")
    found = find_on_path(str(tmp_path))
    assert found is not None
    assert "does not say which version" in found.problem


def test_a_cli_without_a_python_host_is_passed_over(tmp_path: Path) -> None:
    cli(tmp_path, "v3.999.0", host=False)
    found = find_on_path(str(tmp_path))
    assert found is not None
    assert "pulumi-language-python" in found.problem


def test_the_host_may_stand_elsewhere_on_path(tmp_path: Path) -> None:
    cli(tmp_path / "a", "v3.999.0", host=False)
    cli(tmp_path / "b", "v3.999.0")
    found = find_on_path(f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    assert found is not None
    assert found.problem == ""


def test_a_link_to_a_cli_finds_the_host_beside_its_target(tmp_path: Path) -> None:
    cli(tmp_path / "real", "v3.999.0")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "pulumi").symlink_to(tmp_path / "real" / "pulumi")
    found = find_on_path(str(tmp_path / "links"))
    assert found is not None
    assert found.problem == ""


def test_the_cli_is_asked_without_the_users_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "v3.999.0")
    cli(tmp_path, "${PULUMI_ACCESS_TOKEN:-v3.300.0}".replace("'", ""))
    (tmp_path / "pulumi").write_text('#!/bin/sh\necho "${PULUMI_ACCESS_TOKEN:-v3.300.0}"\n')
    found = find_on_path(str(tmp_path))
    assert found is not None
    assert found.version == "v3.300.0"


@pytest.mark.parametrize(
    ("text", "version"),
    [("v3.250.0", (3, 250, 0)), ("3.1.2-dev+1", (3, 1, 2)), ("", None), ("pulumi", None)],
)
def test_versions_are_read(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version
