"""The pack as the engine starts it: a process of its own, from any folder, asked over gRPC."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.rules import all_rules
from tests.policies.support import request

PACK = Path(__file__).parents[2] / "policies"


@contextmanager
def started(pack: Path) -> Iterator[tuple[subprocess.Popen[str], analyzer_pb2_grpc.AnalyzerStub]]:
    """Start the pack with the engine's command line and connect to the port that it prints."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
    }
    process = subprocess.Popen(
        command, cwd=pack, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.communicate()[1]
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield process, analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.communicate()


def ended_quietly(process: subprocess.Popen[str]) -> bool:
    _, errors = process.communicate(timeout=10)
    return (process.returncode, errors) == (0, "")


def test_answers_the_engines_calls_and_ends_when_cancelled() -> None:
    with started(PACK) as (process, pack):
        pack.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(engine_address="127.0.0.1:1"))
        assert pack.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"
        info = pack.GetAnalyzerInfo(empty_pb2.Empty())
        assert (info.name, info.version) == ("groundplan", "0.1.0")
        assert len(info.policies) == len(all_rules()) + 2
        pack.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev", dry_run=True))
        found = pack.Analyze(request("aws:ebs/volume:Volume", {})).diagnostics
        assert "ec2-volume-encrypted" in {item.policyName for item in found}
        config = analyzer_pb2.ConfigureAnalyzerRequest()
        config.policyConfig["ec2-volume-encryptd"].enforcementLevel = analyzer_pb2.ADVISORY
        with pytest.raises(grpc.RpcError) as refused:
            pack.Configure(config)
        assert "did you mean `ec2-volume-encrypted`?" in str(refused.value)
        pack.Cancel(empty_pb2.Empty())
        assert ended_quietly(process)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    with started(PACK) as (process, pack):
        pack.GetPluginInfo(empty_pb2.Empty())
        process.send_signal(number)
        assert ended_quietly(process)


def test_runs_from_a_published_folder_of_any_name(tmp_path: Path) -> None:
    published = tmp_path / "groundplan-v0.1.0"
    shutil.copytree(PACK, published, ignore=shutil.ignore_patterns("__pycache__"))
    with started(published) as (_, pack):
        found = pack.Analyze(request("aws:ebs/volume:Volume", {"encrypted": False})).diagnostics
        assert "ec2-volume-encrypted" in {item.policyName for item in found}


def test_starts_without_the_aws_sdk_and_the_stock_server() -> None:
    """They take seconds to import; nothing in the pack needs them."""
    code = (
        "import sys, policies.pack.server, policies.rules; policies.rules.all_rules();"
        "print([name for name in ('pulumi_aws', 'pulumi_policy', 'boto3') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PACK.parent, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
