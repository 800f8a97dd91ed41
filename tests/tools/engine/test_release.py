from __future__ import annotations

import re

import pytest

from tools.engine.build import MODULE, PACKAGE, SDK_MODULE
from tools.engine.errors import EngineError
from tools.engine.release import MINIMUM_GO, MINIMUM_VERSION, VERSION, this_platform


def test_the_committed_go_module_builds_the_version_that_is_fetched() -> None:
    text = (MODULE / "go.mod").read_text()
    assert f"tool {PACKAGE}\n" in text
    assert re.search(rf"github.com/pulumi/pulumi/pkg/v3 v{re.escape(VERSION)}\b", text)
    assert re.search(rf"{re.escape(SDK_MODULE)} v{re.escape(VERSION)}\b", text)


def test_the_committed_go_module_names_the_oldest_go_that_is_accepted() -> None:
    line = re.search(r"^go (\d+)\.(\d+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert line is not None
    assert (int(line[1]), int(line[2])) == MINIMUM_GO


def test_what_is_fetched_or_built_would_be_accepted_from_path() -> None:
    assert tuple(map(int, VERSION.split("."))) >= MINIMUM_VERSION


@pytest.mark.parametrize(
    ("system", "machine", "archive"),
    [
        ("Linux", "x86_64", f"pulumi-v{VERSION}-linux-x64.tar.gz"),
        ("Linux", "aarch64", f"pulumi-v{VERSION}-linux-arm64.tar.gz"),
        ("Darwin", "arm64", f"pulumi-v{VERSION}-darwin-arm64.tar.gz"),
    ],
)
def test_the_archive_of_a_platform(system: str, machine: str, archive: str) -> None:
    assert this_platform(system, machine).archive == archive


def test_an_unknown_platform_is_told_what_to_do() -> None:
    with pytest.raises(EngineError, match=r"plan9/mips.*put it on PATH"):
        this_platform("Plan9", "mips")
