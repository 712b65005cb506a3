"""Occupancy sensors beside counted doors, ghosts, and counts by hand laid out by room."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.bins import Bins
from domain.hand_counts import DoorCheck, HandChecks, HeadCount
from policies.occupancy.band import Occupancy
from policies.occupancy.by_hand import at_doors, heads_inside
from policies.occupancy.fusion import disagreement, fused, ghosts
from policies.occupancy.nested import reconciled
from tests.policies.test_occupancy_bins import FOUR, bins

Floats = NDArray[np.float64]
NOW = np.datetime64("2026-03-02T04:00", "s")
NOBODY = np.zeros((1, 12))


def one(values: Floats, variance: float) -> Occupancy:
    return Occupancy.around(values[None], np.full((1, len(values)), variance))


def test_two_estimates_are_weighed_by_their_variances() -> None:
    both = fused(one(np.array([20.0]), 9.0), np.array([[26.0]]), np.array([18.0]))
    assert both.present[0, 0] == pytest.approx(22)
    assert both.variance[0, 0] == pytest.approx(6)


def test_whichever_speaks_alone_is_taken_at_its_word() -> None:
    told = one(np.array([20.0, np.nan, np.nan]), 4.0)
    both = fused(told, np.array([[np.nan, 7, np.nan]]), np.array([np.nan]))
    np.testing.assert_allclose(both.present, [[20, 7, np.nan]])
    assert both.low[0, 1] < 7 < both.high[0, 1]


def test_a_sensor_says_nobody_rather_than_fewer() -> None:
    both = fused(one(np.array([np.nan]), 1.0), np.array([[-2.0]]), np.array([np.nan]))
    assert both.present[0, 0] == 0


def test_disagreement_is_the_sensors_error_without_that_of_the_counts() -> None:
    rng = np.random.default_rng(2)
    truth = np.full((1, 50, 96), 40.0)
    present, said = rng.normal(truth, 2), rng.normal(truth + 1, 3)
    found = disagreement(said, present, np.full(truth.shape, 4.0), np.ones((1, 50)))
    assert found[0] == pytest.approx(3**2 + 1**2, rel=0.06)


def evening(present: Floats, left: Floats | None = None) -> Bins:
    """A room open for six bins and closed for six."""
    hours = (np.arange(12) < 6).astype(float)[None]
    entered, out = NOBODY, NOBODY if left is None else left[None]
    return bins(entered, out, FOUR, present=present[None], open=hours)


@pytest.mark.parametrize(
    ("present", "first_ghost"),
    [
        ([9, 9, 9, 9, 9, 9, 4, 4, 4, 4, 4, 4], 9),  # stands still from closing on
        ([9, 9, 9, 9, 9, 9, 8, 7, 6, 5, 4, 3], 12),  # real people go home
        ([9, 9, 9, 9, 9, 9, 4, 5, 4, 5, 4, 5], 9),  # trembles
    ],
)
def test_an_occupancy_sensor_that_shows_people_after_closing(
    present: list[int], first_ghost: int
) -> None:
    found = ghosts(evening(np.array(present, dtype=np.float64)))
    np.testing.assert_array_equal(found[0], np.arange(12) >= first_ghost)


def test_who_leaves_late_was_no_ghost_until_then() -> None:
    left = np.zeros(12)
    left[9] = 1
    found = ghosts(evening(np.full(12, np.nan), left))
    assert not found[0, :12].any()
    longer = ghosts(evening(np.full(12, np.nan)))
    assert longer[0, 8:].all()


def test_a_room_without_hours_has_no_ghosts() -> None:
    told = bins(NOBODY, NOBODY, FOUR, present=NOBODY + 3, open=NOBODY)
    assert not ghosts(told).any()


def check_at(room: str, beyond: str | None, days_ago: int) -> DoorCheck:
    return DoorCheck(
        room=room,
        beyond=beyond,
        at=datetime(2026, 3, 2, 4, tzinfo=UTC) - timedelta(days=days_ago),
        passed_in=40,
        counted_in=38,
        passed_out=20,
        counted_out=16,
    )


def test_a_door_between_rooms_speaks_for_both_and_old_counts_weigh_less() -> None:
    checks = HandChecks(doors=(check_at("hall", None, 0), check_at("cafe", "hall", 365)))
    found = at_doors(checks, ["hall", "cafe"], NOW)
    np.testing.assert_allclose(found.passed_in, [40 + 20 / 2, 40 / 2])
    np.testing.assert_allclose(found.counted_in, [38 + 16 / 2, 38 / 2])
    np.testing.assert_allclose(found.passed_out, [20 + 40 / 2, 20 / 2])


def test_doors_within_a_venue_and_heads_in_one_of_its_rooms_do_not_speak_for_it() -> None:
    head = HeadCount(room="hall", at=datetime(2026, 3, 2, 5, tzinfo=UTC), present=7, actor="m-1")
    checks = HandChecks(
        doors=(check_at("hall", None, 0), check_at("cafe", "hall", 0)),
        heads=(head, replace(head, room="gym")),
    )
    spaces = checks.in_spaces({"hall": "house", "cafe": "house", "gym": "sports"})
    assert [d.room for d in spaces.doors] == ["house"]
    assert [h.room for h in spaces.heads] == ["sports"]


def test_heads_are_laid_at_the_nearest_end_of_a_bin() -> None:
    at = datetime(2026, 3, 2, 4, 28, tzinfo=UTC)
    checks = HandChecks(heads=(HeadCount(room="b", at=at, present=7, actor="m-1"),))
    start = NOW + np.timedelta64(15, "m") * np.arange(4)
    found = heads_inside(checks, ["a", "b"], start, 15)
    assert found[1, 1] == 7
    assert np.isnan(found).sum() == 7


def test_rooms_add_up_to_their_house_and_the_unsure_ones_give_way() -> None:
    rooms = Occupancy.around(np.array([30.0, 10, 5]), np.array([6.0, 2, 1]))
    house = Occupancy.around(np.array([28.0]), np.array([0.0]))
    found = reconciled(rooms, house, np.array([0, 0, -1]))
    np.testing.assert_allclose(found.present, [30 - 12 * 6 / 8, 10 - 12 * 2 / 8, 5])
    np.testing.assert_allclose(found.high - found.present, rooms.high - rooms.present)


def test_a_house_that_is_unsure_itself_meets_its_rooms_halfway() -> None:
    rooms = Occupancy.around(np.array([30.0, 10]), np.array([6.0, 2]))
    house = Occupancy.around(np.array([28.0]), np.array([8.0]))
    found = reconciled(rooms, house, np.array([0, 0]))
    assert found.present.sum() == pytest.approx(34)


def test_a_house_or_a_room_that_is_unknown_moves_nobody() -> None:
    rooms = Occupancy.around(np.array([30.0, np.nan, 4]), np.array([6.0, np.nan, 1]))
    houses = Occupancy.around(np.array([28.0, np.nan]), np.array([1.0, np.nan]))
    found = reconciled(rooms, houses, np.array([0, 0, 1]))
    np.testing.assert_allclose(found.present, [30, np.nan, 4])
