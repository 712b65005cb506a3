"""What a manager is told of rooms: once a month, with the cause and what might be done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Room, Venue
from domain.planning import Fact
from policies.findings import State
from policies.underuse.digest import Digest, Item, monthly
from policies.underuse.flags import Feedback, Phase, Standings, answered
from policies.underuse.known import Rooms
from policies.underuse.pattern import UsualWeek, usual_week
from policies.underuse.weeks import RoomWeeks

Floats = NDArray[np.float64]

ON = date(2026, 11, 2)
WEEKS = 30
CAPACITY, OPEN_HOURS, THRESHOLD = 20.0, 50.0, 0.2
OPEN = (np.arange(96) >= 24) & (np.arange(96) < 64)
"""10:00 to 20:00, the day beginning at 04:00."""


def weeks_of(use: Floats, **others: Floats) -> RoomWeeks:
    """Weeks with so much use, in capacity; (rooms, weeks)."""
    used = use * CAPACITY * OPEN_HOURS
    full = np.full(use.shape, OPEN_HOURS)
    arrays = {
        "used": used,
        "offered": CAPACITY * full,
        "open_hours": full,
        "healthy_hours": full,
        "entered": used.copy(),
        "left": used.copy(),
        "open_days": np.full(use.shape, 5.0),
        "empty_days": np.where(use == 0, 5.0, 0.0),
    }
    return RoomWeeks(
        rooms=tuple(f"r{n}" for n in range(len(use))),
        week=np.datetime64("2026-10-26") - 7 * np.arange(use.shape[1])[::-1],
        **(arrays | others),
    )


def rooms_of(people: Sequence[float] | Floats, **others: Any) -> Rooms:
    """Rooms of one type, 30 minutes apart, with so many people in each open hour."""
    number = len(people)
    present = np.asarray(people, dtype=np.float64).reshape(number, 1, -1) * np.ones((7, 96))
    present = np.where(OPEN & (np.arange(7) < 5)[:, None], present, np.nan)
    venue = {"name": "V", "type": "library", "area": "a", "zone": "UTC", "hours": {}}
    fields: dict[str, Any] = {
        "rooms": [
            Room(id=f"r{n}", name="R", venue=f"v{n}", capacity=int(CAPACITY)) for n in range(number)
        ],
        "venues": [
            Venue.model_validate(venue | {"id": f"v{n}", "department": "east"})
            for n in range(number)
        ],
        "threshold": np.full(number, THRESHOLD),
        "usual": UsualWeek(present=present, open=np.where(np.isnan(present), 0.0, 1.0)),
        "walk_minutes": np.where(np.eye(number, dtype=bool), 0.0, 30.0),
        "booked": np.full(number, np.nan),
    }
    return Rooms(**(fields | others))


def use_of(levels: Sequence[float], seed: int = 0) -> Floats:
    noise = np.random.default_rng(seed).normal(0, 0.15, (len(levels), WEEKS))
    return np.asarray(np.array(levels)[:, None] * np.exp(noise))


def told(weeks: RoomWeeks, rooms: Rooms, standings: Standings | None = None) -> tuple[Item, ...]:
    """Items of the one digest there is."""
    _, digests = monthly(standings or Standings(), weeks, rooms, ON)
    assert len(digests) == 1
    return digests[0].items


def facts(item: Item, code: str) -> Mapping[str, Fact]:
    return next(r.facts for r in item.reasons if r.code == code)


def codes(item: Item) -> list[str]:
    return [r.code for r in item.reasons]


USED = [0.5] * 9
"""Other rooms, all used enough."""


def test_an_empty_room_is_said_to_be_empty_and_how_much_it_is_used() -> None:
    (item,) = told(weeks_of(use_of([0.05, *USED])), rooms_of([1.0, *[10.0] * 9]))
    assert (item.room, item.phase) == ("r0", Phase.UNDERUSED)
    assert codes(item)[:2] == ["underused", "cause_empty"]
    assert item.utilisation.low < item.utilisation.mean < item.utilisation.high
    assert item.utilisation.mean == pytest.approx(0.05, rel=0.15)
    assert facts(item, "cause_empty") == {"people": pytest.approx(1.0, rel=0.15), "capacity": 20.0}
    # 20 people times 50 hours, of which a twentieth is used.
    assert item.unused_hours == pytest.approx(0.95 * 1000, rel=0.02)


def test_a_run_that_is_repeated_changes_nothing() -> None:
    weeks, rooms = weeks_of(use_of([0.05, *USED])), rooms_of([1.0, *[10.0] * 9])
    standings, digests = monthly(Standings(), weeks, rooms, ON)
    assert [d.id for d in digests] == ["east:2026-11"]
    assert monthly(standings, weeks, rooms, ON) == (standings, ())
    again = monthly(Standings.from_json(standings.as_json()), weeks, rooms, date(2026, 12, 1))
    assert again[1] == ()


def test_each_manager_has_a_digest_of_their_own_with_the_most_unused_first() -> None:
    weeks = weeks_of(use_of([0.05, 0.02, 0.03, *USED]))
    rooms = rooms_of([1.0] * 3 + [10.0] * 9)
    nobodys = rooms.venues[2].model_copy(update={"department": None})
    rooms = replace(rooms, venues=[*rooms.venues[:2], nobodys, *rooms.venues[3:]])
    _, digests = monthly(Standings(), weeks, rooms, ON)
    assert [(d.department, [i.room for i in d.items]) for d in digests] == [
        ("", ["r2"]),
        ("east", ["r1", "r0"]),
    ]


def test_a_room_that_nobody_can_enter_on_many_days_is_said_to_be_closed() -> None:
    use = use_of([0.12, *USED])
    empty = np.zeros(use.shape)
    empty[0] = 3  # of five days; on the others .12 / .4 = .3, which is enough
    (item,) = told(weeks_of(use, empty_days=empty), rooms_of([2.4, *[10.0] * 9]))
    assert facts(item, "cause_closed") == {"empty_days": 24, "open_days": 40}
    assert "check_door" in codes(item)


def test_a_room_that_is_booked_and_empty_is_said_to_be_booked() -> None:
    booked = np.array([0.7, *[np.nan] * 9])
    (item,) = told(weeks_of(use_of([0.05, *USED])), rooms_of([1.0, *[10.0] * 9], booked=booked))
    assert facts(item, "cause_booked") == {"booked": 0.7}
    assert "release_bookings" in codes(item)


def neighbours(minutes: float) -> Floats:
    """The first two rooms so near to one another, all others far away."""
    walk = np.where(np.eye(10, dtype=bool), 0.0, 30.0)
    walk[0, 1] = walk[1, 0] = minutes
    return walk


def next_door_to(people: float) -> Item:
    """What is said of a room with one person, next door to one with so many."""
    rooms = rooms_of([1.0, people, *[10.0] * 8], walk_minutes=neighbours(2.0))
    (item,) = told(weeks_of(use_of([0.05, people / CAPACITY, *USED[1:]])), rooms)
    return item


def test_a_twin_is_named_where_it_can_hold_the_people_of_both() -> None:
    item = next_door_to(10.0)
    expected = {"room": "r1", "walk_minutes": 2.0, "together": 11.0, "capacity": 20.0}
    assert facts(item, "cause_twin") == expected
    assert facts(item, "merge") == {"room": "r1"}


def test_a_neighbour_that_is_nearly_full_is_no_twin() -> None:
    # 16.5 people together, and four fifths of 20 places are 16.
    assert codes(next_door_to(15.5))[1] == "cause_unknown"


def test_a_room_beside_well_used_ones_may_be_unknown_to_residents() -> None:
    rooms = rooms_of([1.0, 10.0, *[10.0] * 8], walk_minutes=neighbours(10.0))
    (item,) = told(weeks_of(use_of([0.05, *USED])), rooms)
    found = facts(item, "cause_unknown")
    assert found["rooms"] == 1
    assert found["nearby"] == pytest.approx(0.5, rel=0.1)
    assert "tell_residents" in codes(item)


def test_it_is_said_when_the_neighbour_is_full_and_when_hardly_anybody_is_here() -> None:
    slot = np.arange(96)
    here = np.where(slot < 60, 4.0, 0.5)  # from 19:00 on nobody to speak of
    there = np.where((slot >= 40) & (slot < 52), 18.0, 5.0)  # full from 14:00 to 17:00
    people = np.stack([here, there, *[np.full(96, 10.0)] * 8])[:, None, :]
    rooms = rooms_of(people, walk_minutes=neighbours(10.0))
    (item,) = told(weeks_of(use_of([0.05, *USED])), rooms)
    assert facts(item, "share") == {
        "room": "r1",
        "walk_minutes": 10.0,
        "days": "mon-fri",
        "from": "14:00",
        "to": "17:00",
    }
    assert facts(item, "shorten_hours") == {
        "days": "mon-fri",
        "from": "19:00",
        "to": "20:00",
        "hours": 5.0,
    }


def test_a_counter_that_goes_dead_is_to_be_checked() -> None:
    use = use_of([0.3, *USED])
    use[0, -6:] = 0
    (item,) = told(weeks_of(use), rooms_of([6.0, *[10.0] * 9]))
    assert item.phase is Phase.CHECK
    assert codes(item) == ["sensor_silent", "check_sensor"]
    found = facts(item, "sensor_silent")
    assert found["weeks"] == 6
    # .3 of 20 people for 50 hours, an hour each, in and out.
    assert found["usual"] == pytest.approx(600, rel=0.1)


def test_a_room_that_stays_empty_once_its_counter_was_mended_is_empty() -> None:
    use = use_of([0.3, *USED])
    use[0, -16:] = 0
    mended = answered(Standings(), "r0", Feedback.FIXED, date(2026, 7, 20))
    (item,) = told(weeks_of(use), rooms_of([6.0, *[10.0] * 9]), mended)
    assert (item.room, item.phase) == ("r0", Phase.UNDERUSED)


def test_a_counter_that_misses_people_one_way_is_to_be_checked() -> None:
    use = use_of([0.3, *USED])
    use[0, -6:] = 0.1
    weeks = weeks_of(use)
    weeks.left[0, -6:] *= 3
    (item,) = told(weeks, rooms_of([6.0, *[10.0] * 9]))
    assert codes(item) == ["sensor_tilted", "check_sensor"]
    assert facts(item, "sensor_tilted")["left"] == 3 * facts(item, "sensor_tilted")["entered"]


def test_what_the_health_of_sensors_says_comes_first() -> None:
    rooms = rooms_of([1.0, *[10.0] * 9], sensors={"r0": State.STUCK})
    (item,) = told(weeks_of(use_of([0.05, *USED])), rooms)
    assert item.phase is Phase.CHECK
    assert facts(item, "sensor_fault") == {"state": "stuck"}


def test_after_a_mend_only_later_weeks_speak() -> None:
    use = use_of([0.05, *USED])
    use[0, -10:] *= 6
    mended = answered(Standings(), "r0", Feedback.FIXED, date(2026, 5, 1))
    weeks, rooms = weeks_of(use), rooms_of([6.0, *[10.0] * 9])
    assert monthly(mended, weeks, rooms, ON)[1] == ()


def test_the_usual_week_is_the_mean_of_its_open_and_known_time() -> None:
    days = 14
    present = np.full((1, days * 96), 4.0)
    present[:, 7 * 96 :] = 8.0
    present[:, 7 * 96 + 50] = np.nan
    is_open = np.tile(OPEN.astype(float), days)[None]
    bins = Bins(
        rooms=("r0",),
        start=np.datetime64("2026-03-02T04:00:00") + np.timedelta64(15, "m") * np.arange(days * 96),
        minutes=15,
        entered=present,
        left=present,
        present=present,
        healthy=np.ones_like(present),
        open=is_open,
        full=np.zeros_like(present),
    )
    usual = usual_week(bins, present, rooms_of([1.0]).venues)
    assert usual.present[0, 0, 49] == 6.0
    assert usual.present[0, 0, 50] == 4.0
    assert np.isnan(usual.present[0, 0, 10])
    np.testing.assert_array_equal(usual.open[0], np.tile(OPEN.astype(float), (7, 1)))


@pytest.mark.parametrize("weeks", [0, 1, 5])
def test_in_its_first_weeks_nothing_is_said_of_an_estate(weeks: int) -> None:
    rooms = rooms_of([1.0, 10.0])
    assert monthly(Standings(), weeks_of(use_of([0.05, 0.5])[:, :weeks]), rooms, ON)[1] == ()


def test_a_month_without_news_has_no_digest() -> None:
    nothing: tuple[Digest, ...] = ()
    assert monthly(Standings(), weeks_of(use_of(USED)), rooms_of([10.0] * 9), ON)[1] == nothing
