"""What a look at full venues knows of them, against numbers counted by hand."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from console.live.making import BoardMaker
from domain.estate import Room, Sensor
from domain.readings import CountKind, CountReading
from openhours.receiving.binning import Binning
from openhours.rooms.overflow_now import linked, now_of
from policies.overflow.advice import Now
from tests.openhours.linked import DAY_BEGAN, GROUPS, NOON, Street, linked_estate

QUARTER = timedelta(minutes=15)


def seen(street: Street, next_look: timedelta = timedelta(minutes=1)) -> Now:
    now = street.clock.now()
    Binning(street.ledger, street.timeseries).update(now)
    board = BoardMaker(street.ledger, street.timeseries).board(now)
    estate, schedules = street.ledger.estate(), street.ledger.schedules()
    return now_of(board, estate, schedules, street.timeseries, next_look)


def of(now: Now, name: str) -> dict[str, float]:
    """A number of each venue."""
    return dict(zip(now.venues, getattr(now, name).tolist(), strict=True))


def test_walks_are_those_of_the_groups_the_shortest_of_several(street: Street) -> None:
    shortcut = {"id": "two", "hub": "studio", "satellites": [{"venue": "hall", "walk_minutes": 6}]}
    street.enter(linked_estate(groups=(*GROUPS, shortcut)))
    now = seen(street)
    assert now.venues == ("hall", "library", "studio")
    # From satellite to satellite by the hub; the second group shortens one way, and only that.
    walks = [[0, 3.5, 6], [3.5, 0, 12.5], [6, 12.5, 0]]
    np.testing.assert_allclose(now.walk_minutes, walks)


def test_venues_that_share_no_group_do_not_stand_in_for_one_another(street: Street) -> None:
    other = {"id": "one", "hub": "hall", "satellites": [{"venue": "library", "walk_minutes": 2}]}
    far = {"id": "two", "hub": "library", "satellites": [{"venue": "studio", "walk_minutes": 5}]}
    street.enter(linked_estate(groups=(other, far)))
    walks = seen(street).walk_minutes
    assert np.isnan(walks[0, 2])
    assert np.isnan(walks[2, 0])


@pytest.mark.parametrize(
    ("without", "members"),
    [
        ({}, {"hall", "library", "studio"}),
        ({"groups": ()}, set()),
        ({"capacity": {"hall": 20, "library": None, "studio": 30}}, {"hall", "studio"}),
        ({"capacity": {"hall": 20, "library": None, "studio": None}}, set()),
    ],
)
def test_linked_venues_are_those_whose_places_can_be_known(
    without: Mapping[str, Any], members: set[str]
) -> None:
    assert linked(linked_estate(**without)) == members


def test_a_silent_venue_is_unknown_and_not_empty(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10)
    now = seen(street)
    assert of(now, "present") == pytest.approx(
        {"hall": 19, "library": 10, "studio": np.nan}, nan_ok=True
    )
    assert np.isnan(of(now, "known_s")["studio"])


def test_the_rooms_of_a_venue_add_up_and_one_that_is_unknown_leaves_the_venue_so(
    street: Street,
) -> None:
    estate = linked_estate()
    attic = Room(id="attic", venue="hall", name="Attic", capacity=5)
    street.enter(estate.model_copy(update={"rooms": (*estate.rooms, attic)}))
    street.say(hall=17, library=10, studio=3)
    now = seen(street)
    assert np.isnan(of(now, "present")["hall"])
    stairs = Sensor(id="stairs", room="attic", kind=CountKind.PRESENT, interval_s=300)
    both = {"rooms": (*estate.rooms, attic), "sensors": (*estate.sensors, stairs)}
    street.enter(estate.model_copy(update=both))
    street.say(stairs=4)
    now = seen(street)
    assert (of(now, "present")["hall"], of(now, "capacity")["hall"]) == (21, 25)
    assert of(now, "high")["hall"] >= 21


def test_time_left_is_that_of_the_hours_in_force(street: Street) -> None:
    street.enter(linked_estate())
    assert set(seen(street).open_minutes) == {480.0}  # from noon until eight
    street.clock.move_to(NOON.replace(hour=21))
    assert set(seen(street).open_minutes) == {0.0}


def test_people_are_in_the_number_up_to_when_all_sensors_have_spoken(street: Street) -> None:
    street.enter(linked_estate(kinds={"studio": CountKind.CHANGE}))
    street.say(hall=19, library=10)
    came = round((NOON - 3 * QUARTER).timestamp() * 1e6)
    street.timeseries.add([CountReading("studio", CountKind.CHANGE, came, entered=2, left=0)])
    street.clock.move_to(NOON + timedelta(minutes=4))
    noon_s = NOON.timestamp()
    known = of(seen(street), "known_s")
    # Who reports changes only says by silence that nobody came.
    assert known == {"hall": noon_s, "library": noon_s, "studio": noon_s + 240}


def test_who_turns_away_is_as_many_as_came_in_the_busiest_quarter_hour(street: Street) -> None:
    street.enter(linked_estate(kinds={"hall": CountKind.PERIOD}))
    visits = {NOON - 5 * QUARTER: 12, NOON - 9 * QUARTER: 99, NOON: 3}
    at = DAY_BEGAN - timedelta(days=1)
    while at <= NOON:
        reading = CountReading(
            "hall",
            CountKind.PERIOD,
            round(at.timestamp() * 1e6),
            visits.get(at, 0),
            0,
            period_s=900,
        )
        street.timeseries.add([reading])
        at += QUARTER
    street.say(library=10, studio=4)
    turning = of(seen(street, next_look=timedelta(minutes=5)), "turning")
    # Twelve in a quarter-hour are four in five minutes; the 99 came more than two hours ago.
    assert turning["hall"] == pytest.approx(4)
    # Doors that nobody counts: ten people who stay for an hour are replaced by ten an hour.
    assert turning["library"] == pytest.approx(10 * 5 / 60)
