from datetime import date, timedelta

import pytest

from domain.estate import Venue
from domain.hours import WeeklyHours, parse_day
from simulator.managers import Habits, Managers, softened
from simulator.streams import Streams

MONDAY = date(2026, 3, 2)
NOW = WeeklyHours.parse({"mon-sun": "09:00-17:00"})
LATER = WeeklyHours.parse({"mon-sun": "09:00-18:00"})


def venues(count: int) -> tuple[Venue, ...]:
    return tuple(
        Venue(id=f"v{n}", name="V", type="hall", area="a", hours=NOW) for n in range(count)
    )


def outcomes(habits: Habits, weeks: int = 20, seed: int = 1) -> list[WeeklyHours]:
    """What becomes of the same proposal to a hundred venues, week after week."""
    many = venues(100)
    managers = Managers(many, habits, Streams(seed))
    today, proposed = ({v.id: h for v in many} for h in (NOW, LATER))
    decided = [managers.decided(proposed, today, MONDAY + timedelta(weeks=n)) for n in range(weeks)]
    return [week.get(v.id, NOW) for week in decided for v in many]


def test_managers_reject_and_soften_as_often_as_they_do() -> None:
    found = outcomes(Habits(reject=0.2, soften=0.3))
    assert found.count(NOW) / len(found) == pytest.approx(0.2, abs=0.03)
    assert found.count(LATER) / len(found) == pytest.approx(0.5, abs=0.03)


def test_a_softened_edge_goes_back_a_quarter_or_half_an_hour() -> None:
    found = {str(h) for h in outcomes(Habits(soften=1))}
    assert found == {"mon-sun 09:00-17:30", "mon-sun 09:00-17:45"}


def test_an_edge_never_goes_back_beyond_where_it_was() -> None:
    a_little = WeeklyHours.parse({"mon-sun": "09:00-17:15"})
    (venue,) = venues(1)
    assert softened(a_little, NOW, 30, venue) == NOW


def test_days_whose_blocks_are_not_the_same_stay_as_proposed() -> None:
    split = WeeklyHours.parse({"mon-sun": "09:00-12:00, 14:00-19:00"})
    (venue,) = venues(1)
    assert softened(split, NOW, 30, venue) == split


def test_what_a_manager_would_do_does_not_depend_on_what_is_proposed() -> None:
    many = venues(50)
    managers = Managers(many, Habits(reject=0.5), Streams(3))
    today = {v.id: NOW for v in many}
    other = WeeklyHours((parse_day("10:00-16:00"),) * 7)
    accepted = [
        managers.decided({v.id: h for v in many}, today, MONDAY).keys() for h in (LATER, other)
    ]
    assert accepted[0] == accepted[1]
    assert 0 < len(accepted[0]) < 50
