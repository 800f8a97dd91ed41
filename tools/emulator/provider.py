"""The provider named `aws`: Pulumi's provider protocol over the embedded AWS.

One server serves any number of stacks and provider resources at once. The engine opens one connection for each provider
resource and configures it, so the connection (gRPC's `peer`) tells which account and Region a request belongs to.

    engine -> ResourceProvider (here) -> services/<service>.py -> boto3 -> gate -> moto
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2, struct_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tools.emulator import emulated as running
from tools.emulator import functions, services
from tools.emulator.accounts import Accounts
from tools.emulator.check import NameTooLong, check, defaults
from tools.emulator.diff import ADD, DELETE, Change, changes
from tools.emulator.drift import inputs_from
from tools.emulator.emulated import Call, Emulated, PartialCreate
from tools.emulator.planned import planned
from tools.emulator.recorded import Records, complete, resource_id
from tools.emulator.schema import ResourceType, nearest, resource, tokens
from tools.emulator.settings import Settings, settings
from tools.emulator.values import Secret, decode, encode, has_unknown, plain

log = logging.getLogger(__name__)
VERSION = "7.51.1"
_Answer = TypeVar("_Answer")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the protocol. `accounts` leads into the embedded AWS, `records` keeps types without an adapter."""

    def __init__(self, accounts: Accounts, records: Records, version: str = VERSION) -> None:
        self._accounts, self._records, self._version = accounts, records, version
        self._lock = threading.Lock()
        self._settings: dict[str, Settings] = {}
        self._regions: dict[str, str] = {}

    # -- the plugin itself

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        return provider_pb2.GetSchemaResponse(schema='{"name":"aws","version":"%s"}' % self._version)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        return empty_pb2.Empty()

    # -- configuration

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        try:
            settings({k: v for k, v in decode(request.news).items() if not has_unknown(v)})
        except ValueError as error:
            return provider_pb2.CheckResponse(
                inputs=request.news, failures=[provider_pb2.CheckFailure(reason=str(error))]
            )
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        old = settings(decode(request.old_inputs or request.olds))
        new_values = decode(request.news)
        new = settings({k: v for k, v in new_values.items() if not has_unknown(v)})
        if old.place != new.place:
            # Resources do not move: another account or Region means other resources.
            return provider_pb2.DiffResponse(
                changes=provider_pb2.DiffResponse.DIFF_SOME, replaces=["region"], diffs=["region"]
            )
        changed = request.news != (request.old_inputs or request.olds)
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        config = decode(request.args) if request.HasField("args") else dict(request.variables)
        config = {name.removeprefix("aws:config:"): value for name, value in config.items()}
        try:
            found = settings(config)
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        with self._lock:
            self._settings[context.peer()] = found
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True, acceptResources=False)

    def _of(self, context: grpc.ServicerContext) -> Settings:
        with self._lock:
            return self._settings.get(context.peer(), Settings())

    # -- resources

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        token = request.type or _token(request.urn)
        found = resource(token)
        if found is None:
            near = nearest(token, tokens())
            reason = f"{token}: pulumi_aws has no such type" + (f"; did you mean {near}?" if near else "")
            return provider_pb2.CheckResponse(inputs=request.news, failures=[provider_pb2.CheckFailure(reason=reason)])
        given = decode(request.news)
        inputs = with_default_tags(found, given, self._of(context).default_tags)
        name = request.name or _name(request.urn)
        try:
            inputs = defaults(found, inputs, name=name, seed=request.randomSeed, old=decode(request.olds))
        except NameTooLong as error:
            return provider_pb2.CheckResponse(
                inputs=request.news, failures=[provider_pb2.CheckFailure(reason=str(error))]
            )
        failures = [
            provider_pb2.CheckFailure(property=failure.property_path, reason=failure.reason)
            for failure in check(found, inputs)
        ]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        found, adapter = self._type(request, context)
        old = decode(request.old_inputs) if request.HasField("old_inputs") else decode(request.olds)
        new = decode(request.news)
        hits = changes(
            found,
            old,
            new,
            replace_on=adapter.replacing(old, new) if adapter else (),
            update_on=adapter.update_on if adapter else (),
            unordered=adapter.unordered if adapter else (),
            normal=adapter.normal if adapter else None,
        )
        hits = [hit for hit in hits if not _ignored(hit, request.ignoreChanges)]
        return diff_response(hits, adapter.delete_first if adapter else False)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        found, adapter = self._type(request, context)
        call = self._call(request, context, found, adapter, decode(request.properties))
        if request.preview:
            return provider_pb2.CreateResponse(id="", properties=encode(planned(call, adapter)))
        if adapter is None:
            call.id = resource_id(call, request.urn)
            outputs = complete(call, {})
            self._records.put(found, call.id, outputs)
            return provider_pb2.CreateResponse(id=call.id, properties=encode(outputs))
        try:
            actual = self._guard(context, f"creating {found.token}", lambda: running.create(adapter, call))
        except PartialCreate as partial:
            self._abort_partial(context, partial, call, request.properties)
        self._records.put(found, call.id, {})
        return provider_pb2.CreateResponse(id=call.id, properties=encode(complete(call, actual or {})))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        found, adapter = self._type(request, context)
        old = decode(request.inputs) if request.HasField("inputs") else {}
        call = self._call(request, context, found, adapter, old, state=decode(request.properties))
        call.id = request.id
        if adapter is None:
            outputs = self._records.get(found, request.id) or decode(request.properties)
            if not outputs:
                return provider_pb2.ReadResponse()
            inputs = old or inputs_from(found, {}, outputs)
            return provider_pb2.ReadResponse(id=request.id, properties=encode(outputs), inputs=encode(inputs))
        actual = self._guard(context, f"reading {found.token} {request.id}", lambda: running.read(adapter, call))
        if actual is None:
            return provider_pb2.ReadResponse()
        outputs = complete(call, actual)
        inputs = inputs_from(found, old, outputs, actual, adapter.normal)
        return provider_pb2.ReadResponse(id=call.id, properties=encode(outputs), inputs=encode(inputs))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        found, adapter = self._type(request, context)
        call = self._call(request, context, found, adapter, decode(request.news), state=decode(request.olds))
        call.id = request.id
        call.old = plain(decode(request.old_inputs) if request.HasField("old_inputs") else decode(request.olds))
        if request.preview:
            return provider_pb2.UpdateResponse(properties=encode(planned(call, adapter)))
        if adapter is None:
            outputs = complete(call, {})
            self._records.put(found, call.id, outputs)
            return provider_pb2.UpdateResponse(properties=encode(outputs))
        actual = self._guard(context, f"updating {found.token} {call.id}", lambda: running.update(adapter, call))
        return provider_pb2.UpdateResponse(properties=encode(complete(call, actual or {})))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        found, adapter = self._type(request, context)
        inputs = decode(request.old_inputs) if request.HasField("old_inputs") else decode(request.properties)
        call = self._call(request, context, found, adapter, inputs, state=decode(request.properties))
        call.id = request.id
        if adapter is not None:
            self._guard(context, f"deleting {found.token} {request.id}", lambda: running.delete(adapter, call))
        self._records.put(found, request.id, None)
        return empty_pb2.Empty()

    # -- data sources

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, D102
        args = plain(decode(request.args))
        call = functions.Request(
            token=request.tok,
            args=args,
            place=self._of(context).at(args.get("region")),
            accounts=self._accounts,
            default_tags=self._of(context).default_tags,
        )
        try:
            answer = self._guard(context, f"invoking {request.tok}", lambda: functions.invoke(call))
        except functions.Refused as refused:
            failure = provider_pb2.CheckFailure(property=refused.property, reason=str(refused))
            return provider_pb2.InvokeResponse(failures=[failure])
        return provider_pb2.InvokeResponse(**{"return": encode(answer)})

    # -- helpers

    def _type(self, request: Any, context: grpc.ServicerContext) -> tuple[ResourceType, Emulated | None]:
        token = getattr(request, "type", "") or _token(request.urn)
        found = resource(token)
        if found is None:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{token}: pulumi_aws has no such type")
        return found, services.adapter(found.token)  # type: ignore[union-attr]  # abort raises

    def _call(
        self,
        request: Any,
        context: grpc.ServicerContext,
        found: ResourceType,
        adapter: Emulated | None,
        inputs: dict[str, Any],
        state: dict[str, Any] | None = None,
    ) -> Call:
        preview = getattr(request, "preview", False)
        given = inputs if preview else plain(inputs)
        old_state = plain(state or {})
        region = given.get("region") or old_state.get("region")
        return Call(
            type=found,
            name=_name(request.urn),
            place=self._of(context).at(region),
            accounts=self._accounts,
            service=adapter.service if adapter else "",
            inputs=given,
            state=old_state,
        )

    def _guard(self, context: grpc.ServicerContext, doing: str, run: Callable[[], _Answer]) -> _Answer:
        """Run, and turn what AWS refuses into a message that says which operation on which resource it was."""
        try:
            return run()
        except (PartialCreate, functions.Refused):
            raise
        except Exception as error:
            log.exception(doing)
            context.abort(grpc.StatusCode.UNKNOWN, f"{doing}: {error}")
            raise  # abort has raised already

    @staticmethod
    def _abort_partial(
        context: grpc.ServicerContext, partial: PartialCreate, call: Call, inputs: struct_pb2.Struct
    ) -> None:
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=partial.id,
                properties=encode(complete(call, partial.outputs)),
                reasons=[partial.reason],
                inputs=inputs,
            )
        )
        reason = f"created {call.type.token} {partial.id}, but could not set it up: {partial.reason}"
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason, details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, reason)


