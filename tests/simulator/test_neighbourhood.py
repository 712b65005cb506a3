from datetime import date, timedelta

import numpy as np
import pytest

from domain.calendars import SLOTS_A_DAY, hours_on, slot_mask
from domain.estate import Estate, Venue
from domain.readings import COUNTED
from simulator.neighbourhood import neighbourhood, scenario
from simulator.played import Day
from simulator.world import World

MONDAY = date(2026, 9, 28)
"""Eight weeks from here hold the National Day holidays and a make-up Saturday."""


@pytest.fixture(scope="module")
def estate() -> Estate:
    return neighbourhood()


@pytest.fixture(scope="module")
def days(estate: Estate) -> list[Day]:
    world = World(estate, scenario(), 7)
    dates = [MONDAY + timedelta(days=n) for n in range(56)]
    return [world.play_day(d, {v.id: hours_on(d, v.hours) for v in estate.venues}) for d in dates]


def rows(estate: Estate, venue: str) -> list[int]:
    return [i for i, r in enumerate(estate.rooms) if r.venue == venue]


def idle_share(estate: Estate, venue: Venue) -> float:
    """Share of a week's open quarter-hours in which fewer would come than break even."""
    demand = World(estate, scenario(), 7).demand
    idle, opened = 0, 0
    for n in range(7):
        day = MONDAY + timedelta(days=35 + n)  # a week without holidays
        hourly = 4 * demand.ordinary(day)[rows(estate, venue.id)].sum(axis=0)
        is_open = slot_mask(hours_on(day, venue.hours), venue.day_starts)
        idle += int((is_open & (hourly < venue.limits.break_even_visits)).sum())
        opened += int(is_open.sum())
    return idle / opened


def test_it_is_a_dozen_venues_of_eight_types_in_two_languages(estate: Estate) -> None:
    assert len(estate.venues) == 12
    assert len({v.type for v in estate.venues}) == 8
    assert all(n.name_zh for n in (*estate.venues, *estate.rooms, *estate.areas))
    assert {s.kind for s in estate.sensors} == set(COUNTED)
    assert all(estate.sensors_by_room[r.id] for r in estate.rooms)
    places = [(v.latitude, v.longitude) for v in estate.venues]
    assert len(set(places)) == 12
    (group,) = estate.link_groups
    assert {estate.venue(w.venue).type for w in group.satellites} == {estate.venue(group.hub).type}


def test_hours_are_within_the_venues_own_limits(estate: Estate) -> None:
    for venue in estate.venues:
        limits = venue.limits
        for day, core in zip(venue.hours.days, limits.core.days, strict=True):
            assert len(day) <= limits.max_blocks
            assert all(limits.earliest <= b.start and b.end <= limits.latest for b in day)
            open_, must = slot_mask(day, venue.day_starts), slot_mask(core, venue.day_starts)
            assert not (must & ~open_).any()


@pytest.mark.parametrize("venue", ["willow-canteen", "lotus-pool", "maple-room"])
def test_some_are_open_while_nobody_comes(estate: Estate, venue: str) -> None:
    assert idle_share(estate, estate.venue(venue)) > 0.35


@pytest.mark.parametrize("venue", ["lantern-hub", "riverside-sports-hall", "willow-library"])
def test_some_are_closed_while_many_would_come(estate: Estate, days: list[Day], venue: str) -> None:
    its = rows(estate, venue)
    latent = sum(int(d.truth.latent[its].sum()) for d in days)
    refused = sum(int(d.truth.refused_closed[its].sum()) for d in days)
    assert refused > 0.3 * latent


@pytest.mark.parametrize("venue", ["heron-sports-hall"])
def test_one_is_right_as_it_is(estate: Estate, days: list[Day], venue: str) -> None:
    assert idle_share(estate, estate.venue(venue)) < 0.05
    its = rows(estate, venue)
    latent = sum(int(d.truth.latent[its].sum()) for d in days)
    refused = sum(int(d.truth.refused_closed[its].sum()) for d in days)
    assert refused < 0.05 * latent


def test_one_room_says_nothing_from_its_second_week_on(days: list[Day]) -> None:
    heard = [any(r.sensor == "osmanthus-door" for r in d.reports) for d in days]
    assert heard == [True] * 10 + [False] * 46


def test_the_holiday_empties_the_canteen_and_fills_the_pool(
    estate: Estate, days: list[Day]
) -> None:
    holiday = days[(date(2026, 10, 6) - MONDAY).days]  # a Tuesday
    ordinary = [days[n] for n in range(1, 56, 7) if days[n] is not holiday]
    for venue, low, high in (("willow-canteen", 0.25, 0.55), ("lotus-pool", 1.15, 2.0)):
        its = rows(estate, venue)
        usual = np.mean([d.truth.latent[its].sum() for d in ordinary])
        assert low < holiday.truth.latent[its].sum() / usual < high


def test_rooms_stay_within_their_capacity_and_some_fill_up(estate: Estate, days: list[Day]) -> None:
    capacity = np.array([r.capacity for r in estate.rooms])[:, None]
    occupancy = np.concatenate([d.truth.occupancy for d in days], axis=1)
    assert occupancy.shape[1] == 56 * SLOTS_A_DAY
    assert (occupancy <= capacity).all()
    assert ((occupancy == capacity).any(axis=1)).sum() >= 3
