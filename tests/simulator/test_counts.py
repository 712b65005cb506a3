from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.readings import CountKind
from simulator.bins import Summing
from simulator.counts import SensorCounts
from simulator.played import Day
from simulator.world import World
from tests.simulator.town import MONDAY, hours, town, town_estate, town_scenario

OPEN = hours("09:00-20:00")
FAULTY: dict[str, Any] = {
    "counter": {"in_rate": 0.9, "out_rate": 0.85},
    "sensors": {"present": {"ghosts": 3, "in_rate": 0.8}},
}


def played(world: World, days: int = 2) -> list[Day]:
    return [world.play_day(MONDAY + timedelta(days=n), OPEN) for n in range(days)]


def row(day: Day, sensor: str) -> int:
    return [s.id for s in day.estate.sensors].index(sensor)


def test_perfect_sensors_count_the_truth() -> None:
    for day in played(town()):
        for kind in ("total", "period", "change"):
            room = day.truth.rooms.index(f"room-{kind}")
            np.testing.assert_array_equal(
                day.counts.entered[row(day, kind)], day.truth.entered[room]
            )
            np.testing.assert_array_equal(day.counts.left[row(day, kind)], day.truth.left[room])


def test_arrays_and_messages_say_the_same() -> None:
    """What a quarter-hour's reports add up to is what the arrays have."""
    for day in played(town(**FAULTY)):
        for report in day.reports:
            index = row(day, report.sensor)
            if report.kind is CountKind.PERIOD and report.entered is not None:
                assert report.left is not None
                for said, kept in (
                    (report.entered, day.counts.entered),
                    (report.left, day.counts.left),
                ):
                    sums = said.reshape(96, -1).sum(axis=1)
                    np.testing.assert_array_equal(kept[index], sums)
            if report.kind is CountKind.TOTAL and report.entered is not None:
                every = 900 // int(report.time_s[1] - report.time_s[0])
                rises = np.diff(report.entered[every - 1 :: every])
                np.testing.assert_array_equal(day.counts.entered[index][1:], rises)


def test_presence_is_the_mean_over_the_quarter_hour() -> None:
    """Readings every five minutes are a sample of it; over the day they agree."""
    (day,) = played(town(**FAULTY), 1)
    report = next(r for r in day.reports if r.kind is CountKind.PRESENT)
    assert report.present is not None
    kept = day.counts.present[row(day, "present")]
    assert kept.mean() == pytest.approx(report.present.mean(), rel=0.02)
    assert np.abs(kept - report.present.reshape(96, 3).mean(axis=1)).max() < 4
    assert np.isnan(day.counts.present[row(day, "total")]).all()


def test_person_hours_are_what_a_perfect_presence_sensor_sees() -> None:
    (day,) = played(town(), 1)
    room = day.truth.rooms.index("room-present")
    seen_s = day.counts.present[row(day, "present")].sum() * 900
    assert seen_s == pytest.approx(day.truth.stayed_s[room])


def test_rooms_and_venues_are_sums_of_their_sensors_by_sign() -> None:
    (day,) = played(town(), 1)
    summing = Summing(day.estate)
    start_s = int(day.frames.start_s[0])
    rooms = summing.rooms(day.counts, start_s, day.frames.open_share)
    venues = summing.venues(day.counts, start_s, day.frames.open_share)
    doors = rooms.rooms.index("room-doors")
    np.testing.assert_array_equal(rooms.entered[doors], day.truth.entered[doors])
    np.testing.assert_array_equal(rooms.left[doors], day.truth.left[doors])
    assert np.isnan(rooms.entered[rooms.rooms.index("room-present")]).all()
    hall = venues.rooms.index("hall")
    counting = [day.truth.rooms.index(f"room-{k}") for k in ("total", "period", "change")]
    np.testing.assert_array_equal(venues.entered[hall], day.truth.entered[counting].sum(axis=0))
    assert np.isnan(venues.present[hall]).all()  # three of its rooms are not watched
    opens = (9 - 4) * 4
    np.testing.assert_array_equal(venues.open[hall], [0.0] * opens + [1.0] * 44 + [0.0] * 32)
    assert venues.start[0] == np.datetime64("2026-11-08T20:00:00")


def test_a_silent_sensor_leaves_its_room_unknown() -> None:
    day = played(town(sensors={"back": {"silent_days": [1]}}))[1]
    summing = Summing(day.estate)
    rooms = summing.rooms(day.counts, 0, day.frames.open_share)
    doors = rooms.rooms.index("room-doors")
    assert np.isnan(rooms.entered[doors]).all()
    assert (rooms.healthy[doors] == 0).all()
    assert (rooms.healthy[rooms.rooms.index("room-total")] == 1).all()


def test_faults_befall_single_sensors_before_rooms_are_summed() -> None:
    (day,) = played(town(), 1)
    counts = SensorCounts.joined([day.counts, day.counts])
    counts.heard[row(day, "total"), 40:60] = 0
    opened = np.tile(day.frames.open_share, 2)
    rooms = Summing(day.estate).rooms(counts, 0, opened)
    its = rooms.rooms.index("room-total")
    unknown = np.isnan(rooms.entered[its])
    assert unknown[40:60].all()
    assert not unknown[:40].any()
    assert not unknown[60:].any()


def test_a_crowd_hides_people_from_the_sensor() -> None:
    """Every crossing into a full room is missed by the share; into an empty one by none."""
    world = town(sensors={"total": {"crowding": 0.5}})
    seen, true, filled = [], [], []
    for day in played(world, 20):
        room = day.truth.rooms.index("room-total")
        seen.append(day.counts.entered[row(day, "total")])
        true.append(day.truth.entered[room])
        filled.append(day.truth.occupancy_before[room] / 20)
    caught = 1 - 0.5 * np.concatenate(filled)
    expected = (np.concatenate(true) * caught).sum()
    assert np.concatenate(seen).sum() == pytest.approx(expected, rel=0.03)
    assert expected < 0.8 * np.concatenate(true).sum()


def test_rates_wander_slowly_with_the_spread_that_is_said() -> None:
    estate = town_estate()
    many = World(estate, town_scenario(counter={"in_rate": 0.5, "out_rate": 0.5, "drift": 0.1}), 1)
    dates = [date(2026, 1, 1) + timedelta(days=3 * n) for n in range(1_500)]
    wandered = np.array([many.eyes.wandered(day) for day in dates])
    assert wandered.std() == pytest.approx(0.1, rel=0.1)
    assert np.abs(np.diff(wandered, axis=0)).max() < 0.05


@pytest.mark.parametrize(("zone", "day"), [("Europe/Berlin", date(2026, 10, 24))])
def test_a_day_of_25_hours_has_100_quarter_hours(zone: str, day: date) -> None:
    world = World(town_estate(zone=zone), town_scenario(), 1)
    played_day = world.play_day(day, OPEN)
    assert played_day.counts.entered.shape == (6, 100)
    assert played_day.frames.open_share.shape == (5, 100)
    assert played_day.frames.open_share.sum(axis=1).tolist() == [44.0] * 5
