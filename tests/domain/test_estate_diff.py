from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from domain.estate import Estate
from domain.estate_diff import ChangeKind, diff
from domain.estate_rules import check
from tests.domain.documents import Document, sound
from tests.strategies import estates, few_at_any_pace

CHANGES: list[tuple[Callable[[Document], Any], list[str]]] = [
    (lambda d: d["areas"].append({"id": "lane", "name": "Lane"}), ["+ areas lane"]),
    (lambda d: d["sensors"].pop(), ["- sensors inner"]),
    (
        lambda d: d["rooms"][0].update(capacity="45", floor_area_m2="80.5"),
        [
            "~ rooms reading capacity: 40 → 45",
            "~ rooms reading floor_area_m2: none → 80.5",
        ],
    ),
    (
        lambda d: d["venues"][0].update(hours={"mon-fri": "10:00-17:00", "sat": "09:00-12:00"}),
        [
            (
                "~ venues library hours: mon-fri 09:00-17:00; sat-sun closed → "
                "mon-fri 10:00-17:00; sat 09:00-12:00; sun closed"
            )
        ],
    ),
    (
        lambda d: d["venues"][0]["limits"].update(latest="26:00", max_change_minutes=None),
        [
            "~ venues library limits.latest: 20:00 → 26:00",
            "~ venues library limits.max_change_minutes: 60 → none",
        ],
    ),
    (
        lambda d: d["venues"][0].update(special_days=[{"day": "2026-10-01", "name": "国庆节"}]),
        ["~ venues library special_days[2026-10-01]: none → closed 国庆节"],
    ),
    (
        lambda d: d["link_groups"][0]["satellites"][0].update(walk_minutes="7"),
        ["~ link_groups around satellites[canteen]: 5.0 min → 7.0 min"],
    ),
    (lambda d: d["venues"].reverse(), []),
]


@pytest.mark.parametrize(("change", "lines"), CHANGES)
def test_each_change_is_told_by_item_and_field(
    change: Callable[[Document], Any], lines: list[str]
) -> None:
    document = sound()
    change(document)
    assert [str(c) for c in diff(check(sound()), check(document))] == lines


@few_at_any_pace
@given(estates())
def test_an_estate_does_not_differ_from_itself(estate: Estate) -> None:
    assert diff(estate, estate.model_copy(deep=True)) == []


@few_at_any_pace
@given(estates(), estates())
def test_the_way_back_undoes_each_change(old: Estate, new: Estate) -> None:
    opposite = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    there = {
        (c.items, c.id, c.field, opposite.get(c.kind, c.kind), c.new, c.old) for c in diff(old, new)
    }
    back = {(c.items, c.id, c.field, c.kind, c.old, c.new) for c in diff(new, old)}
    assert there == back
