"""What the engine says to a provider: one connection for each provider resource, then resource by resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as pb, provider_pb2_grpc

from tools.emulator.values import decode, encode

OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Refused(Exception):  # noqa: N818 -- it names what Check says
    """What Check found, as `property: reason` lines."""


@dataclass
class Engine:
    """One provider resource's connection."""

    stub: Any

    def urn(self, token: str, name: str) -> str:
        return f"urn:pulumi:dev::project::{token}::{name}"

    def check(
        self, token: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, name: str = "web"
    ) -> Any:
        answer = self.stub.Check(
            pb.CheckRequest(
                urn=self.urn(token, name), news=encode(news), olds=encode(olds or {}), randomSeed=b"0" * 32
            )
        )
        if answer.failures:
            raise Refused("\n".join(f"{failure.property}: {failure.reason}" for failure in answer.failures))
        return decode(answer.inputs)

    def create(
        self, token: str, news: Mapping[str, Any], name: str = "web", preview: bool = False
    ) -> tuple[str, Any]:
        request = pb.CreateRequest(urn=self.urn(token, name), properties=encode(news), preview=preview)
        answer = self.stub.Create(request)
        return answer.id, decode(answer.properties)

    def make(self, token: str, news: Mapping[str, Any], name: str = "web") -> Kept:
        inputs = self.check(token, news, name=name)
        made, outputs = self.create(token, inputs, name)
        return Kept(self, token, name, made, inputs, outputs)

    def read(
        self, token: str, resource_id: str, inputs: Any = None, outputs: Any = None, name: str = "web"
    ) -> tuple[str, Any, Any]:
        request = pb.ReadRequest(id=resource_id, urn=self.urn(token, name), properties=encode(outputs or {}))
        if inputs is not None:
            request.inputs.CopyFrom(encode(inputs))
        answer = self.stub.Read(request)
        return answer.id, decode(answer.inputs), decode(answer.properties)

    def invoke(self, token: str, **args: Any) -> Any:
        answer = self.stub.Invoke(pb.InvokeRequest(tok=token, args=encode(args)))
        if answer.failures:
            raise Refused("\n".join(f"{failure.property}: {failure.reason}" for failure in answer.failures))
        return decode(getattr(answer, "return"))


@dataclass
class Kept:
    """A resource as the engine keeps it."""

    engine: Engine
    token: str
    name: str
    id: str
    inputs: Any
    outputs: Any

    def checked(self, **changed: Any) -> Any:
        """The inputs after a change of the program (None takes one away)."""
        made_up = set(self.inputs.get("__defaults", ()))
        mine = {
            k: v for k, v in self.inputs.items() if k not in made_up and k not in ("__defaults", "tagsAll")
        }
        news = {k: v for k, v in {**mine, **changed}.items() if v is not None}
        return self.engine.check(self.token, news, self.inputs, self.name)

    def diff(self, news: Any, ignore: tuple[str, ...] = ()) -> Any:
        return self.engine.stub.Diff(
            pb.DiffRequest(
                id=self.id,
                urn=self.engine.urn(self.token, self.name),
                olds=encode(self.outputs),
                old_inputs=encode(self.inputs),
                news=encode(news),
                ignoreChanges=ignore,
            )
        )

    def update(self, news: Any, preview: bool = False) -> Any:
        request = pb.UpdateRequest(
            id=self.id,
            urn=self.engine.urn(self.token, self.name),
            olds=encode(self.outputs),
            old_inputs=encode(self.inputs),
            news=encode(news),
            preview=preview,
        )
        outputs = decode(self.engine.stub.Update(request).properties)
        if not preview:
            self.inputs, self.outputs = news, outputs
        return outputs

    def refresh(self) -> bool:
        """Take what is there into inputs and outputs; False where it is gone."""
        found, inputs, outputs = self.engine.read(self.token, self.id, self.inputs, self.outputs, self.name)
        if found:
            self.inputs, self.outputs = inputs, outputs
        return bool(found)

    def delete(self) -> None:
        self.engine.stub.Delete(
            pb.DeleteRequest(
                id=self.id,
                urn=self.engine.urn(self.token, self.name),
                properties=encode(self.outputs),
                old_inputs=encode(self.inputs),
            )
        )


@contextmanager
def connected(port: int, config: Mapping[str, Any] | None = None, configure: bool = True) -> Iterator[Engine]:
    """A provider resource with a configuration, on a connection of its own."""
    options = [*OPTIONS, ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Handshake(pb.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
        if configure:
            stub.Configure(pb.ConfigureRequest(args=encode(config or {}), acceptSecrets=True))
        yield Engine(stub)
