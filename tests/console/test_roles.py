"""Who may change what: nothing changes without the manager's session, token and own origin."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import Request, Response
from starlette.testclient import TestClient

from console.access.security import COOKIE, SESSION, Managers
from domain.clock import ManualClock
from domain.errors import Forbidden
from domain.planning import Status
from tests.console.conftest import ADDRESS, visitor
from tests.console.town import KEY, NOW, Town

OPEN = "library:2026-W47"
CHANGES: dict[str, dict[str, Any]] = {
    f"/proposals/{OPEN}/approve": {"note": "fine"},
    f"/proposals/{OPEN}/reject": {"note": "no"},
    f"/proposals/{OPEN}/edit": {"days": ["10:00-18:00"] * 5 + ["closed"] * 2},
    "/proposals/decide": {"act": "approve", "ids": [OPEN]},
    "/proposals/undo": {"ids": ["canteen:2026-W46"]},
    "/venues/canteen/rollback": {"latest": "2"},
    "/under-used/piano/fine": {"note": "fine"},
    f"/trials/{OPEN}/approve": {},
    "/leave": {},
}


@pytest.fixture
def stranger(changing: Town) -> Iterator[TestClient]:
    """Somebody without the role."""
    with visitor(changing) as client:
        yield client


def token(client: TestClient) -> str:
    found = re.search(r'name="token" value="(\w+)"', client.get("/manager").text)
    assert found
    return found[1]


def state(town: Town) -> tuple[object, ...]:
    return town.ledger.proposal(OPEN), town.ledger.schedules(), town.ledger.audit()


def test_the_list_of_changes_is_complete(changing: Town) -> None:
    included = [getattr(r, "original_router", None) for r in changing.app.routes]
    routes = [route for router in included if router for route in router.routes]
    posts = [r.path for r in routes if "POST" in (r.methods or ())]
    patterns = [re.sub(r"\{\w+\}", "[^/]+", path) for path in posts]
    assert len(patterns) == len(CHANGES)
    assert all(any(re.fullmatch(p, path) for p in patterns) for path in CHANGES)


@pytest.mark.parametrize("path", CHANGES)
def test_without_the_role_nothing_changes_and_the_page_explains(
    stranger: TestClient, changing: Town, path: str
) -> None:
    before = state(changing)
    answer = stranger.post(path, data=CHANGES[path] | {"token": "0" * 64})
    assert answer.status_code == 403
    assert "Only the manager may change this." in answer.text
    assert "/enter?key=" in answer.text
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
    assert changing.ledger.audit()[0].actor == "manager"


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


def test_the_link_with_a_wrong_key_gives_no_role(stranger: TestClient) -> None:
    answer = stranger.get("/enter", params={"key": "guess"})
    assert answer.status_code == 403
    assert COOKIE not in stranger.cookies


def test_the_cookie_is_for_the_browser_alone(stranger: TestClient) -> None:
    answer = stranger.get("/enter", params={"key": KEY}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert KEY not in cookie
    assert KEY not in answer.headers["location"]


def test_the_role_can_be_given_back(manager: TestClient) -> None:
    manager.post("/leave", data={"token": token(manager)})
    assert "Only the manager changes hours" in manager.get("/manager").text


def test_without_the_role_the_buttons_lead_to_an_explanation(stranger: TestClient) -> None:
    text = stranger.get(f"/proposals/{OPEN}").text
    assert "<form" not in text
    assert '<a class="button primary" href="/manager">Approve…</a>' in text


def test_a_session_ends_after_its_time_and_cannot_be_made_up() -> None:
    clock = ManualClock(NOW)
    managers = Managers(KEY, clock)
    session = entered(managers)
    assert managers.session(carrying(session)) is not None
    assert managers.session(carrying(session + "0")) is None
    assert managers.session(carrying("9" + session)) is None
    assert Managers(KEY + "!", clock).session(carrying(session)) is None
    clock.move_to(NOW + SESSION + timedelta(seconds=1))
    assert managers.session(carrying(session)) is None


def test_a_token_is_of_one_session() -> None:
    managers = Managers(KEY, ManualClock(NOW))
    one, other = (managers.session(carrying(entered(managers))) for _ in range(2))
    assert one
    assert other
    request = carrying(entered(managers))
    with pytest.raises(Forbidden):
        managers.require(request, managers.form_token(one))
    assert managers.form_token(one) != managers.form_token(other)


def entered(managers: Managers) -> str:
    response = Response()
    managers.enter(KEY, response)
    return response.headers["set-cookie"].partition("=")[2].partition(";")[0]


def carrying(cookie: str) -> Request:
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode()), (b"host", b"127.0.0.1")]
    scope = {"type": "http", "headers": headers, "scheme": "http", "path": "/", "query_string": b""}
    return Request(scope | {"server": ("127.0.0.1", 80), "method": "POST"})
