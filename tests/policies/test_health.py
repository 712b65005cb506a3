"""What is said of a sensor, from what it counted in two weeks and said last."""

import numpy as np
import pytest

from domain.readings import CountKind, CountReading, Mark, ReadingTable
from policies.findings import FACTS, Finding, State
from policies.health_reports import silence
from policies.watched import Place
from tests.contract.quarters import Quarter
from tests.policies.watching import (
    ANY_CHANGE,
    FIRST,
    SLOTS,
    busy,
    counter,
    is_open,
    of_one,
    reports,
    states,
    us,
)

PRESENT = counter(kind=CountKind.PRESENT)
LAST = FIRST + SLOTS


def heard_before(minutes: float, interval_s: int = 900) -> list[State]:
    sensor = counter(interval_s=interval_s)
    return states(of_one(sensor, [CountReading("door", CountKind.TOTAL, us(minutes=minutes))]))


def test_a_counter_that_reports_and_counts_is_fine() -> None:
    found = of_one(counter())
    assert found.state is State.FINE
    assert found.last_heard_us == us()


def test_a_counter_that_nobody_ever_heard() -> None:
    found = of_one(counter(), said=[], quarters=[])
    assert states(found) == [State.NEVER_HEARD]
    assert found.last_heard_us is None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(37, []), (38, [State.LATE]), (120, [State.LATE]), (121, [State.SILENT])],
)
def test_late_after_two_and_a_half_intervals_silent_after_eight(
    minutes: float, expected: list[State]
) -> None:
    assert heard_before(minutes) == expected


def test_no_counter_is_silent_within_an_hour_however_often_it_should_report() -> None:
    assert heard_before(59, interval_s=60) == [State.LATE]
    assert heard_before(61, interval_s=60) == [State.SILENT]


@pytest.mark.parametrize(("hours", "expected"), [(8, []), (9, [State.SILENT])])
def test_a_counter_of_changes_may_say_nothing_for_eight_open_hours(
    hours: float, expected: list[State]
) -> None:
    said = [CountReading("door", CountKind.CHANGE, us(hours=hours))]
    assert states(of_one(ANY_CHANGE, said)) == expected


def test_silence_of_changes_does_not_count_while_the_place_is_closed() -> None:
    """The last word came at 18 yesterday; it is 15 now, after seven open hours."""
    said = [CountReading("door", CountKind.CHANGE, us(hours=24))]
    place = Place(sensor=ANY_CHANGE)
    until_three = np.array([is_open(FIRST + n) for n in range(SLOTS - 12)], dtype=np.float64)
    table = ReadingTable.of_readings(said)
    assert silence(place, table, until_three, FIRST, us(hours=3)) is None


def test_signs_of_life_bound_the_silence_of_a_counter_of_changes() -> None:
    """They come every two hours: late after five, silent after sixteen."""
    signs = [CountReading("door", CountKind.STATUS, us(hours=hours)) for hours in (10, 8, 6)]
    assert states(of_one(ANY_CHANGE, signs)) == [State.LATE]
    long_ago = [sign._replace(time_us=sign.time_us - 11 * 3_600_000_000) for sign in signs]
    assert states(of_one(ANY_CHANGE, long_ago)) == [State.SILENT]


def test_a_door_where_nobody_passes_all_day_is_stuck() -> None:
    found = of_one(counter(), counts=lambda slot: busy(slot) if slot < LAST - 40 else (0, 0))
    assert states(found) == [State.STUCK]
    facts = found.findings[0].facts
    assert facts["open_hours"] == 10
    assert facts["usual"] == 40 * 12


def test_a_door_may_stand_still_for_eight_open_hours() -> None:
    assert not states(of_one(counter(), counts=lambda s: busy(s) if s < LAST - 32 else (0, 0)))


def test_a_door_that_few_people_use_is_not_stuck_for_a_day_without_any() -> None:
    """Two people a day: no more than e⁻² speaks against a day without any."""

    def rarely(slot: int) -> tuple[float, float]:
        return (1, 1) if slot % 96 == 40 and slot < LAST - 40 else (0, 0)

    assert not states(of_one(counter(), counts=rarely))


def test_a_door_that_never_counted_anybody_in_two_weeks_is_stuck() -> None:
    assert states(of_one(counter(), counts=lambda _: (0, 0))) == [State.STUCK]


def test_a_counter_of_changes_counts_nobody_where_nothing_changes() -> None:
    """People come through it in one quarter-hour of an hour; today none do, and it is alive."""

    def hourly(slot: int) -> tuple[float, float] | None:
        return (9, 9) if is_open(slot) and slot % 4 == 0 and slot < LAST - 40 else None

    alive = [CountReading("door", CountKind.STATUS, us(minutes=n)) for n in (20, 10, 0)]
    found = of_one(ANY_CHANGE, alive, counts=hourly)
    assert states(found) == [State.STUCK]
    assert found.findings[0].facts["usual"] == 10 * 18


def test_a_silent_door_is_not_called_stuck_too() -> None:
    said = [CountReading("door", CountKind.TOTAL, us(hours=3))]
    assert states(of_one(counter(), said, counts=lambda _: (0, 0))) == [State.SILENT]


def crowd(people: float, slots: int) -> list[Quarter]:
    """Somebody comes and goes, then so many people stay the same for the last quarter-hours."""
    moving = [
        Quarter("door", CountKind.PRESENT, slot, present=4, present_known=1, lowest=3, highest=5)
        for slot in range(FIRST, LAST - slots)
    ]
    still = [
        Quarter(
            "door", CountKind.PRESENT, slot, present=people, present_known=1, lowest=people,
            highest=people,
        )
        for slot in range(LAST - slots, LAST)
    ]  # fmt: skip
    return moving + still


