"""DynamoDB: moto names a table's stream by the clock, so that a restart would give it another ARN.

The name has to have the form of a time; this one is made of the random numbers that a replay repeats.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.dynamodb.models.table import Table
from moto.moto_api._internal import mock_random

from tools.emulator.additions import method

EPOCH = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
YEAR = 365 * 24 * 3600 * 1000
"""Milliseconds of a year."""


def install() -> None:
    """Let a stream keep its ARN over restarts."""
    change = Table.set_stream_specification

    @method(Table)
    def set_stream_specification(self: Any, streams: dict[str, Any] | None) -> None:
        before = self.latest_stream_label
        change(self, streams)
        if self.latest_stream_label != before:
            moment = EPOCH + dt.timedelta(milliseconds=mock_random.randint(0, YEAR))
            self.latest_stream_label = (
                moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
            )
