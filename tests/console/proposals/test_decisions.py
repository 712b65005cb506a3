"""What managers decide: nothing changes without their session, their form and our own origin."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.planning import Status
from tests.console.conftest import ADDRESS, visitor
from tests.console.people import MANAGER, token
from tests.console.town import Town

OPEN = "library:2026-W47"
CHANGES: dict[str, dict[str, Any]] = {
    f"/proposals/{OPEN}/approve": {"note": "fine"},
    f"/proposals/{OPEN}/reject": {"note": "no"},
    f"/proposals/{OPEN}/edit": {"days": ["10:00-18:00"] * 5 + ["closed"] * 2},
    f"/proposals/{OPEN}/delegate": {"to": "mei"},
    "/proposals/decide": {"act": "approve", "ids": [OPEN]},
    "/proposals/undo": {"ids": ["canteen:2026-W46"]},
    "/venues/canteen/rollback": {"latest": "2"},
    "/under-used/piano/fine": {"note": "fine"},
    f"/trials/{OPEN}/approve": {},
}


@pytest.fixture
def stranger(changing: Town) -> Iterator[TestClient]:
    """Somebody who has not logged in."""
    with visitor(changing) as client:
        yield client


def state(town: Town) -> tuple[object, ...]:
    return town.ledger.proposal(OPEN), town.ledger.schedules(), town.ledger.audit()


@pytest.mark.parametrize("path", CHANGES)
def test_nothing_changes_for_strangers_who_are_asked_to_log_in(
    stranger: TestClient, changing: Town, path: str
) -> None:
    before = state(changing)
    answer = stranger.post(path, data=CHANGES[path] | {"token": "0" * 64})
    assert answer.url.path == "/login"
    assert state(changing) == before


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("forged", ["", "0" * 64])
def test_without_the_forms_token_nothing_changes(
    manager: TestClient, changing: Town, path: str, forged: str
) -> None:
    before = state(changing)
    assert manager.post(path, data=CHANGES[path] | {"token": forged}).status_code == 403
    assert state(changing) == before


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_changes_nothing(
    manager: TestClient, changing: Town, path: str, headers: dict[str, str]
) -> None:
    form = CHANGES[path] | {"token": token(manager)}
    before = state(changing)
    assert manager.post(path, data=form, headers=headers).status_code == 403
    assert state(changing) == before


def test_the_manager_approves_and_the_page_says_from_when(
    manager: TestClient, changing: Town
) -> None:
    form = {"token": token(manager), "note": "  read in the meeting "}
    answer = manager.post(f"/proposals/{OPEN}/approve", data=form, headers={"origin": ADDRESS})
    assert answer.url.path == f"/proposals/{OPEN}"
    assert "The new hours hold from Mon 14 Dec 2026." in answer.text
    assert "read in the meeting" in answer.text
    assert changing.ledger.proposal(OPEN).status is Status.APPROVED
    assert changing.ledger.schedules("library")["library"][-1].source == OPEN
    assert changing.ledger.audit()[0].actor == MANAGER


def test_the_manager_rejects_and_the_hours_stay(manager: TestClient, changing: Town) -> None:
    form = {"token": token(manager), "note": "exams"}
    answer = manager.post(f"/proposals/{OPEN}/reject", data=form)
    assert "Rejected" in answer.text
    assert changing.ledger.proposal(OPEN).status is Status.REJECTED
    assert len(changing.ledger.schedules("library")["library"]) == 1


def test_a_second_decision_is_too_late(manager: TestClient) -> None:
    form = {"token": token(manager), "note": "exams"}
    manager.post(f"/proposals/{OPEN}/reject", data=form)
    answer = manager.post(f"/proposals/{OPEN}/approve", data=form)
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text


def test_the_manager_takes_back_the_latest_hours(manager: TestClient, changing: Town) -> None:
    form = {"token": token(manager), "latest": "2"}
    manager.post("/venues/canteen/rollback", data=form)
    versions = changing.ledger.schedules("canteen")["canteen"]
    assert [v.number for v in versions] == [1, 2, 3]
    assert versions[2].hours == versions[0].hours
    again = manager.post("/venues/canteen/rollback", data=form)
    assert again.status_code == 409, "the page that offered it showed version 2 as the latest"


def test_a_note_that_is_too_long_is_refused_whole(manager: TestClient, changing: Town) -> None:
    form = {"token": token(manager), "note": "x" * 501}
    assert manager.post(f"/proposals/{OPEN}/approve", data=form).status_code == 400
    assert changing.ledger.proposal(OPEN).status is Status.OPEN


def test_strangers_are_shown_no_buttons_and_where_to_log_in(stranger: TestClient) -> None:
    text = stranger.get(f"/proposals/{OPEN}").text
    assert "<form" not in text
    assert f'href="/login?next=/proposals/{OPEN}"' in text
