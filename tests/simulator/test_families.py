from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from domain.calendars import slot_mask
from domain.errors import InvalidInput, NotFound
from domain.estate import Limits
from domain.estate_rules import check
from simulator.city.best import best_day
from simulator.city.family import Family
from simulator.city.making import City, make
from simulator.city.parts import part_of
from simulator.city.reading import load, names, parse
from simulator.loop import ClosedLoop
from simulator.walks import walk_minutes

TWO_PEAKS: dict[str, Any] = {"about": "Made by a test.", "venues": 16, "streets": 2}


def family(**changes: Any) -> Family:
    return parse(yaml.safe_dump({**TWO_PEAKS, **changes}), "test.yaml")


def faults(**changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        family(**changes)
    return {p.where: p.what for p in caught.value.problems}


def staffed(city: City, venue: int) -> float:
    its = city.estate.venues[venue]
    return its.hours.minutes / 60 * its.limits.staff


@pytest.mark.parametrize("name", names())
def test_every_family_makes_a_city_that_holds_by_the_estates_rules(name: str) -> None:
    city = make(load(name), 3)
    document = city.estate.model_dump()
    assert check({k: [dict(i) for i in v] for k, v in document.items()}) == city.estate
    for venue in city.estate.venues:
        limits = venue.limits
        for day, core in zip(venue.hours.days, limits.core.days, strict=True):
            assert len(day) <= limits.max_blocks
            assert all(limits.earliest <= b.start and b.end <= limits.latest for b in day)
            assert all(b.end - b.start >= limits.min_block_minutes for b in day)
            must, opened = slot_mask(core, venue.day_starts), slot_mask(day, venue.day_starts)
            assert not (must & ~opened).any()
        if limits.staff_hours:
            assert venue.hours.minutes / 60 * limits.staff <= limits.staff_hours + 1e-9
    week = ClosedLoop(city, 3).play_week()
    assert 0 < week.truth.visits.sum() <= week.truth.latent.sum()


def test_a_dozen_families_say_what_they_are_for() -> None:
    assert len(names()) >= 10
    assert len({load(n).about for n in names()}) == len(names())


def test_one_seed_makes_one_city_and_another_seed_another() -> None:
    first, again, other = (make(family(), seed) for seed in (1, 1, 2))
    assert (first.estate, first.scenario) == (again.estate, again.scenario)
    assert first.estate != other.estate


def test_a_city_has_all_types_unless_it_says_which() -> None:
    assert len({v.type for v in make(family(), 1).estate.venues}) == 8
    some = make(family(mix={"library": 3, "canteen": 1}), 1).estate.venues
    assert sorted(v.type for v in some) == ["canteen"] * 4 + ["library"] * 12


def test_how_hours_were_set_changes_nothing_else() -> None:
    a, b = (make(family(today={"way": way, "error_minutes": 30}), 1) for way in ("sign", "best"))
    assert a.scenario == b.scenario
    assert [v.hours for v in a.estate.venues] != [v.hours for v in b.estate.venues]
    assert a.estate.rooms == b.estate.rooms


def test_hours_that_close_early_are_shorter_by_as_much() -> None:
    whole, short = (
        make(family(mix={"library": 1}, today={"way": "best", "closes_early_minutes": m}), 1)
        for m in (0, 120)
    )
    lost = [
        (a.hours.minutes - b.hours.minutes) / sum(map(bool, a.hours.days))
        for a, b in zip(whole.estate.venues, short.estate.venues, strict=True)
    ]
    assert np.median(lost) == pytest.approx(120, abs=30)  # on a grid; core hours stay


def test_the_error_of_hours_is_as_large_as_it_says() -> None:
    exact, off = (
        make(family(venues=200, mix={"sports_hall": 1}, today=today), 1)
        for today in (
            {"way": "sign", "grid_minutes": 15},
            {"way": "sign", "grid_minutes": 15, "error_minutes": 40},
        )
    )
    openings = [
        b.hours.days[0][0].start - a.hours.days[0][0].start
        for a, b in zip(exact.estate.venues, off.estate.venues, strict=True)
    ]
    assert np.std(openings) == pytest.approx(40, rel=0.2)


def test_hours_by_demand_span_the_quarter_hours_in_which_enough_come() -> None:
    today = {"way": "demand", "enough": 1.5, "grid_minutes": 15}
    town = ClosedLoop(make(family(mix={"service_centre": 1}, today=today), 1), 1)
    tuesdays = town.rates(town.monday, 2)[:, 1]
    for venue, rate in zip(town.estate.venues, tuesdays, strict=True):
        enough = 4 * rate >= 1.5 * venue.limits.break_even_visits
        begins = 240 + 15 * np.arange(96)
        may = (begins >= venue.limits.earliest) & (begins + 15 <= venue.limits.latest)
        first, last = np.flatnonzero(enough)[[0, -1]]
        expected = (begins >= begins[first]) & (begins <= begins[last]) & may
        np.testing.assert_array_equal(slot_mask(venue.hours.days[1], 240), expected)


def test_a_staff_budget_binds() -> None:
    free, tight = (
        make(family(today={"way": "best", "staff_share": share}), 1) for share in (None, 0.6)
    )
    both = range(len(free.estate.venues))
    assert sum(staffed(tight, v) for v in both) < 0.75 * sum(staffed(free, v) for v in both)


def test_link_groups_are_of_one_type_and_within_a_walk() -> None:
    estate = make(family(venues=60, mix={"library": 1, "canteen": 2}, groups={}), 1).estate
    assert estate.link_groups
    for group in estate.link_groups:
        hub = estate.venue(group.hub)
        for walk in group.satellites:
            other = estate.venue(walk.venue)
            assert (other.type, other.area) == (hub.type, hub.area)
            assert walk.walk_minutes <= 15
            assert walk.walk_minutes == pytest.approx(walk_minutes(hub, other), abs=0.06)


def test_change_points_befall_as_many_as_are_said_within_their_weeks() -> None:
    happening = {"share": 0.5, "weeks": [4, 8], "level": [0.5, 0.5]}
    city = make(family(venues=200, happenings=[happening]), 1)
    dates = [c["since"] for own in city.scenario.venues.values() for c in own["changes"]]
    assert len(dates) / 200 == pytest.approx(0.5, abs=0.12)
    assert min(dates) >= city.first_day + timedelta(weeks=4)
    assert max(dates) < city.first_day + timedelta(weeks=9)


def test_a_new_type_of_venue_needs_no_code() -> None:
    museum = {
        "name": "Museum",
        "rooms": [{"name": "Gallery", "sensors": ["period"]}],
        "profile": {
            "workday": [{"at": "14:00", "spread_minutes": 90, "visits": 120}],
            "free_day": [],
            "stay_minutes": 60,
        },
        "hours": {"tue-sun": "10:00-18:00"},
    }
    city = make(family(kinds={"museum": museum}, mix={"museum": 1}), 1)
    assert {v.type for v in city.estate.venues} == {"museum"}


def test_a_wrong_field_is_told_with_its_file_and_place() -> None:
    assert set(faults(colour="red")) == {"test.yaml: colour"}
    assert set(faults(today={"error_minute": 5})) == {"test.yaml: today.error_minute"}
    assert set(faults(kinds={"library": {"profile": {"stay": 5}}})) == {
        "test.yaml: kinds.library.profile.stay"
    }
    assert set(faults(every={"limits": {"staff": -1}})) == {"test.yaml: every.limits.staff"}
    assert set(faults(city={"day_noise": -1})) == {"test.yaml: city.day_noise"}
    assert set(faults(mix={"libary": 1})) == {"test.yaml: mix.libary"}
    assert set(faults(first_day="2026-03-03")) == {"test.yaml: first_day"}
    assert set(faults(city={"venues": {}})) == {"test.yaml: city.venues"}


def test_ranges_and_weeks_that_run_backwards_are_refused() -> None:
    assert set(faults(watching={"in_rate": [0.9, 0.5]})) == {"test.yaml: watching.in_rate"}
    assert set(faults(happenings=[{"weeks": [9, 3]}])) == {"test.yaml: happenings.0.weeks"}


def test_text_that_is_no_mapping_is_told_with_its_file() -> None:
    for text in ("about: [", "- a", "just words"):
        with pytest.raises(InvalidInput, match=r"test\.yaml"):
            parse(text, "test.yaml")


def test_a_family_may_lie_in_any_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(TWO_PEAKS), encoding="utf-8")
    assert load(file) == load(str(file)) == family()


