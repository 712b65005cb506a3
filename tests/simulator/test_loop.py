from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidInput
from domain.hours import WeeklyHours
from simulator.bins import joined
from simulator.city.family import Family
from simulator.city.making import make
from simulator.loop import ClosedLoop

LONG = WeeklyHours.parse({"mon-sun": "06:00-22:00"})
SHORT = WeeklyHours.parse({"mon-fri": "10:00-13:00"})


def family(**changes: Any) -> Family:
    small = {"about": "Made by a test.", "venues": 8, "streets": 2}
    return Family.model_validate({**small, **changes})


def loop(seed: int = 1, **changes: Any) -> ClosedLoop:
    return ClosedLoop(make(family(**changes), seed), seed)


def everywhere(of: ClosedLoop, hours: WeeklyHours) -> dict[str, WeeklyHours]:
    return dict.fromkeys(of.hours, hours)


def test_decided_hours_hold_from_the_first_monday_after_the_notice() -> None:
    town = loop(every={"limits": {"notice_days": 10}})
    before = dict(town.hours)
    decided = town.decide(everywhere(town, LONG))
    assert {day for day, _ in decided.values()} == {town.monday + timedelta(days=14)}
    weeks = [town.play_week() for _ in range(3)]
    assert [w.hours for w in weeks] == [before, before, everywhere(town, LONG)]


def test_a_later_decision_follows_an_earlier_one() -> None:
    town = loop(every={"limits": {"notice_days": 14}})
    town.decide(everywhere(town, LONG))
    town.play_week()
    town.decide(everywhere(town, SHORT))
    weeks = [town.play_week() for _ in range(4)]
    assert [w.hours == everywhere(town, LONG) for w in weeks] == [False, True, False, False]
    assert weeks[-1].hours == everywhere(town, SHORT)


def test_a_decision_before_the_notice_is_over_is_refused_by_venue() -> None:
    town = loop(mix={"library": 1}, every={"limits": {"notice_days": 14}})
    with pytest.raises(InvalidInput, match="library-1"):
        town.decide(everywhere(town, LONG), town.monday + timedelta(days=7))
    with pytest.raises(InvalidInput, match="nowhere"):
        town.decide({"nowhere": LONG})


def test_hours_of_a_date_hold_on_it_once_they_were_announced_in_time() -> None:
    town = loop(mix={"library": 1}, every={"limits": {"notice_days": 7}})
    day = town.monday + timedelta(days=8)
    with pytest.raises(InvalidInput, match="library-1"):
        town.announce("library-1", {day - timedelta(days=7): LONG.days[0]})
    town.announce("library-1", {day: LONG.days[0]})
    first, second = town.play_week(), town.play_week({})
    of_day = second.venues.open[0].reshape(7, 96).sum(axis=1)
    usual = first.venues.open[0].reshape(7, 96).sum(axis=1)
    assert of_day[1] == 4 * 16
    assert np.delete(of_day, 1).tolist() == np.delete(usual, 1).tolist()
    assert second.hours == first.hours


def test_bins_are_open_when_the_hours_say_so() -> None:
    town = loop(closed_on_holidays=True, first_day="2026-04-27")
    week = town.play_week()
    local = week.venues.start + np.timedelta64(8, "h")
    for row, venue in enumerate(town.estate.venues):
        closed = {s.day for s in venue.special_days}
        minutes = sum(
            b.end - b.start
            for n, day in enumerate(venue.hours.days)
            for b in day
            if week.monday + timedelta(days=n) not in closed
        )
        assert week.venues.open[row].sum() * 15 == minutes
        holiday = local.astype("datetime64[D]") == np.datetime64("2026-05-01")
        assert week.venues.open[row, holiday].sum() == 0


def test_a_week_is_judged_as_by_hand() -> None:
    town = loop(mix={"library": 1})
    week = town.play_week()
    venue = town.estate.venues[0]
    rooms = [n for n, r in enumerate(town.estate.rooms) if r.venue == venue.id]
    served = sum(int(d.truth.served[rooms].sum()) for d in week.days)
    open_hours = venue.hours.minutes / 60
    assert week.truth.visits[0] == served
    assert week.truth.open_hours[0] == open_hours
    assert week.truth.staffed_hours[0] == 3 * open_hours
    assert week.truth.net_value[0] == pytest.approx(served - 8 * open_hours)
    assert week.truth.person_hours[0] == pytest.approx(
        sum(d.truth.stayed_s[rooms].sum() for d in week.days) / 3600
    )


