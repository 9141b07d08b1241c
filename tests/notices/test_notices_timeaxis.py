"""A time axis marks round moments, few enough to read, for spans of minutes up to decades."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_samples import NOW

from notices.timeaxis import MAX_TICKS, Tick, spanning

DAY = timedelta(days=1)
SPANS = [
    (timedelta(0), 2 * 60),
    (timedelta(minutes=40), 10 * 60),
    (timedelta(hours=5), 3600),
    (timedelta(hours=30), 6 * 3600),
    (timedelta(days=6), 86400),
    (timedelta(days=40), 7 * 86400),
]


@pytest.mark.parametrize(("span", "step_s"), SPANS)
def test_ticks_are_round_moments_at_equal_steps(span: timedelta, step_s: int) -> None:
    ticks = spanning([NOW - span, NOW], 0, 100).ticks()

    assert {later.at - tick.at for tick, later in pairwise(ticks)} == {timedelta(seconds=step_s)}
    assert all(tick.at.timestamp() % min(step_s, 86400) == 0 for tick in ticks)


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (200, ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]),
        (320, ["2026-03", "2026-05", "2026-07", "2026-09", "2026-11"]),
        (1500, ["2023", "2024", "2025", "2026"]),
        (12000, ["1995", "2000", "2005", "2010", "2015", "2020", "2025"]),
    ],
)
def test_long_spans_are_marked_by_month_or_year(days: int, shown: list[str]) -> None:
    assert [tick.text for tick in spanning([NOW - days * DAY, NOW], 0, 100).ticks()] == shown


def test_date_stands_below_the_time_of_day_where_it_begins() -> None:
    ticks = spanning([NOW - timedelta(hours=16), NOW], 0, 100).ticks()

    assert [(tick.text, tick.below) for tick in ticks] == [
        *(("00:00", "2026-11-21"), ("03:00", ""), ("06:00", ""), ("09:00", ""), ("12:00", ""))
    ]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_any_span_has_few_ticks_and_all_lie_inside(begin_s: int, span_s: int) -> None:
    start = datetime(1975, 1, 1, tzinfo=UTC) + timedelta(seconds=begin_s)
    axis = spanning([start, start + timedelta(seconds=span_s)], 10, 90)
    ticks = axis.ticks()

    assert 1 <= len(ticks) <= MAX_TICKS
    assert all(isinstance(tick, Tick) and 10 <= axis.place(tick.at) <= 90 for tick in ticks)
