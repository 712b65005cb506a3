import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.behaviour.doors import at_doors
from simulator.behaviour.places import admit
from simulator.people import Crowd
from simulator.profile import Profile
from simulator.visits import LINGER_S, NEVER, Counts, Openings, Outcome, People, Visits


def profile(**changes: object) -> Profile:
    return Profile.model_validate({"workday": [], "free_day": [], "stay_minutes": 30, **changes})


def visit(people: People, openings: Openings, capacity: Counts) -> Visits:
    return admit(people, at_doors(people, openings), capacity)


def openings(rooms: int, *blocks: tuple[int, int]) -> Openings:
    """The same blocks, in hours of the business day, for every room."""
    edges = np.array([blocks or [(NEVER // 3600, NEVER // 3600)]] * rooms, dtype=np.int32) * 3600
    return Openings(edges[..., 0], edges[..., 1])


def served(visits: Visits) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(visits.outcome == Outcome.SERVED)


def crowd_of(latent: Counts, seed: int = 1, **changes: object) -> People:
    crowd = Crowd([profile(**changes)] * len(latent))
    return crowd.draw(latent, np.random.default_rng(seed))


def plentiful(rooms: int) -> Counts:
    return np.full(rooms, 10**9, dtype=np.int64)


def test_stays_are_log_normal() -> None:
    people = crowd_of(np.full((1, 96), 1000), stay_minutes=45, stay_spread=0.5)
    logs = np.log(people.stay_s / 60)
    assert math.exp(logs.mean()) == pytest.approx(45, rel=0.01)
    assert logs.std() == pytest.approx(0.5, rel=0.02)


def test_people_come_at_any_moment_of_their_quarter_hour() -> None:
    latent = np.random.default_rng(3).poisson(5, (7, 96))
    people = crowd_of(latent)
    cell = people.room * 96 + people.wish_s // 900
    np.testing.assert_array_equal(np.bincount(cell, minlength=latent.size), latent.ravel())
    assert (people.wish_s % 900).mean() == pytest.approx(449.5, rel=0.03)


def test_who_comes_just_before_opening_waits_for_it_as_patience_allows() -> None:
    latent = np.zeros((1, 96), dtype=np.int64)
    latent[0, 20:24] = 5_000  # the hour before a door opens at 6 h
    people = crowd_of(latent, patience_minutes=10)
    visits = visit(people, openings(1, (6, 12)), plentiful(1))
    before_s = 6 * 3600 - people.wish_s
    for minutes in (5, 10, 20):
        waits = served(visits)[np.abs(before_s - minutes * 60) < 30].mean()
        assert waits == pytest.approx(math.exp(-minutes / 10), abs=0.06)
    assert (visits.enter_s[served(visits)] == 6 * 3600).all()


def test_arrivals_thin_out_towards_closing_as_visits_would_not_fit() -> None:
    latent = np.zeros((1, 96), dtype=np.int64)
    latent[0, 40:48] = 5_000  # two hours before a door closes at 12 h
    people = crowd_of(latent, stay_minutes=60, stay_spread=0.5, least_stay=0.5)
    visits = visit(people, openings(1, (6, 12)), plentiful(1))
    left_s = 12 * 3600 - people.wish_s
    for minutes in (15, 30, 60, 100):
        comes = served(visits)[np.abs(left_s - minutes * 60) < 60].mean()
        fits = 0.5 * (1 + math.erf(math.log(minutes / 30) / 0.5 / math.sqrt(2)))
        assert comes == pytest.approx(fits, abs=0.06)
    assert set(visits.outcome[~served(visits)].tolist()) == {Outcome.DECLINED}


def test_who_is_inside_at_closing_is_out_within_minutes_one_after_another() -> None:
    people = crowd_of(np.full((1, 96), 4_000), stay_minutes=100)
    visits = visit(people, openings(1, (6, 12)), plentiful(1))
    after_s = visits.leave_s[served(visits)] - 12 * 3600
    late_s = after_s[after_s > 0]
    assert len(late_s) > 1_000
    assert late_s.max() < LINGER_S
    assert late_s.mean() == pytest.approx(LINGER_S / 2, rel=0.05)


def test_a_closed_day_serves_nobody_however_patient() -> None:
    people = crowd_of(np.full((2, 96), 9), patience_minutes=10**6)
    visits = visit(people, openings(2), plentiful(2))
    assert (visits.outcome == Outcome.REFUSED_CLOSED).all()


def test_a_room_without_queue_turns_away_as_erlang_says() -> None:
    """Arrivals as a Poisson process and any stays: loss is Erlang B of the offered load."""
    places, offered, rooms = 10, 10.0, 150
    blocked = 1.0
    for n in range(1, places + 1):
        blocked = offered * blocked / (n + offered * blocked)
    mean_stay_s = 30 * 60 * math.exp(0.5**2 / 2)
    latent = np.random.default_rng(5).poisson(offered / mean_stay_s * 900, (rooms, 96))
    people = crowd_of(latent)
    visits = visit(people, openings(rooms, (0, 23)), np.full(rooms, places))
    settled = (people.wish_s > 3 * 3600) & (people.wish_s < 20 * 3600)
    balked = (visits.outcome == Outcome.BALKED)[settled].mean()
    assert balked == pytest.approx(blocked, rel=0.03)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    capacity=st.integers(1, 12),
    cuts=st.lists(st.integers(0, 23), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_visits_lie_within_the_hours_and_the_room(
    seed: int, capacity: int, cuts: list[int]
) -> None:
    blocks = list(zip(cuts[::2], cuts[1::2], strict=False))
    people = crowd_of(np.random.default_rng(seed).poisson(3, (3, 96)), seed)
    visits = visit(people, openings(3, *blocks), np.full(3, capacity))
    for room in range(3):
        its = served(visits) & (people.room == room)
        enter_s, leave_s = visits.enter_s[its], visits.leave_s[its]
        assert (leave_s > enter_s).all()
        needed_s = people.needed_s[its]
        rows = zip(enter_s.tolist(), leave_s.tolist(), needed_s.tolist(), strict=True)
        for enter, leave, needed in rows:
            (end,) = [e * 3600 for s, e in blocks if s * 3600 <= enter < e * 3600]
            assert enter + needed <= end
            assert leave <= end + LINGER_S
        for at in enter_s.tolist():
            assert ((enter_s <= at) & (leave_s > at)).sum() <= capacity
        balked_at = visits.enter_s[(visits.outcome == Outcome.BALKED) & (people.room == room)]
        for at in balked_at.tolist():
            assert ((enter_s <= at) & (leave_s > at)).sum() == capacity