def with_default_tags(
    found: ResourceType, inputs: dict[str, Any], default_tags: Mapping[str, str]
) -> dict[str, Any]:
    """Inputs with the provider's default tags below the resource's own, as the real provider's Check does."""
    if not default_tags or "tags" not in found.properties or "tagsAll" not in found.properties:
        return inputs
    own = inputs.get("tags")
    if own is not None and not isinstance(own, (Mapping, Secret)):
        return inputs
    return {**inputs, "tags": {**default_tags, **(plain(own) or {})}}


def diff_response(hits: list[Change], delete_first: bool) -> Any:
    """The protocol's answer for a list of changes."""
    if not hits:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    kinds = provider_pb2.PropertyDiff
    table = {
        (ADD, False): kinds.ADD,
        (ADD, True): kinds.ADD_REPLACE,
        (DELETE, False): kinds.DELETE,
        (DELETE, True): kinds.DELETE_REPLACE,
    }
    detailed = {
        hit.path: kinds(
            kind=table.get((hit.kind, hit.replaces), kinds.UPDATE_REPLACE if hit.replaces else kinds.UPDATE),
            inputDiff=True,
        )
        for hit in hits
    }
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        diffs=list(dict.fromkeys(hit.top for hit in hits)),
        replaces=list(dict.fromkeys(hit.path for hit in hits if hit.replaces)),
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=delete_first,
    )


def _ignored(hit: Change, ignored: Any) -> bool:
    return any(re.match(re.escape(path) + r"($|[.\[])", hit.path) for path in ignored)


def _token(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]
