"""Fixtures of the console's tests: towns, and a client that is the manager."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from store.ledger import SqlLedger
from tests.console import people
from tests.console.town import LEDGER, Town, empty_town, open_town, town

ADDRESS = "http://127.0.0.1:8800"


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that tests only look at."""
    made = town(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def uncounted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger file of the town."""
    folder = tmp_path_factory.mktemp("uncounted")
    town(folder, days=0).close()
    return folder / LEDGER


@pytest.fixture
def changing(uncounted: Path, tmp_path: Path) -> Iterator[Town]:
    """A town of the test's own, in which nothing has been counted."""
    copy = shutil.copy(uncounted, tmp_path)
    made = open_town(SqlLedger(f"sqlite:///{copy}"))
    yield made
    made.close()


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Town]:
    """A service into which nothing has been entered."""
    made = empty_town(tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(standing: Town) -> Iterator[TestClient]:
    """A visitor of the standing town."""
    with visitor(standing) as client:
        yield client


@pytest.fixture
def manager(changing: Town) -> Iterator[TestClient]:
    """The manager of the changing town."""
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, people.MANAGER)
        yield client


def visitor(town: Town) -> TestClient:
    """Somebody with a browser, in front of the town's console."""
    return TestClient(town.app, base_url=ADDRESS, headers={"accept-language": "en"})
