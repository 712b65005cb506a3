"""Drawings: every minute of both weeks is in the strip once, and intervals lie where they say."""

from hypothesis import given
from hypothesis import strategies as st

from console.web.picture import interval_bar, tick_label, week_strip
from domain.hours import Block, WeeklyHours
from domain.planning import Interval

edges = st.lists(st.integers(16, 100), unique=True, max_size=6).map(sorted)
days = edges.map(
    lambda e: tuple(Block(15 * a, 15 * b) for a, b in zip(e[::2], e[1::2], strict=False))
)
weeks = st.lists(days, min_size=7, max_size=7).map(lambda d: WeeklyHours(tuple(d)))


@given(weeks, weeks)
def test_what_stays_and_what_is_dropped_or_added_makes_up_both_weeks(
    before: WeeklyHours, after: WeeklyHours
) -> None:
    spans = [span for day in week_strip(before, after).days for span in day.spans]
    width = {kind: sum(s.width for s in spans if s.kind == kind) for kind in strip_kinds()}
    assert width["kept"] + width["dropped"] == before.minutes
    assert width["kept"] + width["added"] == after.minutes


@given(weeks, weeks)
def test_all_spans_lie_on_the_axis_and_none_overlaps(
    before: WeeklyHours, after: WeeklyHours
) -> None:
    strip = week_strip(before, after)
    for day in strip.days:
        ends = [strip.first]
        for span in day.spans:
            assert span.start >= ends[-1]
            ends.append(span.start + span.width)
        assert ends[-1] <= strip.last


def test_days_that_change_are_those_whose_hours_differ() -> None:
    before = WeeklyHours.parse({"mon-fri": "09:00-17:00"})
    after = WeeklyHours.parse({"mon-thu": "09:00-17:00", "fri": "09:00-15:00"})
    changed = [day.weekday for day in week_strip(before, after).days if day.is_changed]
    assert changed == [4]
    assert week_strip(before, after).kinds == {"kept", "dropped"}


def test_a_week_without_hours_still_has_an_axis() -> None:
    strip = week_strip(WeeklyHours())
    assert strip.width > 0
    assert strip.kinds == set()


def test_hours_past_midnight_are_labelled_by_the_clock() -> None:
    late = week_strip(WeeklyHours.parse({"sat": "18:00-03:00"}))
    assert [tick_label(t) for t in late.ticks] == ["18", "21", "24", "03"]


@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3).map(sorted))
def test_an_interval_lies_in_order_on_its_bar_with_zero_on_its_own_side(
    ends: list[float],
) -> None:
    bar = interval_bar(Interval(*ends))
    assert 0 <= bar.low <= bar.mean <= bar.high <= 100
    assert 0 < bar.zero < 100
    if ends[0] > 0:
        assert bar.zero <= bar.low
    if ends[2] < 0:
        assert bar.zero >= bar.high


def strip_kinds() -> tuple[str, str, str]:
    return "kept", "added", "dropped"
