"""A provider that does nothing: it gives back what it gets. The floor that the embedded AWS is measured against.

with serving() as port:
    ...  # PULUMI_DEBUG_PROVIDERS=aws:<port>
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc


class EchoServicer(provider_pb2_grpc.ResourceProviderServicer):
    """`pulumirpc.ResourceProvider` whose resources exist nowhere: id and ARN come from the resource's name."""

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return plugin_pb2.PluginInfo(version="0.0.0")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        same = request.news == request.old_inputs
        none, some = provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=none if same else some)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        name = request.urn.rsplit("::", 1)[-1]
        properties = struct_pb2.Struct()
        properties.CopyFrom(request.properties)
        properties["arn"] = f"arn:aws:echo:us-east-1:111111111111:{name}"
        return provider_pb2.CreateResponse(id=name, properties=properties)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.UpdateResponse(properties=request.news)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return provider_pb2.InvokeResponse(**{"return": request.args})

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: D102
        return empty_pb2.Empty()


@contextmanager
def serving() -> Iterator[int]:
    """The port of an echo in a process of its own, as the embedded AWS is one; it ends with the block."""
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.echo_provider"],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(process.stdout.readline() if process.stdout else "")
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def main() -> None:
    """Print the port, serve until terminated."""
    server = grpc.server(futures.ThreadPoolExecutor(64))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(EchoServicer(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
