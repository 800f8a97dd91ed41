"""The command line of the embedded AWS.

    python -m tools.emulator start|stop|status|reset [--state DIR] [--port N]
    python -m tools.emulator exec [--state DIR] -- COMMAND...

`exec` runs any command in the current folder with the embedded AWS attached: `pulumi up` of any program, the AWS CLI,
boto3 scripts, tests. The command sees the engine's and the AWS SDKs' settings of the embedded way and nothing else of the
user's. State lives in `.groundplan/aws` of the current folder unless `--state` says otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tools.emulator import EmulatorError, ensure_running, environment, find, reset, stop
from tools.emulator.server import Running, main as serve
from tools.emulator.status import summary
from tools.engine import EngineError, clean_environment, ensure

DEFAULT_STATE = Path(".groundplan/aws")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["serve"]:
        serve(given[1:])
        return 0
    given, command = _split(given)
    options = _parser().parse_args(given)
    options.command = command
    try:
        return _run(options)
    except EmulatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and the command after `--`."""
    if "--" not in arguments:
        return arguments, []
    place = arguments.index("--")
    return arguments[:place], arguments[place + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.emulator",
        usage="%(prog)s {start,stop,status,reset,exec} [--state DIR] [--port N] [-- COMMAND...]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["start", "stop", "status", "reset", "exec"])
    parser.add_argument(
        "--state", type=Path, default=DEFAULT_STATE, help="state folder (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=None, help="port of the AWS endpoint (default: a free one, then kept)"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    state: Path = options.state
    if options.what == "start":
        _say(ensure_running(state, options.port))
    elif options.what == "stop":
        print("stopped; its resources are kept" if stop(state) else "not running")
    elif options.what == "reset":
        reset(state)
        print("stopped; all resources are forgotten")
    elif options.what == "status":
        return _status(state)
    else:
        return _exec(state, options)
    return 0


def _say(running: Running) -> None:
    print(f"the embedded AWS is running: endpoint {running.endpoint}, provider port {running.provider_port}")


def _status(state: Path) -> int:
    running = find(state)
    if running is None:
        print("not running")
        return 1
    _say(running)
    print(summary(running))
    return 0


def _exec(state: Path, options: argparse.Namespace) -> int:
    if not options.command:
        raise EmulatorError("exec needs a command: python -m tools.emulator exec -- COMMAND...")
    running = ensure_running(state, options.port)
    settings = {**_engine_environment(state.resolve().parent), **environment(state, running)}
    try:
        os.execvpe(options.command[0], options.command, settings)  # noqa: S606 -- the command is the user's own
    except FileNotFoundError as error:
        raise EmulatorError(f"{options.command[0]}: no such command on PATH") from error


def _engine_environment(state: Path) -> dict[str, str]:
    """The engine's clean environment with its state in `state`. A command that needs no engine runs without one, too."""
    try:
        return ensure().environment(state)
    except EngineError as error:
        print(f"no Pulumi CLI for this command: {error}", file=sys.stderr)
        return clean_environment(None, state)


if __name__ == "__main__":
    sys.exit(main())
