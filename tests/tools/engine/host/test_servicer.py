"""The protocol, through gRPC, with a stand-in for the official program runner that prints what it was given."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tools.engine.host.children import Family
from tools.engine.host.servicer import LanguageHost
from tools.engine.release import VERSION

RUNNER = """
import json, os, sys
print("given", json.dumps(sys.argv[1:]))
print("config", os.environ["PULUMI_CONFIG"], os.environ["PULUMI_CONFIG_SECRET_KEYS"], os.environ.get("VIRTUAL_ENV"))
sys.exit(int(open("code").read()) if os.path.exists("code") else 0)
"""


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Any]:
    runner = tmp_path / "runner.py"
    runner.write_text(RUNNER)
    server = grpc.server(futures.ThreadPoolExecutor(8))
    host = LanguageHost(str(runner), "127.0.0.1:1", Family())
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)
    server.stop(None).wait()


def info(folder: Path, entry: str = ".", **options: str) -> Any:
    struct = json_format.ParseDict(options, struct_pb2.Struct())
    return language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point=entry, options=struct
    )


def run(stub: Any, folder: Path, **more: Any) -> Any:
    return stub.Run(
        language_pb2.RunRequest(
            project="project",
            stack="dev",
            pwd=str(folder),
            dryRun=True,
            parallel=8,
            monitor_address="127.0.0.1:2",
            organization="organization",
            config={"project:key": "value"},
            configSecretKeys=["project:key"],
            args=["more"],
            info=info(folder),
            **more,
        )
    )


def test_a_program_is_run_as_the_official_host_runs_it(
    stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(stub, tmp_path)
    assert (answer.error, answer.bail) == ("", False)
    given, config = capfdbinary.readouterr().out.decode().splitlines()
    arguments = json.loads(given.removeprefix("given "))
    named = dict(zip(arguments[:-2:2], arguments[1:-2:2], strict=True))
    assert named == {
        "--monitor": "127.0.0.1:2",
        "--engine": "127.0.0.1:1",
        "--project": "project",
        "--root_directory": str(tmp_path),
        "--stack": "dev",
        "--pwd": str(tmp_path),
        "--dry_run": "true",
        "--parallel": "8",
        "--organization": "organization",
    }
    assert arguments[-2:] == [".", "more"]
    assert config.startswith('config {"project:key": "value"} ["project:key"]')


def test_the_engines_address_may_come_with_the_handshake(
    stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    stub.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:3"))
    run(stub, tmp_path)
    assert '"--engine", "127.0.0.1:3"' in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("code", "error", "bail"), [("32", "", True), ("3", "program exited with non-zero exit code: 3", False)]
)
def test_exit_codes(
    stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, error: str, bail: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").write_text(code)
    answer = run(stub, tmp_path)
    assert (answer.error, answer.bail) == (error, bail)


def test_a_debugger_is_refused_with_a_way_out(stub: Any, tmp_path: Path) -> None:
    assert "use the official CLI" in run(stub, tmp_path, attach_debugger=True).error


def test_a_wrong_option_is_an_invalid_argument(stub: Any, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.About(language_pb2.AboutRequest(info=info(tmp_path, toolchain="conda")))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "toolchain" in str(caught.value.details())


def test_a_plugin_streams_both_outputs_and_its_exit_code_last(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(
        "import os, sys; print(sys.argv[1:], os.environ['GIVEN'], os.getcwd())\n"
        "print('oops', file=sys.stderr); sys.exit(5)"
    )
    request = language_pb2.RunPluginRequest(
        pwd=str(tmp_path.parent),
        args=["127.0.0.1:1"],
        env=["GIVEN=yes"],
        kind="resource",
        info=info(tmp_path),
    )
    answers = list(stub.RunPlugin(request))
    out = b"".join(one.stdout for one in answers).decode()
    assert out == f"['127.0.0.1:1'] yes {tmp_path.parent}\n"
    assert b"".join(one.stderr for one in answers) == b"oops\n"
    assert answers[-1].WhichOneof("output") == "exitcode"
    assert answers[-1].exitcode == 5


def test_a_policy_pack_runs_in_its_own_folder_through_the_sdks_runner(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import os, sys; print('pack in', os.getcwd())\n")
    request = language_pb2.RunPluginRequest(
        pwd="/", args=["127.0.0.1:1"], kind="analyzer", info=info(tmp_path)
    )
    answers = list(stub.RunPlugin(request))
    assert b"".join(one.stdout for one in answers).decode() == f"pack in {tmp_path}\n"
    assert answers[-1].exitcode == 0


def test_cancelling_a_call_ends_its_child(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    request = language_pb2.RunPluginRequest(pwd="/", kind="resource", info=info(tmp_path))
    stream = stub.RunPlugin(request)
    pid = int(next(stream).stdout)
    stream.cancel()
    assert gone(pid)


def test_cancel_ends_everything(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    stream = stub.RunPlugin(language_pb2.RunPluginRequest(pwd="/", kind="resource", info=info(tmp_path)))
    pid = int(next(stream).stdout)
    stub.Cancel(empty_pb2.Empty())
    assert gone(pid)
    assert list(stream)[-1].exitcode != 0


def gone(pid: int) -> bool:
    """Whether the process ends soon."""
    status = Path(f"/proc/{pid}")
    waiting = threading.Event()
    for _ in range(100):
        if not status.exists():
            return True
        waiting.wait(0.1)
    return False


def test_what_a_program_needs_and_where_it_runs(stub: Any, tmp_path: Path) -> None:
    packages = stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info(tmp_path))).packages
    aws = next(one for one in packages if one.name == "aws")
    assert (aws.kind, aws.version[0]) == ("resource", "v")
    about = stub.About(language_pb2.AboutRequest(info=info(tmp_path)))
    assert (about.executable, about.version) == (sys.executable, sys.version.split()[0])
    listed = stub.GetProgramDependencies(
        language_pb2.GetProgramDependenciesRequest(info=info(tmp_path), transitiveDependencies=True)
    )
    assert "pulumi" in {one.name for one in listed.dependencies}
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION


def test_a_missing_environment_is_told_once_and_does_not_stop_the_program(
    stub: Any, tmp_path: Path, capfd: Any
) -> None:
    request = language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, virtualenv="venv"))
    assert stub.GetRequiredPackages(request).packages
    assert "`pulumi install` creates it" in capfd.readouterr().out


def test_nothing_is_installed_into_this_projects_environment(stub: Any, tmp_path: Path) -> None:
    answers = list(stub.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info(tmp_path))))
    assert b"nothing to install" in b"".join(one.stdout for one in answers)


def test_code_generation_is_left_to_the_official_host(stub: Any) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.GenerateProgram(language_pb2.GenerateProgramRequest())
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
