import pytest

from policies.changes import find_changes
from tests.policies.venues import hours

OFFICE = "09:00-17:00"


@pytest.mark.parametrize(
    ("today", "proposed", "expected"),
    [
        (OFFICE, OFFICE, []),
        (OFFICE, "08:30-17:00", [("opens_earlier", "09:00", "08:30")]),
        (OFFICE, "09:45-17:00", [("opens_later", "09:00", "09:45")]),
        (OFFICE, "09:00-16:00", [("closes_earlier", "17:00", "16:00")]),
        (OFFICE, "09:00-01:00", [("closes_later", "17:00", "25:00")]),
        (OFFICE, "09:00-17:00, 19:00-21:00", [("adds_block", "19:00", "21:00")]),
        ("09:00-17:00, 19:00-21:00", OFFICE, [("drops_block", "19:00", "21:00")]),
        (OFFICE, "09:00-12:00, 13:00-17:00", [("adds_break", "12:00", "13:00")]),
        ("09:00-12:00, 13:00-17:00", OFFICE, [("drops_break", "12:00", "13:00")]),
        ("closed", OFFICE, [("day_opens", "09:00", "17:00")]),
        (OFFICE, "closed", [("day_closes", "09:00", "17:00")]),
        (
            "09:10-17:20",
            "09:30-18:00",
            [("opens_later", "09:10", "09:30"), ("closes_later", "17:20", "18:00")],
        ),
        (
            "09:00-12:00",
            "14:00-17:00",
            [("drops_block", "09:00", "12:00"), ("adds_block", "14:00", "17:00")],
        ),
        (
            "09:00-12:00, 14:00-18:00",
            "10:00-13:00, 14:00-17:00",
            [
                ("opens_later", "09:00", "10:00"),
                ("closes_later", "12:00", "13:00"),
                ("closes_earlier", "18:00", "17:00"),
            ],
        ),
    ],
)
def test_every_stretch_that_changes_is_named_for_what_it_does(
    today: str, proposed: str, expected: list[tuple[str, str, str]]
) -> None:
    changes = find_changes(hours(wed=today), hours(wed=proposed), 240)
    assert {c.day for c in changes} <= {2}
    assert [(c.code.value, *map(_text, c.times)) for c in changes] == expected


def _text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
