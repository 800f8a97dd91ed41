"""The provider named `aws`: Pulumi's provider protocol over the embedded AWS.

One server serves any number of stacks and provider resources at once. The engine opens one connection for each provider
resource and configures it, so the connection (gRPC's `peer`) tells which account and Region a request belongs to.

    engine -> ResourceProvider (here) -> services/<service>.py -> boto3 -> gate -> moto
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tools.emulator import answers, emulated as running, functions, package_schema, services
from tools.emulator.accounts import Accounts
from tools.emulator.answers import name_is_taken
from tools.emulator.autonaming import NoName, proposed
from tools.emulator.check import DEFAULTS, NameTooLong, check, defaults
from tools.emulator.check.policy_text import with_documents_as_text
from tools.emulator.connections import Connections, NotConfigured
from tools.emulator.diff import changes, is_ignored
from tools.emulator.drift import inputs_from
from tools.emulator.emulated import Call, Emulated, PartialCreate
from tools.emulator.planned import planned
from tools.emulator.recorded import Records, complete, resource_id
from tools.emulator.refusals import explain, frames
from tools.emulator.schema import ResourceType, nearest, resource, source, tokens
from tools.emulator.settings import Settings, settings
from tools.emulator.tagging import split, with_all_tags, without_outputs
from tools.emulator.values import Secret, decode, encode, marked, plain, scrubbed

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the protocol. `accounts` leads into the embedded AWS, `records` keeps types without an adapter."""

    def __init__(self, accounts: Accounts, records: Records) -> None:
        self._accounts, self._records = accounts, records
        self._connections = Connections()

    # -- the plugin itself

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._connections.opened(context.peer(), request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=source.package_version())

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.GetSchemaResponse(schema=package_schema.text())

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    # -- configuration

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        failures = []
        try:
            settings(decode(request.news))
        except ValueError as error:
            failures.append(provider_pb2.CheckFailure(reason=str(error)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        old = decode(request.old_inputs if request.HasField("old_inputs") else request.olds)
        return answers.config_diff(old, decode(request.news))

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        config = decode(request.args) if request.HasField("args") else dict(request.variables)
        config = {name.removeprefix("aws:config:"): value for name, value in config.items()}
        try:
            self._connections.configured(context.peer(), settings(config))
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True,
            supportsPreview=True,
            acceptResources=False,
            supports_autonaming_configuration=True,
        )

    def _of(self, context: grpc.ServicerContext) -> Settings:
        try:
            return self._connections.of(context.peer())
        except NotConfigured as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise  # abort has raised already

    # -- resources

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        token = request.type or _token(request.urn)
        found = resource(token)
        if found is None:
            near = nearest(token, tokens())
            reason = f"{token}: pulumi_aws has no such type" + (f"; did you mean {near}?" if near else "")
            return provider_pb2.CheckResponse(
                inputs=request.news, failures=[provider_pb2.CheckFailure(reason=reason)]
            )
        given, old = (
            with_documents_as_text(found, without_outputs(found, decode(request.news))),
            decode(request.olds),
        )
        options = request.autonaming if request.HasField("autonaming") else None
        try:
            named = proposed(found, given, old, options)
            inputs = defaults(
                found, {**given, **named}, name=_name(request.urn), seed=request.randomSeed, old=old
            )
        except (NameTooLong, NoName) as error:
            failure = provider_pb2.CheckFailure(
                property=error.failure.property_path, reason=error.failure.reason
            )
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        inputs[DEFAULTS] = sorted({*inputs[DEFAULTS], *named})
        failures = [
            provider_pb2.CheckFailure(property=failure.property_path, reason=scrubbed(failure.reason, inputs))
            for failure in check(found, inputs)
        ]
        inputs = with_all_tags(found, inputs, self._of(context).tags)
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        found, adapter = self._type(request, context)
        old, new = _old_inputs(request), decode(request.news)
        replacing = adapter.replacing(old, new) if adapter else ()
        hits = changes(
            found,
            old,
            new,
            replace_on=replacing,
            update_on=adapter.updating(found, replacing) if adapter else (),
            unordered=adapter.unordered if adapter else (),
            normal=adapter.normal if adapter else None,
        )
        one_at_a_time = found.delete_before_replace or (adapter is not None and adapter.delete_first)
        delete_first = one_at_a_time or name_is_taken(found, old, new)
        return answers.diff(
            [hit for hit in hits if not is_ignored(hit.path, request.ignoreChanges)], delete_first
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        found, adapter = self._type(request, context)
        given = decode(request.properties)
        call = self._call(request, context, found, adapter, given)
        if request.preview:
            outputs = planned(call, adapter)
            return provider_pb2.CreateResponse(id="", properties=encode(marked(outputs, given)))
        if adapter is None:
            call.id = resource_id(
                call, request.urn, lambda it: self._records.get(found.token, call.place, it) is not None
            )
            outputs = complete(call, {})
            self._records.created(found.token, call.place, call.id, outputs)
            return provider_pb2.CreateResponse(id=call.id, properties=encode(marked(outputs, given)))
        try:
            actual = self._guard(context, "creating", call, given, lambda: running.create(adapter, call))
        except PartialCreate as partial:
            self._abort_partial(context, partial, call, given, request.properties)
        self._records.created(found.token, call.place, call.id, {})
        outputs = self._finished(context, call, actual or {})
        return provider_pb2.CreateResponse(id=call.id, properties=encode(marked(outputs, given)))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        found, adapter = self._type(request, context)
        old = decode(request.inputs) if request.HasField("inputs") else {}
        state = decode(request.properties)
        call = self._call(request, context, found, adapter, old, state)
        call.id = request.id
        if adapter is None:
            actual = self._records.get(found.token, call.place, request.id)
        else:
            actual = self._guard(context, "reading", call, old, lambda: running.read(adapter, call))
        if actual is None:
            return provider_pb2.ReadResponse()
        outputs = self._finished(context, call, actual)
        seen = {name: outputs.get(name) for name in actual}
        inputs = inputs_from(found, old, outputs, seen, adapter.normal if adapter else None, plain(state))
        return provider_pb2.ReadResponse(
            id=call.id, properties=encode(marked(outputs, old, state)), inputs=encode(marked(inputs, old))
        )

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        found, adapter = self._type(request, context)
        given, state = decode(request.news), decode(request.olds)
        call = self._call(request, context, found, adapter, given, state)
        call.id = request.id
        call.old = plain(_old_inputs(request))
        if request.preview:
            outputs = planned(call, adapter)
        elif adapter is None:
            outputs = complete(call, {})
            self._records.updated(found.token, call.place, call.id, outputs)
        else:
            actual = self._guard(context, "updating", call, given, lambda: running.update(adapter, call))
            outputs = self._finished(context, call, actual or {})
        return provider_pb2.UpdateResponse(properties=encode(marked(outputs, given, state)))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        found, adapter = self._type(request, context)
        inputs = _old_inputs(request) if request.HasField("old_inputs") else decode(request.properties)
        call = self._call(request, context, found, adapter, inputs, decode(request.properties))
        call.id = request.id
        if adapter is not None:
            self._guard(context, "deleting", call, inputs, lambda: running.delete(adapter, call))
        self._records.deleted(found.token, call.place, request.id)
        return empty_pb2.Empty()

    # -- data sources

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        raw = decode(request.args)
        args, said = plain(raw), self._of(context)
        asked = functions.Request(
            token=request.tok,
            args=args,
            place=said.at(args.get("region")),
            accounts=self._accounts,
            default_tags=said.default_tags,
        )
        try:
            answer = functions.invoke(asked)
        except functions.Refused as refused:
            failure = provider_pb2.CheckFailure(property=refused.property, reason=scrubbed(str(refused), raw))
            return provider_pb2.InvokeResponse(failures=[failure])
        except Exception as error:  # noqa: BLE001 -- whatever it is, the engine has to get an answer
            message = scrubbed(f"{request.tok}: {explain(error)}", raw)
            log.warning("%s\n%s", message, frames(error.__traceback__))
            context.abort(grpc.StatusCode.UNKNOWN, message)
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(answer))  # a keyword of Python, so no argument
        return response

    # -- helpers

    def _type(self, request: Any, context: grpc.ServicerContext) -> tuple[ResourceType, Emulated | None]:
        token = getattr(request, "type", "") or _token(request.urn)
        found = resource(token)
        if found is None:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{token}: pulumi_aws has no such type")
            raise LookupError(token)  # abort has raised already
        return found, services.adapter(found.token)

    def _call(
        self,
        request: Any,
        context: grpc.ServicerContext,
        found: ResourceType,
        adapter: Emulated | None,
        inputs: Mapping[str, Any],
        state: Mapping[str, Any] | None = None,
    ) -> Call:
        given, before = plain(inputs), plain(state or {})
        return Call(
            type=found,
            name=_name(request.urn),
            place=self._of(context).at(given.get("region") or before.get("region")),
            accounts=self._accounts,
            service=adapter.service if adapter else "",
            inputs=given,
            state=before,
        )

    def _finished(
        self, context: grpc.ServicerContext, call: Call, actual: Mapping[str, Any]
    ) -> dict[str, Any]:
        """All outputs of a resource, with default tags told apart from its own."""
        return split(call.type, complete(call, actual), call.inputs.get("tags"), self._of(context).tags)

    def _guard(
        self, context: grpc.ServicerContext, doing: str, call: Call, given: Any, run: Callable[[], _Answer]
    ) -> _Answer:
        """Run, and turn what AWS refuses into a message that says which operation on which resource it was."""
        try:
            return run()
        except PartialCreate:
            raise
        except Exception as error:
            what = f"{doing} {call.type.token} {call.id or call.name}"
            message = scrubbed(f"{what}: {explain(error, call.type)}", given, _secret_values(call))
            log.warning("%s\n%s", message, frames(error.__traceback__))
            context.abort(grpc.StatusCode.UNKNOWN, message)
            raise  # abort has raised already

    def _abort_partial(
        self,
        context: grpc.ServicerContext,
        partial: PartialCreate,
        call: Call,
        given: Any,
        inputs: struct_pb2.Struct,
    ) -> None:
        reason = scrubbed(explain(partial.reason, call.type), given, _secret_values(call))
        message = f"created {call.type.token} {partial.id}, but could not set it up: {reason}"
        self._records.created(call.type.token, call.place, partial.id, {})
        outputs = encode(marked(self._finished(context, call, partial.outputs), given))
        context.set_trailing_metadata(answers.half_made(partial.id, outputs, inputs, reason, message))
        context.abort(grpc.StatusCode.UNKNOWN, message)


def _secret_values(call: Call) -> list[Secret]:
    """What the SDK marks as secret of the type, besides what the program does."""
    return [
        Secret(call.inputs[name])
        for name, prop in call.type.properties.items()
        if prop.secret and call.inputs.get(name) is not None
    ]


def _old_inputs(request: Any) -> dict[str, Any]:
    """The inputs of the last deployment; an engine that does not send them sends at least the outputs."""
    return decode(request.old_inputs if request.HasField("old_inputs") else request.olds)


def _token(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]
