"""The build is driven with a stand-in for `go`; the real one is used by `make setup` on a machine that needs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tools.engine import build
from tools.engine.build import Progress, build_from_source, explain, too_old
from tools.engine.errors import EngineError


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `go` alone on PATH: `go build` prints and writes what the real one does."""
    folder = tmp_path / "bin"
    sdk = tmp_path / "sdk"
    (sdk / "python" / "cmd").mkdir(parents=True)
    (sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("#!/usr/bin/env python\n")
    folder.mkdir()
    script = folder / "go"
    script.write_text(
        textwrap.dedent(f"""\
        #!{sys.executable}
        import os, sys, time
        from pathlib import Path
        what = sys.argv[1]
        if what == "env":
            print(os.environ.get("FAKE_VERSION", "go1.26.1") + "\\n" + os.environ.get("FAKE_TOOLCHAIN", "auto"))
        elif what == "list":
            print({str(sdk)!r})
        else:
            Path({str(tmp_path / "asked")!r}).write_text("\\n".join(sys.argv + [os.environ.get("CGO_ENABLED", "")]))
            print("go: downloading example.org/module v1.0.0\\nexample.org/module/package\\ninternal/abi", flush=True)
            if "FAKE_HANG" in os.environ:
                Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
                time.sleep(60)
            if "FAKE_ERROR" in os.environ:
                print("# example.org/module/package\\n" + os.environ["FAKE_ERROR"])
                sys.exit(1)
            Path(sys.argv[sys.argv.index("-o") + 1]).write_text("binary")
        """)
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return script


def test_the_cli_is_built_with_the_official_program_runner_beside_it(go: Path, tmp_path: Path) -> None:
    said: list[str] = []
    pulumi = build_from_source(tmp_path / "cache", said.append)
    assert pulumi == tmp_path / "cache" / "build" / "pulumi"
    assert pulumi.read_text() == "binary"
    assert os.access(pulumi.with_name("pulumi-language-python-exec"), os.X_OK)
    assert "from source" in said[0]
    assert "done, 1 modules fetched, 2 packages compiled" in said[-1]


def test_the_build_uses_the_pinned_modules_and_links_the_version_in(go: Path, tmp_path: Path) -> None:
    build_from_source(tmp_path / "cache", print)
    asked = (tmp_path / "asked").read_text()
    assert "-mod=readonly" in asked
    assert "version.Version=v3.250.0" in asked
    assert asked.endswith("\n0")


def test_a_failed_build_leaves_nothing_that_looks_finished(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ERROR", "write /tmp/x: no space left on device")
    with pytest.raises(EngineError, match=r"the disk is full \(write /tmp/x.*free about 6 GB"):
        build_from_source(tmp_path / "cache", print)
    assert list((tmp_path / "cache").iterdir()) == []


def test_no_go_is_one_line_with_three_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError) as caught:
        build_from_source(tmp_path / "cache", print)
    text = str(caught.value)
    assert "\n" not in text
    assert "no Go to build it with" in text
    assert all(way in text for way in ("on PATH", "connect to the internet", "install Go 1.26"))


def test_an_old_go_that_may_not_fetch_a_newer_one_is_refused(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_VERSION", "go1.22.3")
    monkeypatch.setenv("FAKE_TOOLCHAIN", "local")
    with pytest.raises(EngineError, match=r"is go1\.22\.3.*GOTOOLCHAIN=auto"):
        build_from_source(tmp_path / "cache", print)


@pytest.mark.parametrize(
    ("version", "toolchain", "refused"),
    [
        ("go1.26.0", "local", False),
        ("go1.27rc1", "local", False),
        ("go1.22.3", "auto", False),
        ("go1.22.3", "go1.26.0+auto", False),
        ("go1.25.9", "path", True),
        ("", "", True),
    ],
)
def test_which_go_is_too_old(version: str, toolchain: str, refused: bool) -> None:
    assert bool(too_old(version, toolchain)) is refused


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("dial tcp: lookup proxy.golang.org: no such host", "no network"),
        ("dial tcp 127.0.0.1:3128: connect: connection refused", "no network"),
        ("verifying example.org/m@v1: checksum mismatch", "not the one that was pinned"),
        ("go: download go1.26 for linux/amd64: toolchain not available", "too old"),
        ("compile: signal: killed", "memory"),
        ("undefined: something", "go ended with code 2 (undefined: something)"),
    ],
)
def test_failures_are_explained_in_one_line(said: str, wrong: str) -> None:
    line = explain(["# some/package", said], 2)
    assert wrong in line
    assert said in line
    assert "\n" not in line


def test_lines_of_go_are_told_apart() -> None:
    progress = Progress(lambda _: None)
    progress.read(
        [
            "go: downloading a.org/b v1\n",
            "a.org/b/c.v2\n",
            "vendor/golang.org/x-y\n",
            "# a.org/b\n",
            "x.go:1: no\n",
        ]
    )
    assert (progress.modules, progress.packages) == (1, 2)
    assert progress.complaints == ["# a.org/b", "x.go:1: no"]


def test_an_interrupted_build_ends_the_compiler_and_leaves_nothing(go: Path, tmp_path: Path) -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from pathlib import Path; from tools.engine.build import build_from_source\n"
        "build_from_source(Path(sys.argv[1]), lambda line: None)"
    )
    environment = {**os.environ, "FAKE_HANG": "1", "PYTHONPATH": str(Path(build.__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "cache")], env=environment, stderr=subprocess.DEVNULL
    )
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(20) != 0
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