def test_other_hours_meet_the_same_people_weather_and_sensors() -> None:
    one, other = loop(watching={"gaps_a_year": 20}), loop(watching={"gaps_a_year": 20})
    other.decide(everywhere(other, SHORT))
    for _ in range(4):
        a, b = one.play_week(), other.play_week()
        np.testing.assert_array_equal(a.truth.latent, b.truth.latent)
        np.testing.assert_array_equal(a.sensors.heard, b.sensors.heard)
    assert a.truth.visits.sum() > b.truth.visits.sum()


def test_expected_rates_are_the_mean_of_those_who_would_come() -> None:
    """Weather and noise have mean 1: over a season the sum is within a few per cent."""
    town = loop(city={"weather_spread": 0.02})
    expected = town.rates(town.monday, 84).sum(axis=(1, 2))
    latent = np.sum([town.play_week().truth.latent for _ in range(12)], axis=0)
    assert latent / expected == pytest.approx(np.ones(8), abs=0.08)
    assert latent.sum() / expected.sum() == pytest.approx(1, abs=0.02)


def test_make_up_working_days_are_worked() -> None:
    """On Saturday 2026-10-10 day-care is busy, which it is on no other Saturday."""
    town = loop(mix={"day_care": 1}, first_day="2026-10-05")
    rates = town.rates(town.monday, 14).sum(axis=(0, 2))
    assert rates[5] > 0
    assert rates[12] == 0
    assert rates[1] == 0  # 6 October is a holiday
    assert rates[8] > 0


def test_guests_of_a_group_fill_in_for_a_venue_that_is_closed() -> None:
    town = loop(
        mix={"library": 1},
        streets=1,
        groups={"size": [3, 3]},
        every={"profile": {"to_neighbour": 1}},
    )
    (group, *_) = town.estate.link_groups
    town.play_week()
    town.decide({group.hub: WeeklyHours.parse({"sat-sun": "10:00-16:00"})})
    before, after = [town.play_week() for _ in range(2)]
    hub = [v.id for v in town.estate.venues].index(group.hub)
    assert after.truth.went_to_neighbour[hub] > before.truth.went_to_neighbour[hub] + 50


def test_faults_of_a_family_befall_counts_and_neither_people_nor_chance() -> None:
    whole, broken = loop(), loop(faults={"gateway_outages_a_week": 3})
    before, after = whole.play_week(), broken.play_week()
    np.testing.assert_array_equal(before.truth.visits, after.truth.visits)
    gap = np.isnan(after.rooms.entered) & ~np.isnan(before.rooms.entered)
    assert gap.any()
    assert (after.rooms.healthy[gap] < 1).all()
    np.testing.assert_array_equal(after.rooms.entered[~gap], before.rooms.entered[~gap])


def test_weeks_join_into_one_stretch_without_a_gap() -> None:
    town = loop()
    bins = joined([town.play_week().venues for _ in range(3)])
    assert bins.entered.shape == (8, 3 * 672)
    assert set(np.diff(bins.start).tolist()) == {timedelta(minutes=15)}


def test_what_sensors_saw_is_what_they_would_publish() -> None:
    """The counts that policies get and the messages that a service gets are of the same people."""
    town = loop(mix={"service_centre": 1})
    week = town.play_week()
    ids = [s.id for s in town.estate.sensors]
    for n, day in enumerate(week.days):
        for said in day.reports:
            if said.kind == "period" and said.entered is not None:
                kept = week.sensors.entered[ids.index(said.sensor), 96 * n : 96 * (n + 1)]
                np.testing.assert_array_equal(kept, said.entered.reshape(96, -1).sum(axis=1))


def test_venues_of_several_zones_are_refused() -> None:
    city = make(family(), 1)
    first, *others = city.estate.venues
    moved = first.model_copy(update={"zone": "Asia/Tokyo"})
    estate = city.estate.model_copy(update={"venues": (moved, *others)})
    with pytest.raises(InvalidInput, match="one zone"):
        ClosedLoop(replace(city, estate=estate), 1)
