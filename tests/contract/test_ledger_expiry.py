"""What every `Ledger` forgets when it is told to, and what it never forgets."""

from dataclasses import replace

from domain.ports import Expiry, Ledger
from tests.contract.samples import NOON, after, message, rejection, version

NOON_US = int(NOON.timestamp()) * 1_000_000


def test_lines_of_the_audit_log_go_by_age_and_that_they_went_is_a_line(ledger: Ledger) -> None:
    for number in range(1, 5):
        made = replace(version("annex", number), created_at=after(number))
        ledger.add_schedule(made, [])
    assert ledger.expire(Expiry(audit=after(3)), after(9)) == 2
    lines = ledger.audit()
    assert [line.at for line in lines] == [after(9), after(4), after(3)]
    assert (lines[0].action, lines[0].detail.split()[0]) == ("audit.expired", "2")
    assert ledger.expire(Expiry(audit=after(3)), after(9)) == 0
    assert len(ledger.audit()) == 3


def test_rejections_go_by_age_with_their_groups(ledger: Ledger) -> None:
    ledger.keep_rejections([rejection("old", NOON_US), rejection("both", NOON_US)])
    ledger.keep_rejections([rejection("both", NOON_US + 60_000_000)])
    assert ledger.expire(Expiry(rejections=after(1)), after(9)) == 2
    assert [(group.reason, group.count) for group in ledger.rejections()] == [("both", 1)]


def test_messages_go_once_they_were_sent_long_ago_and_never_before(ledger: Ledger) -> None:
    ledger.add_schedule(version("annex", 1), [message("a"), message("b"), message("c")])
    first, second, _ = (row.id for row in ledger.queued(NOON))
    ledger.sent([first], after(1))
    ledger.sent([second], after(5))
    assert ledger.waiting() == 1
    assert ledger.expire(Expiry(sent=after(3)), after(9)) == 1
    assert ledger.expire(Expiry(sent=after(9_999)), after(9)) == 1
    assert ledger.waiting() == 1
    assert [row.message.key for row in ledger.queued(after(9))] == ["c"]


def test_nothing_goes_where_nothing_is_said_and_tidying_changes_nothing(ledger: Ledger) -> None:
    ledger.add_schedule(version("annex", 1), [message("a")])
    ledger.keep_rejections([rejection("odd", 0)])
    before = ledger.audit(), ledger.rejections(), ledger.waiting()
    assert ledger.expire(Expiry(), after(9_999)) == 0
    ledger.tidy()
    assert (ledger.audit(), ledger.rejections(), ledger.waiting()) == before
