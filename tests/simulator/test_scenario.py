import pytest

from domain.errors import InvalidInput
from simulator.scenario import Scenario
from tests.simulator.town import town_estate, town_scenario


def test_a_venue_says_only_what_is_different_from_its_type() -> None:
    scenario = town_scenario(venues={"hall": {"level": 2}})
    hall, doors = (scenario.profile(v) for v in town_estate().venues)
    assert (hall.level, doors.level) == (2, 1)
    assert hall.workday == doors.workday


def test_a_sensor_says_only_what_is_different_from_the_others() -> None:
    scenario = town_scenario(sensors={"total": {"in_rate": 0.5}})
    counters = [scenario.counter_of(s) for s in town_estate().sensors]
    assert [(c.in_rate, c.out_rate) for c in counters[:2]] == [(0.5, 1), (1, 1)]


def test_a_type_that_nothing_is_said_of_is_told_with_those_that_are_known() -> None:
    scenario = town_scenario()
    venue = town_estate(type="museum").venues[0]
    with pytest.raises(InvalidInput, match=r"museum.*hall"):
        scenario.profile(venue)


def test_a_wrong_field_is_told_with_its_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        Scenario.parse("types: {}\nday_noise: -1\ncolour: red\n", "city.yaml")
    assert {p.where for p in caught.value.problems} == {"city.yaml.day_noise", "city.yaml.colour"}


def test_a_wrong_field_of_a_venue_is_told_with_its_place() -> None:
    scenario = town_scenario(venues={"hall": {"weekday": [1, 2]}})
    with pytest.raises(InvalidInput) as caught:
        scenario.profile(town_estate().venues[0])
    assert caught.value.problems[0].where == "venues.hall.weekday"


def test_text_that_is_not_yaml_is_told_with_its_source() -> None:
    with pytest.raises(InvalidInput, match=r"city\.yaml"):
        Scenario.parse("types: [", "city.yaml")
