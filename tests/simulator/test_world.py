import json
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import Conflict, InvalidInput
from domain.hours import DayHours
from simulator.played import Day
from simulator.world import World
from tests.simulator.town import MONDAY, hours, town, town_estate, town_scenario

FAULTY: dict[str, Any] = {
    "counter": {"in_rate": 0.9, "out_rate": 0.85},
    "sensors": {"present": {"ghosts": 3}, "period": {"silent_days": [4]}},
}
LONG, SHORT = hours("08:00-22:00"), hours("10:00-13:00, 14:00-16:00")


def play(world: World, first: int, last: int, open_: dict[str, DayHours]) -> list[Day]:
    return [world.play_day(MONDAY + timedelta(days=n), open_) for n in range(first, last)]


def readings(day: Day) -> Iterator[tuple[str, str]]:
    """Every reading as it stands on the wire, with its topic."""
    for message in day.messages:
        body = json.loads(message.payload)
        for reading in body if isinstance(body, list) else [body]:
            yield message.topic, json.dumps(reading)


def test_one_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (
        [day.messages for day in play(town(seed, **FAULTY), 0, 3, LONG)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_other_hours_meet_the_same_people() -> None:
    long, short = play(town(), 0, 5, LONG), play(town(), 0, 5, SHORT)
    for a, b in zip(long, short, strict=True):
        np.testing.assert_array_equal(a.truth.latent, b.truth.latent)
        unlimited = a.truth.rooms.index("room-doors")
        assert (a.truth.served[unlimited] >= b.truth.served[unlimited]).all()
        assert a.truth.served[unlimited].sum() > b.truth.served[unlimited].sum()


def test_a_counter_sees_or_misses_the_same_people_under_other_hours() -> None:
    (long,), (short,) = (play(town(**FAULTY), 0, 1, h) for h in (LONG, SHORT))
    eleven_to_twelve = slice((11 - 4) * 4, (12 - 4) * 4)  # nobody waits, nobody must go
    seen = [
        r.entered[eleven_to_twelve]
        for day in (long, short)
        for r in day.reports
        if r.sensor == "back" and r.entered is not None
    ]
    assert seen[0].sum() > 0
    np.testing.assert_array_equal(seen[0], seen[1])


def test_everybody_is_accounted_for_and_the_building_is_empty_at_the_days_end() -> None:
    for day in play(town(), 0, 7, LONG):
        truth = day.truth
        np.testing.assert_array_equal(
            truth.latent, truth.served + truth.refused_closed + truth.declined + truth.balked
        )
        np.testing.assert_array_equal(truth.entered.sum(axis=1), truth.served.sum(axis=1))
        assert (truth.occupancy >= 0).all()
        assert (truth.occupancy[:4] <= 20).all()
        assert (truth.occupancy[:, -1] == 0).all()
        assert truth.balked[:4].sum() > 0
        assert truth.declined.sum() > 0


def test_a_closed_venue_serves_nobody() -> None:
    closed = {**LONG, "hall": ()}
    (day,) = play(town(), 0, 1, closed)
    np.testing.assert_array_equal(day.truth.refused_closed[:4], day.truth.latent[:4])
    assert day.truth.entered[:4].sum() == 0
    assert day.truth.served[4].sum() > 0


def test_a_day_is_played_the_same_in_lists_and_reading_by_reading() -> None:
    lists = town(**FAULTY).play_day(MONDAY, LONG)
    singles = town(**FAULTY).play_day(MONDAY, LONG, batched=False)
    assert sorted(readings(lists)) == sorted(readings(singles))
    assert len(singles.messages) > 10 * len(lists.messages)
    assert all(not m.payload.startswith(b"[") for m in singles.messages)


@pytest.mark.parametrize("batched", [True, False])
def test_messages_come_in_order_of_time_each_at_its_last_reading(*, batched: bool) -> None:
    day = town().play_day(MONDAY, LONG, batched=batched)
    times = [m.at for m in day.messages]
    assert times == sorted(times)
    for message in day.messages:
        body = json.loads(message.payload)
        last = body[-1] if isinstance(body, list) else body
        assert f"{message.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" == last["time"]


def test_a_restored_world_plays_on_as_if_it_had_not_stopped() -> None:
    through = World(town_estate(), town_scenario(**FAULTY), 5)
    stopped = World(town_estate(), town_scenario(**FAULTY), 5)
    for world in (through, stopped):
        play(world, 0, 3, LONG)
    restored = World.restore(town_estate(), town_scenario(**FAULTY), stopped.state())
    for a, b in zip(play(through, 3, 6, SHORT), play(restored, 3, 6, SHORT), strict=True):
        assert a.messages == b.messages
    assert through.state() == restored.state()


def test_a_world_that_has_not_begun_can_be_restored() -> None:
    state = town(3).state()
    restored = World.restore(town_estate(), town_scenario(), state)
    assert restored.play_day(MONDAY, LONG).messages == town(3).play_day(MONDAY, LONG).messages


def test_a_day_cannot_come_again() -> None:
    world = town()
    play(world, 0, 2, LONG)
    with pytest.raises(Conflict):
        play(world, 1, 2, LONG)


def test_a_venue_without_hours_is_told_by_name() -> None:
    with pytest.raises(InvalidInput, match="doors"):
        town().play_day(MONDAY, {"hall": ()})


def test_names_that_the_estate_does_not_know_are_all_told() -> None:
    typos = {
        "venues": {"hal": {}, "hall": {"room_shares": {"rom": 2}}},
        "sensors": {"dor": {}},
    }
    with pytest.raises(InvalidInput) as caught:
        World(town_estate(), town_scenario(**typos), 1)
    assert {p.where for p in caught.value.problems} == {
        "venues.hal",
        "venues.hall.room_shares.rom",
        "sensors.dor",
    }


@pytest.mark.parametrize(
    ("zone", "before", "length_h"),
    [
        ("Europe/Berlin", date(2026, 10, 23), 25),
        ("Europe/Berlin", date(2026, 3, 27), 23),
        ("America/New_York", date(2026, 10, 30), 25),
        ("Australia/Lord_Howe", date(2026, 10, 2), 23.5),
    ],
)
def test_no_second_is_lost_or_counted_twice_when_clocks_change(
    zone: str, before: date, length_h: float
) -> None:
    night = [{"at": "27:45", "spread_minutes": 60, "visits": 900}]
    hall = {"workday": night, "free_day": night, "stay_minutes": 40}
    world = World(town_estate(zone=zone), town_scenario(types={"hall": hall}), 1)
    days = [world.play_day(before + timedelta(days=n), hours("04:00-28:00")) for n in range(3)]
    reports = [r for d in days for r in d.reports if r.sensor == "period"]
    periods_s = [r.period_s for r in reports if r.period_s is not None]
    times_s = np.concatenate([r.time_s for r in reports])
    np.testing.assert_array_equal(np.diff(times_s), np.concatenate(periods_s)[1:])
    assert [p.sum() / 3600 for p in periods_s] == [24, length_h, 24]
    entered = sum(int(r.entered.sum()) for r in reports if r.entered is not None)
    row = days[0].truth.rooms.index("room-period")
    assert entered == sum(int(d.truth.served[row].sum()) for d in days)
    left = [int(r.left.sum()) for r in reports if r.left is not None]
    assert left == [int(d.truth.served[row].sum()) for d in days]
