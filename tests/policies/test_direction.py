"""Doors mounted the wrong way round, among people who come before they leave."""

from collections.abc import Sequence

import numpy as np
import pytest

from domain.estate import Sensor
from policies.direction import FALSE_ALARM, Swapped, swapped
from policies.grid import Floats
from policies.watched import Space
from tests.contract.quarters import Quarter
from tests.policies.watching import FIRST, OPEN_SLOTS, SLOTS, counter, watched
from tests.real_data import real_data

FRONT, SIDE = counter("front"), counter("side")


def visits(
    rng: np.random.Generator, sensors: Sequence[Sensor], turned: Sequence[Sensor], a_day: float
) -> list[Quarter]:
    """People who come and stay a while, through any door in and any door out."""
    counts = {(s.id, way): np.zeros(SLOTS) for s in sensors for way in ("in", "out")}
    for begin in range(SLOTS):
        if (FIRST + begin) % 96 not in OPEN_SLOTS[:-8]:
            continue
        for _ in range(rng.poisson(a_day / (len(OPEN_SLOTS) - 8))):
            stay = int(rng.integers(1, 8))
            came, went = rng.choice(len(sensors), 2)
            counts[sensors[came].id, "in"][begin] += 1
            counts[sensors[went].id, "out"][min(begin + stay, SLOTS - 1)] += 1
    return [
        Quarter(s.id, s.kind, FIRST + n, *(x for way in ways for x in (counts[s.id, way][n], 1)))
        for s in sensors
        for ways in [("out", "in") if s in turned else ("in", "out")]
        for n in range(SLOTS)
    ]


def suspect(
    seed: int, sensors: Sequence[Sensor], turned: Sequence[Sensor], a_day: float = 300
) -> Swapped | None:
    quarters = visits(np.random.default_rng(seed), sensors, turned, a_day)
    [space] = watched(quarters, sensors).spaces()
    return swapped(space)


@pytest.mark.parametrize("seed", range(5))
def test_the_only_door_of_a_room_is_found_when_it_is_turned(seed: int) -> None:
    found = suspect(seed, [FRONT], [FRONT])
    assert found
    assert (found.row, found.days, found.against) == (0, 13, 13)
    assert found.chance == pytest.approx(0.5**13)


@pytest.mark.parametrize("seed", range(5))
def test_no_door_is_suspected_where_all_are_right(seed: int) -> None:
    assert suspect(seed, [FRONT], []) is None
    assert suspect(seed, [FRONT, SIDE], []) is None


@pytest.mark.parametrize("seed", range(5))
def test_of_two_doors_the_turned_one_is_found(seed: int) -> None:
    found = suspect(seed, [FRONT, SIDE], [SIDE])
    assert found
    assert found.row == 1


def inner(*, turned: bool) -> list[Swapped | None]:
    """A hall whose front door everybody takes to the study behind it, where they stay."""
    study = counter("study", room="study", beyond="hall")
    through = visits(np.random.default_rng(4), [FRONT], [], 300)
    behind = [q._replace(sensor="study") for q in through]
    if turned:
        behind = [q._replace(entered=q.left, left=q.entered) for q in behind]
    return [swapped(space) for space in watched([*through, *behind], [FRONT, study]).spaces()]


def test_the_door_to_an_inner_room_is_judged_from_inside() -> None:
    assert inner(turned=False) == [None, None]
    of_hall, of_study = inner(turned=True)
    assert of_hall is None
    assert of_study
    assert of_study.row == 1


def test_few_people_say_nothing() -> None:
    assert suspect(1, [FRONT], [FRONT], a_day=6) is None


def test_a_door_that_counts_at_random_is_rarely_suspected() -> None:
    """At most one in a thousand by the stated rate; 1 of 200 has a chance of 0.2 at that rate."""
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(200):
        noise = rng.poisson(2, (SLOTS, 2)).tolist()
        quarters = [
            Quarter("front", FRONT.kind, FIRST + n, into, 1, out, 1)
            for n, (into, out) in enumerate(noise)
        ]
        [space] = watched(quarters, [FRONT]).spaces()
        alarms += swapped(space) is not None
    assert alarms <= max(1, 200 * FALSE_ALARM)


def test_a_real_door_is_suspected_in_the_two_weeks_in_which_it_was_turned() -> None:
    """CalIt2 loses count by −89 to +109 people a day.

    From Monday 17 to Friday 28 October 2005 more leave than come each morning and more come than
    leave each evening, against all its other weeks: its directions were exchanged.
    """
    counts = np.genfromtxt(
        real_data("calit2_in_out.csv"), delimiter=",", skip_header=1, usecols=(1, 2)
    )
    into, out = np.repeat(counts / 2, 2, axis=0).T
    fortnights = [slice(begin, begin + SLOTS) for begin in range(16, len(into) - SLOTS, 7 * 96)]
    suspected = [swapped(real_space(into[f], out[f])) is not None for f in fortnights]
    assert suspected == [False] * 12 + [True]
    found = [swapped(real_space(out[f], into[f])) is not None for f in fortnights[:11]]
    assert sum(found) >= 9, "in the others a holiday leaves nine working days"


def real_space(into: Floats, out: Floats) -> Space:
    shape = (1, SLOTS // 96, 96)
    return Space(
        rows=(0,),
        entered=into.reshape(shape),
        left=out.reshape(shape),
        is_outer=np.ones(1, dtype=np.bool_),
        is_whole=np.ones(SLOTS // 96, dtype=np.bool_),
    )
