"""`openhours store` looks after the stores."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.clock import SystemClock
from domain.errors import Conflict, NotFound, StoreUnavailable
from domain.readings import Rejection
from openhours.cli import app
from openhours.running.alone import alone_in
from store.ledger import SqlLedger
from store.ledger.migrations import migrate, revision_of, revisions

OLD = timedelta(days=40)


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        flags = ["--set", f"data_dir={tmp_path}", "--set", "store.keep_rejections_days=30"]
        return CliRunner().invoke(app, [*flags, "store", *words], catch_exceptions=False)

    return run


def test_an_older_ledger_is_told_upgraded_and_taken_back(
    store: Callable[..., Result], ledger_url: str
) -> None:
    with pytest.raises(StoreUnavailable, match="no tables yet"):
        store("check")
    migrate(ledger_url, "0001")
    with pytest.raises(Conflict, match="tables are older"):
        store("check")
    store("upgrade")
    assert revision_of(ledger_url) == revisions()[-1]
    assert store("check").exit_code == 0
    with pytest.raises(NotFound, match="no such revision"):
        store("downgrade", "0000", "--yes")
    assert store("downgrade", "0003").exit_code == 1  # nobody said yes
    assert revision_of(ledger_url) == revisions()[-1]
    assert "revision 0003" in store("downgrade", "0003", "--yes").stdout
    assert revision_of(ledger_url) == "0003"


def test_what_is_too_old_goes_and_its_room_is_given_back(
    store: Callable[..., Result], ledger_url: str, tmp_path: Path
) -> None:
    now_us = int(SystemClock().now().timestamp()) * 1_000_000
    old_us = now_us - int(OLD.total_seconds()) * 1_000_000
    with closing(SqlLedger.open(ledger_url)) as ledger:
        ledger.keep_rejections(
            [Rejection("x", bytes(50_000), "odd", "", "", us) for us in [old_us] * 40 + [now_us]]
        )
    size = (tmp_path / "ledger.sqlite").stat().st_size
    assert "40 rows of the ledger" in " ".join(store("maintain").stdout.split())
    assert (tmp_path / "ledger.sqlite").stat().st_size < size / 2
    with closing(SqlLedger.open(ledger_url)) as ledger:
        assert [group.count for group in ledger.rejections()] == [1]


def test_a_running_service_is_not_disturbed(store: Callable[..., Result], tmp_path: Path) -> None:
    store("upgrade")
    with alone_in(tmp_path):
        for words in (["maintain"], ["downgrade", "0001", "--yes"]):
            with pytest.raises(Conflict, match="another openhours runs"):
                store(*words)
