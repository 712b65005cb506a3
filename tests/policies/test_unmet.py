"""Whom no venue serves, and which idle room could."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from domain.estate import Room, Venue
from domain.planning import Interval
from policies.profile import DemandProfile
from policies.unmet.candidates import Candidate, Idle, candidates
from policies.unmet.layer import unmet_layer
from policies.unmet.losses import Cause, Places, lost_shares
from policies.unmet.table import Unmet, unmet_table

Floats = NDArray[np.float64]

NOON, EIGHT_PM = 32, 64
"""Slots of a day that begins at 04:00."""
SHARES = arrays(np.float64, (3, 7, 96), elements=st.floats(0, 1))


def venue(name: str = "a", **fields: object) -> Venue:
    plain = {"id": name, "name": name, "type": "library", "area": "x", "zone": "UTC", "hours": {}}
    return Venue.model_validate(plain | {"day_starts": "04:00"} | fields)


def week(default: float, *parts: tuple[int, int, int, float]) -> Floats:
    """(7, 96) with (day, start, end, value) in some slots."""
    values = np.full((7, 96), default)
    for day, start, end, value in parts:
        values[day, start:end] = value
    return values


def places(
    open_: list[Floats], full: list[Floats] | None = None, walk: float = math.nan, **others: object
) -> Places:
    """Venues so far apart; of those who might, exp(−minutes/8) walk."""
    number = len(open_)
    minutes = np.full((number, number), walk)
    fields = {
        "open": np.stack(open_),
        "full": np.stack(full) if full else np.zeros((number, 7, 96)),
        "walk_minutes": minutes,
        "walk_share": np.where(minutes <= 15, np.exp(-np.nan_to_num(minutes) / 8), 0),
        "day_starts": [240] * number,
    }
    return Places(**(fields | others))  # type: ignore[arg-type]


def profile(rate: list[Floats]) -> DemandProfile:
    """Rates with an interval from half to twice."""
    rates = np.concatenate([np.stack(rate), np.zeros((len(rate), 1, 96))], axis=1)
    return DemandProfile(
        venues=tuple("abc"[: len(rate)]),
        rate=rates,
        low=rates / 2,
        high=rates * 2,
        seen=np.ones_like(rates),
        healthy_weeks=np.full(len(rate), 8.0),
    )


def test_alone_and_closed_all_are_lost_to_closed_doors() -> None:
    lost = lost_shares(places([week(0.0)]))
    assert [lost[c].max() for c in Cause] == [1, 0, 0]


def test_alone_and_full_a_quarter_of_the_time_a_quarter_is_lost() -> None:
    lost = lost_shares(places([week(1.0)], [week(0.25)]))
    assert [float(lost[c].min()) for c in Cause] == [0, 0.25, 0]


def test_a_neighbour_that_is_open_serves_those_who_walk_and_is_too_far_for_the_rest() -> None:
    lost = lost_shares(places([week(0.0), week(1.0)], walk=8.0))
    # Eight minutes are walked by one in e.
    assert lost[Cause.TOO_FAR][0, 0, 0] == pytest.approx(1 - math.exp(-1))
    assert lost[Cause.CLOSED][0, 0, 0] == pytest.approx(0)


def test_a_neighbour_full_half_the_time_serves_half_as_many() -> None:
    lost = lost_shares(places([week(0.0), week(1.0)], [week(0.0), week(0.5)], walk=8.0))
    assert lost[Cause.CLOSED][0, 0, 0] == pytest.approx(0.5)
    assert lost[Cause.TOO_FAR][0, 0, 0] == pytest.approx(0.5 - 0.5 * math.exp(-1))


def test_a_venue_beyond_an_hours_walk_makes_no_difference() -> None:
    assert lost_shares(places([week(0.0), week(1.0)], walk=61.0))[Cause.CLOSED][0].min() == 1


def test_neighbours_are_compared_by_the_clock_not_by_their_business_days() -> None:
    # Here the day begins at 04:00, there at 06:00: noon is slot 32 here and 24 there.
    there = week(0.0, (0, 24, 28, 1.0))
    lost = lost_shares(places([week(0.0), there], walk=0.0, day_starts=[240, 360]))
    served = lost[Cause.CLOSED][0] == 0
    assert np.argwhere(served).tolist() == [[0, slot] for slot in range(32, 36)]


def test_where_it_is_not_known_whether_it_is_full_nothing_is_known() -> None:
    unknown = week(0.0, (0, NOON, NOON + 1, np.nan))
    lost = lost_shares(places([week(1.0), week(1.0)], [unknown, week(0.0)], walk=8.0))
    assert np.isnan(lost[Cause.FULL][0, 0, NOON])
    assert np.isnan(lost[Cause.FULL]).sum() == 1


@settings(max_examples=30, deadline=None)
@given(SHARES, SHARES, st.floats(0, 70))
def test_causes_share_out_those_who_are_turned_away(
    open_: Floats, full: Floats, minutes: float
) -> None:
    here = places(list(open_), list(full), walk=minutes)
    lost = np.stack([*lost_shares(here).values()])
    away = 1 - open_ + open_ * full
    best = np.stack([np.delete(open_ * (1 - full), row, axis=0).max(axis=0) for row in range(3)])
    served = away * best * here.walk_share[0, 1]
    np.testing.assert_allclose(lost.sum(axis=0), away - served, atol=1e-12)
    assert lost.min() >= -1e-12


def test_the_table_has_a_row_for_each_stretch_with_people_and_their_interval() -> None:
    demand = week(0.0, (2, NOON, NOON + 8, 1.5), (4, EIGHT_PM, EIGHT_PM + 4, 1.0))
    is_open = week(1.0, (4, EIGHT_PM, EIGHT_PM + 4, 0.0))
    here = places([is_open], [week(0.0, (2, NOON, NOON + 8, 0.5))])
    (full, closed) = unmet_table(profile([demand]), [venue()], lost_shares(here))
    assert (full.day, full.start, full.end, full.cause) == (2, 12 * 60, 14 * 60, Cause.FULL)
    assert full.people == pytest.approx((3.0, 6.0, 12.0))
    assert full.peak_per_hour == pytest.approx(3.0)
    assert (closed.day, closed.start, closed.end, closed.cause) == (4, 1200, 1260, Cause.CLOSED)
    assert closed.people == pytest.approx((2.0, 4.0, 8.0))


def test_a_few_people_a_night_are_no_row() -> None:
    lost = lost_shares(places([week(0.0)]))
    assert unmet_table(profile([week(0.2)]), [venue()], lost) == []
    assert unmet_table(profile([week(0.0, (0, 0, 3, 0.3))]), [venue()], lost) == []


def test_what_is_not_known_is_in_no_row() -> None:
    unknown = week(np.nan, (0, 0, 4, 1.0))
    (row,) = unmet_table(profile([unknown]), [venue()], lost_shares(places([week(0.0)])))
    assert row.people.mean == 4


def test_the_layer_is_plain_geojson_of_venues_that_have_coordinates() -> None:
    demand = [week(0.0, (0, 0, 4, 1.0)), week(1.0), week(np.nan)]
    venues = [
        venue("a", longitude=121.5, latitude=31.2),
        venue("b"),
        venue("c", longitude=0.0, latitude=0.0),
    ]
    lost = lost_shares(places([week(0.0)] * 3))
    layer = json.loads(json.dumps(unmet_layer(profile(demand), venues, lost), allow_nan=False))
    here, unknown = layer["features"]
    assert layer["type"] == "FeatureCollection"
    assert here["geometry"] == {"type": "Point", "coordinates": [121.5, 31.2]}
    told = here["properties"]
    assert [told[k] for k in ("people", "low", "high", "closed", "full", "too_far")] == [
        *(4.0, 2.0, 8.0),
        *(4.0, 0.0, 0.0),
    ]
    assert told["unknown_hours"] == 0
    assert (unknown["id"], unknown["properties"]["people"]) == ("c", None)
    assert unknown["properties"]["unknown_hours"] == 168


STRETCH = Unmet(
    venue="a",
    type="library",
    day=2,
    start=12 * 60,
    end=14 * 60,
    cause=Cause.FULL,
    people=Interval(20.0, 30.0, 45.0),
    peak_per_hour=16.0,
)


def found(
    present: list[Floats],
    *,
    capacity: int | None = 50,
    is_open: float = 1.0,
    minutes: tuple[float, ...] = (8.0, 8.0),
    **fields: object,
) -> tuple[Candidate, ...]:
    """Candidates among rooms r0, r1… of venues b, c… for people who stay an hour."""
    names = "bcd"[: len(present)]
    idle = Idle(
        rooms=[
            Room(id=f"r{n}", name="R", venue=name, capacity=capacity)
            for n, name in enumerate(names)
        ],
        venues=[venue(name, **fields) for name in names],
        present=np.stack(present),
        open=np.full((len(present), 7, 96), is_open),
    )
    walk = dict(zip(names, minutes, strict=False))
    share = {name: math.exp(-m / 8) for name, m in walk.items()}
    return candidates(STRETCH, idle, walk, share, 60.0, frozenset({"library"}))


def test_an_idle_room_serves_those_who_walk_to_it() -> None:
    (room,) = found([week(5.0)])
    # 16 an hour for an hour are 16 people; 1.28 standard deviations of 4 more do for most.
    assert room.needed == pytest.approx(16 + 1.28 * 4)
    assert room.places == 45
    assert room.people == pytest.approx(30 * math.exp(-1))
    assert room.open_share == 1


def test_a_room_with_half_the_places_serves_half_as_many() -> None:
    busy = week(0.0, (2, NOON + 3, NOON + 4, 50 - 0.5 * (16 + 1.28 * 4)))
    (room,) = found([busy])
    assert room.people == pytest.approx(15 * math.exp(-1))


def test_rooms_that_are_unknown_full_too_far_or_of_another_type_are_no_candidates() -> None:
    assert found([week(0.0, (2, NOON, NOON + 1, np.nan))]) == ()
    assert found([week(49.5)]) == ()
    assert found([week(0.0)], capacity=None) == ()
    assert found([week(0.0)], minutes=()) == ()
    assert found([week(0.0)], type="canteen") == ()


def test_a_closed_room_is_free_though_nobody_has_ever_been_seen_in_it() -> None:
    (closed,) = found([week(np.nan)], is_open=0.0)
    assert (closed.places, closed.open_share) == (50, 0)


def test_the_nearer_of_two_equal_rooms_comes_first() -> None:
    assert [c.room for c in found([week(0.0)] * 2, minutes=(10.0, 2.0))] == ["r1", "r0"]


def test_candidates_are_matched_by_the_clock() -> None:
    # With days that begin at 06:00, noon on Wednesday is slot 24.
    busy_at_noon = week(0.0, (2, 24, 32, 50.0))
    assert found([busy_at_noon], day_starts="06:00") == ()
    assert len(found([busy_at_noon])) == 1
