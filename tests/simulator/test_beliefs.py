import math
from datetime import timedelta

import numpy as np
import pytest

from domain.hours import DayHours
from simulator.played import Day
from simulator.scenario import Scenario
from simulator.world import World
from tests.simulator.town import MONDAY, hours, town_estate, town_scenario

SHORT, LONG = hours("09:00-18:00"), hours("09:00-20:00")
EVENING = slice((18 - 4) * 4 + 1, (19 - 4) * 4)
"""Quarter-hours from a quarter past six to seven: nobody waits for an opening in them."""


def learning(weeks: float) -> Scenario:
    changes = {"learning_weeks": weeks, "least_stay": 0, "level": 8}
    hall = {**town_scenario().types["hall"], **changes}
    return town_scenario(types={"hall": hall}, day_noise=0)


def town(weeks: float) -> World:
    return World(town_estate(), learning(weeks), 1)


def mondays(world: World, *open_: dict[str, DayHours]) -> list[Day]:
    return [world.play_day(MONDAY + timedelta(weeks=n), h) for n, h in enumerate(open_)]


def share(day: Day, of: str) -> float:
    """Of those who would come to the unlimited room in the evening."""
    room = day.truth.rooms.index("room-doors")
    return float(
        getattr(day.truth, of)[room, EVENING].sum() / day.truth.latent[room, EVENING].sum()
    )


def test_new_hours_become_known_exponentially() -> None:
    days = mondays(town(2), *[SHORT] * 2, *[LONG] * 6)
    assert share(days[1], "refused_closed") == 1
    for weeks, day in enumerate(days[2:]):
        unaware = math.exp(-weeks / 2)
        assert share(day, "unaware") == pytest.approx(unaware, abs=0.05)
        assert share(day, "served") == pytest.approx(1 - unaware, abs=0.05)


def test_who_has_not_heard_of_shorter_hours_comes_to_a_closed_door() -> None:
    days = mondays(town(2), *[LONG] * 2, *[SHORT] * 4)
    assert share(days[1], "at_closed_door") == 0
    for weeks, day in enumerate(days[2:]):
        assert share(day, "refused_closed") == 1
        assert share(day, "at_closed_door") == pytest.approx(math.exp(-weeks / 2), abs=0.05)


def test_without_a_time_constant_everybody_knows_at_once() -> None:
    _, day = mondays(town(0), SHORT, LONG)
    assert share(day, "served") == 1
    assert day.truth.unaware.sum() == 0


def test_who_gathers_for_the_opening_they_know_finds_the_doors_open_already() -> None:
    """Were they taken for unaware, opening earlier would lose those who always came early."""
    late, early = hours("10:00-18:00"), hours("09:00-18:00")
    before, after = mondays(town(50), late, early)
    quarter_before_ten = (10 - 4) * 4 - 1
    room = before.truth.rooms.index("room-doors")
    waiting = before.truth.served[room, quarter_before_ten]
    latent = before.truth.latent[room, quarter_before_ten]
    now = (
        after.truth.served[room, quarter_before_ten] / after.truth.latent[room, quarter_before_ten]
    )
    assert now == pytest.approx(waiting / latent, abs=0.25)
    assert now > 0.2


def test_a_restored_world_believes_what_was_believed() -> None:
    through, stopped = town(3), town(3)
    for world in (through, stopped):
        mondays(world, SHORT, LONG)
    restored = World.restore(town_estate(), learning(3), stopped.state())
    day = MONDAY + timedelta(weeks=2)
    np.testing.assert_array_equal(
        through.play_day(day, LONG).truth.unaware, restored.play_day(day, LONG).truth.unaware
    )
    assert through.state() == restored.state()
