"""EventBridge: buses can be changed, and archives have keys.

moto creates buses and can not change them, loses how a bus logs, and the key of an archive.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import Archive
from moto.events.responses import EventsHandler

from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document

API = Api("events")


@API.operation
def _create_event_bus(asked: Asked) -> Document:
    given = asked.params
    bus = asked.backend.create_event_bus(
        name=given["Name"],
        event_source_name=given.get("EventSourceName"),
        description=given.get("Description"),
        kms_key_identifier=given.get("KmsKeyIdentifier"),
        dead_letter_config=given.get("DeadLetterConfig"),
        tags=given.get("Tags"),
    )
    bus.log_config = given.get("LogConfig")
    return {"EventBusArn": bus.arn, **_shown(bus)}


@API.operation
def _update_event_bus(asked: Asked) -> Document:
    """Everything is set: what is not given is taken away, as AWS does it."""
    given = asked.params
    bus = asked.backend.describe_event_bus(given.get("Name") or "default")
    bus.description = given.get("Description")
    bus.kms_key_identifier = given.get("KmsKeyIdentifier") or None
    bus.dead_letter_config = given.get("DeadLetterConfig")
    bus.log_config = given.get("LogConfig")
    bus.last_modified_time = unix_time()
    return {"Arn": bus.arn, "Name": bus.name, **_shown(bus)}


@API.operation
def _describe_event_bus(asked: Asked) -> Document:
    named = str(asked.params.get("Name") or "default")
    bus = asked.backend.describe_event_bus(named.rsplit("event-bus/", 1)[-1])
    times = {"CreationTime": bus.creation_time, "LastModifiedTime": bus.last_modified_time}
    return {"Name": bus.name, "Arn": bus.arn, "Policy": bus.policy, **_shown(bus), **times}


def _shown(bus: Any) -> Document:
    fields = {
        "Description": bus.description,
        "KmsKeyIdentifier": bus.kms_key_identifier,
        "DeadLetterConfig": bus.dead_letter_config,
        "LogConfig": getattr(bus, "log_config", None),
    }
    return {name: value for name, value in fields.items() if value}


def _archives() -> None:
    show = Archive.describe

    @method(Archive)
    def describe(self: Any) -> Document:
        shown: Document = show(self)
        key = getattr(self, "kms_key", None)
        return {**shown, "KmsKeyIdentifier": key} if key else shown

    for name in ("create_archive", "update_archive"):
        _keyed(name)


def _keyed(name: str) -> None:
    """Let an operation keep the key of an archive."""
    before = getattr(EventsHandler, name)

    @method(EventsHandler, name)
    def run(self: Any) -> Any:
        answer = before(self)
        asked = json.loads(self.body)
        if asked.get("KmsKeyIdentifier") is not None:
            self.events_backend.archives[asked["ArchiveName"]].kms_key = asked["KmsKeyIdentifier"]
        return answer


def install() -> None:
    """Change buses, keep keys."""
    API.install(EventsHandler)
    _archives()
