"""EventBridge Scheduler: moto fails where a group to be deleted is not there, and deletes the default one."""

from __future__ import annotations

from typing import Any

from moto.scheduler.models import EventBridgeSchedulerBackend

from tools.emulator.additions import method
from tools.emulator.additions._api import refused


def install() -> None:
    """Refuse as AWS does."""
    delete = EventBridgeSchedulerBackend.delete_schedule_group

    @method(EventBridgeSchedulerBackend)
    def delete_schedule_group(self: Any, name: str) -> None:
        if name == "default":
            raise refused("ValidationException", "The default schedule group can't be deleted")
        if name not in self.schedule_groups:
            raise refused("ResourceNotFoundException", f"Schedule group {name} does not exist.")
        delete(self, name)
