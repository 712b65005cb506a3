"""What every `Ledger` does with people counted by hand."""

from dataclasses import replace

from domain.hand_counts import HandCount, HeadCount
from domain.ports import Ledger
from tests.contract.conftest import OpenLedger
from tests.contract.samples import NOON, after

DOOR = HandCount(
    sensor="door-1",
    start=NOON,
    end=after(30),
    entered=41,
    left=38,
    actor="m-17",
    note="rain 雨",
)
HEADS = HeadCount(room="hall", at=after(10), present=57, actor="m-17")


def test_there_are_none_before_the_first(ledger: Ledger) -> None:
    assert list(ledger.hand_counts()) == []
    assert list(ledger.head_counts()) == []


def test_counts_come_back_as_they_were_added_after_opening_again(open_ledger: OpenLedger) -> None:
    first = open_ledger("kept")
    first.add_hand_count(DOOR, after(60))
    first.add_head_count(HEADS, after(60))
    first.close()
    again = open_ledger("kept")
    assert list(again.hand_counts()) == [DOOR]
    assert list(again.head_counts()) == [HEADS]


def test_a_count_entered_again_replaces_the_first(ledger: Ledger) -> None:
    ledger.add_hand_count(DOOR, after(60))
    ledger.add_hand_count(replace(DOOR, entered=14, note=""), after(61))
    ledger.add_head_count(HEADS, after(60))
    ledger.add_head_count(replace(HEADS, present=75), after(61))
    assert [c.entered for c in ledger.hand_counts()] == [14]
    assert [c.present for c in ledger.head_counts()] == [75]


def test_counts_are_in_order_of_time_and_then_of_place(ledger: Ledger) -> None:
    doors = [replace(DOOR, sensor=s, start=after(m)) for m, s in ((5, "b"), (5, "a"), (-60, "c"))]
    heads = [replace(HEADS, room=r, at=after(m)) for m, r in ((5, "b"), (5, "a"), (-60, "c"))]
    for door, head in zip(doors, heads, strict=True):
        ledger.add_hand_count(door, after(60))
        ledger.add_head_count(head, after(60))
    assert [c.sensor for c in ledger.hand_counts()] == ["c", "a", "b"]
    assert [c.room for c in ledger.head_counts()] == ["c", "a", "b"]


def test_those_before_an_instant_are_left_out(ledger: Ledger) -> None:
    for minute in (0, 100):
        ledger.add_hand_count(replace(DOOR, start=after(minute), end=after(minute + 30)), NOON)
        ledger.add_head_count(replace(HEADS, at=after(minute)), NOON)
    assert [c.start for c in ledger.hand_counts(after(31))] == [after(100)]
    assert len(ledger.hand_counts(after(30))) == 2
    assert [c.at for c in ledger.head_counts(after(1))] == [after(100)]


def test_each_has_its_line_in_the_audit_log(ledger: Ledger) -> None:
    ledger.add_hand_count(DOOR, after(60))
    ledger.add_head_count(HEADS, after(61))
    heads, door = ledger.audit()
    assert (door.actor, door.at, door.action, door.subject) == (
        "m-17",
        after(60),
        "count.door",
        "door-1",
    )
    assert "41 in, 38 out" in door.detail
    assert (heads.action, heads.subject) == ("count.heads", "hall")
    assert "57 present" in heads.detail
