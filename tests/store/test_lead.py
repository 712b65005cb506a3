"""One leads: on SQLite and on PostgreSQL, through the end of a leader and of the database."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from domain.errors import StoreUnavailable
from store.ledger.lead import Lead

LEADS_UNTIL_KILLED = """
import signal, sys
from store.ledger.lead import Lead
lead = Lead(sys.argv[1])
print(lead.is_held(), flush=True)
signal.pause()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    new_database: Callable[[], str] = request.getfixturevalue("postgres")
    return new_database()


@pytest.fixture
def lead_of(url: str) -> Iterator[Callable[[], Lead]]:
    with ExitStack() as leads:
        yield lambda: leads.enter_context(closing(Lead(url)))


def test_of_two_the_first_to_ask_leads_and_goes_on_leading(lead_of: Callable[[], Lead]) -> None:
    first, second = lead_of(), lead_of()
    asked = [first.is_held(), second.is_held(), first.is_held(), second.is_held()]
    assert asked == [True, False, True, False]


def test_who_gives_up_the_lead_leaves_it_to_another(lead_of: Callable[[], Lead]) -> None:
    first, second = lead_of(), lead_of()
    assert first.is_held()
    assert first.is_held()
    first.close()
    assert second.is_held()


def test_another_leads_as_soon_as_the_leader_is_killed(
    url: str, lead_of: Callable[[], Lead]
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LEADS_UNTIL_KILLED, url], stdout=subprocess.PIPE
    ) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"True\n"
        mine = lead_of()
        assert not mine.is_held()
        leader.send_signal(signal.SIGKILL)
        leader.wait()
    assert _holds_within(mine, attempts=3_000)


def test_a_leader_whose_connection_breaks_says_so_and_can_lead_again(
    url: str, lead_of: Callable[[], Lead]
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("a file has no connection")
    lead = lead_of()
    assert lead.is_held()
    server = create_engine(url)
    with server.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        connection.execute(text(others))
    server.dispose()
    with pytest.raises(StoreUnavailable):
        lead.is_held()
    assert _holds_within(lead, attempts=3_000)


def _holds_within(lead: Lead, attempts: int) -> bool:
    """Whether it comes to lead; the server may need a moment to see that a connection is gone."""
    return any(lead.is_held() for _ in range(attempts))
