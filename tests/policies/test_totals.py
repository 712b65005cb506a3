"""Totals that roll over, start anew, or are simply wrong for a moment."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from domain.readings import Mark
from policies.glitches import ODD_READINGS
from policies.plausible import most_in
from policies.stretches import Column
from policies.totals import BEARS_READINGS, WIDTHS, counted_between
from tests.real_data import real_data

QUARTER_S = 900.0
FIELDS = tuple(Column.__dataclass_fields__)
Counted = list[tuple[float, float, float]]
"""Begin and end, in quarter-hours, of what was counted, and how many."""


def column(
    totals: Sequence[float | None],
    *,
    others: Sequence[float] | None = None,
    marks: Sequence[int] | None = None,
    uptime_s: Sequence[float] | None = None,
    every_s: float = QUARTER_S,
) -> Column:
    """Readings of one sensor, one each quarter-hour."""
    size = len(totals)
    nothing, time_s = np.full(size, np.nan), np.arange(size, dtype=np.float64) * every_s
    return Column(
        sensor=np.zeros(size, dtype=np.intp),
        time_s=time_s,
        value=np.array(totals, dtype=np.float64),
        period_s=np.zeros(size),
        interval_s=np.full(size, QUARTER_S),
        starts=_told(marks, size, Mark.BOOTED | Mark.RESET),
        resets=_told(marks, size, Mark.RESET),
        start_s=time_s - (nothing if uptime_s is None else np.array(uptime_s, dtype=np.float64)),
        beside=nothing if others is None else np.array(others, dtype=np.float64),
    )


def _told(marks: Sequence[int] | None, size: int, which: Mark) -> NDArray[np.intp]:
    return np.cumsum([bool(mark & which) for mark in marks or [0] * size]).astype(np.intp)


def counted(found: Column) -> Counted:
    made = counted_between(found)
    rows = zip(made.begin_s / QUARTER_S, made.end_s / QUARTER_S, made.amount, strict=True)
    return [(float(a), float(b), float(n)) for a, b, n in rows]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_total_that_passes_its_width_has_rolled_over(width: int) -> None:
    totals = [width - 30, width - 10, 5, 25]
    assert counted(column(totals)) == [(0, 1, 20), (1, 2, 15), (2, 3, 20)]


@given(
    st.sampled_from(WIDTHS),
    st.lists(st.integers(5, 90), min_size=4, max_size=40),
    st.integers(0, 800),
)
def test_across_any_width_what_was_counted_is_what_had_passed(
    width: int, steps: list[int], below: int
) -> None:
    true = width - 1 - below + np.cumsum([0, *steps])
    found = counted(column((true % width).tolist()))
    assert [n for _, _, n in found] == steps


def test_after_a_reset_the_stretch_is_unknown_and_the_count_goes_on() -> None:
    assert counted(column([500, 510, 4, 9])) == [(0, 1, 10), (2, 3, 5)]


def test_a_device_that_says_that_it_started_did_not_roll_over() -> None:
    totals, booted = [2**16 - 30, 2**16 - 10, 5, 25], [0, 0, int(Mark.BOOTED), 0]
    assert counted(column(totals, marks=booted)) == [(0, 1, 20), (2, 3, 20)]


def test_both_directions_falling_at_once_are_a_reset() -> None:
    totals, others = [2**16 - 30, 2**16 - 10, 5, 25], [400, 410, 3, 9]
    assert counted(column(totals, others=others)) == [(0, 1, 20), (2, 3, 20)]


def test_one_direction_falling_near_its_width_is_a_rollover() -> None:
    totals, others = [2**16 - 30, 2**16 - 10, 5, 25], [400, 410, 420, 430]
    assert [n for _, _, n in counted(column(totals, others=others))] == [20, 15, 20]


def test_since_a_start_that_the_device_tells_all_is_known() -> None:
    found = counted(column([500, 510, 4, 9], uptime_s=[9000, 9900, 300, 1200]))
    assert found == [(0, 1, 10), (2 - 300 / 900, 2, 4), (2, 3, 5)]


def test_a_device_that_has_not_started_meanwhile_has_rolled_over_in_both_directions() -> None:
    totals, others = [2**16 - 30, 2**16 - 10, 5], [2**16 - 9, 2**16 - 4, 2]
    found = counted(column(totals, others=others, uptime_s=[9000, 9900, 10_800]))
    assert [n for _, _, n in found] == [20, 15]


def test_both_directions_falling_near_their_width_are_unknown_without_a_word_of_uptime() -> None:
    totals, others = [2**16 - 9, 5], [2**16 - 4, 2]
    assert counted(column(totals, others=others)) == []


def test_a_reset_on_command_hides_behind_a_total_that_rises() -> None:
    """Nobody knows how many came before it, though 7 is more than 5."""
    told = [0, int(Mark.RESET), 0]
    assert counted(column([5, 7, 9], marks=told)) == [(1, 2, 2)]
    assert [n for _, _, n in counted(column([50_000, 50_007, 50_009], marks=told))] == [7, 2]


def test_a_start_while_the_total_goes_on_rising_is_no_reset() -> None:
    booted = [0, int(Mark.BOOTED), 0]
    assert [n for _, _, n in counted(column([100, 107, 110], marks=booted))] == [7, 3]


def test_a_counter_that_has_been_beyond_a_width_does_not_roll_over_there() -> None:
    totals = [2**16 + 40, 3, 2**16 - 10, 5]
    assert (2, 3, 15) not in counted(column(totals))


@pytest.mark.parametrize("odd", [[7], [7, 8], [900_000], [140], [0]])
def test_a_total_that_leaves_and_returns_was_wrong_meanwhile(odd: list[int]) -> None:
    totals = [100, 110, *odd, 130, 135]
    made = counted_between(column(totals, every_s=300.0))
    assert made.amount.tolist() == [10, 20, 5]


def test_a_low_total_that_is_soon_passed_again_by_usual_counts_was_reset() -> None:
    totals = [20, 30, 40, 2, 14, 27, 41, 52]
    assert [n for _, _, n in counted(column(totals))] == [10, 10, 12, 13, 14, 11]


def test_a_last_crossing_before_a_nightly_reset_is_counted() -> None:
    assert sum(n for _, _, n in counted(column([0, 2, 2, 4, 0, 0, 1]))) == 5


def test_a_start_that_the_device_tells_is_no_glitch_though_the_total_returns() -> None:
    uptime_s = [9000, 9900, 600, 1500, 2400]
    found = counted(column([100, 110, 4, 60, 130], uptime_s=uptime_s))
    assert [n for _, _, n in found] == [10, 4, 56, 70]


def test_a_young_counter_that_falls_may_have_been_reset() -> None:
    """Five came; then it says 0, which is no more than it had just counted: 5 may be true."""
    assert counted(column([0, 0, 5, 0, 0, 1])) == [(0, 1, 0), (1, 2, 5), (3, 4, 0), (4, 5, 1)]


def test_totals_that_come_in_another_order_are_healed() -> None:
    assert sum(n for _, _, n in counted(column([10, 12, 11, 13], every_s=300.0))) == 3


@given(
    st.lists(st.integers(0, 60), min_size=12, max_size=30),
    st.integers(3, 8),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=3),
)
def test_up_to_three_wrong_readings_change_no_count_and_lose_at_most_their_own_stretch(
    steps: list[int], at: int, odd: list[int]
) -> None:
    true = (10_000 + np.cumsum([0, *steps])).tolist()
    wrong = [*true[:at], *odd, *true[at + len(odd) :]]
    whole = dict.fromkeys(range(len(steps)), 0.0)
    made = counted_between(column(wrong, every_s=300.0))
    for begin_s, end_s, amount in zip(made.begin_s, made.end_s, made.amount, strict=True):
        first, last = round(begin_s / 300), round(end_s / 300)
        if all(n not in range(at - 1, at + len(odd)) for n in range(first, last)):
            assert amount == sum(steps[first:last])
        whole[first] = amount
    healed_s = 300.0 * (len(odd) + ODD_READINGS + 1)
    assert sum(whole.values()) <= sum(steps) + float(most_in(np.array([healed_s]))[0])


def test_a_rollover_far_from_the_top_is_believed_of_a_door_that_is_as_busy_as_that() -> None:
    """1,500 a quarter-hour: more than a 64th of 2^16, but no more than usual."""
    totals = [60_000, 61_500, 63_000, 64_500, 464, 1964]
    assert [n for _, _, n in counted(column(totals))] == [1500] * 5
    quiet = [64_380, 64_420, 64_460, 64_500, 464, 470]
    assert [n for _, _, n in counted(column(quiet))] == [40, 40, 40, 6]


def test_a_counter_that_few_pass_and_that_falls_near_its_width_was_reset() -> None:
    """536 would have come at once where 2 do."""
    totals = [64_994, 64_996, 64_998, 65_000, 0, 2]
    assert [n for _, _, n in counted(column(totals))] == [2, 2, 2, 2]


def test_a_counter_that_may_have_gone_round_twice_is_unknown() -> None:
    """5,736 people on a day, or 71,272? Of a door with 39,800 the day after it may be either."""
    for after, amounts in ((40_000, [39_800, 100]), (20_000, [5_736, 19_800, 100])):
        daily = column([60_000, 200, after, after + 100], every_s=86_400.0)
        made = counted_between(replace(daily, interval_s=np.full(4, 86_400.0)))
        assert made.amount.tolist() == amounts


@given(
    st.lists(st.integers(0, 90), min_size=3, max_size=20),
    st.lists(st.integers(0, 90), min_size=3, max_size=20),
    st.integers(5_000, 60_000),
)
def test_a_reset_loses_the_stretch_in_which_it_is_and_nothing_else(
    before: list[int], after: list[int], start: int
) -> None:
    totals = [*(start + np.cumsum([0, *before])), *np.cumsum(after)]
    assert [n for _, _, n in counted(column(totals))] == [*before, *after[1:]]


@given(
    st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=3), min_size=2, max_size=10),
    st.randoms(use_true_random=False),
)
def test_the_order_of_what_is_said_at_one_instant_changes_nothing(
    rises: list[list[int]], chance: Random
) -> None:
    total, said = 10_000, [(0.0, 10_000.0)]
    for quarter, group in enumerate(rises, 1):
        totals = total + np.cumsum([r + 1 for r in group])
        at_once = [(quarter * QUARTER_S, float(t)) for t in totals]
        chance.shuffle(at_once)
        total, said = int(totals[-1]), [*said, *at_once]
    said.append((len(rises) * QUARTER_S + QUARTER_S, float(total)))
    time_s, value = np.array(said).T
    shuffled = replace(column(value.tolist()), time_s=time_s)
    assert counted_between(shuffled).amount.sum() == total - 10_000


@given(st.lists(st.integers(0, 2**53), max_size=30), st.floats(1, 2000))
def test_what_is_known_is_never_negative_nor_more_than_a_door_lets_through(
    totals: list[int], every_s: float
) -> None:
    made = counted_between(column(totals, every_s=every_s))
    assert (made.amount >= 0).all()
    assert (made.amount <= 4 * (made.end_s - made.begin_s) + 50).all()


@given(
    st.lists(
        st.one_of(st.integers(0, 60), st.sampled_from([-40, -(10**6), 10**5])),
        min_size=2 * BEARS_READINGS + 4,
        max_size=40,
    ),
    st.integers(1, 3),
)
def test_far_readings_change_nothing(steps: list[int], cut: int) -> None:
    """Quarter-hours are made anew from a part of the past, and must come out the same."""
    totals = np.array([65_000.0])
    for step in steps:
        totals = np.append(totals, max(totals[-1] + step, 0) % 2**16)
    whole, end = column(totals.tolist()), len(totals) - cut
    part = whole.where(np.isin(np.arange(len(totals)), np.arange(cut, end)))
    near, far = cut + BEARS_READINGS, end - 1 - BEARS_READINGS
    inside = [
        [row for row in counted(some) if row[1] > near and row[0] < far] for some in (whole, part)
    ]
    assert inside[0] == inside[1]


def test_sensors_are_taken_each_by_itself() -> None:
    one, other = column([100, 110, 115]), column([120, 3, 130])
    both = Column(*(np.concatenate([getattr(c, f) for c in (one, other)]) for f in FIELDS))
    both = replace(both, sensor=np.repeat([4, 9], 3))
    made = counted_between(both)
    assert (made.sensor.tolist(), made.amount.tolist()) == ([4, 4, 9], [10, 5, 10])


def test_a_library_gate_that_goes_from_999_999_to_9_776_has_counted_9_777() -> None:
    """Read once a day; “Gate Closed” and NA are no numbers, and are not said."""
    with real_data("library_gate_counts.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    said = [float(total) if total.isdigit() else None for _, total in rows]
    gate = replace(column(said, every_s=86_400.0), interval_s=np.full(len(said), 86_400.0))
    made = counted_between(gate)
    days = [rows[round(end_s / 86_400)][0] for end_s in made.end_s]
    by_day = dict(zip(days, made.amount.tolist(), strict=True))
    assert by_day["03-Mar-22"] == 9_777
    assert (by_day["02-Sep-21"], by_day["01-Mar-22"], by_day["04-Mar-22"]) == (16, 171, 74)
    assert "21-Oct-21" not in by_day, "387,623 people in a day came through no gate"


def test_more_than_a_door_lets_through_is_unknown() -> None:
    assert counted(column([100, 110, 60_000, 60_010])) == [(0, 1, 10), (2, 3, 10)]


def test_a_number_that_a_reading_does_not_say_is_passed_over() -> None:
    assert counted(column([100, None, 110, 120])) == [(0, 2, 10), (2, 3, 10)]


def test_repeats_of_one_instant_change_nothing() -> None:
    once = column([100, 110, 130])
    twice = Column(*(np.repeat(getattr(once, name), 2) for name in FIELDS))
    assert counted_between(twice).amount.sum() == counted_between(once).amount.sum() == 30