def test_a_family_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="two-peaks"):
        load("two-peeks")
    with pytest.raises(NotFound, match=r"none\.yaml"):
        load("none.yaml")


def test_parts_are_the_whole_and_no_group_is_torn() -> None:
    city = make(family(venues=60, streets=5, groups={}), 1)
    parts = [part_of(city, n, 2) for n in range(2)]
    for kind in ("venues", "rooms", "sensors", "link_groups"):
        ids = [i.id for p in parts for i in getattr(p.estate, kind)]
        assert sorted(ids) == sorted(i.id for i in getattr(city.estate, kind))
    for part in parts:
        assert ClosedLoop(part, 1).play_week().truth.visits.sum() > 0
    with pytest.raises(InvalidInput, match="no venue"):
        part_of(city, 5, 6)


def test_parts_of_a_city_have_people_of_their_own() -> None:
    city = make(family(), 1)
    weeks = [ClosedLoop(city, 1, part=part).play_week().truth.latent for part in (0, 1)]
    assert (weeks[0] != weeks[1]).any()


def brute_force(value: np.ndarray[Any, np.dtype[np.float64]], least: int, gap: int) -> float:
    """Greatest value of at most two blocks, by trying all."""
    best = 0.0
    size = len(value)
    spans = [(s, e) for s in range(size) for e in range(s + least, size + 1)]
    for s, e in spans:
        one = float(value[s:e].sum())
        best = max(best, one)
        for s2, e2 in spans:
            if s2 >= e + gap:
                best = max(best, one + float(value[s2:e2].sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_best_day_is_as_good_as_any_that_can_be(seed: int) -> None:
    value = np.zeros(96)
    value[32:52] = np.random.default_rng(seed).normal(0, 1, 20)
    limits = Limits.model_validate(
        {"earliest": "12:00", "latest": "17:00", "min_block_minutes": 45, "min_gap_minutes": 30}
    )
    blocks = best_day(value, limits, (), 240)
    found = float(value[slot_mask(blocks, 240)].sum())
    assert found == pytest.approx(brute_force(value[32:52], 3, 2))
