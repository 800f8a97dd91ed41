"""Sizes, bands and schedules: what is refused, and that the steps do what the bands say."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.compute.scaling_plan import (
    Capacity,
    CustomMetric,
    Scaling,
    Schedule,
    SimpleScaling,
    StepScaling,
    TargetTracking,
    check_cron,
    metric_id,
    weekly_peak,
)
from components.compute.step_bands import DOCUMENTED_BANDS, Band, StepPlan, plan_steps
from components.foundation.errors import ComponentError


def change_by_aws(plan: StepPlan, value: float) -> int:
    """The change that EC2 Auto Scaling makes at a metric's value (User Guide, "Step adjustments").

    Above the threshold the lower bound belongs to a step, below it the upper bound does.
    """
    breached = value >= plan.threshold if plan.grows else value <= plan.threshold
    if not breached:
        return 0
    distance = value - float(plan.threshold)
    for lower, upper, change in plan.steps:
        low = float("-inf") if lower is None else float(lower)
        high = float("inf") if upper is None else float(upper)
        if (low <= distance < high) if plan.grows else (low < distance <= high):
            return change
    raise AssertionError(f"no step for {value}")


@st.composite
def growing_bands(draw: st.DrawFn) -> list[Band]:
    edges = sorted(draw(st.lists(st.integers(0, 1000), min_size=1, max_size=6, unique=True)))
    changes = draw(st.lists(st.integers(1, 50), min_size=len(edges), max_size=len(edges)))
    closed = [
        Band(lower=a, upper=b, change=c) for (a, b), c in zip(pairwise(edges), changes[:-1], strict=True)
    ]
    return [*closed, Band(lower=edges[-1], change=changes[-1])]


@given(growing_bands(), st.integers(-10, 1100))
def test_steps_change_the_group_as_the_bands_say(bands: list[Band], value: int) -> None:
    expected = 0
    for band in bands:
        if band.lower is not None and value >= band.lower:
            expected = band.change
    assert change_by_aws(plan_steps(bands), value) == expected


@given(growing_bands(), st.integers(-10, 1100))
def test_shrinking_is_the_mirror_of_growing(bands: list[Band], value: int) -> None:
    def mirrored(bound: float | None) -> float | None:
        return None if bound is None else -bound

    shrinking = [Band(lower=mirrored(b.upper), upper=mirrored(b.lower), change=-b.change) for b in bands]
    assert change_by_aws(plan_steps(shrinking), -value) == -change_by_aws(plan_steps(bands), value)


@given(growing_bands(), st.randoms())
def test_the_order_of_writing_does_not_matter(bands: list[Band], random: object) -> None:
    shuffled = list(bands)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert plan_steps(shuffled) == plan_steps(bands)


@pytest.mark.parametrize(("cpu", "change"), [(39.9, 0), (40, 1), (50, 2), (69, 2), (70, 3), (100, 3)])
def test_the_documented_bands(cpu: float, change: int) -> None:
    plan = plan_steps(DOCUMENTED_BANDS)
    assert plan.comparison == "GreaterThanOrEqualToThreshold"
    assert change_by_aws(plan, cpu) == change


def test_decimal_bounds_stay_exact() -> None:
    plan = plan_steps([Band(lower=0.1, upper=0.3, change=1), Band(lower=0.3, change=2)])
    assert [str(upper) for _, upper, _ in plan.steps] == ["0.2", "None"]


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        ([], "there is no band"),
        ([Band(lower=40, upper=50, change=1), Band(lower=60, change=2)], "gap between 40..50 and 60.."),
        ([Band(lower=40, upper=60, change=1), Band(lower=50, change=2)], "overlap"),
        ([Band(lower=40, change=1), Band(lower=50, change=2)], "overlap"),
        ([Band(lower=40, upper=50, change=1)], "nothing happens beyond 50"),
        ([Band(change=1)], "innermost band has no lower end"),
        ([Band(lower=40, change=1), Band(upper=20, change=-1)], "some bands grow"),
        ([Band(lower=10, upper=20, change=-1)], "nothing happens beyond 10"),
    ],
)
def test_bands_that_can_not_work(bands: list[Band], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        plan_steps(bands)


def test_a_step_policy_checks_its_bands_at_once() -> None:
    with pytest.raises(ComponentError, match=r"^StepScaling\.bands: nothing happens beyond 50"):
        StepScaling(bands=(Band(lower=40, upper=50, change=1),))


@given(st.integers(0, 50), st.integers(1, 50), st.one_of(st.none(), st.integers(0, 50)))
def test_sizes_are_accepted_exactly_when_ordered(low: int, high: int, desired: int | None) -> None:
    if low <= (low if desired is None else desired) <= high:
        assert Capacity(min=low, max=high, desired=desired).initial in range(low, high + 1)
    else:
        with pytest.raises(ComponentError, match=r"^Capacity\.(min|desired): "):
            Capacity(min=low, max=high, desired=desired)


def test_scale_in_rests_shorter() -> None:
    assert SimpleScaling(threshold=20, change=-1).rest == 180
    assert SimpleScaling(threshold=40, change=1).rest is None
    assert SimpleScaling(threshold=20, change=-1, cooldown=60).rest == 60


@pytest.mark.parametrize("expression", ["0 6 * * WED", "*/5 8-18 1,15 * 1-5"])
def test_cron_expressions(expression: str) -> None:
    check_cron(expression)


@pytest.mark.parametrize("expression", ["", "0 6 * *", "0 6 * * WED 2030", "at noon each ; day"])
def test_no_cron_expressions(expression: str) -> None:
    with pytest.raises(ComponentError, match="is no cron expression"):
        check_cron(expression)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"min": 1}, "nothing says when"),
        ({"recurrence": "0 6 * * *"}, "nothing would change"),
        ({"start": "tomorrow", "min": 1}, "start"),
    ],
)
def test_schedules_that_say_too_little(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        Schedule(name="morning", **values)


def test_a_schedule_must_agree_with_the_sizes_of_the_group() -> None:
    scaling = Scaling(schedules=weekly_peak(quiet=2, busy=8))
    scaling.check_against(Capacity(min=2, max=10))
    with pytest.raises(ComponentError, match=r"^scaling\.schedules\[0\]\.min: 8 is more than max \(6\)"):
        scaling.check_against(Capacity(min=2, max=6))


def test_the_documented_week() -> None:
    rise, fall = weekly_peak(quiet=2, busy=4)
    assert (rise.recurrence, rise.min) == ("0 6 * * WED", 4)
    assert (fall.recurrence, fall.min) == ("0 18 * * FRI", 2)


def test_one_metric_is_tracked_once() -> None:
    with pytest.raises(ComponentError, match="two policies track the same metric"):
        Scaling(target_tracking=(TargetTracking(), TargetTracking(target=60)))


def test_default_keeps_cpu_at_forty_percent() -> None:
    (policy,) = Scaling().target_tracking
    assert (policy.metric, policy.target) == ("cpu", 40.0)
    with pytest.raises(ComponentError, match=r"CPU can't reach 140 %"):
        TargetTracking(target=140)


def test_metric_ids_fit_into_names() -> None:
    metric = CustomMetric(namespace="Shop/Orders", name="Queue depth")
    assert metric_id(metric) == "shop-orders-queue-depth"
    assert metric_id("requests_per_target") == "requests-per-target"
    assert Scaling(target_tracking=(TargetTracking(metric="requests_per_target"),)).needs_load_balancer
    assert not Scaling().needs_load_balancer


def test_values_that_do_nothing_are_refused() -> None:
    with pytest.raises(ComponentError, match=r"^Band\.change: a band that changes nothing"):
        Band(lower=1, change=0)
    with pytest.raises(ComponentError, match=r"^Band\.upper: 1 is not above lower \(2\)"):
        Band(lower=2, upper=1, change=1)
    with pytest.raises(ComponentError, match=r"^SimpleScaling\.change: is 0"):
        SimpleScaling(threshold=40, change=0)


def test_an_alarm_looks_back_a_day_at_most() -> None:
    with pytest.raises(ComponentError, match="an alarm looks back one day at most"):
        StepScaling(bands=DOCUMENTED_BANDS, period=3600, periods=25)


def test_schedules_have_names_of_their_own() -> None:
    twice = Schedule(name="morning", recurrence="0 6 * * *", min=2)
    with pytest.raises(ComponentError, match="two schedules have the same name"):
        Scaling(schedules=(twice, twice))
