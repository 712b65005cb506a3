import pytest
from hypothesis import given

from domain.errors import NotFound
from domain.estate import Estate, Limits
from domain.estate_rules import check
from tests.domain.documents import sound
from tests.strategies import estates, few_at_any_pace


@few_at_any_pace
@given(estates())
def test_an_estate_survives_json(estate: Estate) -> None:
    assert Estate.model_validate_json(estate.model_dump_json()) == estate


def test_rooms_and_sensors_are_found_from_either_side() -> None:
    estate = check(sound())
    assert [r.id for r in estate.rooms_by_venue["library"]] == ["reading", "lending"]
    assert [s.id for s in estate.sensors_by_room["lending"]] == ["front", "inner"]
    assert estate.sensors_by_room["dining"] == ()
    assert estate.sensor_by_id["inner"].sign == -1


def test_a_venue_that_is_not_there_is_told_by_name() -> None:
    with pytest.raises(NotFound, match="no venue “cinema”"):
        check(sound()).venue("cinema")


@pytest.mark.parametrize(
    ("language", "library", "canteen"),
    [("en", "Library", "Canteen"), ("zh-Hans", "图书馆", "Canteen")],
)
def test_a_name_is_chinese_where_there_is_a_chinese_one(
    language: str, library: str, canteen: str
) -> None:
    names = [v.name_in(language) for v in check(sound()).venues]
    assert names == [library, canteen]


def test_a_time_after_midnight_goes_on_counting() -> None:
    limits = Limits.model_validate({"latest": "26:00"})
    assert limits.latest == 26 * 60
    assert limits.model_dump(mode="json")["latest"] == "26:00"
