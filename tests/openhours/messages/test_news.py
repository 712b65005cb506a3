"""What the ledger has that people should hear of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.rooms.flags import STATE, Flag, FlagReason, Kept
from domain.messages import Kind, Notice
from domain.planning import Origin, Reason, Status
from openhours.messages.news import TOLD_WITHIN, Escalation, news
from policies.underuse.flags import Phase
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.contract.samples import NOON, after, decision, estate, proposal, version

ESCALATION = Escalation(late=timedelta(days=3), very_late=timedelta(days=7))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    opened.put_estate(estate(), [version("annex", 1)], [], actor="ana", at=NOON)
    yield opened
    opened.close()


@pytest.fixture
def timeseries(tmp_path: Path) -> Iterator[DuckDBStore]:
    opened = DuckDBStore(tmp_path / "readings.duckdb")
    yield opened
    opened.close()


def kinds(notices: Sequence[Notice]) -> list[tuple[Kind, str]]:
    return [(n.kind, n.venue) for n in notices]


def test_hours_as_they_entered_the_estate_are_no_news_and_later_ones_are(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    assert news(ledger, timeseries, ESCALATION, NOON) == []
    ledger.add_schedule(version("annex", 2, origin=Origin.ROLLBACK, actor="bo"), [])
    (told,) = news(ledger, timeseries, ESCALATION, NOON)
    assert (told.kind, told.venue, told.actor, told.facts["from"]) == (
        Kind.HOURS,
        "annex",
        "bo",
        "2026-12-07",
    )
    assert news(ledger, timeseries, ESCALATION, NOON + TOLD_WITHIN + timedelta(days=1)) == []


def test_a_trial_is_told_when_it_is_agreed_to_and_when_it_ends(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    begins = proposal("annex", "2026-W48", reasons=(Reason("trial_starts", {"days": "fri"}),))
    ends = replace(
        proposal("reading-room", "2026-W48"),
        status=Status.CLOSED,
        reasons=(Reason("other"), Reason("trial_undecided", {"days": "fri"})),
    )
    ledger.add_proposals([begins, ends])
    ended = (Kind.TRIAL, "reading-room")
    assert kinds(news(ledger, timeseries, ESCALATION, after(1))) == [
        (Kind.PROPOSAL, "annex"),
        ended,
    ]
    ledger.decide(decision(begins.id), version("annex", 2), [])
    found = kinds(news(ledger, timeseries, ESCALATION, after(1)))
    assert sorted(found) == sorted([(Kind.TRIAL, "annex"), ended, (Kind.HOURS, "annex")])


def test_rooms_are_told_of_the_month_in_which_they_were_found(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    flag = Flag(
        month="2026-11",
        department="",
        room="hall",
        venue="annex",
        phase=Phase.UNDERUSED,
        low=0.1,
        utilisation=0.1,
        high=0.1,
        unused_hours=40.0,
        reasons=(FlagReason(code="cause_unknown", facts={"rooms": 3, "nearby": 0.5}),),
    )
    old = flag.model_copy(update={"month": "2026-10"})
    for flags in ((flag, old), (old,)):
        standings = {**Kept().standings, "month": "2026-11"}
        ledger.set_state(STATE, Kept(standings=standings, flags=flags).model_dump_json())
        told = news(ledger, timeseries, ESCALATION, NOON)
        expected = ["room:2026-11:hall"] if flag in flags else []
        assert [n.key for n in told] == expected


def test_the_same_is_never_news_twice(ledger: SqlLedger, timeseries: DuckDBStore) -> None:
    ledger.add_proposals([proposal("annex", "2026-W48")])
    found = [n for d in range(9) for n in news(ledger, timeseries, ESCALATION, after(d * 1440))]
    assert len({n.key for n in found}) == 3  # it waits, waits long, waits very long
    assert ledger.messages.note(found) == 3
