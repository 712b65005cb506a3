from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.readings import CountKind
from simulator.messages import Reports
from simulator.played import Day
from simulator.world import World
from tests.simulator.town import MONDAY, hours, town

OPEN = hours("09:00-20:00")
Counts = NDArray[np.int64]


def of(day: Day, sensor: str) -> Reports:
    return next(r for r in day.reports if r.sensor == sensor)


def heard(day: Day) -> set[str]:
    return {r.sensor for r in day.reports}


def said(counts: Counts | None) -> Counts:
    assert counts is not None
    return counts


def truth_of(day: Day, room: str) -> tuple[Counts, Counts, Counts]:
    row = day.truth.rooms.index(room)
    return day.truth.entered[row], day.truth.left[row], day.truth.occupancy[row]


def by_slot(at_s: Counts, counts: Counts, day: Day) -> Counts:
    start = of(day, "period").time_s[-1] - 86_400
    return np.bincount((at_s - start) // 900, weights=counts, minlength=96).astype(np.int64)


def play(world: World, days: int) -> list[Day]:
    return [world.play_day(MONDAY + timedelta(days=n), OPEN) for n in range(days)]


def test_a_perfect_total_rises_by_the_truth_day_after_day() -> None:
    before = [0, 0]
    for day in play(town(), 3):
        report = of(day, "total")
        entered, left, _ = truth_of(day, "room-total")
        for i, (counts, true) in enumerate(
            [(said(report.entered), entered), (said(report.left), left)]
        ):
            np.testing.assert_array_equal(np.diff(counts[2::3], prepend=before[i]), true)
            before[i] = int(counts[-1])


def test_a_perfect_period_counts_the_truth() -> None:
    (day,) = play(town(), 1)
    report = of(day, "period")
    entered, left, _ = truth_of(day, "room-period")
    np.testing.assert_array_equal(said(report.entered).reshape(96, 3).sum(axis=1), entered)
    np.testing.assert_array_equal(said(report.left).reshape(96, 3).sum(axis=1), left)
    assert (said(report.period_s) == 300).all()


def test_perfect_changes_say_every_crossing_once() -> None:
    first, second = play(town(), 2)
    for day in (first, second):
        report = of(day, "change")
        entered, left, _ = truth_of(day, "room-change")
        np.testing.assert_array_equal(by_slot(report.time_s, said(report.entered), day), entered)
        np.testing.assert_array_equal(by_slot(report.time_s, said(report.left), day), left)
        assert (said(report.entered) + said(report.left) == 1).all()
    seqs = np.concatenate([said(of(day, "change").seq) for day in (first, second)])
    np.testing.assert_array_equal(seqs, np.arange(1, len(seqs) + 1))


def test_perfect_presence_is_the_occupancy() -> None:
    (day,) = play(town(), 1)
    _, _, occupancy = truth_of(day, "room-present")
    np.testing.assert_array_equal(said(of(day, "present").present)[2::3], occupancy)


def test_two_doors_share_the_people_and_one_is_mounted_the_wrong_way_round() -> None:
    (day,) = play(town(second_door_share=0.25), 1)
    front, back = of(day, "front"), of(day, "back")
    entered, left, _ = truth_of(day, "room-doors")
    in_front = np.diff(said(front.left), prepend=0)
    out_front = np.diff(said(front.entered), prepend=0)
    np.testing.assert_array_equal(in_front + said(back.entered), entered)
    np.testing.assert_array_equal(out_front + said(back.left), left)
    assert in_front.sum() / entered.sum() == pytest.approx(0.75, abs=0.06)


def test_counters_miss_crossings_at_their_rates() -> None:
    rates = {"in_rate": 0.9, "out_rate": 0.8}
    days = play(town(counter=rates), 10)
    for kind in (CountKind.PERIOD, CountKind.CHANGE):
        for rate, index in ((0.9, 0), (0.8, 1)):
            true = sum(int(truth_of(d, f"room-{kind}")[index].sum()) for d in days)
            seen = sum(
                int(said((of(d, kind).entered, of(d, kind).left)[index]).sum()) for d in days
            )
            sigma = np.sqrt(true * rate * (1 - rate))
            assert abs(seen - true * rate) < 4 * sigma


def test_a_presence_sensor_sees_ghosts_after_closing_only() -> None:
    (day,) = play(town(sensors={"present": {"ghosts": 50}}), 1)
    _, _, occupancy = truth_of(day, "room-present")
    beyond = said(of(day, "present").present)[2::3] - occupancy
    closing = (20 - 4) * 4  # the day begins at 04:00
    assert (beyond[:closing] == 0).all()
    assert len(set(beyond[closing:].tolist())) == 1
    assert beyond[-1] > 0


def test_a_silent_total_counts_on_and_a_silent_change_counter_skips_numbers() -> None:
    silent = {"silent_days": [1]}
    faulty = play(town(sensors={"total": silent, "change": silent}), 3)
    whole = play(town(), 3)
    assert {"total", "change"} - heard(faulty[1]) == {"total", "change"}
    for sensor in ("total", "change"):
        np.testing.assert_array_equal(
            said(of(faulty[2], sensor).entered), said(of(whole[2], sensor).entered)
        )
    np.testing.assert_array_equal(
        said(of(faulty[2], "change").seq), said(of(whole[2], "change").seq)
    )


def test_sensors_are_heard_from_installation_to_death() -> None:
    lives = {"total": {"installed_day": 1}, "period": {"dead_from_day": 2}}
    days = play(town(sensors=lives), 3)
    assert ["total" in heard(d) for d in days] == [False, True, True]
    assert ["period" in heard(d) for d in days] == [True, True, False]
    assert said(of(days[1], "total").entered)[0] == 0
