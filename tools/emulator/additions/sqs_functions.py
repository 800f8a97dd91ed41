"""SQS: queues that functions read from.

moto runs the function inside the request that sends the message, with one event for each message. Here the request
leaves word (see `tools.emulator.execution.queues`), and the messages are read, handled and deleted in the background. Their
receipt handles name the message, so that a start that runs the journal again deletes the same ones, whatever the clock says.
"""

from __future__ import annotations

import time
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.execution.readers import DEAD, DONE, has_readers


def install() -> None:
    """Leave word of new messages, and know the receipt handles."""
    add, delete = Queue.add_message, Queue.delete_message
    receive = SQSBackend.receive_message

    @method(Queue)
    def add_message(self: Any, message: Any) -> None:
        add(self, message)
        if has_readers(self.queue_arn):
            from tools.emulator.execution import queues  # noqa: PLC0415 -- most queues have no function

            delay = max(0.0, message.delayed_until / 1000 - time.time())
            work.current().later(queues.look(self.account_id, self.region, self.name), delay)

    @method(Queue)
    def delete_message(self: Any, receipt_handle: str) -> None:
        prefix = next((one for one in (DONE, DEAD) if receipt_handle.startswith(one)), "")
        if not prefix:
            delete(self, receipt_handle)
            return
        found = next((one for one in self._messages if one.id == receipt_handle.removeprefix(prefix)), None)
        if found is None:
            return
        self._messages.remove(found)
        self.pending_messages.discard(found)
        if prefix == DEAD and self.dead_letter_queue is not None:
            found.visible_at = 0.0
            found.approximate_receive_count = 0
            self.dead_letter_queue.add_message(found)

    @method(SQSBackend)
    def receive_message(
        self: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> Any:
        # moto would wait inside the lock, and nobody could send a message meanwhile.
        found = receive(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
        serving = work.current()
        if not found:
            serving.forget()
            serving.wait_at_most(int(wait_seconds_timeout or 0))
        return found
