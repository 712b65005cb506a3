"""Which names count people, and what they count."""

import pytest

from ingest.codecs.names import channel_of, described, meaning_of


@pytest.mark.parametrize(
    ("name", "number", "kind", "owner"),
    [
        ("in", "entered", "total", ""),
        ("people_in", "entered", "total", ""),
        ("TotalOut", "left", "total", ""),
        ("line1_exits", "left", "total", "line-1"),
        ("Floor 2/Line 1/entered", "entered", "total", "Floor 2/Line 1"),
        ("urn:dev:mac:0024befffe:occupancy", "present", "present", "urn:dev:mac:0024befffe"),
        ("people count", "present", "present", ""),
        ("current_people", "present", "present", ""),
        ("people_change_in", "entered", "change", ""),
        ("shop visitors in", "entered", "total", "shop"),
    ],
)  # fmt: skip
def test_a_name_made_of_words_for_counts_tells_what_it_counts(
    name: str, number: str, kind: str, owner: str
) -> None:
    assert meaning_of(name) == (number, kind, owner)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "count",
        "flow_in",
        "Inputs/A",
        "occupancy_rate",
        "in_out",
        "max_people",
        "2001:db8::3",
        "total people",
    ],
)
def test_what_counts_no_people_or_does_not_say_which_way_is_not_a_count(name: str) -> None:
    assert meaning_of(name) is None


def test_a_line_of_its_own_name_is_a_channel_in_lower_case() -> None:
    assert channel_of("Floor 2/Line_1") == "floor-2-line-1"


@pytest.mark.parametrize(
    ("texts", "unit", "expected"),
    [
        (["Roode32 people counter"], "", ("present", "present")),
        (["Persons in room"], "", ("present", "present")),
        (["Front door", "door_people_out"], "people", ("left", "total")),
        (["Lobby"], "people", ("present", "present")),
        (["Entry counter"], "", ("entered", "total")),
        (["Living room humidity in"], "%", None),
        (["Occupancy"], "%", None),
        (["Restart count"], "", None),
        (["Data in"], "", None),
        (["Total visitors"], "", None),
        (["Max people"], "people", None),
    ],
)
def test_names_for_people_are_read_more_freely_if_they_speak_of_people(
    texts: list[str], unit: str, expected: tuple[str, str] | None
) -> None:
    assert described(texts, unit) == expected
