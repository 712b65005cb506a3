"""Linked venues from stored readings to decided hours."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from domain import decisions
from domain.calendars import week_mask
from domain.clock import ManualClock
from domain.errors import Conflict, StoreUnavailable
from domain.planning import Decision, Outgoing, Proposal, ScheduleVersion, Status, Verdict
from openhours.entering.estates import import_estate
from openhours.planning.run import PlanningRun, planners
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.linked_halls import MONDAY, NOW, VENUES, linked_estate, linked_readings


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    made = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield made
    made.close()


@pytest.fixture
def timeseries(tmp_path: Path) -> Iterator[DuckDBStore]:
    made = DuckDBStore(tmp_path / "readings.duckdb")
    made.add(linked_readings())
    yield made
    made.close()


def run_of(
    ledger: SqlLedger, timeseries: DuckDBStore, *approvals: str, workers: int = 0
) -> PlanningRun:
    estate = linked_estate(*(approvals or ("manual", "manual")))
    import_estate(ledger, estate, actor="test", clock=ManualClock(MONDAY))
    return PlanningRun(
        ledger, timeseries, Binning(ledger, timeseries), 8, planners(workers), jointly=True
    )


def both(ledger: SqlLedger, timeseries: DuckDBStore, *approvals: str) -> list[Proposal]:
    found = run_of(ledger, timeseries, *approvals).plan_due(NOW)
    assert [p.venue for p in found] == list(VENUES)
    return found


def test_linked_venues_close_while_the_other_is_open_and_never_both(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    found = both(ledger, timeseries)
    assert {p.verdict for p in found} == {Verdict.CHANGE}
    now = np.stack([week_mask(p.current, 240) for p in found])
    then = np.stack([week_mask(p.proposed, 240) for p in found])
    assert (then.any(axis=0) >= now.any(axis=0)).all()
    assert (now & ~then).any()
    codes = [{r.code for r in p.reasons} for p in found]
    assert all({"planned_with", "coverage_kept"} <= c for c in codes)
    assert "certificate" in found[0].evidence


def test_a_proposal_comes_back_from_the_ledger_with_those_it_is_linked_with(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    found = both(ledger, timeseries)
    assert [ledger.proposal(p.id) for p in found] == found
    assert any(p.linked for p in found)


def test_one_decision_approves_both_from_one_day_on(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    hub, side = both(ledger, timeseries)
    decisions.approve(ledger, hub.id, actor="m", at=NOW)
    versions = [ledger.schedules(v)[v][-1] for v in VENUES]
    assert [v.hours for v in versions] == [hub.proposed, side.proposed]
    assert {v.effective_from for v in versions} == {side.effective_from}, "the longer notice"
    assert {p.status for p in ledger.proposals()} == {Status.APPROVED}


def test_an_approval_that_died_half_way_is_finished_by_the_other(
    ledger: SqlLedger, timeseries: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, side = both(ledger, timeseries)
    decide = ledger.decide

    def decide_one(
        decision: Decision, version: ScheduleVersion | None, messages: Sequence[Outgoing]
    ) -> None:
        if decision.proposal != hub.id:
            raise StoreUnavailable("gone")
        decide(decision, version, messages)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "decide", decide_one)
        with pytest.raises(StoreUnavailable):
            decisions.approve(ledger, hub.id, actor="m", at=NOW)
    assert ledger.proposal(side.id).status is Status.OPEN
    decisions.approve(ledger, side.id, actor="m", at=NOW)
    assert ledger.proposal(side.id).status is Status.APPROVED


def test_one_decision_rejects_both(ledger: SqlLedger, timeseries: DuckDBStore) -> None:
    hub, _ = both(ledger, timeseries)
    decisions.reject(ledger, hub.id, actor="m", at=NOW)
    assert {p.status for p in ledger.proposals()} == {Status.REJECTED}


def test_half_a_plan_is_not_approved_when_the_other_half_was_rejected(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    hub, side = both(ledger, timeseries)
    rejected = Decision(proposal=side.id, outcome=Status.REJECTED, actor="m", at=NOW)
    ledger.decide(rejected, None, [])
    with pytest.raises(Conflict):
        decisions.approve(ledger, hub.id, actor="m", at=NOW)
    assert ledger.proposal(hub.id).status is Status.OPEN


@pytest.mark.parametrize(
    ("approvals", "status"),
    [(("automatic", "automatic"), Status.APPROVED), (("automatic", "manual"), Status.OPEN)],
)
def test_a_rule_approves_a_plan_only_where_every_linked_venue_has_it(
    ledger: SqlLedger, timeseries: DuckDBStore, approvals: tuple[str, str], status: Status
) -> None:
    both(ledger, timeseries, *approvals)
    assert {p.status for p in ledger.proposals()} == {status}


def test_processes_beside_this_one_plan_the_same(
    ledger: SqlLedger, timeseries: DuckDBStore, tmp_path: Path
) -> None:
    here = both(ledger, timeseries)
    again = SqlLedger.open(f"sqlite:///{tmp_path / 'again.sqlite'}")
    assert run_of(again, timeseries, workers=1).plan_due(NOW) == here
    again.close()
