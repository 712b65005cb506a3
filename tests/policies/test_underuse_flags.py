"""Of which rooms there is news, and when there is silence."""

import itertools
import json
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from domain.errors import InvalidInput
from policies.underuse.flags import Feedback, Phase, Standings, answered, look

FIRST = date(2026, 1, 1)
LOW, USED = 0.001, 0.9


def played(chances: list[float], suspect: list[bool] | None = None) -> list[int]:
    """The months in which there is news of one room with these probabilities of enough use."""
    standings, news = Standings(), []
    for month, chance in enumerate(chances):
        doubtful = np.array([bool(suspect and suspect[month])])
        on = FIRST + timedelta(days=30 * month)
        standings, new = look(standings, ["r"], np.array([chance]), doubtful, on)
        news += [month] * len(new)
    return news


def test_a_flag_is_said_once_until_it_clears() -> None:
    assert played([LOW] * 12) == [0]


def test_after_a_flag_has_cleared_there_are_26_weeks_of_rest() -> None:
    # Cleared on day 30; 26 weeks later is day 212, before the look on day 240.
    assert played([LOW, USED, *[LOW] * 10]) == [0, 8]


def test_a_chance_that_is_neither_low_nor_even_clears_nothing() -> None:
    assert played([LOW, *[0.3] * 6, *[LOW] * 6]) == [0]


def test_a_suspect_room_is_news_as_such_and_is_not_flagged_as_empty() -> None:
    standings, news = look(Standings(), ["r"], np.array([LOW]), np.array([True]), FIRST)
    assert [n.phase for n in news] == [Phase.CHECK]
    later = FIRST + timedelta(days=30)
    _, news = look(standings, ["r"], np.array([LOW]), np.array([False]), later)
    assert [n.phase for n in news] == [Phase.UNDERUSED]


def test_nothing_is_said_of_a_room_of_which_too_little_is_known() -> None:
    assert played([np.nan] * 6) == []


@settings(deadline=None)
@given(arrays(np.float64, 8, elements=st.floats(0, 0.1)))
def test_flagged_is_the_largest_set_that_is_wrong_in_one_of_fifty(
    chance: NDArray[np.float64],
) -> None:
    rooms = [f"r{n}" for n in range(8)]
    _, news = look(Standings(), rooms, chance, np.zeros(8, dtype=np.bool_), FIRST)
    largest = max(
        (
            number
            for number in range(9)
            for some in itertools.combinations(chance.tolist(), number)
            if sum(some) <= 0.02 * number + 1e-12
        ),
        default=0,
    )
    assert abs(len(news) - largest) <= (1 if np.any(np.isclose(chance, 0.02)) else 0)


@pytest.mark.parametrize(
    ("feedback", "weeks"), [("fine", 52), ("seasonal", 26), ("fixed", 13), ("wrong", 52)]
)
def test_an_answer_gives_a_room_rest(feedback: str, weeks: int) -> None:
    said = answered(Standings(), "r", Feedback(feedback), FIRST)
    low, sure = np.array([1e-6]), np.array([False])
    _, early = look(said, ["r"], low, sure, FIRST + timedelta(weeks=weeks, days=-1))
    _, late = look(said, ["r"], low, sure, FIRST + timedelta(weeks=weeks))
    assert (len(early), len(late)) == (0, 1)


def test_a_room_that_was_wrongly_flagged_needs_ten_times_the_odds_afterwards() -> None:
    said = answered(Standings(), "r", Feedback.WRONG, FIRST)
    later, sure = FIRST + timedelta(weeks=60), np.array([False])
    # Odds of .004 are .04 with ten times the odds, which is beyond .02; those of .001 are not.
    assert not look(said, ["r"], np.array([0.004]), sure, later)[1]
    assert look(said, ["r"], np.array([0.001]), sure, later)[1]


def test_after_a_mend_earlier_weeks_do_not_count() -> None:
    said = answered(Standings(), "r", Feedback.FIXED, FIRST)
    assert said.of("r").counts_from == "2026-01-01"
    assert answered(said, "r", Feedback.FINE, date(2026, 9, 1)).of("r").counts_from == "2026-01-01"


def test_standings_survive_a_restart() -> None:
    standings, _ = look(Standings(), ["a", "b"], np.array([LOW, USED]), np.zeros(2, bool), FIRST)
    standings = answered(standings, "b", Feedback.SEASONAL, FIRST)
    assert Standings.from_json(json.loads(json.dumps(standings.as_json()))) == standings


def test_what_are_no_standings_is_said_to_be_none() -> None:
    with pytest.raises(InvalidInput, match="no record of under-used rooms"):
        Standings.from_json({"month": "", "rooms": [{"room": "r", "phase": "asleep"}]})
