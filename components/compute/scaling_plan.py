"""What a user says about scaling, and the decisions that follow from it; nothing here creates a resource.

Follows sources/001 lines 619-697 (sizes, policies, schedules, cooldowns); step_bands.py has the bands.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.compute.step_bands import Band, plan_steps
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError

Seconds = Annotated[int, Field(ge=0, le=86_400)]
NamedMetric = Literal["cpu", "network_in", "network_out", "requests_per_target"]

_CRON_FIELD = re.compile(r"[\dA-Za-z*/,-]+")
CRON_FIELDS = 5


class Capacity(Args):
    """How many instances: never under `min`, never over `max`, at first `desired` (default: `min`)."""

    min: Annotated[int, Field(ge=0)] = 2
    max: Annotated[int, Field(ge=1)] = 6
    desired: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_sizes(self.min, self.initial, self.max)
        return self

    @property
    def initial(self) -> int:
        """Instances at the start; later the scaling policies decide."""
        return self.min if self.desired is None else self.desired


def check_sizes(low: int, desired: int, high: int) -> None:
    """Raise `ComponentError` unless `low` <= `desired` <= `high`."""
    if low > high:
        raise ComponentError("min", f"{low} is more than max ({high})", f"use at most {high}, or raise max")
    if not low <= desired <= high:
        raise ComponentError(
            "desired", f"{desired} is not between min ({low}) and max ({high})", "move it inside"
        )


class CustomMetric(Args):
    """A CloudWatch metric of the application, put by `PutMetricData` (sources/001 lines 636-639)."""

    namespace: str
    name: str
    statistic: Literal["Average", "Maximum", "Minimum", "SampleCount", "Sum"] = "Average"
    dimensions: dict[str, Text] = Field(default_factory=dict)


Metric = NamedMetric | CustomMetric


class TargetTracking(Args):
    """Keep `metric` close to `target`: percent for `cpu`, bytes for the network, requests in a minute per target.

    `scale_in=False` only ever adds instances. `warmup` (seconds) is how long a new instance does not count yet;
    without it the group's own warm-up holds.
    """

    metric: Metric = "cpu"
    target: Annotated[float, Field(gt=0)] = 40.0
    scale_in: bool = True
    warmup: Seconds | None = None

    @model_validator(mode="after")
    def _percent(self) -> Self:
        if self.metric == "cpu" and self.target > 100:
            raise ComponentError("target", f"CPU can't reach {self.target:g} %", "use 1 to 100")
        return self


class StepScaling(Args):
    """Answer a metric's band with a number of instances (`unit="percent"`: of the present size).

    Bands are either all for growth, the last one without an upper end, or all for shrinking, the first one
    without a lower end. The alarm looks at `periods` periods of `period` seconds.
    """

    bands: tuple[Band, ...]
    metric: Metric = "cpu"
    unit: Literal["instances", "percent"] = "instances"
    period: Literal[10, 30, 60, 120, 300, 600, 900, 3600] = 60
    periods: Annotated[int, Field(ge=1, le=1440)] = 2
    warmup: Seconds | None = None

    @model_validator(mode="after")
    def _plan_exists(self) -> Self:
        plan_steps(self.bands)
        if self.period * self.periods > 86_400:
            raise ComponentError(
                "periods", "an alarm looks back one day at most", "use fewer or shorter periods"
            )
        return self


class SimpleScaling(Args):
    """One threshold, one change, then `cooldown` seconds of rest (sources/001 lines 661-669 and 690-697).

    A positive `change` acts at or above `threshold`, a negative one at or below it. The default rest of a
    policy that shrinks the group is 180 seconds, shorter than the group's own.
    """

    threshold: float
    change: int
    metric: Metric = "cpu"
    cooldown: Seconds | None = None
    period: Literal[10, 30, 60, 120, 300, 600, 900, 3600] = 60
    periods: Annotated[int, Field(ge=1, le=1440)] = 2

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if self.change == 0:
            raise ComponentError(
                "change", "is 0, so the policy would do nothing", "give a number of instances"
            )
        return self

    @property
    def rest(self) -> int | None:
        """Cooldown in seconds; None leaves it to the group."""
        return SCALE_IN_COOLDOWN if self.cooldown is None and self.change < 0 else self.cooldown


SCALE_IN_COOLDOWN = 180


class Schedule(Args):
    """Set sizes at known times; a size that is not given stays as it is.

    `recurrence` is a cron expression of five fields in `time_zone`. `start` and `end` are UTC times such as
    `2030-01-31T08:00:00Z`; without a recurrence the action happens once, at `start`.
    """

    name: Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=24)]
    recurrence: str | None = None
    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None
    desired: Annotated[int, Field(ge=0)] | None = None
    time_zone: str | None = None
    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] | None = None
    end: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] | None = None

    @model_validator(mode="after")
    def _says_when_and_what(self) -> Self:
        if self.recurrence is None and self.start is None:
            raise ComponentError(
                "recurrence", "nothing says when", "give recurrence, or start for a single time"
            )
        if self.recurrence is not None:
            check_cron(self.recurrence)
        if self.min is None and self.max is None and self.desired is None:
            raise ComponentError("desired", "nothing would change", "give min, max or desired")
        return self


def check_cron(expression: str) -> None:
    """Raise `ComponentError` unless `expression` has five cron fields."""
    fields = expression.split()
    if len(fields) != CRON_FIELDS or not all(_CRON_FIELD.fullmatch(field) for field in fields):
        raise ComponentError(
            "recurrence",
            f"{expression!r} is no cron expression",
            "write minute, hour, day of month, month, day of week, such as '0 6 * * WED'",
        )


class Scaling(Args):
    """All ways in which a group follows its load; any number of each."""

    target_tracking: tuple[TargetTracking, ...] = (TargetTracking(),)
    steps: tuple[StepScaling, ...] = ()
    simple: tuple[SimpleScaling, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    @model_validator(mode="after")
    def _no_quarrel(self) -> Self:
        tracked = [metric_id(policy.metric) for policy in self.target_tracking]
        if len(set(tracked)) != len(tracked):
            raise ComponentError("target_tracking", "two policies track the same metric", "keep one of them")
        names = [schedule.name for schedule in self.schedules]
        if len(set(names)) != len(names):
            raise ComponentError("schedules", "two schedules have the same name", "give each its own")
        return self

    def check_against(self, capacity: Capacity) -> None:
        """Raise `ComponentError` when a schedule's sizes contradict each other or the group's own sizes."""
        for index, schedule in enumerate(self.schedules):
            low = capacity.min if schedule.min is None else schedule.min
            high = capacity.max if schedule.max is None else schedule.max
            try:
                check_sizes(low, low if schedule.desired is None else schedule.desired, high)
            except ComponentError as error:
                raise error.under(f"scaling.schedules[{index}]") from None

    @property
    def moves_desired(self) -> bool:
        """Whether anything here changes the number of instances by itself."""
        return bool(self.target_tracking or self.steps or self.simple or self.schedules)

    @property
    def needs_load_balancer(self) -> bool:
        """Whether a policy counts requests, which only a load balancer knows."""
        metrics = [
            *(tracking.metric for tracking in self.target_tracking),
            *(steps.metric for steps in self.steps),
            *(simple.metric for simple in self.simple),
        ]
        return "requests_per_target" in metrics


def metric_id(metric: Metric) -> str:
    """A word for a metric that fits into a resource's name and is the same for the same metric."""
    if isinstance(metric, CustomMetric):
        return re.sub(r"[^a-z0-9]+", "-", f"{metric.namespace}-{metric.name}".lower()).strip("-")
    return metric.replace("_", "-")


def weekly_peak(*, quiet: int, busy: int, time_zone: str = "UTC") -> tuple[Schedule, Schedule]:
    """The documented week (sources/001 lines 657-659): load rises on Wednesday, stays on Thursday, falls on Friday.

    `quiet` and `busy` are the least numbers of instances; more come by the other policies.
    """
    return (
        Schedule(name="peak-starts", recurrence="0 6 * * WED", min=busy, time_zone=time_zone),
        Schedule(name="peak-ends", recurrence="0 18 * * FRI", min=quiet, time_zone=time_zone),
    )
