from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.bookings import Booking
from domain.clock import ManualClock
from domain.estate import Estate
from domain.planning import Origin, Status, Verdict
from domain.readings import CountKind, CountReading
from openhours.entering.estates import import_estate
from openhours.planning.run import RULE, PlanningRun
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.hall import hall_estate

MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
WEEKS = 6


def _estate(approval: str = "manual") -> Estate:
    """A hall that is visited from 12 to 18."""
    limits = {"break_even_visits": "4", "notice_days": "7", "max_blocks": "1"}
    return hall_estate(limits=limits, approval=approval)


def _readings(weeks: int) -> list[CountReading]:
    found = []
    for n in range(weeks * 7 * 96):
        start = MONDAY + timedelta(minutes=15 * n)
        visits = 5 if 12 <= start.hour < 18 else 0
        end_us = int((start + timedelta(minutes=15)).timestamp()) * 1_000_000
        found.append(
            CountReading("door", CountKind.PERIOD, end_us, visits, visits, None, period_s=900)
        )
    return found


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[SqlLedger, DuckDBStore]]:
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    timeseries = DuckDBStore(tmp_path / "readings.duckdb")
    yield ledger, timeseries
    timeseries.close()
    ledger.close()


Stores = tuple[SqlLedger, DuckDBStore]
NOW = MONDAY + timedelta(weeks=WEEKS, hours=1)


def _run(stores: Stores, *, approval: str = "manual", weeks: int = WEEKS) -> PlanningRun:
    ledger, timeseries = stores
    import_estate(ledger, _estate(approval), actor="test", clock=ManualClock(MONDAY))
    if weeks:
        timeseries.add(_readings(weeks))
    return PlanningRun(ledger, timeseries, Binning(ledger, timeseries), history_weeks=8)


def test_hours_in_which_nobody_comes_are_proposed_to_close(stores: Stores) -> None:
    (proposal,) = _run(stores).plan_due(NOW)
    assert proposal.verdict is Verdict.CHANGE
    assert proposal.effective_from == date(2026, 10, 26)
    assert all(block.start == 9 * 60 for day in proposal.proposed.days for block in day)
    assert {"opens_later"} <= {reason.code for reason in proposal.reasons}


def test_a_week_is_planned_once_however_often_it_is_due(stores: Stores) -> None:
    run = _run(stores)
    assert len(run.plan_due(NOW)) == 1
    assert run.plan_due(NOW + timedelta(days=2)) == []
    assert len(run.plan_due(NOW + timedelta(days=7))) == 1


def test_a_run_that_died_before_it_was_written_says_the_same_again(
    stores: Stores, tmp_path: Path
) -> None:
    (first,) = _run(stores).plan_due(NOW)
    ledger, timeseries = SqlLedger.open(f"sqlite:///{tmp_path / 'again.sqlite'}"), stores[1]
    (again,) = _run((ledger, timeseries), weeks=0).plan_due(NOW)
    ledger.close()
    assert again == first


def test_without_counts_the_hours_stay_and_the_proposal_says_so(stores: Stores) -> None:
    (proposal,) = _run(stores, weeks=0).plan_due(NOW)
    assert proposal.verdict is Verdict.NOT_ENOUGH_DATA
    assert proposal.proposed == proposal.current


def test_the_venues_rule_approves_and_doors_are_told(stores: Stores) -> None:
    ledger, _ = stores
    run = _run(stores, approval="automatic")
    (proposal,) = run.plan_due(NOW)
    version = ledger.schedules("hall")["hall"][-1]
    assert (version.origin, version.source, version.actor) == (Origin.PROPOSAL, proposal.id, RULE)
    assert version.hours == proposal.proposed
    assert ledger.proposal(proposal.id).status is Status.APPROVED
    assert ledger.queued(NOW)[-1].message.topic == "openhours/v1/venues/hall/schedule"


def test_the_next_plan_sets_out_from_hours_that_are_approved_already(stores: Stores) -> None:
    run = _run(stores, approval="automatic")
    (first,) = run.plan_due(NOW)
    (second,) = run.plan_due(NOW + timedelta(days=7))
    assert second.current == first.proposed


def test_readings_of_a_sensor_registered_later_count_from_their_beginning(stores: Stores) -> None:
    ledger, timeseries = stores
    timeseries.add(_readings(WEEKS + 1))
    estate = _estate()
    unwatched = estate.model_copy(update={"sensors": ()})
    clock = ManualClock(MONDAY)
    import_estate(ledger, unwatched, actor="test", clock=clock)
    run = PlanningRun(ledger, timeseries, Binning(ledger, timeseries), history_weeks=8)
    assert run.plan_due(NOW)[0].verdict is Verdict.NOT_ENOUGH_DATA
    import_estate(ledger, estate, actor="test", clock=clock)
    assert run.plan_due(NOW + timedelta(days=7))[0].verdict is Verdict.CHANGE


def test_a_booking_ahead_keeps_its_weekday_open_and_one_before_the_change_does_not(
    stores: Stores,
) -> None:
    ledger, _ = stores
    run = _run(stores)
    tuesdays = (datetime(2026, month, day, 8, tzinfo=UTC) for month, day in ((10, 20), (12, 1)))
    thursday = datetime(2026, 10, 22, 8, tzinfo=UTC)
    hour = timedelta(hours=1)
    booked = [Booking("hall", start, start + hour) for start in (*tuesdays, thursday)]
    ledger.put_bookings(booked, actor="test", at=NOW)
    (proposal,) = run.plan_due(NOW)
    opens = [day[0].start // 60 for day in proposal.proposed.days]
    assert opens == [9, 8, 9, 9, 9, 9, 9]
    assert [r.facts for r in proposal.reasons if r.code == "bookings_hold"] == [{"hours": 1.0}]
