"""Builds the Pulumi CLI from the Go module proxy, for machines that reach only package registries.

The module and every dependency are pinned with checksums in `go/go.mod` and `go/go.sum`. The flags are those
of the official release where they matter: the version is linked in, paths are trimmed. Go's own build cache
keeps what is compiled, so an interrupted build goes on where it stopped. Beside the CLI goes
`pulumi-language-python-exec`, the official script that runs a program; it ships in the Pulumi SDK's Go module.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tools.engine.cache import unfinished
from tools.engine.errors import EngineError
from tools.engine.release import MINIMUM_GO, VERSION

MODULE = Path(__file__).parent / "go"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PROGRAM_RUNNER = "pulumi-language-python-exec"

FLAGS = (
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    "-tags=osusergo,grpcnotrace",
    f"-ldflags=-s -w -X {SDK_MODULE}/go/common/version.Version=v{VERSION}",
)
PROGRESS_SECONDS = 10.0

_REMEDIES = (
    # (what Go says, what is wrong, what to do)
    ("no space left on device", "the disk is full", "free about 6 GB, or set GOCACHE, GOMODCACHE and TMPDIR"),
    ("toolchain not available", "this Go is too old", "install Go {go} or newer, or set GOTOOLCHAIN=auto"),
    ("requires go >=", "this Go is too old", "install Go {go} or newer, or set GOTOOLCHAIN=auto"),
    (
        "checksum mismatch",
        "a Go module is not the one that was pinned",
        "run `go clean -modcache` and try again",
    ),
    ("no such host", "no network", "connect to a Go module proxy (GOPROXY), or put a `pulumi` CLI on PATH"),
    (
        "connection refused",
        "no network",
        "connect to a Go module proxy (GOPROXY), or put a `pulumi` CLI on PATH",
    ),
    ("i/o timeout", "no network", "connect to a Go module proxy (GOPROXY), or put a `pulumi` CLI on PATH"),
    (
        "network is unreachable",
        "no network",
        "connect to a Go module proxy (GOPROXY), or put a `pulumi` CLI on PATH",
    ),
    (
        "module lookup disabled",
        "no network",
        "set GOPROXY to a Go module proxy, or put a `pulumi` CLI on PATH",
    ),
    ("signal: killed", "the compiler was killed, most likely for lack of memory", "free 4 GB of memory"),
)


def build_from_source(folder: Path, say: Callable[[str], None]) -> Path:
    """Build into `folder/build`; returns the path of `pulumi` in it. Raises EngineError."""
    go = _find_go()
    say(f"building the Pulumi CLI {VERSION} from source: about 7 minutes on two cores the first time")
    with unfinished(folder / "build") as partial:
        environment = {**os.environ, "GOWORK": "off", "GO111MODULE": "on", "CGO_ENABLED": "0"}
        _run_go([go, "build", "-v", *FLAGS, "-o", str(partial / "pulumi"), PACKAGE], environment, say)
        listed = subprocess.run(
            [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE],
            cwd=MODULE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        runner = Path(listed.stdout.strip()) / "python" / "cmd" / PROGRAM_RUNNER
        if listed.returncode != 0 or not runner.is_file():
            raise EngineError(
                f"{SDK_MODULE} holds no {PROGRAM_RUNNER} ({first_error(listed.stderr.splitlines())}); "
                "run `go clean -modcache` and try again"
            )
        shutil.copyfile(runner, partial / PROGRAM_RUNNER)
        (partial / PROGRAM_RUNNER).chmod(0o755)
    return folder / "build" / "pulumi"


def _find_go() -> str:
    go = shutil.which("go")
    wanted = ".".join(map(str, MINIMUM_GO))
    remedy = f"put a `pulumi` CLI {VERSION} or newer on PATH, connect to the internet, or install Go {wanted}"
    if go is None:
        raise EngineError(f"no Pulumi CLI, no way to fetch one, and no Go to build it with; {remedy}")
    answer = subprocess.run(
        [go, "env", "GOVERSION", "GOTOOLCHAIN"], capture_output=True, text=True, check=False
    )
    version, _, toolchain = answer.stdout.strip().partition("\n")
    if problem := too_old(version, toolchain):
        raise EngineError(f"{go}: {problem}; {remedy}, or set GOTOOLCHAIN=auto")
    return go


def too_old(version: str, toolchain: str) -> str:
    """Why Go of this version can't build the CLI, or an empty text.

    Go fetches a newer toolchain by itself unless GOTOOLCHAIN is `local` or `path`, so only then the version counts.
    """
    match = re.match(r"go(\d+)\.(\d+)", version)
    if match is None:
        return f"does not say its version ({version or 'no answer'})"
    if (int(match[1]), int(match[2])) >= MINIMUM_GO or toolchain.partition("+")[0] not in {"local", "path"}:
        return ""
    return f"is {version} and may not fetch a newer toolchain (GOTOOLCHAIN={toolchain})"


def _run_go(command: list[str], environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Run the build in a process group of its own, count its lines, end all of it when this process is interrupted."""
    process = subprocess.Popen(
        command,
        cwd=MODULE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    progress = Progress(say)
    reader = threading.Thread(target=progress.read, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        while not _ended(process):
            progress.tell()
        reader.join()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    if process.returncode != 0:
        raise EngineError(explain(progress.complaints, process.returncode))
    progress.tell(last=True)


def _ended(process: subprocess.Popen[str]) -> bool:
    """Wait for the end of the process, at most until the next line of progress is due."""
    try:
        process.wait(PROGRESS_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


class Progress:
    """Counts what `go build -v` prints: one line a compiled package, `go: downloading ...` for a module."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._started = time.monotonic()
        self.packages = 0
        self.modules = 0
        self.complaints: list[str] = []

    def read(self, lines: Iterable[str]) -> None:
        """Take lines until there are no more."""
        for line in lines:
            text = line.strip()
            if text.startswith("go: downloading "):
                self.modules += 1
            elif re.fullmatch(r"[\w./~+-]+", text):
                self.packages += 1
            elif text:
                self.complaints.append(text)

    def tell(self, *, last: bool = False) -> None:
        """One line with the counts so far."""
        seconds = time.monotonic() - self._started
        fetched = f"{self.modules} modules fetched, " if self.modules else ""
        state = "done, " if last else ""
        self._say(
            f"building the Pulumi CLI {VERSION} from source: {state}{fetched}{self.packages} packages compiled, "
            f"{seconds:.0f} s"
        )


def first_error(lines: Iterable[str]) -> str:
    """The first line that is not a heading, shortened to one readable line."""
    for line in lines:
        if line and not line.startswith("#"):
            return line[:300]
    return "no message"


def explain(complaints: list[str], code: int) -> str:
    """One line for a failed build: what is wrong, what Go said, the remedy."""
    text = "\n".join(complaints)
    for said, wrong, remedy in _REMEDIES:
        if said in text:
            quote = next(line for line in complaints if said in line)[:300]
            todo = remedy.format(go=".".join(map(str, MINIMUM_GO)))
            return f"building the Pulumi CLI: {wrong} ({quote}); {todo}"
    return f"building the Pulumi CLI: go ended with code {code} ({first_error(complaints)}); run it again"
