"""`pulumirpc.LanguageRuntime` for Python (proto/pulumi/language.proto), one method a call of the protocol."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from tools.engine.host import packages
from tools.engine.host.children import Child, Family
from tools.engine.host.install import install_commands
from tools.engine.host.interpreter import Interpreter, OptionError, Options, choose, read_options
from tools.engine.release import VERSION

ALREADY_TOLD = 32
"""Exit code of a program that has shown its error to the user through the engine."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and plugins for one CLI.

    `runner` is the path of `pulumi-language-python-exec`; `engine` the address of the CLI's own server, if any.
    """

    def __init__(self, runner: str, engine: str, family: Family) -> None:
        self._runner = runner
        self._engine = engine
        self._family = family

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the engine's address from a CLI that sends it late."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The version of the CLI that this host belongs to."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The providers of the installed Pulumi packages, with their versions."""
        _, interpreter = self._choose(request.info, context)
        if interpreter.missing is not None:
            print(
                f"{interpreter.missing}: this virtual environment does not exist; "
                f"using {interpreter.python} (`pulumi install` creates it)",
                flush=True,
            )
        found = [
            plugin_pb2.PackageDependency(
                name=one["name"],
                kind="resource",
                version="v" + one["version"].removeprefix("v"),
                server=one.get("server", ""),
                parameterization=_parameterization(one),
            )
            for one in self._report(interpreter, "pulumi")
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=found)

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing: a CLI that asks this also asks for packages."""
        return language_pb2.GetRequiredPluginsResponse()

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Create the program's virtual environment and install into it."""
        options, _ = self._choose(request.info, context)
        root, program = Path(request.info.root_directory), Path(request.info.program_directory)
        commands = install_commands(root, program, options)
        if not commands:
            text = "nothing to install: the program names no virtual environment and runs in this project's\n"
            yield language_pb2.InstallDependenciesResponse(stdout=text.encode())
        for command in commands:
            child = self._start(context, command, cwd=program, env=dict(os.environ))
            for name, piece in child.output():
                yield language_pb2.InstallDependenciesResponse(**{name: piece})
            if code := child.wait():
                context.abort(grpc.StatusCode.UNKNOWN, f"`{' '.join(command)}` ended with code {code}")

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The interpreter, for `pulumi about`."""
        options, interpreter = self._choose(request.info, context)
        about = self._report(interpreter, "about")
        return language_pb2.AboutResponse(
            executable=about["executable"],
            version=about["version"],
            metadata={"toolchain": options.toolchain or "pip", "typechecker": options.typechecker or "None"},
        )

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The installed distributions, for `pulumi about` and the record of an update."""
        _, interpreter = self._choose(request.info, context)
        listed = self._report(interpreter, "all" if request.transitiveDependencies else "top")
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(**one) for one in listed]
        )

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program to its end; its output goes to the host's own streams, which the CLI reads."""
        if request.attach_debugger:
            return language_pb2.RunResponse(
                error="this language host can't attach a debugger; use the official CLI"
            )
        options, interpreter = self._choose(request.info, context)
        environment = interpreter.environment(os.environ)
        environment["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        environment["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        if options.typechecker:
            checked = [str(interpreter.python), "-m", options.typechecker, request.info.program_directory]
            folder = request.info.program_directory
            checker = self._start(context, checked, cwd=folder, env=environment)
            checker.show()
            if checker.wait():
                return language_pb2.RunResponse(error=f"{options.typechecker} found errors in the program")
        command = [str(interpreter.python), "-u", self._runner, *self._arguments(request)]
        program = self._start(context, command, cwd=None, env=environment)
        program.show()
        code = program.wait()
        if code == ALREADY_TOLD:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=_ending(code))

    def _arguments(self, request: Any) -> list[str]:
        named = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        pairs = [part for name, value in named.items() if value for part in (f"--{name}", value)]
        return [*pairs, request.info.entry_point, *request.args]

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Run a policy pack or another Python plugin; stream what it prints, the exit code last."""
        _, interpreter = self._choose(request.info, context)
        folder = request.info.program_directory
        if request.kind == "analyzer":
            arguments, cwd = ["-m", "pulumi.policy", *request.args, folder], folder
        else:
            arguments, cwd = [folder, *request.args], request.pwd
        given = dict(pair.split("=", 1) for pair in request.env if "=" in pair)
        environment = interpreter.environment({**os.environ, **given})
        command = [str(interpreter.python), "-u", *arguments]
        child = self._start(context, command, cwd=cwd, env=environment)
        for name, piece in child.output():
            yield language_pb2.RunPluginResponse(**{str(name): piece})  # type: ignore[arg-type] # one of a oneof
        yield language_pb2.RunPluginResponse(exitcode=child.wait())

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End everything that runs."""
        self._family.stop()
        return empty_pb2.Empty()

    def _start(self, context: grpc.ServicerContext, command: list[str], **how: Any) -> Child:
        """Start a child that ends with the call at the latest."""
        child = self._family.start(command, **how)
        if not context.add_callback(child.stop):  # the call is already over
            child.stop()
        return child

    def _choose(self, info: Any, context: grpc.ServicerContext) -> tuple[Options, Interpreter]:
        try:
            options = read_options(json_format.MessageToDict(info.options))
        except OptionError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return options, choose(Path(info.root_directory), Path(info.program_directory), options)

    def _report(self, interpreter: Interpreter, what: str) -> Any:
        """Ask an interpreter what is installed for it."""
        if what == "pulumi" and interpreter.venv is None:
            return packages.pulumi_packages()
        child = self._family.start(
            [str(interpreter.python), "-I", packages.__file__, what],
            cwd=None,
            env=interpreter.environment(os.environ),
        )
        answer = b"".join(piece for name, piece in child.output() if name == "stdout" or not _tell(piece))
        return json.loads(answer) if child.wait() == 0 else []


def _tell(piece: bytes) -> bool:
    """Pass a child's standard error on; true once that is done."""
    sys.stderr.buffer.write(piece)
    sys.stderr.flush()
    return True


def _parameterization(description: dict[str, Any]) -> Any:
    """The parameterization of a package that another provider serves (`pulumi package add`), if it is one."""
    given = description.get("parameterization")
    return json_format.ParseDict(given, plugin_pb2.PackageParameterization()) if given else None


def _ending(code: int) -> str:
    """The error that the engine shows for an exit code; empty for success."""
    if code == 0:
        return ""
    if code < 0:
        return f"program was ended by signal {-code}"
    return f"program exited with non-zero exit code: {code}"
