from collections.abc import Callable
from typing import Any, cast

import pytest

from domain.errors import InvalidEstate, Problem
from domain.estate_rules import check
from tests.domain.documents import Document, sound


def problems_of(document: Any) -> list[tuple[str, str, str]]:
    """(where, what, hint) of everything that is wrong."""
    with pytest.raises(InvalidEstate) as caught:
        check(document)
    return [(p.where, p.what, p.hint) for p in caught.value.problems]


def library(document: Document) -> dict[str, Any]:
    return document["venues"][0]


def limits(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = library(document)["limits"]
    return found


def test_a_sound_document_becomes_an_estate() -> None:
    estate = check(sound())
    assert [v.id for v in estate.venues] == ["library", "canteen"]
    assert estate.rooms[0].capacity == 40
    assert estate.link_groups[0].satellites[0].walk_minutes == 5


def test_an_estate_may_be_empty() -> None:
    assert check({}) == check({"areas": [], "venues": None})


Bend = Callable[[Document], object]
FIELDS: dict[str, tuple[Bend, str, str, str]] = {
    "missing": (lambda d: library(d).pop("hours"), "venues[0].hours", "is missing", ""),
    "unknown field": (
        lambda d: d["rooms"][0].update(capasity=3),
        "rooms[0].capasity",
        "there is no such field",
        "did you mean “capacity”?",
    ),
    "unknown limit": (
        lambda d: limits(d).update(notise_days=3),
        "venues[0].limits.notise_days",
        "there is no such field",
        "did you mean “notice_days”?",
    ),
    "not an id": (
        lambda d: d["departments"].append({"id": "a b", "name": "A"}),
        "departments[1].id",
        "“a b” is not an id",
        "letters, digits and _.:- only, a letter or digit first, at most 120",
    ),
    "empty name": (lambda d: library(d).update(name=" "), "venues[0].name", "is empty", ""),
    "no name": (lambda d: library(d).update(name=None), "venues[0].name", "is empty", ""),
    "a list for a text": (
        lambda d: library(d).update(name_zh=["图", "书"]),
        "venues[0].name_zh",
        "a list is not text",
        "",
    ),
    "not a whole number": (
        lambda d: d["rooms"][0].update(capacity="forty"),
        "rooms[0].capacity",
        "“forty” is not a whole number",
        "",
    ),
    "not a number": (
        lambda d: limits(d).update(staff="nan"),
        "venues[0].limits.staff",
        "“nan” is not a number",
        "",
    ),
    "too little": (
        lambda d: d["rooms"][0].update(capacity="0"),
        "rooms[0].capacity",
        "“0” is not above 0",
        "",
    ),
    "below": (
        lambda d: library(d).update(latitude="-91", longitude="0"),
        "venues[0].latitude",
        "“-91” is below -90.0, the least there may be",
        "",
    ),
    "above": (
        lambda d: limits(d).update(notice_days="400"),
        "venues[0].limits.notice_days",
        "“400” is above 366, the most there may be",
        "",
    ),
    "not a multiple": (
        lambda d: limits(d).update(min_gap_minutes="20"),
        "venues[0].limits.min_gap_minutes",
        "“20” is not a multiple of 15",
        "",
    ),
    "not one of": (
        lambda d: d["sensors"][0].update(kind="totals"),
        "sensors[0].kind",
        "“totals” is not total, period, change or present",
        "did you mean “total”?",
    ),
    "counts nobody": (
        lambda d: d["sensors"][0].update(kind="status"),
        "sensors[0].kind",
        "“status” is not total, period, change or present",
        "",
    ),
    "not a sign": (
        lambda d: d["sensors"][0].update(sign="2"),
        "sensors[0].sign",
        "“2” is not 1 or -1",
        "",
    ),
    "not a mapping": (
        lambda d: library(d).update(limits="none"),
        "venues[0].limits",
        "should be a mapping of fields",
        "",
    ),
    "item not a mapping": (
        lambda d: d["departments"].append("arts"),  # type: ignore[arg-type]
        "departments[1]",
        "should be a mapping of fields",
        "",
    ),
    "not a list": (
        lambda d: d["link_groups"][0].update(satellites="canteen"),
        "link_groups[0].satellites",
        "should be a list",
        "",
    ),
    "kind not a list": (
        lambda d: cast("dict[str, Any]", d).update(link_groups="around"),
        "link_groups",
        "should be a list",
        "",
    ),
    "unknown kind": (
        lambda d: d.update(romos=[]),
        "romos",
        "there is no such list in an estate",
        "did you mean “rooms”?",
    ),
    "no satellite": (
        lambda d: d["link_groups"][0].update(satellites=[]),
        "link_groups[0].satellites",
        "is empty; give at least one",
        "",
    ),
    "hours": (
        lambda d: library(d).update(hours={"mon": "9-25:00"}),
        "venues[0].hours.mon",
        "“9-25:00” is not a block of hours",
        "write it as 09:00-17:30",
    ),
    "hours not a mapping": (
        lambda d: library(d).update(hours="09:00-17:00"),
        "venues[0].hours",
        "should be a mapping of days",
        'write it as {mon-fri: "09:00-17:00"}',
    ),
    "day without hours": (
        lambda d: library(d).update(hours={"sat": None, "sun": "09:00-17:00"}),
        "venues[0].hours.sat",
        "has no hours",
        'write closed; quote several days: "sat,sun"',
    ),
    "time": (
        lambda d: limits(d).update(earliest="8"),
        "venues[0].limits.earliest",
        "“8” is not a time of day",
        "write it as 09:30",
    ),
    "special day's date": (
        lambda d: library(d).update(special_days=[{"day": "1.10.2026"}]),
        "venues[0].special_days[0].day",
        "“1.10.2026” is not a date",
        "write it as 2026-10-01",
    ),
    "special day's hours": (
        lambda d: library(d).update(special_days=[{"day": "2026-10-01", "hours": "9"}]),
        "venues[0].special_days[0].hours",
        "“9” is not a block of hours",
        "write it as 09:00-17:30",
    ),
    "special day's field": (
        lambda d: library(d).update(special_days=[{"day": "2026-10-01", "huors": "closed"}]),
        "venues[0].special_days[0].huors",
        "there is no such field",
        "fields: day, hours, name",
    ),
}


@pytest.mark.parametrize("case", FIELDS)
def test_a_fault_of_one_field_is_told_in_plain_words(case: str) -> None:
    bend, where, what, hint = FIELDS[case]
    document = sound()
    bend(document)
    assert problems_of(document) == [(where, what, hint)]


RULES: dict[str, tuple[Bend, str, str]] = {
    "zone": (
        lambda d: library(d).update(zone="asia/shangai"),
        "venues[0].zone",
        "there is no time zone “asia/shangai” (did you mean “Asia/Shanghai”?)",
    ),
    "country": (
        lambda d: library(d).update(country="China"),
        "venues[0].country",
        "no public holidays are known of the country “China” (an ISO 3166 code such as CN)",
    ),
    "subdivision": (
        lambda d: library(d).update(country="DE", subdivision="BYY"),
        "venues[0].subdivision",
        "“BYY” is not a subdivision of “DE” (did you mean “BY”?)",
    ),
    "subdivision of nowhere": (
        lambda d: library(d).update(subdivision="BY"),
        "venues[0].subdivision",
        "“BY” is not a subdivision of no country",
    ),
    "half a place": (
        lambda d: library(d).update(latitude="31.2"),
        "venues[0].longitude",
        "is missing (give both latitude and longitude, or neither)",
    ),
    "hours off the grid": (
        lambda d: library(d).update(hours={"mon-fri": "09:10-17:00"}),
        "venues[0].hours.mon-fri",
        (
            "09:10-17:00 does not begin and end on a quarter-hour "
            "(plans are made of quarter-hours: use :00, :15, :30 or :45)"
        ),
    ),
    "hours before the day": (
        lambda d: library(d).update(hours={"sun": "03:00-12:00"}),
        "venues[0].hours.sun",
        (
            "03:00-12:00 does not lie within the business day, 04:00 to 04:00 of the next day "
            "(set day_starts to a time when the building is empty)"
        ),
    ),
    "hours after the day": (
        lambda d: library(d).update(hours={"fri": "20:00-04:15"}),
        "venues[0].hours.fri",
        (
            "20:00-04:15 does not lie within the business day, 04:00 to 04:00 of the next day "
            "(set day_starts to a time when the building is empty)"
        ),
    ),
    "special day outside the day": (
        lambda d: library(d).update(special_days=[{"day": "2026-10-01", "hours": "02:00-05:00"}]),
        "venues[0].special_days[0].hours",
        (
            "02:00-05:00 does not lie within the business day, 04:00 to 04:00 of the next day "
            "(set day_starts to a time when the building is empty)"
        ),
    ),
    "special day twice": (
        lambda d: library(d).update(
            special_days=[{"day": "2026-10-01"}, {"day": "2026-10-01", "hours": "10:00-12:00"}]
        ),
        "venues[0].special_days[1].day",
        "2026-10-01 is given twice",
    ),
    "day starts too late": (
        lambda d: library(d).update(day_starts="28:00"),
        "venues[0].day_starts",
        "a business day begins before 24:00 (write it as 04:00)",
    ),
    "day starts off the grid": (
        lambda d: library(d).update(day_starts="04:10"),
        "venues[0].day_starts",
        "04:10 is not a quarter-hour (plans are made of quarter-hours: use :00, :15, :30 or :45)",
    ),
    "latest off the grid": (
        lambda d: limits(d).update(latest="26:05"),
        "venues[0].limits.latest",
        "26:05 is not a quarter-hour (plans are made of quarter-hours: use :00, :15, :30 or :45)",
    ),
    "latest before earliest": (
        lambda d: limits(d).update(latest="02:00", core={"mon": "09:00-10:00"}),
        "venues[0].limits.latest",
        "02:00 is not after earliest, 08:00 (a time after midnight goes on counting: 26:00)",
    ),
    "no room for a block": (
        lambda d: limits(d).update(latest="09:00"),
        "venues[0].limits.min_block_minutes",
        "no block of 120 minutes fits between 08:00 and 09:00 (shorten it, or widen the window)",
    ),
    "block lengths": (
        lambda d: limits(d).update(min_block_minutes="240", max_block_minutes="180"),
        "venues[0].limits.min_block_minutes",
        "240 is more than max_block_minutes, 180",
    ),
    "core off the grid": (
        lambda d: limits(d).update(core={"mon": "09:05-10:00"}),
        "venues[0].limits.core.mon",
        (
            "09:05-10:00 does not begin and end on a quarter-hour "
            "(plans are made of quarter-hours: use :00, :15, :30 or :45)"
        ),
    ),
    "core before earliest": (
        lambda d: limits(d).update(core={"mon-wed": "07:00-10:00"}),
        "venues[0].limits.core.mon-wed",
        (
            "07:00-10:00 does not lie between earliest and latest, 08:00-20:00 "
            "(move core hours, or earliest and latest)"
        ),
    ),
    "core longer than a block": (
        lambda d: limits(d).update(core={"mon": "09:00-15:00"}, max_block_minutes="300"),
        "venues[0].limits.core.mon",
        "09:00-15:00 is longer than max_block_minutes, 300",
    ),
    "id twice": (
        lambda d: d["rooms"].append({"id": "dining ", "name": "Hall", "venue": "canteen"}),
        "rooms[3].id",
        "the room “dining” is there already (first at rooms[2].id)",
    ),
    "unknown area around": (
        lambda d: d["areas"][1].update(part_of="twon"),
        "areas[1].part_of",
        "there is no area “twon” (did you mean “town”?)",
    ),
    "unknown area": (
        lambda d: library(d).update(area="moon"),
        "venues[0].area",
        "there is no area “moon” (add it to areas)",
    ),
    "unknown department": (
        lambda d: library(d).update(department="cultur"),
        "venues[0].department",
        "there is no department “cultur” (did you mean “culture”?)",
    ),
    "unknown venue": (
        lambda d: d["rooms"][0].update(venue="libary"),
        "rooms[0].venue",
        "there is no venue “libary” (did you mean “library”?)",
    ),
    "unknown room": (
        lambda d: d["sensors"][0].update(room="landing"),
        "sensors[0].room",
        "there is no room “landing” (did you mean “lending”?)",
    ),
    "unknown room beyond": (
        lambda d: d["sensors"][0].update(beyond="cellar"),
        "sensors[0].beyond",
        "there is no room “cellar” (add it to rooms)",
    ),
    "same room beyond": (
        lambda d: d["sensors"][0].update(beyond="lending"),
        "sensors[0].beyond",
        "“lending” is on both sides of the door (leave it out where it leads outside)",
    ),
    "unknown hub": (
        lambda d: d["link_groups"][0].update(hub="libraries"),
        "link_groups[0].hub",
        "there is no venue “libraries” (did you mean “library”?)",
    ),
    "unknown satellite": (
        lambda d: d["link_groups"][0]["satellites"][0].update(venue="canten"),
        "link_groups[0].satellites[0].venue",
        "there is no venue “canten” (did you mean “canteen”?)",
    ),
    "hub its own satellite": (
        lambda d: d["link_groups"][0].update(hub="canteen"),
        "link_groups[0].satellites[0].venue",
        "the hub “canteen” cannot be its own satellite",
    ),
    "satellite twice": (
        lambda d: d["link_groups"][0]["satellites"].append({"venue": "canteen", "walk_minutes": 1}),
        "link_groups[0].satellites[1].venue",
        "the satellite “canteen” is there already",
    ),
    "its own area": (
        lambda d: d["areas"][0].update(part_of="town"),
        "areas[0].part_of",
        "areas go round in a circle: “town” in “town”",
    ),
    "areas in a circle": (
        lambda d: d["areas"][0].update(part_of="street"),
        "areas[0].part_of",
        "areas go round in a circle: “town” in “street” in “town”",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_that_is_broken_is_told_once_where_it_is_broken(case: str) -> None:
    bend, where, says = RULES[case]
    document = sound()
    bend(document)
    with pytest.raises(InvalidEstate) as caught:
        check(document)
    assert [str(p) for p in caught.value.problems] == [f"{where}: {says}"]


def test_a_fault_of_one_field_hides_no_other_fault_of_the_item() -> None:
    document = sound()
    library(document).update(
        name="", zone="Mars/Olympus", area="moon", hours={"mon": "03:00-05:00"}
    )
    limits(document).update(notice_days="soon", core={"mon": "06:00-09:00"})
    document["rooms"][0].update(id="reading room", venue="libary")
    assert [where for where, _, _ in problems_of(document)] == [
        "venues[0].name",
        "venues[0].limits.notice_days",
        "venues[0].zone",
        "venues[0].hours.mon",
        "venues[0].limits.core.mon",
        "venues[0].area",
        "rooms[0].id",
        "rooms[0].venue",
        "sensors[1].room",
    ]


def test_a_rule_says_nothing_of_a_field_that_cannot_be_read() -> None:
    document = sound()
    limits(document).update(earliest="five", core={"mon": "05:00-09:00"})
    library(document).update(hours={"mon": "03:00-05:00"}, day_starts="three")
    assert [where for where, _, _ in problems_of(document)] == [
        "venues[0].day_starts",
        "venues[0].limits.earliest",
    ]


def test_an_item_with_faults_can_still_be_referred_to() -> None:
    document = sound()
    library(document).update(name="")
    assert [where for where, _, _ in problems_of(document)] == ["venues[0].name"]


def test_problems_met_before_are_told_with_those_found() -> None:
    document = sound()
    library(document).update(name="")
    met = Problem("estate.yaml:3", "is given twice")
    with pytest.raises(InvalidEstate, match="the estate has 2 problems") as caught:
        check(document, lambda path: f"estate.yaml:7 {path[-1]}", [met])
    assert [str(p) for p in caught.value.problems] == [str(met), "estate.yaml:7 name: is empty"]
    with pytest.raises(InvalidEstate, match="the estate has 1 problem:"):
        check(sound(), found=[met])


def test_todays_hours_may_break_the_limits() -> None:
    document = sound()
    library(document).update(hours={"mon": "06:00-06:15, 07:00-08:00, 20:00-23:45"})
    limits(document).update(max_blocks="1")
    assert check(document).venues[0].limits.max_blocks == 1


def test_a_school_term_ends_after_it_begins_and_has_dates() -> None:
    document = sound()
    document["school_terms"] = [
        {"id": "autumn", "name": "Autumn", "first": "2026-09-01", "last": "2026-08-31"},
        {"id": "spring", "name": "Spring", "first": "soon", "last": "2027-06-30"},
    ]
    with pytest.raises(InvalidEstate) as raised:
        check(document)
    where = {p.where: p.what for p in raised.value.problems}
    assert "is before the first day" in where["school_terms[0].last"]
    assert where["school_terms[1].first"] == "“soon” is not a date"
