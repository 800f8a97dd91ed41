"""Lambda: event source mappings of queues, whose messages moto hands over by itself (see `sqs_functions`)."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.sqs.models import sqs_backends

from tools.emulator import work
from tools.emulator.additions import install as additions, method
from tools.emulator.execution import queues
from tools.emulator.execution.readers import READERS


def install() -> None:
    """Read queues in the background, and leave them alone once the mapping is gone or off."""
    additions("sqs")
    create, update, delete = (
        LambdaBackend.create_event_source_mapping,
        LambdaBackend.update_event_source_mapping,
        LambdaBackend.delete_event_source_mapping,
    )
    make = EventSourceMapping.__init__

    @method(EventSourceMapping)
    def __init__(self: Any, spec: dict[str, Any]) -> None:  # noqa: N807
        make(self, spec)
        self.invoked = spec["FunctionName"]

    @method(LambdaBackend)
    def create_event_source_mapping(self: Any, spec: dict[str, Any]) -> Any:
        mapping = create(self, spec)
        _take_over(self, mapping)
        return mapping

    @method(LambdaBackend)
    def update_event_source_mapping(self: Any, uuid: str, spec: dict[str, Any]) -> Any:
        mapping = update(self, uuid, spec)
        if mapping is not None:
            mapping.invoked = spec.get("FunctionName") or mapping.invoked
            _take_over(self, mapping)
        return mapping

    @method(LambdaBackend)
    def delete_event_source_mapping(self: Any, uuid: str) -> Any:
        mapping = delete(self, uuid)
        if mapping is not None:
            READERS.pop((self.account_id, self.region_name, uuid), None)
        return mapping


def _take_over(backend: Any, mapping: Any) -> None:
    arn = mapping.event_source_arn
    if arn.split(":")[2] != "sqs":
        return
    name = arn.rsplit(":", 1)[-1]
    queue = sqs_backends[backend.account_id][backend.region_name].queues.get(name)
    if queue is not None:
        queue.lambda_event_source_mappings.clear()
    READERS[backend.account_id, backend.region_name, mapping.uuid] = mapping
    if mapping.enabled:
        work.current().later(queues.look(backend.account_id, backend.region_name, name))
