import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from domain.estate import Estate
from domain.hours import DayHours, parse_day
from simulator.played import Day
from simulator.scenario import Scenario
from simulator.walks import neighbours
from simulator.world import World
from tests.simulator.town import MONDAY

WALK = 6.0
OPEN, SHUT = parse_day("08:00-20:00"), ()


def estate(walks: dict[str, float], capacity: int | None = None) -> Estate:
    """A hub `h`, its satellites, and a stranger `z`; one room each."""
    ids = ["h", *walks, "z"]
    common = {"type": "hall", "area": "a", "hours": {}}
    satellites = [{"venue": v, "walk_minutes": w} for v, w in walks.items()]
    return Estate.model_validate(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [{"id": i, "name": i, **common} for i in ids],
            "rooms": [
                {"id": f"room-{i}", "name": i, "venue": i, "capacity": capacity} for i in ids
            ],
            "link_groups": [{"id": "g", "hub": "h", "satellites": satellites}],
        }
    )


def scenario(visits: float = 2_000, **changes: Any) -> Scenario:
    peaks = [{"at": "14:00", "spread_minutes": 60, "visits": visits}]
    hall = {"workday": peaks, "free_day": peaks, "stay_minutes": 20, **changes}
    return Scenario.model_validate({"types": {"hall": hall}})


def play(
    world: World, days: int, hours: Mapping[str, DayHours], default: DayHours = OPEN
) -> list[Day]:
    by_venue = {v.id: hours.get(v.id, default) for v in world.estate.venues}
    return [world.play_day(MONDAY + timedelta(days=n), by_venue) for n in range(days)]


def total(day: Day, field: str, venue: str) -> int:
    return int(getattr(day.truth, field)[day.truth.rooms.index(f"room-{venue}")].sum())


def test_the_share_that_walks_falls_with_the_way() -> None:
    world = World(estate({"near": WALK}), scenario(to_neighbour=0.8), 1)
    (day,) = play(world, 1, {"h": SHUT})
    went = total(day, "went_to_neighbour", "h")
    assert went / total(day, "latent", "h") == pytest.approx(0.8 * math.exp(-WALK / 8), abs=0.03)
    assert total(day, "again", "near") == went
    assert total(day, "again", "z") == 0
    assert total(day, "refused_closed", "h") == total(day, "latent", "h") - went


def test_people_go_to_the_nearest_that_is_open() -> None:
    world = World(estate({"near": WALK, "far": 12.0}), scenario(to_neighbour=1), 1)
    (day,) = play(world, 1, {"h": SHUT, "near": SHUT})
    went = total(day, "went_to_neighbour", "h") / total(day, "latent", "h")
    assert went == pytest.approx(math.exp(-12 / 8), abs=0.03)
    assert total(day, "again", "near") == 0


def test_nobody_walks_more_than_a_quarter_of_an_hour() -> None:
    found = neighbours(estate({"near": 5.0, "far": 16.0}))
    assert found.venue[0].tolist()[:1] == [1]
    assert 2 not in found.venue[0].tolist()


def test_who_finds_it_full_waits_in_the_queue_before_they_go_next_door() -> None:
    made = estate({"near": 2.0}, capacity=1)
    truths = []
    for minutes in (0, 30):
        world = World(made, scenario(400, to_neighbour=1, queue_minutes=minutes), 1)
        (day,) = play(world, 1, {})
        truths.append(day.truth)
    at_once, after_a_while = (t.again[t.rooms.index("room-near")] for t in truths)
    assert truths[1].queued[0].sum() >= truths[1].went_to_neighbour[0].sum() > 0
    assert np.average(range(96), weights=after_a_while) > np.average(range(96), weights=at_once) + 1


def test_guests_never_make_a_room_fuller_than_it_may_be() -> None:
    world = World(estate({"near": 2.0}, capacity=30), scenario(300, to_neighbour=1), 1)
    for day in play(world, 3, {"h": SHUT}):
        assert (day.truth.occupancy <= 30).all()
        assert total(day, "again", "near") > 50
        assert total(day, "balked", "near") > 0


def test_everybody_is_accounted_for_also_those_who_try_again() -> None:
    world = World(
        estate({"near": 2.0}, capacity=15),
        scenario(400, to_neighbour=0.5, comes_back=0.6, queue_minutes=3),
        1,
    )
    days = play(world, 8, {"near": parse_day("08:00-14:00")})
    moved = again = 0
    for day in days:
        truth = day.truth
        fates = (
            truth.served
            + truth.refused_closed
            + truth.declined
            + truth.balked
            + truth.went_to_neighbour
            + truth.came_back
            + truth.unaware
        )
        np.testing.assert_array_equal(truth.latent + truth.again, fates)
        np.testing.assert_array_equal(truth.entered.sum(axis=1), truth.served.sum(axis=1))
        moved += int(truth.went_to_neighbour.sum() + truth.came_back.sum())
        again += int(truth.again.sum())
    assert 0 < again <= moved  # some will come back after the last day


def test_of_those_who_come_back_half_do_so_the_same_day() -> None:
    world = World(estate({"near": 30.0}, capacity=10), scenario(600, comes_back=0.9), 1)
    first, *later = play(world, 9, {})
    back = int(first.truth.came_back.sum())
    assert int(first.truth.again.sum()) / back == pytest.approx(0.5, abs=0.05)
    assert all(day.truth.again.sum() > 0 for day in later)


def test_other_hours_meet_the_same_people_though_they_move_elsewhere() -> None:
    played = []
    for hours in ({"h": SHUT}, {}):
        world = World(estate({"near": 2.0}, 40), scenario(400, to_neighbour=1, comes_back=1), 1)
        played.append(play(world, 5, hours))
    for one, other in zip(*played, strict=True):
        np.testing.assert_array_equal(one.truth.latent, other.truth.latent)


def test_a_restored_world_meets_those_who_had_promised_to_come_back() -> None:
    made = (estate({"near": 2.0}, capacity=10), scenario(600, comes_back=0.9, same_day=0))
    through = World(*made, 1)
    stopped = World(*made, 1)
    for world in (through, stopped):
        play(world, 2, {})
    restored = World.restore(*made, stopped.state())
    by_venue = dict.fromkeys(("h", "near", "z"), OPEN)
    day = MONDAY + timedelta(days=2)
    truths = [w.play_day(day, by_venue).truth for w in (through, restored)]
    assert truths[0].again.sum() > 0
    np.testing.assert_array_equal(truths[0].again, truths[1].again)
    np.testing.assert_array_equal(truths[0].served, truths[1].served)
