import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.behaviour.doors import at_doors
from simulator.behaviour.places import admit
from simulator.people import Crowd
from simulator.profile import Profile
from simulator.visits import Openings, Outcome, People, Visits


def played(
    latent: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    capacity: int,
    seed: int = 1,
    closes_h: int = 23,
    **changes: object,
) -> tuple[People, Visits]:
    """Rooms open from the day's beginning, and who was in them."""
    profile = Profile.model_validate({"workday": [], "free_day": [], "stay_minutes": 30, **changes})
    crowd = Crowd([profile] * len(latent))
    people = crowd.draw(latent, np.random.default_rng(seed))
    edges = np.array([[[0, closes_h * 3600]]] * len(latent), dtype=np.int32)
    wishes = at_doors(people, Openings(edges[..., 0], edges[..., 1]))
    return people, admit(people, wishes, np.full(len(latent), capacity))


def test_a_room_that_is_never_full_holds_arrivals_times_stay() -> None:
    """M/G/∞: mean number present = arrival rate × mean stay, whatever the stays' distribution."""
    rate_a_slot, stay_s = 4.0, 30 * 60 * math.exp(0.5**2 / 2)
    latent = np.random.default_rng(2).poisson(rate_a_slot, (200, 96))
    people, visits = played(latent, 10**9)
    at_s = 15 * 3600
    inside = (people.wish_s <= at_s) & (visits.leave_s > at_s)
    assert inside.sum() / 200 == pytest.approx(rate_a_slot / 900 * stay_s, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), capacity=st.integers(1, 8), queue=st.sampled_from([0, 5, 60]))
def test_nobody_is_in_a_full_room_nor_waits_longer_than_they_would(
    seed: int, capacity: int, queue: int
) -> None:
    latent = np.random.default_rng(seed).poisson(2, (2, 96))
    people, visits = played(latent, capacity, seed, closes_h=14, queue_minutes=queue)
    served = visits.outcome == Outcome.SERVED
    waited_s = visits.enter_s - people.wish_s
    assert (waited_s[served] >= 0).all()
    assert (waited_s[served] <= people.queue_s[served]).all()
    assert (visits.enter_s + people.needed_s <= 14 * 3600)[served].all()
    for room in range(2):
        its = served & (people.room == room)
        enter_s, leave_s = visits.enter_s[its], visits.leave_s[its]
        for at in enter_s.tolist():
            assert ((enter_s <= at) & (leave_s > at)).sum() <= capacity


def test_a_queue_is_first_come_first_served_as_a_step_by_step_count_has_it() -> None:
    """An independent clock: every second the head of the queue is let in, or has given up."""
    latent = np.zeros((1, 96), dtype=np.int64)
    latent[0, 10:14] = 12
    people, visits = played(latent, 3, queue_minutes=15, stay_minutes=20)
    order = np.argsort(people.wish_s, kind="stable").tolist()
    begins: dict[int, int] = {}
    queue: list[int] = []
    inside: list[int] = []
    for now in range(9_000, 40_000):
        inside = [leaves for leaves in inside if leaves > now]
        queue += [i for i in order if people.wish_s[i] == now]
        queue = [i for i in queue if people.wish_s[i] + people.queue_s[i] >= now]
        while queue and len(inside) < 3:
            head = queue.pop(0)
            begins[head] = now
            inside.append(now + int(people.stay_s[head]))
    served = np.flatnonzero(visits.outcome == Outcome.SERVED).tolist()
    assert {i: int(visits.enter_s[i]) for i in served} == begins
    assert 0 < len(begins) < 48


def test_with_endless_patience_everybody_waits_and_is_served() -> None:
    """A busy room of c places serves c / mean stay; here they suffice in the end."""
    latent = np.zeros((1, 96), dtype=np.int64)
    latent[0, 8] = 60
    people, visits = played(latent, 10, queue_minutes=10**5)
    patient = people.queue_s > 20 * 3600
    assert (visits.outcome[patient] == Outcome.SERVED).all()
    assert visits.queued[patient].sum() > 40
