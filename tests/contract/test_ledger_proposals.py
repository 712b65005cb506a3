"""What every `Ledger` does with proposals and decisions."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from domain.errors import Conflict, NotFound
from domain.planning import Origin, Status, Verdict
from domain.ports import Ledger
from tests.contract.samples import (
    NOON,
    after,
    decision,
    keys_due,
    message,
    proposal,
    status_of,
    version,
)


class TestProposals:
    def test_come_back_as_they_were(self, ledger: Ledger) -> None:
        given_ = proposal("annex", "2026-W47")
        assert ledger.add_proposals([given_]) == 1
        assert ledger.proposal(given_.id) == given_

    def test_keep_the_unknown_unknown(self, ledger: Ledger) -> None:
        known = proposal("annex", "2026-W47")
        effect = replace(known.effect, visits_now=math.nan)
        ledger.add_proposals([replace(known, effect=effect, evidence={"coverage": math.nan})])
        found = ledger.proposal(known.id)
        assert math.isnan(found.effect.visits_now)
        assert math.isnan(float(found.evidence["coverage"]))

    def test_of_a_repeated_run_are_left_as_they_are(self, ledger: Ledger) -> None:
        first = proposal("annex", "2026-W47")
        ledger.add_proposals([first])
        ledger.decide(decision(first.id, Status.REJECTED), None, [])
        lines = ledger.audit()
        assert ledger.add_proposals([replace(first, policy="hours 2")]) == 0
        assert ledger.proposal(first.id) == replace(first, status=Status.REJECTED)
        assert ledger.audit() == lines

    def test_supersede_the_open_ones_of_their_venue_only(self, ledger: Ledger) -> None:
        early = [proposal(v, "2026-W46") for v in ("annex", "hall", "pool")]
        ledger.add_proposals(early)
        ledger.decide(decision("pool:2026-W46"), None, [])
        keep = {"verdict": Verdict.KEEP, "status": Status.CLOSED}
        late = [proposal("annex", "2026-W47", **keep), proposal("pool", "2026-W47")]
        assert ledger.add_proposals([*early, *late]) == 2
        assert status_of(ledger, "annex:2026-W46") is Status.SUPERSEDED
        assert status_of(ledger, "annex:2026-W47") is Status.CLOSED
        assert status_of(ledger, "hall:2026-W46") is Status.OPEN
        assert status_of(ledger, "pool:2026-W46") is Status.APPROVED
        assert status_of(ledger, "pool:2026-W47") is Status.OPEN

    def test_are_found_by_venue_status_and_run_newest_first(self, ledger: Ledger) -> None:
        for week in (45, 46, 47):
            ledger.add_proposals(
                [proposal(v, f"2026-W{week}", created_at=after(week)) for v in ("annex", "hall")]
            )
        assert [p.id for p in ledger.proposals(venue="hall")] == [
            "hall:2026-W47",
            "hall:2026-W46",
            "hall:2026-W45",
        ]
        assert {p.venue for p in ledger.proposals(run="2026-W46")} == {"annex", "hall"}
        assert {p.run for p in ledger.proposals(status=Status.OPEN)} == {"2026-W47"}
        assert len(ledger.proposals(venue="hall", status=Status.APPROVED)) == 0
        assert [p.run for p in ledger.proposals(limit=3)] == ["2026-W47", "2026-W47", "2026-W46"]

    def test_of_a_run_make_one_line(self, ledger: Ledger) -> None:
        keep = {"verdict": Verdict.KEEP, "status": Status.CLOSED}
        run = [proposal("annex", "2026-W47"), proposal("hall", "2026-W47", **keep)]
        ledger.add_proposals(run)
        (line,) = ledger.audit()
        assert (line.subject, line.at) == ("2026-W47", NOON)
        assert line.detail == "1 change, 1 keep"

    def test_may_be_more_than_a_statement_takes(self, ledger: Ledger) -> None:
        run = [proposal(f"venue-{n}", "2026-W47") for n in range(2_500)]
        assert ledger.add_proposals(run) == 2_500
        assert ledger.add_proposals(run) == 0
        assert ledger.decisions([p.id for p in run]) == {}

    def test_that_nobody_made_are_not_found(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.proposal("annex:2026-W01")


class TestDecisions:
    ID = "annex:2026-W47"

    @pytest.fixture(autouse=True)
    def one_open_proposal(self, ledger: Ledger) -> None:
        ledger.add_proposals([proposal("annex", "2026-W47")])

    def test_close_the_proposal_with_what_they_bring(self, ledger: Ledger) -> None:
        made = decision(self.ID, note="go on")
        brought = version("annex", 1, origin=Origin.PROPOSAL, source=self.ID)
        ledger.decide(made, brought, [message("annex")])
        assert status_of(ledger, self.ID) is Status.APPROVED
        assert ledger.decisions([self.ID, "hall:2026-W47"]) == {self.ID: made}
        assert ledger.schedules("annex")["annex"] == [brought]
        assert keys_due(ledger) == ["annex"]
        line = ledger.audit()[0]
        assert (line.actor, line.action, line.subject) == ("ana", "proposal.approved", self.ID)
        assert line.detail.endswith("go on")

    def test_on_an_unknown_proposal_are_refused(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.decide(decision("hall:2026-W47"), None, [])

    def test_on_a_closed_proposal_are_refused(self, ledger: Ledger) -> None:
        ledger.decide(decision(self.ID, Status.REJECTED), None, [])
        with pytest.raises(Conflict, match="rejected"):
            ledger.decide(decision(self.ID), version("annex", 1), [message("annex")])
        assert status_of(ledger, self.ID) is Status.REJECTED
        assert ledger.schedules() == {}
        assert keys_due(ledger) == []

    def test_on_a_superseded_proposal_are_refused(self, ledger: Ledger) -> None:
        ledger.add_proposals([proposal("annex", "2026-W48")])
        with pytest.raises(Conflict, match="superseded"):
            ledger.decide(decision(self.ID), None, [])

    def test_that_come_too_late_for_their_number_leave_the_proposal_open(
        self, ledger: Ledger
    ) -> None:
        ledger.add_schedule(version("annex", 1), [])
        with pytest.raises(Conflict):
            ledger.decide(decision(self.ID), version("annex", 1), [])
        assert status_of(ledger, self.ID) is Status.OPEN
        assert ledger.decisions([self.ID]) == {}

    def test_made_at_the_same_moment_are_one(self, ledger: Ledger) -> None:
        people = [f"manager-{n}" for n in range(8)]
        together = Barrier(len(people))

        def approve(actor: str) -> str:
            together.wait()
            try:
                ledger.decide(decision(self.ID, actor=actor), version("annex", 1), [message(actor)])
            except Conflict:
                return "too late"
            return actor

        with ThreadPoolExecutor(len(people)) as pool:
            outcomes = Counter(pool.map(approve, people))
        assert outcomes.pop("too late") == len(people) - 1
        (winner,) = outcomes
        assert ledger.decisions([self.ID])[self.ID].actor == winner
        assert keys_due(ledger) == [winner]
        assert ledger.audit()[0].actor == winner
