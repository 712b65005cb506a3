"""What every `Ledger` does with messages to people."""

from dataclasses import replace

import pytest

from domain.errors import Conflict
from domain.messages import Address, Delivery, Kind, Message, Notice, Preferences
from domain.planning import Lane, Outgoing
from domain.ports import Ledger
from tests.contract.conftest import OpenLedger
from tests.contract.samples import NOON, after, keys_due, message, version

WAITS = Notice(
    key="proposal:annex:2026-W48",
    kind=Kind.PROPOSAL,
    at=NOON,
    venue="annex",
    subject="annex:2026-W48",
    facts={"days": "周一", "share": 0.25, "n": 3},
)
DOOR = Notice(key="door-1@1", kind=Kind.SENSOR, at=after(5), ends="door-1@0", actor="bo")


def told(key: str, *notices: Notice, person: str = "ann", digest: bool = True) -> Message:
    return Message(
        key=key,
        person=person,
        at=NOON,
        subject="Decide",
        notices=tuple(n.key for n in notices),
        is_digest=digest,
    )


def mail(key: str, topic: str = "people/ann/mail") -> Outgoing:
    return Outgoing(key=key, topic=topic, payload=b"{}", lane=Lane.PEOPLE)


def people_due(ledger: Ledger, minutes: float = 0) -> list[str]:
    return [row.message.key for row in ledger.queued(after(minutes), lane=Lane.PEOPLE)]


def test_preferences_are_kept_as_they_were_and_replaced(ledger: Ledger) -> None:
    assert ledger.messages.preferences() == {}
    first = Preferences(person="ann", addresses=(Address("mail", "ann@example.org"),))
    second = replace(
        first, delivery=Delivery.AT_ONCE, quiet_from=0, quiet_to=0, zone="Asia/Shanghai"
    )
    for given in (first, second):
        ledger.messages.put_preferences(given, actor="ann", at=NOON)
    assert ledger.messages.preferences() == {"ann": second}
    assert [line.action for line in ledger.audit()] == 2 * ["messages.preferences"]


def test_notices_are_noted_once_and_come_as_they_were(ledger: Ledger) -> None:
    assert ledger.messages.note([WAITS, DOOR]) == 2
    assert ledger.messages.note([replace(WAITS, venue="other"), DOOR]) == 0
    assert ledger.messages.notices(NOON) == [WAITS, DOOR]
    assert ledger.messages.notices(after(1)) == [DOOR]


def test_what_was_told_is_known_and_waits_in_the_outbox(open_ledger: OpenLedger) -> None:
    ledger = open_ledger("one")
    ledger.messages.tell(told("d1", WAITS, DOOR), [mail("d1")])
    ledger.close()
    ledger = open_ledger("one")
    assert ledger.messages.told() == {"ann": {WAITS.key, DOOR.key}}
    assert ledger.messages.digested() == {"ann": NOON}
    (row,) = ledger.queued(NOON, lane=Lane.PEOPLE)
    assert row.message == mail("d1")


@pytest.mark.parametrize("again", [told("d1", DOOR), told("d2", WAITS)])
def test_nobody_is_told_the_same_twice(ledger: Ledger, again: Message) -> None:
    ledger.messages.tell(told("d1", WAITS), [mail("d1")])
    with pytest.raises(Conflict):
        ledger.messages.tell(again, [mail(again.key)])
    assert people_due(ledger) == ["d1"]
    ledger.messages.tell(told("d3", WAITS, person="bo"), [])


def test_lanes_do_not_mix(ledger: Ledger) -> None:
    ledger.add_schedule(version("annex", 1), [message("hours")])
    ledger.messages.tell(told("d1", WAITS), [mail("d1")])
    assert (keys_due(ledger), people_due(ledger)) == (["hours"], ["d1"])


def test_a_row_that_is_given_up_blocks_nobody(ledger: Ledger) -> None:
    for key in ("d1", "d2"):
        ledger.messages.tell(told(key), [mail(key)])
    first, _ = ledger.queued(NOON, lane=Lane.PEOPLE)
    ledger.postpone(first.id, after(5), "away")
    assert people_due(ledger, 1) == []
    ledger.give_up(first.id, after(2), "no such mailbox")
    ledger.give_up(first.id, after(3), "again")
    assert people_due(ledger, 1) == ["d2"]
    (line,) = ledger.audit()
    assert (line.action, line.subject, line.detail) == (
        "message.given_up",
        "d1",
        "no such mailbox",
    )


def test_a_row_that_was_not_tried_counts_no_attempt(ledger: Ledger) -> None:
    ledger.messages.tell(told("d1"), [mail("d1")])
    (row,) = ledger.queued(NOON, lane=Lane.PEOPLE)
    ledger.postpone(row.id, after(5), "")
    assert [r.attempts for r in ledger.queued(after(5), lane=Lane.PEOPLE)] == [0]
    assert ledger.messages.failing(1) == 0
    ledger.postpone(row.id, after(9), "away")
    assert ledger.messages.failing(1) == 1


def test_what_became_of_messages_is_listed_newest_first(ledger: Ledger) -> None:
    for key in ("d1", "d2"):
        ledger.messages.tell(told(key), [mail(key)])
    first, second = ledger.queued(NOON, lane=Lane.PEOPLE)
    ledger.sent([first.id], after(1))
    ledger.postpone(second.id, after(2), "away")
    found = ledger.messages.sendings()
    assert [(s.key, s.attempts, s.error, s.sent_at) for s in found] == [
        ("d2", 1, "away", None),
        ("d1", 0, "", after(1)),
    ]


def test_what_is_old_is_forgotten(ledger: Ledger) -> None:
    ledger.messages.note([WAITS, DOOR])
    ledger.messages.tell(told("d1", WAITS), [mail("d1")])
    ledger.messages.forget(after(1))
    assert ledger.messages.notices(NOON) == [DOOR]
    assert ledger.messages.told() == {}
