from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.ports import Ledger
from ingest.state import IngestState
from openhours.receiving.reported import Reported, say, say_goodbye
from store.ledger import SqlLedger

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WELL = IngestState(connected=True, subscribed=True, received=3, last_message_at=NOON)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def reported(ledger: Ledger) -> Reported:
    return Reported(ledger, ManualClock(NOON))


def test_before_anybody_has_said_a_word_nobody_receives(reported: Reported) -> None:
    assert not reported.state.subscribed
    assert reported.state.broker_problem == "nobody receives"


def test_two_processes_are_reported_as_one(ledger: Ledger, reported: Reported) -> None:
    say(ledger, "a", WELL, NOON)
    say(ledger, "b", replace(WELL, received=4, spooled=2), NOON)
    assert reported.state == replace(WELL, received=7, spooled=2)


@pytest.mark.parametrize(
    ("silent_for", "waited_for"),
    [
        (timedelta(seconds=59), False),
        (timedelta(minutes=14), True),
        (timedelta(minutes=16), False),
    ],
)
def test_a_process_that_falls_silent_is_waited_for_a_quarter_of_an_hour(
    ledger: Ledger, reported: Reported, silent_for: timedelta, *, waited_for: bool
) -> None:
    say(ledger, "a", WELL, NOON)
    say(ledger, "b", WELL, NOON - silent_for)
    assert reported.state.subscribed is not waited_for
    assert ("b has said nothing" in reported.state.broker_problem) is waited_for


def test_who_ends_in_good_order_is_not_waited_for(ledger: Ledger, reported: Reported) -> None:
    say(ledger, "a", WELL, NOON)
    say(ledger, "b", WELL, NOON)
    say_goodbye(ledger, "b", WELL, NOON)
    assert reported.state == WELL


def test_what_lies_on_the_disk_of_one_that_ended_is_remembered(
    ledger: Ledger, reported: Reported
) -> None:
    say_goodbye(ledger, "a", replace(WELL, spooled=5), NOON)
    assert reported.state.spooled == 5


def test_where_the_ledger_is_away_nothing_is_taken_for_received(
    ledger: Ledger, reported: Reported, tmp_path: Path
) -> None:
    say(ledger, "a", WELL, NOON)
    ledger.close()
    for file in tmp_path.iterdir():
        file.unlink()
    (tmp_path / "ledger.sqlite").mkdir()
    assert not reported.state.subscribed
    assert "ledger" in reported.state.store_problem
