"""What every `Ledger` does with bookings."""

from domain.bookings import Booking
from domain.ports import Ledger
from tests.contract.conftest import OpenLedger
from tests.contract.samples import NOON, after

CHOIR = Booking("annex", after(60), after(120), "hall", "choir 合唱")
MARKET = Booking("annex", after(30), after(600))


def test_bookings_come_back_in_order_of_time_after_opening_again(open_ledger: OpenLedger) -> None:
    first = open_ledger("kept")
    assert list(first.bookings()) == []
    first.put_bookings([CHOIR, MARKET, CHOIR], actor="m-17", at=NOON)
    first.close()
    assert list(open_ledger("kept").bookings()) == [MARKET, CHOIR]


def test_a_list_takes_the_place_of_the_one_before(ledger: Ledger) -> None:
    ledger.put_bookings([CHOIR], actor="m-17", at=NOON)
    ledger.put_bookings([MARKET], actor="m-17", at=NOON)
    assert list(ledger.bookings()) == [MARKET]
    ledger.put_bookings([], actor="m-17", at=NOON)
    assert list(ledger.bookings()) == []


def test_those_that_have_ended_are_left_out(ledger: Ledger) -> None:
    ledger.put_bookings([CHOIR, MARKET], actor="m-17", at=NOON)
    assert list(ledger.bookings(after(119))) == [MARKET, CHOIR]
    assert list(ledger.bookings(after(120))) == [MARKET]


def test_a_change_has_its_line_in_the_audit_log_and_the_same_again_has_none(
    ledger: Ledger,
) -> None:
    for _ in range(2):
        ledger.put_bookings([CHOIR, MARKET], actor="m-17", at=NOON)
    [line] = ledger.audit()
    assert (line.actor, line.at, line.action) == ("m-17", NOON, "bookings.put")
    assert line.detail == "2 more, 0 gone, 2 in all"