@pytest.mark.parametrize(
    ("people", "slots", "expected"), [(7, 40, [State.STUCK]), (7, 32, []), (2, 40, [])]
)
def test_a_crowd_that_does_not_move_all_day_is_stuck(
    people: int, slots: int, expected: list[State]
) -> None:
    said = reports(PRESENT, present=people)
    assert states(of_one(PRESENT, said, quarters=crowd(people, slots))) == expected


def test_a_crowd_whose_bins_are_unknown_because_it_stands_still_is_stuck() -> None:
    unknown = [Quarter("door", CountKind.PRESENT, slot) for slot in range(LAST - 40, LAST)]
    quarters = crowd(7, 40)[:-40] + unknown
    assert states(of_one(PRESENT, reports(PRESENT, present=7), quarters=quarters)) == [State.STUCK]


@pytest.mark.parametrize(
    ("entered", "left", "expected"),
    [(6, 6, []), (6, 5, []), (6, 4, [State.IMBALANCED]), (4, 6, [State.IMBALANCED])],
)
def test_more_than_a_quarter_more_one_way_than_the_other_is_imbalanced(
    entered: float, left: float, expected: list[State]
) -> None:
    found = of_one(counter(), counts=lambda s: (entered, left) if is_open(s) else (0, 0))
    assert states(found) == expected


def test_a_gate_that_only_counts_in_is_not_imbalanced() -> None:
    def one_way(slot: int) -> tuple[float, float]:
        return (6, float("nan")) if is_open(slot) else (0, float("nan"))

    assert not states(of_one(counter(), counts=one_way))


def test_days_with_a_gap_do_not_speak_for_an_imbalance() -> None:
    def gaps(slot: int) -> tuple[float, float] | None:
        return None if slot % 96 == 40 else (6, 2)

    assert not states(of_one(counter(), counts=gaps))


def test_more_people_than_fit_through_a_door() -> None:
    found = of_one(counter(), counts=lambda s: (3651, 12) if s == LAST - 5 else busy(s))
    assert found.findings == (
        Finding(State.IMPLAUSIBLE, {"times": 1, "value": 3651, "limit": 3650}),
    )
    assert not states(of_one(counter(), counts=lambda s: (3651, 12) if s == FIRST else busy(s)))


@pytest.mark.parametrize(("lowest", "highest", "value"), [(-6, 3, -6), (-5, 60, None), (0, 61, 61)])
def test_fewer_than_nobody_or_three_times_as_many_as_fit(
    lowest: float, highest: float, value: float | None
) -> None:
    quarter = Quarter(
        "door", CountKind.PRESENT, LAST - 1, present=3, present_known=1, lowest=lowest,
        highest=highest,
    )  # fmt: skip
    found = of_one(PRESENT, quarters=[quarter], capacity=20)
    assert [f.facts["value"] for f in found.findings] == ([] if value is None else [value])


def test_a_mark_of_a_wrong_clock_among_the_last_readings_is_told() -> None:
    said = reports(counter())
    said[3] = said[3]._replace(marks=Mark.CLOCK_WRONG | Mark.RECEIPT_TIME)
    assert of_one(counter(), said).findings == (Finding(State.CLOCK_WRONG, {"minutes": 0}),)


def test_a_steady_lag_of_an_hour_is_a_wrong_clock() -> None:
    found = of_one(counter(), reports(counter(), lag_s=3600))
    assert found.findings == (Finding(State.CLOCK_WRONG, {"minutes": 60}),)
    assert not states(of_one(counter(), reports(counter(), lag_s=899)))
    assert not states(of_one(counter(), reports(counter(), 9, lag_s=3600)))


def test_history_and_what_came_at_once_after_an_outage_say_nothing_of_a_clock() -> None:
    kept = reports(counter(), lag_s=3600, marks=Mark.HISTORY)
    at_once = reports(counter(), received_us=us())
    burst = reports(counter(interval_s=5), lag_s=3600)
    assert not states(of_one(counter(), kept))
    assert not states(of_one(counter(), at_once))
    assert not states(of_one(counter(interval_s=5), burst))


def test_a_battery_is_low_where_the_latest_reading_says_so_and_history_does_not_count() -> None:
    *before, latest = reports(counter())
    low = latest._replace(marks=Mark.LOW_BATTERY)
    assert states(of_one(counter(), [*before, low])) == [State.LOW_BATTERY]
    replaced = before[-1]._replace(marks=Mark.LOW_BATTERY)
    assert not states(of_one(counter(), [*before[:-1], replaced, latest]))
    history = latest._replace(marks=Mark.LOW_BATTERY | Mark.HISTORY)
    assert not states(of_one(counter(), [*before, history]))


def test_the_worst_comes_first() -> None:
    said = reports(counter(), lag_s=3600, marks=Mark.LOW_BATTERY)
    found = of_one(counter(), said, counts=lambda _: (0, 0))
    assert states(found) == [State.STUCK, State.CLOCK_WRONG, State.LOW_BATTERY]


def test_a_finding_carries_its_own_facts_and_no_others() -> None:
    with pytest.raises(ValueError, match="late has"):
        Finding(State.LATE, {"hours": 3})
    assert set(FACTS) == set(State) - {State.FINE}


def test_a_counter_turned_by_its_sign_is_read_the_other_way_round() -> None:
    sensor = counter(sign=-1)
    found = of_one(sensor, counts=lambda s: (6, 3) if is_open(s) else (0, 0))
    facts = found.findings[0].facts
    assert facts["left"] == 2 * facts["entered"]
    assert np.isfinite(facts["left"])
